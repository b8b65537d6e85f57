"""A citation in one line, in the style of Vancouver (ICMJE, "Citing Medicine")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.addresses import web_url
from rag.export.lines import one_line, sentence
from rag.export.names import Name, people
from rag.export.works import record_of
from rag.types import Citation, Kind, Record

_AUTHORS_SHOWN = 6


def cite_as_text(citation: Citation) -> str:
    """A quotation's reference in one line, to be copied: as a journal would print it.

    Authors, title, journal, year, the page of the PDF that it stands on, and DOI, else PMID, else
    web address. An entry of a citation list is given as it stands there, with an identifier that
    it does not print itself and, in brackets, the title of the document that lists it: no other
    fact of that one, for they are not the entry's.
    """
    facts = _entry(citation) if citation.kind is Kind.REFERENCE else _document(citation)
    return " ".join(filter(None, facts))


def cited_facts(citation: Citation) -> str:
    """Authors, title, journal and year; an entry without a title as it stands in the list."""
    record = record_of(citation)
    if not record.title and citation.kind is Kind.REFERENCE:
        return one_line(citation.quote)
    title = one_line(record.title) or one_line(citation.source)
    facts = (_byline(record.authors), title, one_line(record.journal or ""), str(record.year or ""))
    return " ".join(filter(None, map(sentence, facts)))


def _document(citation: Citation) -> Iterator[str]:
    yield cited_facts(citation)
    yield _page(citation)
    yield _identifier(record_of(citation))


def _entry(citation: Citation) -> Iterator[str]:
    """How the list prints it says more than what was understood of it."""
    printed = one_line(citation.quote)
    yield printed
    record = record_of(citation)
    if not _states(printed, record):
        yield _identifier(record)
    if title := sentence(one_line(citation.title)):
        yield f"(Listed in: {' '.join(filter(None, (title, _page(citation))))})"


def _states(printed: str, record: Record) -> bool:
    """Whether a text holds the identifier; a PMID may be any other number too."""
    doi, pmid = re.escape(record.doi or ""), re.escape(record.pmid or "")
    stated = rf"{doi}(?!\w)" if doi else rf"(?:PMID|PubMed)\D{{0,3}}{pmid}(?!\d)"
    return bool(re.search(stated, printed, re.IGNORECASE))


def _page(citation: Citation) -> str:
    """The file's page, said to be that: a journal counts its own pages."""
    return f"PDF p. {citation.page}." if citation.page else ""


def _identifier(record: Record) -> str:
    if record.doi:
        return one_line(f"doi:{record.doi}")
    if record.pmid:
        return one_line(f"PMID: {record.pmid}")
    address = web_url(record.url)
    return f"Available from: {address}" if address else ""


def _byline(authors: Sequence[str]) -> str:
    names, more = people(authors)
    shown = [_as_listed(name) for name in names[:_AUTHORS_SHOWN]]
    return ", ".join(shown + ["et al"] * (more or len(names) > len(shown)))


def _as_listed(name: Name) -> str:
    return " ".join(filter(None, (name.family, name.initials, name.suffix)))
