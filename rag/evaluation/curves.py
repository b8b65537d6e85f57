"""The curves behind the figures: reliability, and risk against coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from rag.evaluation.figures import BINS, bin_edges
from rag.evaluation.scoring import Row


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence: their mean confidence, and the share that is answerable."""

    confidence: float
    answerable: float
    count: int


def reliability(rows: Sequence[Row]) -> list[Bin]:
    """Bins of equally many questions, by rising confidence; equal ones stay together.

    Ten bins, fewer where they would hold less than ten questions each.
    """
    bins = min(BINS, max(2, len(rows) // 10))
    ranked = sorted(rows, key=lambda row: row.confidence)
    edges: Sequence[int] = (
        bin_edges([row.confidence for row in rows], bins).tolist() if rows else []
    )
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
    quotations lack a fact; where the run abstained, by what it showed as nearest. Questions of
    equal confidence are taken in at once, each wrong by their share.
    """
    ranked = sorted(rows, key=lambda row: -row.confidence)
    wrong: list[float] = []
    for _, group in groupby(ranked, key=lambda row: row.confidence):
        tied = [not row.would_be_right for row in group]
        wrong += [sum(tied) / len(tied)] * len(tied)
    counts = np.arange(1, len(ranked) + 1)
    risks = np.cumsum(wrong) / counts
    return [(float(n / len(ranked)), float(r)) for n, r in zip(counts, risks, strict=True)]


def area_under_risk(rows: Sequence[Row]) -> float:
    """The mean risk over all coverages; lower is better."""
    return float(np.mean([risk for _, risk in risk_coverage(rows)]))
