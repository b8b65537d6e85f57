"""What is read: documents, what is known of them, and the passages that they are cut into."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a stretch of a document is."""

    PROSE = "prose"
    RECORD = "record"  # the document's own facts: title, authors, journal, identifiers
    REFERENCE = "reference"  # an entry of a citation list inside the document


class Field(StrEnum):
    """The bibliographic facts that a question can ask for and a line can state."""

    TITLE = "title"
    AUTHORS = "authors"
    AFFILIATION = "affiliation"
    JOURNAL = "journal"
    DATE = "date"
    VOLUME = "volume"
    ISSUE = "issue"
    PAGES = "pages"
    DOI = "doi"
    PMID = "pmid"
    IDENTIFIER = "identifier"  # record numbers that are neither DOI nor PMID: UID, Concept ID
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    FUNDING = "funding"
    INTERESTS = "interests"
    KEYWORDS = "keywords"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of `Document.text` of one kind under one heading.

    `fields` are the facts that it states: of the document for a record, of the entry for a
    reference; empty for prose. `atomic` blocks (a reference, a header line) are never split
    into sentences.
    """

    start: int
    end: int
    kind: Kind = Kind.PROSE
    section: str = ""
    fields: frozenset[Field] = frozenset()
    atomic: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A document's own facts, as far as the document states them."""

    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None

    @property
    def works(self) -> frozenset[str]:
        """The identifiers of the work that this is a text of."""
        doi = f"doi:{self.doi.lower()}" if self.doi else ""
        return frozenset(filter(None, (doi, f"pmid:{self.pmid}" if self.pmid else "")))

    @property
    def byline(self) -> str:
        """Authors, journal and year in one line, as far as they are known."""
        parts = [", ".join(self.authors), self.journal or "", str(self.year or "")]
        return ". ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a citation list; `start:end` is its slice of the listing document's text."""

    start: int
    end: int
    authors: tuple[str, ...] = ()
    title: str = ""
    year: int | None = None
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """What cleaning took away: offsets into the source text, the rule, and the words."""

    start: int
    end: int
    rule: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A cleaned text and all that is known of it.

    `source_map` leads from `text` to the source text (the decoded characters of the file; of a
    PDF, a saved page or a file of fields, the text that its parser took out): runs
    `(text_start, source_start, length)`, ascending; characters outside every run are white
    space that mending put in. `pages` holds the offset at which each page starts (empty where
    the format has no pages).
    """

    id: str
    text: str
    source: str
    content_hash: str
    record: Record = Record()
    blocks: tuple[Block, ...] = ()
    references: tuple[Reference, ...] = ()
    pages: tuple[int, ...] = ()
    source_map: tuple[tuple[int, int, int], ...] = ()
    removals: tuple[Removal, ...] = ()
    sources: tuple[str, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The 1-based page on which `offset` lies; None where there are no pages."""
        return sum(start <= offset for start in self.pages) or None

    def source_offset(self, offset: int) -> int | None:
        """Where the character at `offset` stands in the source; None for mended white space."""
        for text_start, source_start, length in self.source_map:
            if text_start <= offset < text_start + length:
                return source_start + offset - text_start
        return None

    def reference_at(self, start: int, end: int) -> Reference | None:
        """The reference whose entry holds `start:end`, if one does."""
        for reference in self.references:
            if reference.start <= start and end <= reference.end:
                return reference
        return None


@dataclass(frozen=True, slots=True)
class Unit:
    """The least thing that is quoted: a sentence, a header line or a reference entry."""

    start: int
    end: int
    fields: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole units packed together: what is embedded, searched and read.

    `title` and `byline` (authors, journal and year) are the document's: they say what the
    text leaves out. `works` are the document's identifiers (DOI, PMID): documents that share
    one are texts of the same work.
    """

    document_id: str
    start: int
    end: int
    text: str
    units: tuple[Unit, ...]
    kind: Kind = Kind.PROSE
    section: str = ""
    page: int | None = None
    title: str = ""
    byline: str = ""
    works: frozenset[str] = frozenset()
    id: int = 0  # given by the store
