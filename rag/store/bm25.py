"""BM25 (Robertson and Zaragoza 2009) over postings, in Lucene's form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    # The texts that hold a term, ascending, and how often each does.
    Holders = tuple[NDArray[np.int32], NDArray[np.int32]]

# Anserini's, with which BEIR's figures of BM25 are made; k1 = 1.2, b = 0.75 find as much or less.
K1, B = 0.9, 0.4


@dataclass(frozen=True, slots=True)
class Scores:
    """`values`: shape (texts,). `most` is what they would come to where every term is held and
    repeated without end.
    """

    values: NDArray[np.float32]
    most: float


class Bm25:
    """Scores over texts of these lengths, in words; shape (texts,)."""

    def __init__(self, lengths: NDArray[np.int32]) -> None:
        self.size = len(lengths)
        mean = float(lengths.mean()) if self.size else 1.0
        self._norms = (K1 * (1 - B + B * lengths / max(mean, 1.0))).astype(np.float32)

    def scores(self, terms: Sequence[Sequence[Holders]], weights: Sequence[float]) -> Scores:
        """The sum over terms, of each the best of its alternatives.

        A term that no text holds counts in `most` by its weight (0..1): it may be a slip, or
        no word of the subject at all.
        """
        values = np.zeros(self.size, dtype=np.float32)
        most = 0.0
        for alternatives, weight in zip(terms, weights, strict=True):
            self._add(values, alternatives)
            often = max((len(rows) for rows, _ in alternatives), default=0)
            most += self._rarity(often) * (1.0 if often else weight)
        return Scores(values, most)

    def _add(self, values: NDArray[np.float32], alternatives: Sequence[Holders]) -> None:
        if len(alternatives) == 1:
            values[alternatives[0][0]] += self._weigh(*alternatives[0])
        elif alternatives:
            rows = np.concatenate([rows for rows, _ in alternatives])
            weighed = np.concatenate([self._weigh(*one) for one in alternatives])
            order = np.argsort(rows, kind="stable")
            firsts = np.flatnonzero(np.diff(rows[order], prepend=-1))
            values[rows[order][firsts]] += np.maximum.reduceat(weighed[order], firsts)

    def _weigh(self, rows: NDArray[np.int32], counts: NDArray[np.int32]) -> NDArray[np.float32]:
        weights: NDArray[np.float32] = counts / (counts + self._norms[rows])
        return weights.astype(np.float32) * np.float32(self._rarity(len(rows)))

    def _rarity(self, holders: int) -> float:
        return float(np.log1p((self.size - holders + 0.5) / (holders + 0.5)))
