"""Documents and passages as rows, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from sqlite3 import Row

from rag.types import Block, Document, Field, Kind, Passage, Record, Reference, Removal, Unit


def layout_to_json(document: Document) -> str:
    """All that is known of a document's text besides the text."""
    return json.dumps(
        {
            "blocks": [
                [b.start, b.end, b.kind, b.section, sorted(b.fields), b.atomic]
                for b in document.blocks
            ],
            "references": [asdict(reference) for reference in document.references],
            "pages": document.pages,
            "source_map": document.source_map,
            "removals": [[r.start, r.end, r.rule] for r in document.removals],
        },
        ensure_ascii=False,
    )


def document_from_row(row: Row) -> Document:
    """The document that a row of `documents` holds."""
    layout = json.loads(row["layout"])
    sources = sources_from_row(row)
    return Document(
        id=row["id"],
        text=row["text"],
        source=sources[0],
        content_hash=row["content_hash"],
        record=Record(
            title=row["title"],
            authors=tuple(json.loads(row["authors"])),
            year=row["year"],
            journal=row["journal"],
            doi=row["doi"],
            pmid=row["pmid"],
            url=row["url"],
        ),
        blocks=tuple(
            Block(start, end, Kind(kind), section, _fields(fields), atomic)
            for start, end, kind, section, fields, atomic in layout["blocks"]
        ),
        references=tuple(
            Reference(**values | {"authors": tuple(values["authors"])})
            for values in layout["references"]
        ),
        pages=tuple(layout["pages"]),
        source_map=tuple((a, b, c) for a, b, c in layout["source_map"]),
        removals=tuple(Removal(*values) for values in layout["removals"]),
        sources=sources,
    )


def sources_from_row(row: Row) -> tuple[str, ...]:
    """The files that hold a document, the one that it is named after first."""
    return tuple(
        sorted(json.loads(row["sources"]), key=lambda source: (source != row["id"], source))
    )


def units_to_json(passage: Passage) -> str:
    """A passage's units as offsets from its start."""
    first = passage.start
    return json.dumps([[u.start - first, u.end - first, *sorted(u.fields)] for u in passage.units])


def passage_from_row(row: Row) -> Passage:
    """The passage that a row of `passages`, joined with its text and document, holds."""
    start = row["start"]
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
        title=row["title"],
        byline=Record(
            authors=tuple(json.loads(row["authors"])), year=row["year"], journal=row["journal"]
        ).byline,
        id=row["id"],
    )


def _fields(names: list[str]) -> frozenset[Field]:
    return frozenset(map(Field, names))
