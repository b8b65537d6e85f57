"""Public question sets as collections in BEIR's layout.

    python -m benchmarks.convert pubmedqa ../shared/data OUT

Sets: `pubmedqa`, all 1,000 abstracts without their conclusions, with the official test
questions as split `test` and the others as `dev`; `squad2`, paragraphs as documents, and
`covid_qa`, whole articles as documents, both with every answerable question as split `dev`.
The one relevant document of a question is the one that it was asked about.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.beir import BeirDocument, write_folder


def main() -> None:
    """Write one set's folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=SETS)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    SETS[arguments.name](arguments.data, arguments.out)


def pubmedqa(data: Path, out: Path) -> None:
    """PubMedQA's labelled questions (Jin et al. 2019), each to be answered by its abstract."""
    rows = json.loads((data / "pubmedqa/ori_pqal.json").read_text(encoding="utf-8"))
    test = json.loads((data / "pubmedqa/test_ground_truth.json").read_text(encoding="utf-8"))
    write_folder(
        out,
        [BeirDocument(pmid, "", "\n".join(row["CONTEXTS"])) for pmid, row in rows.items()],
        {pmid: row["QUESTION"] for pmid, row in rows.items()},
        {
            "test": {pmid: pmid for pmid in rows if pmid in test},
            "dev": {pmid: pmid for pmid in rows if pmid not in test},
        },
    )


def squad2(data: Path, out: Path) -> None:
    """SQuAD 2.0's development set (Rajpurkar et al. 2018)."""
    documents = []
    queries: dict[str, str] = {}
    relevant: dict[str, str] = {}
    for a, article in enumerate(_articles(data / "squad2")):
        for p, paragraph in enumerate(article["paragraphs"]):
            id = f"{a}-{p}"
            title = article["title"].replace("_", " ")
            documents.append(BeirDocument(id, title, paragraph["context"]))
            _ask(paragraph, id, queries, relevant)
    write_folder(out, documents, queries, {"dev": relevant})


def covid_qa(data: Path, out: Path) -> None:
    """COVID-QA (Möller et al. 2020)."""
    documents = []
    queries: dict[str, str] = {}
    relevant: dict[str, str] = {}
    for article in _articles(data / "covid_qa"):
        for paragraph in article["paragraphs"]:
            id = str(paragraph["document_id"])
            documents.append(BeirDocument(id, "", paragraph["context"]))
            _ask(paragraph, id, queries, relevant)
    write_folder(out, documents, queries, {"dev": relevant})


def _articles(folder: Path) -> list[dict[str, Any]]:
    (file,) = folder.glob("*.json")
    articles: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["data"]
    return articles


def _ask(
    paragraph: dict[str, Any], document: str, queries: dict[str, str], relevant: dict[str, str]
) -> None:
    for entry in paragraph["qas"]:
        if not entry["is_impossible"]:
            queries[str(entry["id"])] = entry["question"]
            relevant[str(entry["id"])] = document


SETS: dict[str, Callable[[Path, Path], None]] = {
    "pubmedqa": pubmedqa,
    "squad2": squad2,
    "covid_qa": covid_qa,
}

if __name__ == "__main__":
    main()
