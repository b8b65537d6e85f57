"""What citations are of: each work once, with the quotations from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from rag.export.lines import one_line
from rag.types import Citation, Kind, Record


@dataclass(frozen=True, slots=True)
class Work:
    """A work's facts, as far as its citations state them, and these citations."""

    record: Record
    citations: tuple[Citation, ...]

    @property
    def annotations(self) -> list[str]:
        """Each quotation with its place, in one line."""
        return [f"“{one_line(one.quote)}” ({place(one)})" for one in self.citations]


def record_of(citation: Citation) -> Record:
    """The facts of what is quoted: the document's or, of an entry of its list, the entry's own."""
    one = citation.reference if citation.kind is Kind.REFERENCE else citation
    if one is None:
        return Record()
    url = None if citation.kind is Kind.REFERENCE else citation.url
    return Record(one.title, one.authors, one.year, one.journal, one.doi, one.pmid, url)


def works(citations: Iterable[Citation]) -> list[Work]:
    """The distinct works, in the order in which they are first cited.

    Those that share a DOI or a PMID are one; what has neither is told by its document or, in a
    citation list, by its entry.
    """
    found: list[tuple[frozenset[str], Work]] = []
    for citation in citations:
        record = record_of(citation)
        names = record.works or frozenset({_place_of_its_own(citation)})
        work = Work(record, (citation,))
        same = [one for one in found if one[0] & names]
        for other_names, other in reversed(same):
            names, work = names | other_names, _joined(other, work)
        at = found.index(same[0]) if same else len(found)
        found = [one for one in found if one not in same]
        found.insert(at, (names, work))
    return [work for _, work in found]


def place(citation: Citation) -> str:
    """Where a quotation stands, in one line: section, page, file and offsets."""
    facts = (
        f"section {citation.section}" if citation.section else "",
        f"page {citation.page}" if citation.page else "",
        citation.source,
        f"characters {citation.start} to {citation.end}",
    )
    return one_line(", ".join(fact for fact in facts if fact))


def _place_of_its_own(citation: Citation) -> str:
    entry = citation.reference if citation.kind is Kind.REFERENCE else None
    within = f":{entry.start}" if entry else f":{citation.start}"
    return citation.document_id + (within if citation.kind is Kind.REFERENCE else "")


def _joined(first: Work, second: Work) -> Work:
    facts = {
        field.name: getattr(first.record, field.name) or getattr(second.record, field.name)
        for field in fields(Record)
    }
    return Work(Record(**facts), first.citations + second.citations)
