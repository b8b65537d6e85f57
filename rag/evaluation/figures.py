"""The figures of a run, each with a bootstrap interval.

Intervals are percentile intervals over resampled questions (Efron 1979). A mean is a sum over
a sum, so that a resample is one product of counts with both. The calibration error grows with
noise, in a resample more than in the whole: its interval is the percentile interval turned
around the value (Davison and Hinkley 1997, section 5.2).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.evaluation.scoring import Row

RESAMPLES = 1000
LEVEL = 0.95
BINS = 10
FEWEST = 50  # questions; the calibration error of fewer is mostly noise, and is not given
SEED = 0
_SHARES = (
    "fact_recall",
    "fact_recall_first",
    "first_document",
    "quotation_precision",
    "exactness",
    "answered",
    "right",
)
Array = NDArray[np.float64]
# Rows and how often each was drawn, to a figure; NaN where nothing counts.
Measure = Callable[[Sequence[Row]], Callable[[Array], float]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the interval that holds it in 95 of 100 resamples.

    `count` is how many questions (or quotations) it is over; 0 gives NaN throughout.
    """

    name: str
    value: float
    low: float
    high: float
    count: int


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """Every figure that the rows can say something about, by name."""
    draws = _draws(len(rows))
    found = {name: _figure(name, measure, rows, draws) for name, measure in measures(rows).items()}
    return {name: figure for name, figure in found.items() if figure.count}


def measures(rows: Sequence[Row]) -> dict[str, tuple[Measure, int]]:
    """How each figure is computed from rows, and over how many questions."""
    can = [row for row in rows if row.answerable]
    cannot = [row for row in rows if not row.answerable]
    shown = [q for row in rows for q in row.quotations]
    judged = [q for row in can for q in row.quotations if q.precise is not None]
    found: dict[str, tuple[Measure, int]] = {
        "fact_recall": _mean_of(rows, lambda r: r.fact_recall),
        "fact_recall_first": _mean_of(rows, lambda r: r.fact_recall_first),
        "first_document": _mean_of(rows, lambda r: r.first_document),
        "quotation_precision": (_ratio(_precise), len(judged)),
        "quotations_per_answer": _mean_of(rows, _answered_quotations),
        "exactness": (_ratio(_exact), len(shown)),
        "answered": _mean_of(rows, lambda r: not r.abstained if r.answerable else None),
        "abstained": _mean_of(rows, lambda r: None if r.answerable else r.abstained),
    }
    kinds = sorted({row.kind for row in cannot})
    for kind in kinds if len(kinds) > 1 else ():
        found[f"abstained_{kind or '(no kind)'}"] = _mean_of(rows, _abstained_of(kind))
    return found | {
        "right": _mean_of(rows, lambda r: r.right),
        "auroc": (_auroc, len(rows) if can and cannot else 0),
        "calibration_error": (
            _calibration_error,
            len(rows) if can and cannot and len(rows) >= FEWEST else 0,
        ),
        "latency_p50_ms": (_percentile(50), len(rows)),
        "latency_p95_ms": (_percentile(95), len(rows)),
    }


def differences(earlier: Sequence[Row], later: Sequence[Row]) -> dict[str, Figure]:
    """Later less earlier, of the same questions in the same order, with paired intervals."""
    draws = _draws(len(later))
    found = {}
    before, after = measures(earlier), measures(later)
    for name, (measure, count) in after.items():
        old, other = before.get(name, (measure, 0))
        if count and other:
            change = _difference(old(earlier), measure(later))
            found[name] = _interval(name, change, len(later), draws, min(count, other))
    return found


def _difference(
    first: Callable[[Array], float], second: Callable[[Array], float]
) -> Callable[[Array], float]:
    return lambda weights: second(weights) - first(weights)


def _figure(name: str, measure: tuple[Measure, int], rows: Sequence[Row], draws: Array) -> Figure:
    make, count = measure
    if not count:
        return Figure(name, np.nan, np.nan, np.nan, 0)
    figure = _interval(name, make(rows), len(rows), draws, count)
    value, low, high = figure.value, figure.low, figure.high
    if name == "calibration_error":
        low, high = max(0.0, 2 * value - high), max(value, 2 * value - low)
    elif low == high and value in (0.0, 1.0) and (name in _SHARES or name.startswith("abstained")):
        low, high = _wilson(value, count)
    return replace(figure, low=low, high=high)


def _interval(
    name: str, compute: Callable[[Array], float], size: int, draws: Array, count: int
) -> Figure:
    values = np.array([compute(weights) for weights in draws])
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.nanpercentile(values, [tail, 100 - tail])
    value = compute(np.ones(size))
    return Figure(name, value, float(low), float(high), count)


