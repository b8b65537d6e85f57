"""What can be told of a unit and a question, as numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.query import Query, Term, tokens
from rag.reading.sections import telling_section
from rag.types import Hit, Kind, Unit

NAMES = (
    "reads_answer",  # logit of the trained reader: the passage answers
    "reads_evidence",  # mean logit of the unit's tokens being evidence
    "reads_peak",  # the greatest of those
    "reads_span",  # logit of the unit's best answer span over that of there being none
    "reads_relevant",  # logit of its being of a document that is asked about
    "passage_similarity",  # cosine of question and passage
    "words",  # BM25 of the passage, as a share of the best
    "coverage",  # weight of the question's terms that the unit or its heading holds, as a share
    "context_coverage",  # … or its title, whole section and, for a paper's own text, its byline
    "passage_coverage",  # … or its passage
    "missing_names",  # how many names, numbers and rare words even the passage does not hold
    "missing_codes",  # … and how many of those hold a digit: "CD20", "2015"
    "unknown",  # share of the weight on terms that the corpus does not hold at all
    "fields",  # of the facts asked for, the share that the unit states; 0 where none are asked
    "fields_of_subject",  # the same, by the context coverage of what they are asked of
    "unstated",  # facts are asked for and the unit states none of them
    "reference",  # an entry of a citation list
    "record",  # a line of a document's record
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit of a hit, with its features."""

    hit: Hit
    unit: Unit
    features: Mapping[str, float]

    @property
    def text(self) -> str:
        """The unit's text."""
        first = self.hit.passage.start
        return self.hit.passage.text[self.unit.start - first : self.unit.end - first]


def find_candidates(
    query: Query,
    hits: Sequence[Hit],
    frequencies: Mapping[str, int],
    is_word: Callable[[str], bool],
) -> list[Candidate]:
    """Every unit of the hits with the features that need no model.

    `frequencies` says in how many passages of the corpus each stem of the query occurs;
    `is_word` whether a text is a common word of the language.
    """
    names = {term for term in query.terms if _is_name(term, is_word)}
    unknown = _share(query.terms, [not term.is_known(frequencies) for term in query.terms])
    return [
        Candidate(hit, unit, _features(query, hit, unit, around, unknown, names))
        for hit in hits
        for around in [_Surroundings(hit)]
        for unit in hit.passage.units
    ]


class _Surroundings:
    """The tokens of what stands around a hit's units: heading, context, and the whole passage."""

    def __init__(self, hit: Hit) -> None:
        self.heading = tokens(telling_section(hit.passage))
        self.context = _context(hit)
        is_reference = hit.passage.kind is Kind.REFERENCE
        self.passage: set[str] = set() if is_reference else tokens(hit.passage.text)


def _features(
    query: Query,
    hit: Hit,
    unit: Unit,
    around: _Surroundings,
    unknown: float,
    names: set[Term],
) -> dict[str, float]:
    passage = hit.passage
    text = passage.text[unit.start - passage.start : unit.end - passage.start]
    own = tokens(text) | around.heading
    context = own | around.context
    whole = context | around.passage
    missing = [term for term in query.terms if not term.is_covered(whole)]
    subject, fields = coverage(query.terms, context), _field_share(query, unit)
    return {
        "passage_similarity": hit.similarity,
        "words": hit.words,
        "coverage": coverage(query.terms, own),
        "context_coverage": subject,
        "passage_coverage": coverage(query.terms, whole),
        "missing_names": float(sum(term in names for term in missing)),
        "missing_codes": float(sum(bool(re.search(r"\d", term.written)) for term in missing)),
        "unknown": unknown,
        "fields": fields,
        "fields_of_subject": fields * subject,
        "unstated": float(query.asks_for_record and not fields),
        "reference": float(passage.kind is Kind.REFERENCE),
        "record": float(passage.kind is Kind.RECORD),
    }


def coverage(terms: Sequence[Term], held: set[str]) -> float:
    """The share of the terms' weight that a text with these tokens covers; 1 for no terms."""
    total = sum(term.weight for term in terms)
    return sum(term.weight * term.credit(held) for term in terms) / total if total else 1.0


def _share(terms: Sequence[Term], chosen: Sequence[bool]) -> float:
    total = sum(term.weight for term in terms)
    part = sum(term.weight for term, yes in zip(terms, chosen, strict=True) if yes)
    return part / total if total else 0.0


def _context(hit: Hit) -> set[str]:
    """What a unit's surroundings say of it. A listing's own byline says nothing of an entry."""
    passage = hit.passage
    parts = [passage.section]
    if passage.kind is not Kind.REFERENCE:
        parts += [passage.title, passage.byline]
    if passage.kind is Kind.RECORD:
        parts.append(passage.text)
    return tokens("\n".join(parts))


def _field_share(query: Query, unit: Unit) -> float:
    return len(query.asked & unit.fields) / len(query.asked) if query.asked else 0.0


def _is_name(term: Term, is_word: Callable[[str], bool]) -> bool:
    """Whether a term names one thing: it has a digit or an inner capital, or is a rare word."""
    inner = term.written[1:] if term.start == 0 else term.written
    shaped = any(char.isdigit() or char.isupper() for char in inner)
    return shaped or not is_word(term.written)
