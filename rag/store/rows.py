"""Documents and passages as rows, and back."""

from __future__ import annotations

import json
from sqlite3 import Row

from rag.layout import layout_from_json
from rag.types import Document, Field, Kind, Passage, Record, Unit


def document_from_row(row: Row) -> Document:
    """The document that a row of `documents` holds."""
    sources = sources_from_row(row)
    return Document(
        id=row["id"],
        text=row["text"],
        source=sources[0],
        content_hash=_places(row)[0][2],
        record=Record(
            title=row["title"],
            authors=tuple(json.loads(row["authors"])),
            year=row["year"],
            journal=row["journal"],
            doi=row["doi"],
            pmid=row["pmid"],
            url=row["url"],
        ),
        **layout_from_json(row["layout"]),
        sources=sources,
    )


def sources_from_row(row: Row) -> tuple[str, ...]:
    """The files that hold a document, the one that it is named after first."""
    return tuple(dict.fromkeys(file for _, file, _ in _places(row)))


def _places(row: Row) -> list[list[str]]:
    """Id, file and hash of each place where the text stands, the document's own first."""
    places = json.loads(row["sources"])
    return sorted(places, key=lambda place: (place[0] != row["id"], place))


def units_to_json(passage: Passage) -> str:
    """A passage's units as offsets from its start."""
    first = passage.start
    return json.dumps([[u.start - first, u.end - first, *sorted(u.fields)] for u in passage.units])


def passage_from_row(row: Row) -> Passage:
    """The passage that a row of `passages`, joined with its text and document, holds."""
    start = row["start"]
    record = Record(
        authors=tuple(json.loads(row["authors"])),
        **{name: row[name] for name in ("title", "year", "journal", "doi", "pmid")},
    )
    return Passage(
        document_id=row["document_id"],
        start=start,
        end=row["end"],
        text=row["text"],
        units=tuple(
            Unit(start + first, start + last, _fields(fields))
            for first, last, *fields in json.loads(row["units"])
        ),
        kind=Kind(row["kind"]),
        section=row["section"],
        page=row["page"],
        title=record.title,
        byline=record.byline,
        works=record.works,
        id=row["id"],
    )


def _fields(names: list[str]) -> frozenset[Field]:
    return frozenset(map(Field, names))
