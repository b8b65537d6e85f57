"""How often each word stem stands in questions that people ask: the recipe of `term_weights.json`.

    python -m training.term_weights ../shared/data > rag/query/term_weights.json

A word that stands in every third question ("what", "which") says little about what a question
is after; one that stands in none says much. Only training questions are counted.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rag.terms import stems

LEAST_COUNT = 12  # rarer stems weigh as much as unseen ones


def questions(data: Path) -> Iterator[str]:
    """Questions of the training sets and of the training halves of the others."""
    for file in sorted((data / "training").glob("*.jsonl")):
        for line in file.open(encoding="utf-8"):
            row = json.loads(line)
            if row.get("question", "").strip().endswith("?"):
                yield row["question"]
    squad = json.loads(next((data / "squad2").glob("*.json")).read_text(encoding="utf-8"))
    for article in squad["data"]:
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
