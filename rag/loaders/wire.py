"""What is said between the process that reads files and the one that asked: JSON, a line each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.cleaning import LostRecord
from rag.layout import layout_from_json, layout_to_json
from rag.loaders.files import SourceFile
from rag.loaders.load import Loaded
from rag.types import Document, Record

_FINGERPRINT = 16  # characters: 64 bits, so that a million of them are told apart


def fingerprint(id: str, hash: str) -> str:
    """What stands for a document that is known: short, since a file may hold a million."""
    whole = f"{id}\0{hash}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(whole).hexdigest()[:_FINGERPRINT]


def fingerprints(marks: str) -> frozenset[str]:
    """The fingerprints of a request, which stand one behind the other."""
    return frozenset(marks[at : at + _FINGERPRINT] for at in range(0, len(marks), _FINGERPRINT))


def file_to_wire(file: SourceFile) -> dict[str, Any]:
    """A request: the file to read. A path may hold bytes that are no text."""
    stated = {key: asdict(record) for key, record in file.stated.items()}
    return {"path": str(file.path.absolute()), "name": file.name, "stated": stated}


def file_from_wire(values: Mapping[str, Any]) -> SourceFile:
    """The file of a request."""
    stated = {key: _record(record) for key, record in values["stated"].items()}
    return SourceFile(Path(values["path"]), values["name"], stated)


def item_to_wire(item: Loaded | LostRecord) -> dict[str, Any]:
    """A document, one that is known, or a record that was lost."""
    if isinstance(item, LostRecord):
        return {"lost": [item.place, item.reason]}
    document = item.document and _document_to_wire(item.document)
    return {"id": item.id, "document": document, "notes": item.notes, "position": item.position}


def item_from_wire(values: Mapping[str, Any]) -> Loaded | LostRecord:
    """The same, back."""
    if "lost" in values:
        return LostRecord(*values["lost"])
    document = values["document"] and _document_from_wire(values["document"])
    return Loaded(values["id"], document, tuple(values["notes"]), values["position"])


def _document_to_wire(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "text": document.text,
        "source": document.source,
        "content_hash": document.content_hash,
        "record": asdict(document.record),
        "layout": layout_to_json(document),
    }


def _document_from_wire(values: Mapping[str, Any]) -> Document:
    own = {name: values[name] for name in ("id", "text", "source", "content_hash")}
    return Document(
        **own,
        record=_record(values["record"]),
        **layout_from_json(values["layout"]),
        sources=(values["source"],),
    )


def _record(values: Mapping[str, Any]) -> Record:
    return Record(**{**values, "authors": tuple(values["authors"])})


def encode(message: object) -> bytes:
    """A message as a line of ASCII."""
    return json.dumps(message).encode("ascii") + b"\n"
