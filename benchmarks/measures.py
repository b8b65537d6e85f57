"""How well a run finds what is relevant: measures, their intervals, and two runs compared.

The measures are those of `ir_measures` (MacAvaney et al. 2022), by trec_eval where that has
them. Intervals are percentile intervals over resampled queries (Efron 1979); two runs are
compared over the same resamples (Sakai 2006).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG
from numpy.typing import NDArray

from benchmarks.trec import Run

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


def _resampled(values: Array) -> Array:
    """The means of resampled queries, shape (RESAMPLES,); the same draws for equal sizes."""
    rng = np.random.default_rng(SEED)
    chances = np.full(values.size, 1 / values.size)
    batches = [
        rng.multinomial(values.size, chances, size=_BATCH) @ values
        for _ in range(RESAMPLES // _BATCH)
    ]
    return np.concatenate(batches) / values.size


def _interval(drawn: Array) -> tuple[float, float]:
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return float(low), float(high)
