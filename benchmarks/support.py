"""Does the check find what is wrong with a written sentence, and let true ones pass?

    python -m benchmarks.support [--data ../shared/data] [--part measure] [--show]
    python -m benchmarks.support --free
    python -m benchmarks.support --scifact ../shared/data/scifact

Bad sentences are planted by rule in real ones (`benchmarks/support_cases.py`); one that a reader
is told is supported is *left unmarked*. True ones are sentences word for word, lightly cut, or
paraphrased by hand (`support_rows.jsonl`); one of which anything else is told is *marked*. All are
written by a scripted server that speaks OpenAI's wire format, and go the way that answers go
(`benchmarks/support_writer.py`). Rules and thresholds were made looking at the part "tune".

With --free: sentences that a person wrote freely from nine made-up papers, as a model might, true
and false (`support_free.jsonl`): how many are called what. Rules were mended in sight of them.

With SciFact (Wadden et al. 2020): whether an abstract supports or contradicts a claim of the
test split, given that it does one of the two: as the check says or, where it says neither, the
reader's stance; beside that stance alone (see `benchmarks/claims.py`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.support_cases import PARTS, Case, paraphrases, plant, read_texts, take_true
from benchmarks.support_writer import is_unmarked, read_on_page, write
from rag.errors import CitewellError
from rag.reading.network import ReaderNetwork
from rag.support import Checker
from rag.types import Support
from training.rows import read_rows

DATA = Path("../shared/data")
FREE = Path(__file__).parent / "support_free.jsonl"
_DECIDED = {Support.SUPPORTED: 0, Support.CONTRADICTED: 1}
EACH = {"planted": 60, "true": 71}  # of a kind


def main() -> None:
    """Check, print."""
    arguments = _arguments()
    try:
        checker = Checker(ReaderNetwork(arguments.reader))
        if arguments.scifact:
            print_scifact(arguments.scifact, checker, arguments.reader, arguments.limit)
            return
        if arguments.free:
            print_verdicts(checker)
            return
        data = arguments.data if arguments.data.is_dir() else None
        texts = read_texts(data, arguments.part)
        planted = list(plant(texts, arguments.planted))
        true = [*take_true(texts, arguments.true), *paraphrases(arguments.part)]
        print(f"part {arguments.part}, {len(texts)} documents")
        print_wrong("planted, left unmarked", checker, planted, True, arguments.show)
        print_wrong("true, marked", checker, true, False, arguments.show)
    except (CitewellError, OSError, ValueError) as error:
        sys.exit(f"benchmarks.support: {error}")


def print_wrong(
    name: str, checker: Checker, cases: Sequence[Case], passing: bool, show: bool
) -> None:
    """Of each kind and of all, how many pass (or do not) as supported."""
    start = time.perf_counter()
    checked = list(tqdm(write(checker, cases), total=len(cases), disable=None))
    took = time.perf_counter() - start
    wrong = [(case, shown) for case, shown in checked if is_unmarked(shown) == passing]
    totals, found = Counter(c.kind for c in cases), Counter(c.kind for c, _ in wrong)
    print(f"\n| {name} | of | share |\n|---|---|---|")
    for kind, total in [*totals.items(), ("all", len(cases))]:
        count = found[kind] if kind in totals else len(wrong)
        print(f"| {kind}: {count} | {total} | {count / total:.3f} |")
    print(f"\n{1000 * took / max(1, len(cases)):.0f} ms a sentence, over the wire and back")
    for case, statements in wrong if show else ():
        told = [(str(one.support), one.missing) for one in statements]
        print(f"- {case.kind}: {case.sentence}\n  {told}\n  {case.evidence}")


def print_verdicts(checker: Checker) -> None:
    """Of each kind of freely written sentences, how many are called what."""
    found: dict[str, Counter[Support]] = {}
    for row in read_rows(FREE):
        quotes, title = row["evidence"], row["title"]
        shown = read_on_page(checker, row["sentence"], quotes, title, citing=len(quotes))
        found.setdefault(row["kind"], Counter())[shown.support] += 1
    print(f"| sentences | of | {' | '.join(Support)} |\n|{'---|' * (len(Support) + 2)}")
    for kind, counts in found.items():
        cells = [counts.total(), *(counts[one] for one in Support)]
        print(f"| {kind} | {' | '.join(map(str, cells))} |")


def print_scifact(folder: Path, checker: Checker, reader: Path | None, limit: int) -> None:
    """Macro F1 of SUPPORT and CONTRADICT on the pairs of the test split."""
    from benchmarks.beir import QUERIES, read_collection
    from benchmarks.claim_pairs import read, read_pairs
    from benchmarks.claims import by_claim, count_stances
    from benchmarks.measures import estimates, macro_f1, table
    from training.reader.examples import Stance, windows

    network = ReaderNetwork(reader)
    collection = read_collection(folder, "test")
    if limit:
        collection = collection.first_queries(limit)
    pairs = [one for one in read_pairs(collection, folder / QUERIES) if one.stance]
    right = [int(pair.stance is Stance.CONTRADICTS) for pair in pairs]
    given: dict[str, list[int]] = {"the check": [], "the reader's stance alone": []}
    verdicts: Counter[str] = Counter()
    for pair in tqdm(pairs, disable=None):
        passages = [pair.text[a:b] for a, b in windows(pair.text)]
        verdict = checker.check(pair.statement, passages, title=pair.title)
        verdicts[f"{pair.stance.name.lower()}: {verdict.support}"] += 1
        stances = read(network, pair).stances["best window"]
        alone = int(stances[2] > stances[1])
        given["the reader's stance alone"].append(alone)
        given["the check"].append(_DECIDED.get(verdict.support, alone))
    given["always supported"] = [0] * len(pairs)
    rows = {
        name: estimates(
            by_claim(pairs, count_stances(right, np.eye(2)[chosen])), {"macro F1": macro_f1}
        )
        for name, chosen in given.items()
    }
    print(f"SciFact, test, {len(pairs)} pairs\n\n{table(rows)}\n\n{dict(sorted(verdicts.items()))}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.support",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=DATA, help="development texts")
    parser.add_argument("--part", choices=PARTS, default="measure")
    for name, many in EACH.items():
        parser.add_argument(
            f"--{name}", type=int, default=many, metavar="N", help=f"of each kind (default: {many})"
        )
    parser.add_argument("--reader", type=Path, help="a folder (default: the shipped reader)")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    parser.add_argument("--scifact", type=Path, help="measure this folder of SciFact instead")
    parser.add_argument("--free", action="store_true", help="measure freely written sentences")
    parser.add_argument("--limit", type=int, default=0, help="claims of SciFact (default: all)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
