"""How often each word stem stands in questions that people ask: the recipe of `term_weights.json`.

    python -m training.term_weights ../shared/data > rag/query/term_weights.json

A word that stands in every third question ("what", "which") says little about what a question
is after; one that stands in none says much. Only what trains is counted: no question of a part
that is fitted or measured on.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rag.terms import stems
from training import splits
from training.rows import read_rows

LEAST_COUNT = 12  # rarer stems weigh as much as unseen ones


def questions(data: Path) -> Iterator[str]:
    """Questions of the folder of training sets, and of SQuAD 2.0's articles that train."""
    for file in sorted((data / "training").glob("*.jsonl")):
        for row in read_rows(file):
            if row.get("question", "").strip().endswith("?"):
                yield row["question"]
    for article in splits.squad2(data, "train"):
        for paragraph in article["paragraphs"]:
            yield from (entry["question"] for entry in paragraph["qas"])


def main() -> None:
    """Print the counts as JSON: `{"questions": N, "counts": {stem: questions that hold it}}`."""
    counts: Counter[str] = Counter()
    total = 0
    for question in questions(Path(sys.argv[1])):
        counts.update(set(stems(question)))
        total += 1
    kept = {stem: n for stem, n in counts.most_common() if n >= LEAST_COUNT}
    print(
        json.dumps({"questions": total, "counts": kept}, separators=(",", ":"), ensure_ascii=False)
    )


if __name__ == "__main__":
    main()
