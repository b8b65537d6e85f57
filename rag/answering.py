"""Evidence in, an Answer with Citations out; or none, said plainly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.types import Answer, Citation, Document, Evidence, Kind, Statement, Support

ABSTENTION = "The corpus does not answer this question."
# A further quotation must be this likely an answer, and have this share of the best one's
# probability: on the development sets, less adds more wrong quotations than facts.
LEAST_PROBABILITY, LEAST_SHARE = 0.15, 0.5
NEAREST = 3  # passages shown when abstaining


def compose(
    question: str,
    evidence: Sequence[Evidence],
    confidence: float,
    document: Callable[[str], Document],
    *,
    threshold: float,
    max_quotations: int,
) -> Answer:
    """The answer that the evidence (best first) gives.

    Below `threshold` the assistant abstains, and the nearest evidence is shown as what it is:
    not an answer.
    """
    abstained = confidence < threshold or not evidence
    chosen = select(evidence, NEAREST if abstained else max_quotations, all_likely=not abstained)
    citations = tuple(
        cite(number, one, document(one.hit.passage.document_id))
        for number, one in enumerate(chosen, start=1)
    )
    if abstained:
        return Answer(question, ABSTENTION, True, confidence, nearest=citations)
    return Answer(question, quoted_text(citations), False, confidence, citations=citations)


def quoted_text(citations: Sequence[Citation]) -> str:
    """An answer's text: its quotations, a line each, with their numbers."""
    return "\n".join(f"{' '.join(one.quote.split())} [{one.number}]" for one in citations)


def written_text(statements: Sequence[Statement]) -> str:
    """What a model wrote as running text: numbers, and a word where a sentence falls short."""
    return " ".join(_with_numbers(one) for one in statements)


def _with_numbers(statement: Statement) -> str:
    doubt = "" if statement.support is Support.SUPPORTED else f"({in_words(statement)})"
    parts = (statement.text, in_brackets(statement.citations), doubt)
    return " ".join(part for part in parts if part)


def in_words(statement: Statement) -> str:
    """What the check says of a statement, and what to look at."""
    named = ", ".join(f"“{one}”" for one in statement.missing)
    return f"{statement.support}: look at {named}" if named else str(statement.support)


def disagreement(statements: Sequence[Statement]) -> str:
    """Which quotations deny what is said of others, in a line; "" where none does."""
    sides = [
        f"{in_brackets(one.against)} against {in_brackets(one.citations)}"
        for one in statements
        if one.against
    ]
    return f"Passages disagree: {', '.join(sides)}." if sides else ""


def in_brackets(numbers: Sequence[int]) -> str:
    """Numbers of citations as they stand in a text: "[1][2]"."""
    return "".join(f"[{number}]" for number in numbers)


def select(evidence: Sequence[Evidence], limit: int, *, all_likely: bool = True) -> list[Evidence]:
    """The units to quote, best first: each text once, and none far less likely than the best."""
    chosen: list[Evidence] = []
    for one in evidence:
        if len(chosen) == limit:
            break
        if any(_repeats(one, other) for other in chosen):
            continue
        if chosen and all_likely and one.probability < _bar(chosen[0]):
            break
        chosen.append(one)
    return chosen


def _bar(best: Evidence) -> float:
    """The probability that a further quotation must have."""
    return max(LEAST_PROBABILITY, LEAST_SHARE * best.probability)


def _repeats(one: Evidence, other: Evidence) -> bool:
    """Whether two units say the same words, or stand in two texts of one work."""
    here, there = one.hit.passage, other.hit.passage
    if here.document_id != there.document_id:
        if here.works & there.works:
            return True
    elif one.start < other.end and other.start < one.end:
        return True
    return one.text.casefold().split() == other.text.casefold().split()


def cite(number: int, evidence: Evidence, document: Document) -> Citation:
    """The citation of a unit in its document."""
    record, passage = document.record, evidence.hit.passage
    reference = document.reference_at(evidence.start, evidence.end)
    return Citation(
        number=number,
        quote=document.text[evidence.start : evidence.end],
        start=evidence.start,
        end=evidence.end,
        document_id=document.id,
        source=document.source,
        score=round(evidence.probability, 4),
        page=document.page_at(evidence.start),
        section=passage.section,
        kind=passage.kind,
        highlights=evidence.highlights,
        title=record.title,
        authors=record.authors,
        year=record.year,
        journal=record.journal,
        doi=record.doi,
        pmid=record.pmid,
        url=record.url,
        sources=document.sources,
        reference=reference if passage.kind is Kind.REFERENCE else None,
    )
