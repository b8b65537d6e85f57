"""What is asked and found: terms, hits, evidence, and answers with their citations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.types.documents import Kind, Passage, Reference


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A term as the search by words takes it: any of its alternatives, which count as one.

    An alternative is a tuple of stems; several must all stand in a passage. `weight` (0..1) is
    how much the term says about what is asked for.
    """

    alternatives: tuple[tuple[str, ...], ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query.

    `score` is higher for a better one: the fused score or, with a reranker, its score with what
    `search_weight` adds of the fused one; of hits that it did not look at, a number below all of
    those, one less for each place. References that wait for their turn, and passages that repeat
    a better one, stand below some of a lower score.
    """

    passage: Passage
    score: float
    similarity: float = 0.0  # cosine of query and passage, -1..1
    words: float = 0.0  # BM25 of passage and document, as shares of the query's best, 0..1
    highlights: tuple[tuple[int, int], ...] = ()  # words of the query, as document offsets


@dataclass(frozen=True, slots=True)
class Evidence:
    """A unit of a hit, scored by a reader.

    `probability` (0..1, calibrated) is that of the unit answering the question; `features` are
    the numbers it was computed from; `highlights` are the short answers in the unit, in reading
    order and as document offsets: none where the reader finds none likelier than no answer.
    """

    hit: Hit
    start: int
    end: int
    probability: float
    features: Mapping[str, float] = field(default_factory=dict)
    highlights: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """The quotation."""
        passage = self.hit.passage
        return passage.text[self.start - passage.start : self.end - passage.start]


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation and where it stands: `document.text[start:end] == quote`.

    Title, authors and identifiers are those of the document that holds the quotation; where
    the quotation is an entry of its citation list, `reference` carries the entry's own. `score`
    is the evidence's probability (0..1, to four places), `highlights` are its too.
    """

    number: int
    quote: str
    start: int
    end: int
    document_id: str
    source: str
    score: float
    page: int | None = None
    section: str = ""
    kind: Kind = Kind.PROSE
    highlights: tuple[tuple[int, int], ...] = ()
    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    sources: tuple[str, ...] = ()
    reference: Reference | None = None


class Support(StrEnum):
    """How far quotations carry a sentence that somebody else wrote."""

    SUPPORTED = "supported"
    PARTLY = "partly supported"
    NOT = "not supported"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that a model wrote, and what the check says of it.

    `text` is without numbers; `citations` are those of the quotations that it names; `missing`
    is what it says and they do not: a number, a name, a negation. `against` are the numbers of
    quotations that it does not name and that deny it.
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    missing: tuple[str, ...] = ()
    against: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the corpus says to a question, or that it does not say.

    `text` is plain: quoted sentences, a `[n]` after each. When `abstained`, `citations` is
    empty and `nearest` holds what came closest, shown as *not an answer*. `confidence`
    (0..1, calibrated) is the probability that the corpus answers the question.

    When `generated`, a model wrote `statements` from the quotations, and `text` is made of them;
    `removed` are the sentences that were left out because no quotation carries them. `notice`
    says in a line what else there is to know: that passages disagree, or why a model that was
    asked wrote nothing. `usage` are tokens as the model's provider counts them, and their `cost`
    where the settings hold prices.
    """

    question: str
    text: str
    abstained: bool
    confidence: float
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    generated: bool = False
    statements: tuple[Statement, ...] = ()
    notice: str = ""
    removed: int = 0
    usage: Mapping[str, float] = field(default_factory=dict)
