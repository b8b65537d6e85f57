"""All that is known of a document's text besides the text, as JSON and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from rag.types import Block, Document, Field, Kind, Reference, Removal


def layout_to_json(document: Document) -> str:
    """Blocks, references, pages, source map and removals."""
    return json.dumps(
        {
            "blocks": [
                [b.start, b.end, b.kind, b.section, sorted(b.fields), b.atomic]
                for b in document.blocks
            ],
            "references": [asdict(reference) for reference in document.references],
            "pages": document.pages,
            "source_map": document.source_map,
            "removals": [[r.start, r.end, r.rule, r.text] for r in document.removals],
        },
        ensure_ascii=False,
    )


def layout_from_json(text: str) -> dict[str, Any]:
    """The same, as keyword arguments of `Document`."""
    layout = json.loads(text)
    return {
        "blocks": tuple(
            Block(start, end, Kind(kind), section, frozenset(map(Field, fields)), atomic)
            for start, end, kind, section, fields, atomic in layout["blocks"]
        ),
        "references": tuple(
            Reference(**values | {"authors": tuple(values["authors"])})
            for values in layout["references"]
        ),
        "pages": tuple(layout["pages"]),
        "source_map": tuple((a, b, c) for a, b, c in layout["source_map"]),
        "removals": tuple(Removal(*values) for values in layout["removals"]),
    }
