"""The documents as a list that is searched, sorted and turned page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from rag.store import DocumentSummary
from rag.terms import fold

PAGE_ROWS = 50
TEXT_PART = 20_000  # characters of a document that are shown at first, and more at a time


@dataclass(frozen=True, slots=True)
class Browsing:
    """Where somebody is in the list: what is looked for, the order, the page, what is open.

    `page` counts from 0; `opened` is the id of the document on the right, "" where none is, and
    `reach` how many characters of its text are shown.
    """

    wanted: str = ""
    order: str = "title"
    descending: bool = False
    page: int = 0
    opened: str = ""
    reach: int = TEXT_PART

    def looking_for(self, wanted: str) -> Browsing:
        """The first page of what is typed."""
        return self if wanted == self.wanted else replace(self, wanted=wanted, page=0)

    def by(self, order: str) -> Browsing:
        """The first page, ordered by a column; the other way round where it is already."""
        if order not in ORDERS:
            return self
        descending = order == self.order and not self.descending
        return replace(self, order=order, descending=descending, page=0)

    def opening(self, id: str) -> Browsing:
        """With a document on the right, from its start; with none for ""."""
        return replace(self, opened=id, reach=TEXT_PART)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the list, and the folded words by which it is found."""

    summary: DocumentSummary
    words: str

    @classmethod
    def of(cls, one: DocumentSummary) -> Entry:
        """Title, authors, journal, year and names, folded."""
        facts = (one.title, *one.authors, one.journal, one.year, one.id, *one.sources)
        return cls(one, fold("\n".join(str(fact) for fact in facts if fact)))


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page: those from `first` on (from 0) of the `found` among `total`."""

    rows: tuple[DocumentSummary, ...]
    first: int
    found: int
    total: int
    number: int  # from 0

    @property
    def is_last(self) -> bool:
        """Whether no row follows."""
        return self.first + len(self.rows) >= self.found


def entries_of(documents: Sequence[DocumentSummary]) -> tuple[Entry, ...]:
    """The documents, made ready to be looked through."""
    return tuple(map(Entry.of, documents))


def look(entries: Sequence[Entry], browsing: Browsing) -> Page:
    """The page that is asked for; the last one where there are fewer.

    A document is found where all that is typed stands in its facts, be it as parts of words.
    """
    words = fold(browsing.wanted).split()
    found = [one for one in entries if all(word in one.words for word in words)]
    # Those that lack the fact stand last, either way round.
    key = ORDERS[browsing.order]
    known = [one for one in found if key(one.summary) not in (None, "")]
    lacking = [one for one in found if key(one.summary) in (None, "")]
    known.sort(key=lambda one: key(one.summary), reverse=browsing.descending)
    rows = [one.summary for one in (*known, *lacking)]
    last = max(0, (len(rows) - 1) // PAGE_ROWS)
    number = min(max(0, browsing.page), last)
    first = number * PAGE_ROWS
    return Page(tuple(rows[first : first + PAGE_ROWS]), first, len(rows), len(entries), number)


# What a column is sorted by.
ORDERS: Mapping[str, Callable[[DocumentSummary], Any]] = MappingProxyType({
    "title": lambda one: fold(one.title or one.id),
    "authors": lambda one: fold(", ".join(one.authors)),
    "year": lambda one: one.year,
    "journal": lambda one: fold(one.journal or ""),
    "passages": lambda one: one.passages,
    "added": lambda one: one.added,
})  # fmt: skip
