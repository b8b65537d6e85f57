"""A citation in one line, in the style of Vancouver (ICMJE, "Citing Medicine")."""

from __future__ import annotations

from collections.abc import Sequence

from rag.export.lines import one_line, sentence
from rag.export.names import Name, people
from rag.export.works import record_of
from rag.types import Citation, Kind

_AUTHORS_SHOWN = 6


def cite_as_text(citation: Citation) -> str:
    """Authors, title, journal, year and DOI (else PMID) in one line, to be copied.

    An entry of a citation list without a title is given as it stands in the list.
    """
    record = record_of(citation)
    number = f"doi:{record.doi}" if record.doi else record.pmid and f"PMID: {record.pmid}"
    return " ".join(filter(None, (cited_facts(citation), one_line(number or ""))))


def cited_facts(citation: Citation) -> str:
    """The same without identifiers."""
    record = record_of(citation)
    if not record.title and citation.kind is Kind.REFERENCE:
        return one_line(citation.quote)
    title = one_line(record.title) or one_line(citation.source)
    facts = (_byline(record.authors), title, one_line(record.journal or ""), str(record.year or ""))
    return " ".join(filter(None, map(sentence, facts)))


def _byline(authors: Sequence[str]) -> str:
    names, more = people(authors)
    shown = [_as_listed(name) for name in names[:_AUTHORS_SHOWN]]
    return ", ".join(shown + ["et al"] * (more or len(names) > len(shown)))


def _as_listed(name: Name) -> str:
    return " ".join(filter(None, (name.family, name.initials, name.suffix)))
