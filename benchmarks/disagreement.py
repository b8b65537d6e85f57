"""Is it said where two quotations disagree, and only there?

    python -m benchmarks.disagreement [--data ../shared/data] [--part measure] [--show]

Planted pairs: a real sentence, and the same with its negation dropped or added or its direction
turned (`benchmarks/support_cases.py`). Who writes the one and cites it is to be told that the
other says otherwise; beside another sentence of the same passage nothing is to be told.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from benchmarks.support_cases import PARTS, Case, Text, plant, read_texts
from benchmarks.support_writer import read_on_page
from rag.reading.network import ReaderNetwork
from rag.support import Checker

KINDS = ("negation dropped", "negation added", "direction turned")
Pair = tuple[str, str, str, str]  # kind, title, what is written, what stands beside it


def main() -> None:
    """Check, print."""
    arguments = _arguments()
    checker = Checker(ReaderNetwork(None))
    texts = read_texts(arguments.data if arguments.data.is_dir() else None, arguments.part)
    cases = [one for one in plant(texts, arguments.each) if one.kind in KINDS]
    for name, pairs in (("opposite", opposites(cases)), ("alike", neighbours(texts, len(cases)))):
        print("\n| beside it stands | of | said to disagree |\n|---|---|---|")
        told = [(pair, disagree(checker, pair)) for pair in tqdm(list(pairs), disable=None)]
        for kind in dict.fromkeys(pair[0] for pair, _ in told):
            found = [said for pair, said in told if pair[0] == kind]
            print(f"| {kind} | {len(found)} | {sum(found) / len(found):.3f} |")
        print(f"| all | {len(told)} | {sum(said for _, said in told) / max(1, len(told)):.3f} |")
        for pair, said in told if arguments.show else ():
            if said != (name == "opposite"):
                print(f"- {pair[0]}: {pair[2]}\n  {pair[3]}")


def opposites(cases: Sequence[Case]) -> Iterator[Pair]:
    """The sentence as it stood, beside the one made of it."""
    for case in cases:
        yield case.kind, case.title, case.made_of, case.sentence


def neighbours(texts: Sequence[Text], many: int) -> Iterator[Pair]:
    """A sentence beside another of its passage."""
    rng = random.Random("alike")
    pairs = [
        (text.title, one, other)
        for text in texts
        for one, passage in text.sentences
        for other, same in text.sentences
        if one != other and passage == same
    ]
    for title, one, other in rng.sample(pairs, min(many, len(pairs))):
        yield "another sentence", title, one, other


def disagree(checker: Checker, pair: Pair) -> bool:
    """Whether who writes the one is told that the other denies it."""
    _, title, written, beside = pair
    return bool(read_on_page(checker, written, (written, beside), title, citing=1).against)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.disagreement",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--part", choices=PARTS, default="measure")
    parser.add_argument("--each", type=int, default=60, metavar="N", help="pairs of each kind")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    return parser.parse_args()


if __name__ == "__main__":
    main()
