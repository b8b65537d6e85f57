"""Citations as RIS, which reference programs (Zotero, EndNote, Mendeley) take in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from rag.addresses import doi_url, pubmed_url, web_url
from rag.export.lines import one_line
from rag.export.names import Name, people
from rag.export.works import Work, works
from rag.types import Citation


def citations_to_ris(citations: Iterable[Citation]) -> str:
    """A record for each work cited; each quotation with its place is a note (`N1`).

    A journal article where a journal is known, else of the generic type.
    """
    import rispy

    text: str = rispy.dumps([_record(work) for work in works(citations)])
    # Records come numbered, but to other programs a file begins with a type.
    return re.sub(r"^\d+\.\n", "", text, flags=re.MULTILINE)


def _record(work: Work) -> dict[str, Any]:
    record = work.record
    names, _ = people(record.authors)
    address = doi_url(record.doi) or pubmed_url(record.pmid) or web_url(record.url)
    facts = {
        "type_of_reference": "JOUR" if record.journal else "GEN",
        "authors": [_name(name) for name in names],
        "title": one_line(record.title),
        "journal_name": one_line(record.journal or ""),
        "year": str(record.year or ""),
        "doi": one_line(record.doi or ""),
        "accession_number": one_line(record.pmid or ""),
        "name_of_database": "PubMed" if record.pmid else "",
        # A semicolon parts addresses.
        "urls": [address.replace(";", "%3B")] if address else [],
        "notes": work.annotations,
    }
    return {label: value for label, value in facts.items() if value}


def _name(name: Name) -> str:
    return ", ".join(part for part in (name.family, name.spelt, name.suffix) if part)
