"""Which part of each public set trains the reader, fits its calibration, or only measures.

The splits are by article, so that no text is on two sides. PubMedQA's official test questions
only measure.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

# Shares of the articles, shuffled: trained on, then fitted on; the rest measures.
SQUAD2 = (0.68, 0.82)
COVID_QA = (0.55, 0.70)
PUBMEDQA_TRAINED = 300  # of the 500 development questions, by PMID
SCIFACT_TRAINED = 0.85  # of the abstracts that claims of its training split cite
PARTS = ("train", "fit", "measure")


def squad2(data: Path, part: str) -> list[dict[str, Any]]:
    """Articles of SQuAD 2.0's development set."""
    file = next((data / "squad2").glob("*.json"))
    return _cut(json.loads(file.read_text(encoding="utf-8"))["data"], SQUAD2, part)


def covid_qa(data: Path, part: str) -> list[dict[str, Any]]:
    """Articles of COVID-QA."""
    file = next((data / "covid_qa").glob("*.json"))
    return _cut(json.loads(file.read_text(encoding="utf-8"))["data"], COVID_QA, part)


def pubmedqa(data: Path, part: str) -> dict[str, dict[str, Any]]:
    """PubMedQA's questions by PMID."""
    rows = json.loads((data / "pubmedqa/ori_pqal.json").read_text(encoding="utf-8"))
    test = json.loads((data / "pubmedqa/test_ground_truth.json").read_text(encoding="utf-8"))
    development = sorted(pmid for pmid in rows if pmid not in test)
    chosen = {
        "train": development[:PUBMEDQA_TRAINED],
        "fit": development[PUBMEDQA_TRAINED:],
        "measure": sorted(test),
    }[part]
    return {pmid: rows[pmid] for pmid in chosen}


def scifact(data: Path, part: str) -> list[tuple[str, str]]:
    """Claims of SciFact's training split and the abstracts they cite, by abstract.

    A claim that cites abstracts of both sides trains with the one and is fitted on with neither.
    """
    lines = (data / "scifact/qrels/train.tsv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [(claim, abstract) for claim, abstract, _ in (line.split("\t") for line in lines)]
    abstracts = sorted({abstract for _, abstract in pairs})
    random.Random(0).shuffle(abstracts)
    trained = set(abstracts[: round(len(abstracts) * SCIFACT_TRAINED)])
    seen = {claim for claim, abstract in pairs if abstract in trained}
    return {
        "train": [(claim, abstract) for claim, abstract in pairs if abstract in trained],
        "fit": [(claim, abstract) for claim, abstract in pairs if claim not in seen],
        "measure": [],
    }[part]


def _cut(
    articles: list[dict[str, Any]], shares: tuple[float, float], part: str
) -> list[dict[str, Any]]:
    articles = random.Random(0).sample(articles, len(articles))
    first, second = (round(len(articles) * share) for share in shares)
    return {
        "train": articles[:first],
        "fit": articles[first:second],
        "measure": articles[second:],
    }[part]
