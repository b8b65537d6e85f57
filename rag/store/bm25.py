"""BM25 (Robertson and Zaragoza 2009) over postings, in Lucene's form."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Anserini's, with which BEIR's figures of BM25 are made; k1 = 1.2, b = 0.75 find as much or less.
K1, B = 0.9, 0.4


@dataclass(frozen=True, slots=True)
class Holders:
    """The texts that hold a term, ascending, and how often each does; or those of them that count.

    `often` is how many there are of all. Shapes (texts,).
    """

    rows: NDArray[np.int32]
    counts: NDArray[np.integer[Any]]
    of_all: int = -1

    @property
    def often(self) -> int:
        """How many texts hold it."""
        return len(self.rows) if self.of_all < 0 else self.of_all

    def within(self, chosen: NDArray[np.bool_]) -> Holders:
        """Those of them whose rows are chosen."""
        places = np.flatnonzero(chosen[self.rows])
        return Holders(self.rows[places], self.counts[places], self.often)


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
                held = _united(alternatives)
                value = math.sqrt(weight) * self._rarity(min(held.often, self.size))
                values[held.rows] += np.float32(value) * self._saturation(held)
                most += value
            else:
                most += weight * self._rarity(0)
        return Scores(values, most)

    def _saturation(self, held: Holders) -> NDArray[np.float32]:
        counts = held.counts.astype(np.int32)
        shares: NDArray[np.float32] = counts / (counts + self._norms[held.rows])
        return shares.astype(np.float32)

    def _rarity(self, holders: int) -> float:
        return float(np.log1p((self.size - holders + 0.5) / (holders + 0.5)))


def _united(alternatives: Sequence[Holders]) -> Holders:
    if len(alternatives) == 1:
        return alternatives[0]
    rows = np.concatenate([one.rows for one in alternatives])
    counts = np.concatenate([one.counts for one in alternatives]).astype(np.int32)
    order = np.argsort(rows, kind="stable")
    firsts = np.flatnonzero(np.diff(rows[order], prepend=-1))
    is_part = any(one.often > len(one.rows) for one in alternatives)
    often = sum(one.often for one in alternatives) if is_part else -1
    return Holders(rows[order][firsts], np.add.reduceat(counts[order], firsts), often)
