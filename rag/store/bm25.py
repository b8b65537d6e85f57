"""BM25 (Robertson and Zaragoza 2009) over postings, in Lucene's form."""

from __future__ import annotations

import math
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
        """The sum over terms, each given as the holders of its alternatives.

        Alternatives are one term, held wherever one of them is and as often as all of them
        together (Indri's synonyms, Metzler and Croft 2004): a rare spelling counts no more than
        the usual one. A term counts by the square root of its weight (0..1); one that no text
        holds counts in `most` alone, and by the whole weight: it may be no word of the subject.
        """
        values = np.zeros(self.size, dtype=np.float32)
        most = 0.0
        for alternatives, weight in zip(terms, weights, strict=True):
            if alternatives:
                rows, counts = _united(alternatives)
                value = math.sqrt(weight) * self._rarity(len(rows))
                values[rows] += np.float32(value) * self._saturation(rows, counts)
                most += value
            else:
                most += weight * self._rarity(0)
        return Scores(values, most)

    def _saturation(
        self, rows: NDArray[np.int32], counts: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        shares: NDArray[np.float32] = (counts / (counts + self._norms[rows])).astype(np.float32)
        return shares

    def _rarity(self, holders: int) -> float:
        return float(np.log1p((self.size - holders + 0.5) / (holders + 0.5)))


def _united(alternatives: Sequence[Holders]) -> Holders:
    if len(alternatives) == 1:
        return alternatives[0]
    rows = np.concatenate([rows for rows, _ in alternatives])
    counts = np.concatenate([counts for _, counts in alternatives])
    order = np.argsort(rows, kind="stable")
    firsts = np.flatnonzero(np.diff(rows[order], prepend=-1))
    return rows[order][firsts], np.add.reduceat(counts[order], firsts)
