"""Words of a question looked up in the postings, and scored by BM25."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rag.store.bm25 import Bm25, Holders, Scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.store.words import WordIndex
    from rag.types import SearchTerm

LARGE = 100_000  # passages from which words that are everywhere are not looked at everywhere
UBIQUITOUS = 0.05  # share of the passages from which a word is
_SHORT = 3  # letters; parts of a name such as "B-ALL" say nothing apart


class Matcher:
    """Scores every passage of a word index for the terms of a question."""

    def __init__(self, words: WordIndex) -> None:
        self._words = words

    def scores(self, terms: Sequence[SearchTerm]) -> tuple[Scores, Scores]:
        """BM25 of every passage, and of the whole document that each stands in.

        A document's count of a word is the sum over its passages. In a large index words that
        stand nearly everywhere are counted only in documents that hold another word as well.
        """
        found = [[hold for form in term.alternatives if (hold := self._postings(form))]
                 for term in terms]  # fmt: skip
        if len(self._words.ids) >= LARGE:
            found = self._pruned(found)
        whole = [[self._by_document(hold) for hold in holds] for holds in found]
        weights = [term.weight for term in terms]
        passages = self._bm25.scores(found, weights)
        documents = self._document_bm25.scores(whole, weights)
        return passages, Scores(documents.values[self._document_rows], documents.most)

    def _pruned(self, found: Sequence[list[Holders]]) -> list[list[Holders]]:
        """The holders of each term; of one that is everywhere, where a rarer one is as well.

        As MaxScore does (Turtle and Flood 1995), but for the check that nothing is lost: such a
        word adds little to any score, and most of the work.
        """
        most = UBIQUITOUS * len(self._words.ids)
        is_rare = [sum(hold.often for hold in holds) <= most for holds in found]
        rare = [
            hold.rows for holds, yes in zip(found, is_rare, strict=True) if yes for hold in holds
        ]
        if not rare or all(is_rare):
            return list(found)
        is_chosen = np.zeros(int(self._document_rows[-1]) + 1, dtype=bool)
        for rows in rare:
            is_chosen[self._document_rows[rows]] = True
        chosen = is_chosen[self._document_rows]
        return [
            holds if yes else [hold.within(chosen) for hold in holds]
            for holds, yes in zip(found, is_rare, strict=True)
        ]

    def _postings(self, form: Sequence[str]) -> Holders | None:
        """Where an alternative stands, and how often; None where it does not.

        A pair is found where a hyphen joins it; words long enough to be looked for one by one
        also where all of them stand somewhere.
        """
        if len(form) == 1:
            return self._of(form[0])
        joined = self._of("".join(form)) if len(form) == 2 else None
        if joined or any(len(stem) < _SHORT for stem in form):
            return joined
        found = [self._of(stem) for stem in form]
        return _together([one for one in found if one]) if all(found) else None

    def _of(self, stem: str) -> Holders | None:
        place = self._numbers.get(stem)
        if place is None:
            return None
        here = slice(self._words.starts[place], self._words.starts[place + 1])
        return Holders(self._words.rows[here], self._words.counts[here])

    def _by_document(self, hold: Holders) -> Holders:
        """Of passages' holders, those among documents; of some of them, about as many of all."""
        holders = self._document_rows[hold.rows]
        firsts = np.flatnonzero(np.diff(holders, prepend=-1))
        if not len(firsts):
            return Holders(holders, hold.counts, 0)
        counts = np.add.reduceat(hold.counts, firsts, dtype=np.int32)
        often = round(hold.often * len(firsts) / len(holders))
        return Holders(holders[firsts], counts, often)

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {term: number for number, term in enumerate(self._words.terms)}

    @cached_property
    def _document_rows(self) -> NDArray[np.int32]:
        """The number of each passage's document, counted in the order of their passages."""
        first = np.diff(self._words.documents, prepend=-1) != 0
        return (np.cumsum(first) - 1).astype(np.int32)

    @cached_property
    def _bm25(self) -> Bm25:
        return Bm25(self._words.lengths)

    @cached_property
    def _document_bm25(self) -> Bm25:
        return Bm25(np.bincount(self._document_rows, self._words.lengths).astype(np.int32))


def _together(
    found: Sequence[Holders],
) -> Holders | None:
    """The rows that all of the postings have, with the least of their counts."""
    rows, counts = found[0].rows, found[0].counts
    for other in found[1:]:
        rows, here, there = np.intersect1d(
            rows, other.rows, assume_unique=True, return_indices=True
        )
        counts = np.minimum(counts[here], other.counts[there])
    return Holders(rows, counts) if len(rows) else None