def _wilson(share: float, count: int) -> tuple[float, float]:
    """The interval of a share of which no resample shows any doubt (Wilson 1927)."""
    z = 1.96
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return max(0.0, centre - half), min(1.0, centre + half)


def _draws(size: int) -> Array:
    """How often each of `size` questions is drawn, a row a resample."""
    rng = np.random.default_rng(SEED)
    return rng.multinomial(size, np.full(size, 1 / size), size=RESAMPLES).astype(float)


# -- measures -----------------------------------------------------------------------------------


def _mean_of(rows: Sequence[Row], value: Callable[[Row], float | None]) -> tuple[Measure, int]:
    """The mean of what the rows say; rows that say nothing (None) do not count."""

    def parts(row: Row) -> tuple[float, float]:
        said = value(row)
        return (0.0, 0.0) if said is None else (float(said), 1.0)

    return _ratio(parts), sum(value(row) is not None for row in rows)


def _abstained_of(kind: str) -> Callable[[Row], float | None]:
    return lambda row: None if row.answerable or row.kind != kind else float(row.abstained)


def _ratio(parts: Callable[[Row], tuple[float, float]]) -> Measure:
    def measure(rows: Sequence[Row]) -> Callable[[Array], float]:
        over, under = np.array([parts(row) for row in rows], dtype=float).T

        def compute(weights: Array) -> float:
            total = float(weights @ under)
            return float(weights @ over) / total if total else float("nan")

        return compute

    return measure


def _precise(row: Row) -> tuple[float, float]:
    judged = [q.precise for q in row.quotations if q.precise is not None]
    return (sum(judged), len(judged)) if row.answerable else (0.0, 0.0)


def _exact(row: Row) -> tuple[float, float]:
    return sum(q.exact for q in row.quotations), len(row.quotations)


def _answered_quotations(row: Row) -> float | None:
    return None if row.abstained else float(len(row.quotations))


def _auroc(rows: Sequence[Row]) -> Callable[[Array], float]:
    """The chance that an answerable question has more confidence than another (ties: half)."""
    right, order, ties = _ranked(rows)

    def compute(weights: Array) -> float:
        drawn = weights[order]
        positive = np.add.reduceat(drawn * right, ties)
        negative = np.add.reduceat(drawn * (1 - right), ties)
        below = np.cumsum(negative) - negative
        pairs = positive.sum() * negative.sum()
        won = float(positive @ (below + negative / 2))
        return won / float(pairs) if pairs else float("nan")

    return compute


def _calibration_error(rows: Sequence[Row]) -> Callable[[Array], float]:
    """Mean distance of confidence and outcome over ten bins of equally many questions.

    The expected calibration error (Naeini et al. 2015) with equal-mass bins; what is foretold
    is that the question is answerable.
    """
    right, order, _ = _ranked(rows)
    confidence = np.array([row.confidence for row in rows])[order]
    edges = bin_edges([row.confidence for row in rows])[:-1]

    def compute(weights: Array) -> float:
        drawn = weights[order]
        gaps = np.add.reduceat(drawn * (confidence - right), edges)
        return float(np.abs(gaps).sum() / drawn.sum())

    return compute


def bin_edges(confidences: Sequence[float], bins: int = BINS) -> NDArray[np.intp]:
    """Where bins of equally many begin, by rising confidence, and the end of the last.

    Equal confidences stay together, so that no order among them matters.
    """
    rising = np.sort(np.asarray(confidences, dtype=float))
    starts = np.searchsorted(rising, rising, side="left")
    wanted = np.linspace(0, len(rising), bins + 1).astype(int)[:-1]
    return np.append(np.unique(starts[wanted]), len(rising))


def _ranked(rows: Sequence[Row]) -> tuple[Array, NDArray[np.intp], NDArray[np.intp]]:
    """Whether each is answerable by rising confidence, that order, and where ties begin."""
    confidence = np.array([row.confidence for row in rows])
    order = np.argsort(confidence, kind="stable")
    right = np.array([row.answerable for row in rows], dtype=float)[order]
    rising = confidence[order]
    ties = np.flatnonzero(np.r_[True, rising[1:] > rising[:-1]])
    return right, order, ties


def _percentile(share: float) -> Measure:
    def measure(rows: Sequence[Row]) -> Callable[[Array], float]:
        values = np.array([row.latency_ms for row in rows])
        return lambda weights: float(np.percentile(np.repeat(values, weights.astype(int)), share))

    return measure
