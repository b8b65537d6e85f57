"""How well a run finds what is relevant: measures, their intervals, and two runs compared.

The measures are those of `ir_measures` (MacAvaney et al. 2022), by trec_eval where that has
them. Intervals are percentile intervals over resampled queries (Efron 1979); two runs are
compared over the same resamples (Sakai 2006). What is no mean over queries, such as F1, is
computed anew from each resample's counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isqrt

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG
from numpy.typing import NDArray

from benchmarks.trec import Run
from rag.evaluation.figures import Figure

MEASURES = {
    "nDCG@10": nDCG @ 10,
    "Recall@1": R @ 1,
    "Recall@10": R @ 10,
    "Recall@100": R @ 100,
    "MRR@10": RR @ 10,
}
RESAMPLES = 10_000
LEVEL = 0.95
SEED = 0
_BATCH = 500  # resamples at a time: what they take does not grow with their number
Array = NDArray[np.float64]
Scores = Mapping[str, Array]  # of each measure a value a query, shape (queries,)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over queries, and the interval that holds it in 95 of 100 resamples."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of one run less another's; `below_zero` is the share of resamples under 0."""

    value: float
    low: float
    high: float
    below_zero: float


def score(qrels: Mapping[str, Mapping[str, int]], run: Run) -> dict[str, Array]:
    """Each measure of each query of `qrels`, in their order; 0 where nothing was found.

    The order of a run counts, not its scores: trec_eval would break ties by the ids.
    """
    ranked = {
        query: {document: float(-rank) for rank, (document, _) in enumerate(run.get(query, ()))}
        for query in qrels
    }
    place = {query: number for number, query in enumerate(qrels)}
    names = {measure: name for name, measure in MEASURES.items()}
    values = {name: np.zeros(len(qrels)) for name in MEASURES}
    graded = {query: dict(grades) for query, grades in qrels.items()}
    for found in ir_measures.iter_calc(list(names), graded, ranked):
        values[names[found.measure]][place[found.query_id]] = found.value
    return values


def means(scores: Scores) -> dict[str, Mean]:
    """Each measure's mean over the queries, with its interval."""
    return {
        name: Mean(float(values.mean()), *_interval(_resampled(values)))
        for name, values in scores.items()
    }


def difference(first: Array, second: Array) -> Difference:
    """The first run's mean less the second's, of one measure of the same queries."""
    if first.shape != second.shape:
        raise ValueError(f"runs of {first.size} and {second.size} queries cannot be paired")
    drawn = _resampled(first - second)
    below = float((drawn < 0).mean())
    return Difference(float((first - second).mean()), *_interval(drawn), below)


def estimates(counts: Array, measures: Mapping[str, Callable[[Array], Array]]) -> dict[str, Figure]:
    """Figures that are computed from sums of counts, each with its interval.

    `counts`, shape (items, kinds), is what each item adds; an item is what is resampled. A
    measure takes sums, shape (…, kinds), and gives figures, shape (…).
    """
    drawn = _resampled(counts)
    whole = counts.mean(axis=0)
    return {
        name: Figure(name, float(measure(whole)), *_interval(measure(drawn)), len(counts))
        for name, measure in measures.items()
    }


def share(sums: Array) -> Array:
    """The mean of the first of the counts."""
    return sums[..., 0]


def precision(sums: Array) -> Array:
    """Of counts (right, found, relevant)."""
    return _ratio(sums[..., 0], sums[..., 1])


def recall(sums: Array) -> Array:
    """Of counts (right, found, relevant)."""
    return _ratio(sums[..., 0], sums[..., 2])


def f1(sums: Array) -> Array:
    """Of counts (right, found, relevant)."""
    return _ratio(2 * sums[..., 0], sums[..., 1] + sums[..., 2])


def macro_f1(sums: Array) -> Array:
    """The mean of the classes' F1; see `f1_by_class`."""
    return np.asarray(f1_by_class(sums).mean(axis=-1))


def f1_by_class(sums: Array) -> Array:
    """Each class's F1, of a confusion matrix laid flat: class that is right, class given.

    A class that is neither right nor given anywhere has an F1 of 0.
    """
    classes = isqrt(sums.shape[-1])
    confusion = sums.reshape(*sums.shape[:-1], classes, classes)
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    return _ratio(2 * right, confusion.sum(axis=-1) + confusion.sum(axis=-2))


def table(rows: Mapping[str, Mapping[str, Figure]]) -> str:
    """A line a row, as a Markdown table; intervals in brackets."""
    names = list(dict.fromkeys(name for figures in rows.values() for name in figures))
    lines = [["", *names], ["---"] * (len(names) + 1)]
    for row, figures in rows.items():
        shown = [_shown(figures[name]) if name in figures else "" for name in names]
        lines.append([row, *shown])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _shown(figure: Figure) -> str:
    values = (figure.value, figure.low, figure.high)
    return "{} ({} to {})".format(*(f"{value:.3f}".removeprefix("0") for value in values))


def _ratio(over: Array, under: Array) -> Array:
    """0 where there is nothing to divide by."""
    return np.divide(over, under, out=np.zeros(np.shape(over)), where=np.asarray(under) > 0)


def _resampled(values: Array) -> Array:
    """The means of resampled items, shape (RESAMPLES, …); the same draws for equal sizes."""
    rng = np.random.default_rng(SEED)
    size = len(values)
    chances = np.full(size, 1 / size)
    batches = [
        rng.multinomial(size, chances, size=_BATCH) @ values for _ in range(RESAMPLES // _BATCH)
    ]
    return np.concatenate(batches) / size


def _interval(drawn: Array) -> tuple[float, float]:
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return float(low), float(high)
