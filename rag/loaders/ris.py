"""RIS exports of reference programs (Zotero, EndNote, Mendeley): a document a reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from rag.cleaning import Extract, ExtractWriter, LostRecord
from rag.cleaning.bibliography import find_doi, find_year
from rag.errors import LoadError
from rag.loaders.facts import Facts, full_name
from rag.loaders.text import decode
from rag.types import Field

# The same fact goes by several tags, after the kind of reference and the program.
_TITLES = ("title", "primary_title", "secondary_title", "short_title")
_JOURNALS = ("journal_name", "secondary_title", "alternate_title1", "alternate_title2")
_YEARS = ("year", "publication_year", "date")
_TEXTS = ("abstract", "notes_abstract")


def read_ris(stream: BinaryIO) -> Iterator[Extract | LostRecord]:
    """The references of a RIS file. Raises LoadError where it is not one."""
    import rispy

    try:
        entries = rispy.loads(decode(stream.read()))
    except (OSError, ValueError, KeyError) as error:
        raise LoadError("a RIS file that cannot be read: export it again") from error
    for number, entry in enumerate(entries, start=1):
        extract = _read(entry, str(number))
        yield extract if extract.text else LostRecord(f"reference {number}", "no title in it")


def _read(entry: Mapping[str, Any], number: str) -> Extract:
    title, year = _first(entry, _TITLES), _first(entry, _YEARS)
    journals = [_text(entry, key) for key in _JOURNALS]
    journal = next((name for name in journals if name and name != title), "")
    pages = "-".join(filter(None, (_text(entry, "start_page"), _text(entry, "end_page"))))
    facts = Facts(
        title=title,
        authors=tuple(map(full_name, entry.get("authors") or entry.get("first_authors") or ())),
        journal=journal,
        year=find_year(year),
        volume=_text(entry, "volume"),
        issue=_text(entry, "number"),
        pages=pages,
        doi=find_doi(_text(entry, "doi")) or "",
        url=next(iter(entry.get("urls") or ()), ""),
        others=(
            ("Keywords", "; ".join(entry.get("keywords") or ()), Field.KEYWORDS),
            ("Editors", ", ".join(map(full_name, entry.get("editors") or ())), None),
            ("Publisher", _text(entry, "publisher"), None),
            ("Accession number", _text(entry, "accession_number"), Field.IDENTIFIER),
        ),
    )
    writer = ExtractWriter()
    facts.write(writer)
    writer.paragraph(_first(entry, _TEXTS))
    for note in entry.get("notes") or ():
        writer.paragraph(note)
    return writer.finish(facts.record, key=facts.doi or _text(entry, "id") or number)


def _first(entry: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next(filter(None, (_text(entry, key) for key in keys)), "")


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key) or ""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
