"""What a file is, and the reader for it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from rag.cleaning import Extract, clean
from rag.errors import LoadError
from rag.loaders.files import SourceFile
from rag.loaders.pdf import read_pdf
from rag.loaders.text import decode
from rag.types import Document

_UNREAD = (
    (re.compile(rb"PK\x03\x04"), "an Office file or archive: save its text or PDF instead"),
    (re.compile(rb"\x1f\x8b"), "a compressed file: unpack it first"),
    (
        re.compile(rb"\s*<(?:!doctype html|html|head|body)\b", re.I),
        "an HTML page: save it as text or PDF",
    ),
    (re.compile(rb"\s*<\?xml|\s*<!DOCTYPE"), "an XML file: save it as text or PDF"),
    (re.compile(rb"\{\\rtf"), "an RTF file: save it as text or PDF"),
)


def load_file(file: SourceFile, *, max_bytes: int) -> list[Document]:
    """The documents of a file. Raises LoadError, whose message is the reason to report."""
    content = _read(file.path, max_bytes)
    content_hash = hashlib.sha256(content).hexdigest()
    pages: tuple[int, ...] = ()
    if content[:1024].lstrip().startswith(b"%PDF-"):
        text, pages = read_pdf(content)
    else:
        _refuse_unread(content, file.path)
        text = decode(content)
    extract = Extract(text, page_starts=pages)
    document = clean(extract, id=file.name, source=file.name, content_hash=content_hash)
    if not re.search(r"\w", document.text):
        raise LoadError("there is no text in it")
    return [document]


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        if not path.is_file():
            raise LoadError("not a regular file")
        size = path.stat().st_size
        if size > max_bytes:
            raise LoadError(
                f"{size / 1e6:.0f} MB is over the limit of {max_bytes / 1e6:.0f} MB "
                "(setting max_file_mb)"
            )
        return path.read_bytes()
    except OSError as error:
        raise LoadError(f"cannot be read: {error.strerror or error}") from error


def _refuse_unread(content: bytes, path: Path) -> None:
    for pattern, reason in _UNREAD:
        if pattern.match(content[:1024]):
            raise LoadError(reason)
    if path.suffix.lower() in (".csv", ".tsv"):
        raise LoadError("a table: save its text instead")
    if path.suffix.lower() in (".json", ".jsonl") and _is_json(content):
        raise LoadError("a JSON file: save its text instead")


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content.split(b"\n", 1)[0])
    except ValueError:
        return content.lstrip()[:1] in (b"{", b"[")
    return True
