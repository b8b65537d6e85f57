"""Passage size and the share of words, by how often the evidence is among the first passages.

    python -m benchmarks.passages [--gold tests/gold/seeds_dev.jsonl] [--corpus corpus]

Retrieval alone, on development questions: the share of answerable questions with a sentence of
evidence in the first 1, 3 and 12 passages.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rag import Assistant, Settings, build_index
from rag.evaluation.folding import squeezed
from rag.evaluation.gold import GoldQuestion, read_gold
from rag.search import Weights
from rag.types import Hit

SIZES, SHARES, DEPTHS = (60, 110, 180), (0.0, 0.2, 0.3, 0.45, 1.0), (1, 3, 12)


def main() -> None:
    """Print a line a size and share."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gold", type=Path, default=Path("tests/gold/seeds_dev.jsonl"))
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    arguments = parser.parse_args()
    gold = [one for one in read_gold(arguments.gold) if one.answerable]
    print("words a passage, share of words, evidence in the first " + ", ".join(map(str, DEPTHS)))
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            build_index([arguments.corpus], Settings.load(index=Path(folder), passage_words=size))
            with Assistant.open(folder) as assistant:
                for share in SHARES:
                    weights = Weights(words=share)
                    found = [
                        _depth(one, assistant.search(one.question, 12, weights=weights))
                        for one in gold
                    ]
                    shown = "  ".join(f"{_within(found, depth):.3f}" for depth in DEPTHS)
                    print(f"{size:4}  {share:.2f}  {shown}", flush=True)


def _depth(question: GoldQuestion, hits: Sequence[Hit]) -> int:
    """The rank of the first passage with evidence; 99 where none has any."""
    wanted = [squeezed(sentence) for sentence in question.evidence]
    for rank, hit in enumerate(hits, start=1):
        text = squeezed(hit.passage.text)
        if any(sentence in text or text in sentence for sentence in wanted):
            return rank
    return 99


def _within(ranks: Sequence[int], depth: int) -> float:
    return sum(rank <= depth for rank in ranks) / len(ranks)


if __name__ == "__main__":
    main()
