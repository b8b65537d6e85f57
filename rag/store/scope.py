"""The passages that a search is bound to, as they were at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rag.store.bm25 import Scores
from rag.store.vectors import IdSet, VectorIndex
from rag.store.words import WordIndex
from rag.types import SearchTerm

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Share of a query's words' weight from which a match counts as whole: where nothing holds more
# than a word or two, the best of it is still no match. Set on the development questions of the
# seeds; 0 to 0.6 are within noise on larger sets.
FULL = 0.4
_BLOCK = 256  # scores


class Scope:
    """Implements `rag.store.Scope` over words and vectors of the same passages."""

    def __init__(
        self, words: WordIndex, vectors: VectorIndex, among: NDArray[np.int64] | None = None
    ) -> None:
        """`among` are the ids of the passages inside; None for all."""
        self._words, self._vectors = words, vectors
        self._inside = np.ones(len(words.ids), dtype=bool)
        if among is not None:
            self._inside[:] = False
            self._inside[words.places(among[words.holds(among)])] = True

    def match(self, terms: Sequence[SearchTerm]) -> NDArray[np.float32]:
        """The mean of two shares: the passage's BM25 of the best passage's inside, and its
        document's of the best document's. What a passage leaves out, its neighbours may say.
        """
        passages, documents = self._words.scores(terms)
        total: NDArray[np.float32] = _shares(passages, self._inside)
        total += _shares(documents, self._inside)
        return total / np.float32(2)

    def best(
        self, matches: NDArray[np.float32], limit: int, *, references: bool
    ) -> NDArray[np.int64]:
        """See `rag.store.Scope`."""
        among = self._cited_ids if references else self._text_ids
        if among is None or limit < 1:
            return np.zeros(0, dtype=np.int64)
        scores = matches * self._kind(references=references)
        return self._words.ids[_greatest(scores, limit)]

    def of(self, matches: NDArray[np.float32], ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """See `rag.store.Scope`."""
        return matches[self._words.places(ids)]

    def nearest(
        self, vector: NDArray[np.float32], limit: int, *, references: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """See `rag.store.Scope`; exact, but in a large index only in the nearest parts."""
        among = self._cited_ids if references else self._text_ids
        return self._vectors.search(vector, limit, among)

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """See `rag.store.Scope`."""
        return self._vectors.vectors(ids)

    def outline(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """See `rag.store.Scope`."""
        rows = self._words.places(ids)
        return self._words.documents[rows], self._words.references[rows]

    def __len__(self) -> int:
        return int(self._inside.sum())

    def _kind(self, *, references: bool) -> NDArray[np.bool_]:
        return self._cited if references else self._texts

    @cached_property
    def _texts(self) -> NDArray[np.bool_]:
        return self._inside & ~self._words.references

    @cached_property
    def _cited(self) -> NDArray[np.bool_]:
        return self._inside & self._words.references

    @cached_property
    def _text_ids(self) -> IdSet | None:
        return self._id_set(self._texts)

    @cached_property
    def _cited_ids(self) -> IdSet | None:
        return self._id_set(self._cited)

    def _id_set(self, rows: NDArray[np.bool_]) -> IdSet | None:
        return IdSet(self._words.ids[rows]) if rows.any() else None


def _greatest(scores: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    """The places of the greatest scores above 0, greatest first, of equal ones the first.

    Of a million scores, those are sorted that reach the `limit`-th greatest of the blocks'
    maxima: it is no greater than the `limit`-th greatest score.
    """
    blocks = len(scores) // _BLOCK
    bound = np.float32(0)
    if blocks > limit:
        most = scores[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
        bound = np.partition(most, blocks - limit)[blocks - limit]
    places = np.flatnonzero(scores >= bound) if bound > 0 else np.flatnonzero(scores > 0)
    return places[np.lexsort((places, -scores[places]))[:limit]]


def _shares(scores: Scores, inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Scores as shares of the best one's, or of `FULL` of all that there could be, if more."""
    held = scores.values * inside
    best = max(float(held.max(initial=0.0)), FULL * scores.most)
    return held / np.float32(best) if best > 0 else held
