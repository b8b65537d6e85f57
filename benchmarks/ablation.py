"""What each group of the reader's features is worth, by cross-validation on development data.

    python -m training.reader_features ../shared/data features.jsonl
    python -m benchmarks.ablation features.jsonl

"Embeddings and coverage" is what a reader without a trained network has.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rag.reading.features import NAMES
from training.fit_reader import Validated, by_kind, read_rows

NETWORK = ("reads_answer", "reads_evidence", "reads_peak", "reads_span", "reads_relevant")
COVERAGE = (
    "coverage", "context_coverage", "passage_coverage", "missing_names",
    "missing_codes", "unknown",
)  # fmt: skip
SEARCH = ("passage_similarity", "words")


def main() -> None:
    """Print a line a variant and set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("features", type=Path, nargs="+")
    rows = read_rows(parser.parse_args().features)
    variants = {
        "trained and calibrated": NAMES,
        "embeddings and coverage": _less(NETWORK),
        "no term coverage": _less(COVERAGE),
        "no search scores": _less(SEARCH),
        "the network alone": NETWORK,
    }
    for kind, chosen in by_kind(rows):
        for name, names in variants.items():
            for line in Validated(chosen, names).lines():
                print(f"{kind:6}  {name:30}  {line}")


def _less(group: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in NAMES if name not in group)


if __name__ == "__main__":
    main()
