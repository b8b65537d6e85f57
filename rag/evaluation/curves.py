"""The curves behind the figures: reliability, and risk against coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rag.evaluation.figures import BINS
from rag.evaluation.scoring import Row


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence: their mean confidence, and the share that is answerable."""

    confidence: float
    answerable: float
    count: int


def reliability(rows: Sequence[Row], bins: int = BINS) -> list[Bin]:
    """Bins of equally many questions, by rising confidence."""
    ranked = sorted(rows, key=lambda row: row.confidence)
    edges = np.unique(np.linspace(0, len(ranked), bins + 1).astype(int))
    parts = [ranked[a:b] for a, b in pairwise(edges)]
    return [
        Bin(
            float(np.mean([row.confidence for row in part])),
            float(np.mean([row.answerable for row in part])),
            len(part),
        )
        for part in parts
    ]


def risk_coverage(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Share of questions answered, and share of those wrong, as the threshold falls.

    El-Yaniv and Wiener 2010. An answer is wrong when the question is unanswerable, or when the
    quotations lack a fact; where the run abstained, by what it showed as nearest.
    """
    ranked = sorted(rows, key=lambda row: -row.confidence)
    wrong = np.cumsum([not row.would_be_right for row in ranked])
    counts = np.arange(1, len(ranked) + 1)
    return [(float(n / len(ranked)), float(w / n)) for n, w in zip(counts, wrong, strict=True)]


def area_under_risk(rows: Sequence[Row]) -> float:
    """The mean risk over all coverages; lower is better."""
    return float(np.mean([risk for _, risk in risk_coverage(rows)]))
