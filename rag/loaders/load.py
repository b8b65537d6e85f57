"""A file in, Documents out: opened within bounds, sniffed, parsed, cleaned one by one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from itertools import chain
from typing import BinaryIO

from rag.cleaning import Extract, LostRecord, clean
from rag.cleaning.assembly import overlay
from rag.errors import CitewellError, LoadError
from rag.loaders.files import SourceFile, printable
from rag.loaders.opened import Content, open_content
from rag.loaders.pages import PagesRead
from rag.loaders.sniffing import Format, sniff
from rag.types import Document, Record

Parser = Callable[[BinaryIO], Iterator[Extract | LostRecord | PagesRead]]

# Imported when first needed: each brings a library of its own.
_PARSERS = {
    Format.PDF: ("rag.loaders.pdf", "read_by_page"),
    Format.PUBMED: ("rag.loaders.pubmed", "read_pubmed"),
    Format.JATS: ("rag.loaders.jats", "read_jats"),
    Format.MEDLINE: ("rag.loaders.medline", "read_medline"),
    Format.PUBMED_TEXT: ("rag.loaders.pubmed_text", "read_pubmed_text"),
    Format.RIS: ("rag.loaders.ris", "read_ris"),
    Format.HTML: ("rag.loaders.html", "read_html"),
    Format.DOCX: ("rag.loaders.docx", "read_docx"),
    Format.JSON: ("rag.loaders.tables", "read_json"),
    Format.JSON_LINES: ("rag.loaders.tables", "read_json_lines"),
    Format.CSV: ("rag.loaders.tables", "read_csv"),
    Format.MARKDOWN: ("rag.loaders.markdown", "read_markdown"),
    Format.TEXT: ("rag.loaders.text", "read_text"),
}
_EMPTY = {
    Format.PUBMED: "an empty set: there is no record in it",
    Format.MEDLINE: "an empty set: there is no record in it",
    Format.RIS: "there is no record in it",
    Format.JSON: "there is no record in it",
    Format.JSON_LINES: "there is no record in it",
    Format.CSV: "there is no record in it",
}
_LONGEST_KEY = 200  # characters of a record's key in its document's id
# Read record by record: the limit holds for each, and the file may be of any size.
_STREAMED = (Format.PUBMED, Format.JATS, Format.MEDLINE, Format.JSON_LINES, Format.CSV)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document of a file; `document` is None where it was not wanted.

    `position` is how many bytes of the file had been read by then.
    """

    id: str
    document: Document | None = None
    notes: tuple[str, ...] = ()
    position: int = 0


def load_file(file: SourceFile, *, max_bytes: int) -> Iterator[Document]:
    """The documents of a file. Raises LoadError, whose message is the reason to report."""
    for item in read_file(file, max_bytes=max_bytes):
        if isinstance(item, Loaded) and item.document:
            yield item.document


def read_file(
    file: SourceFile,
    *,
    max_bytes: int,
    wanted: Callable[[str, str], bool] = lambda *_: True,
    reached: Callable[[PagesRead], None] = lambda _: None,
) -> Iterator[Loaded | LostRecord]:
    """The documents of a file, one by one, and the records of it that cannot be read.

    `wanted` is asked with the id and the content hash of each before it is cleaned, `reached`
    is told how many pages are read of a file that has them.
    `max_bytes` bounds a document, unpacked. Raises LoadError where the file cannot be read,
    or cannot be read further.
    """
    with open_content(file.path, max_bytes) as content:
        format = sniff(content.head(), file.path.name)
        try:
            items = _extracted(content, format, reached)
            yield from _read(file, content, format, items, wanted)
        except CitewellError:
            raise
        except (MemoryError, RecursionError) as error:
            raise LoadError(f"{format} that is nested or packed beyond reason") from error
        except Exception as error:  # a parser's own stumbling over a file that nobody foresaw
            raise LoadError(f"cannot be read as {format} ({type(error).__name__})") from error


def _read(
    file: SourceFile,
    content: Content,
    format: Format,
    items: Iterator[Extract | LostRecord],
    wanted: Callable[[str, str], bool],
) -> Iterator[Loaded | LostRecord]:
    found = False
    for item in _identified(items, file):
        content.renew()
        found = True
        if isinstance(item, LostRecord):
            yield item
        else:
            yield _cleaned(item, file, content, wanted)
    if not found:
        raise LoadError(_EMPTY.get(format, "there is no text in it"))


def _extracted(
    content: Content, format: Format, reached: Callable[[PagesRead], None]
) -> Iterator[Extract | LostRecord]:
    module, name = _PARSERS[format]
    parser: Parser = getattr(import_module(module), name)
    for item in parser(content.stream):
        if isinstance(item, PagesRead):
            reached(item)
        else:
            yield item


def _cleaned(
    extract: Extract, file: SourceFile, content: Content, wanted: Callable[[str, str], bool]
) -> Loaded | LostRecord:
    """The document of an extract whose key is its id."""
    id, hash = extract.key, extract.hash
    if not wanted(id, hash):
        return Loaded(id, None, extract.notes, content.position)
    document = clean(extract, id=id, source=file.name, content_hash=hash)
    if not re.search(r"\w", document.text):
        if id == file.name:
            raise LoadError("there is no text in it")
        return LostRecord(id, "there is no text in it")
    return Loaded(id, document, extract.notes, content.position)


def _identified(
    items: Iterator[Extract | LostRecord], file: SourceFile
) -> Iterator[Extract | LostRecord]:
    """Extracts with their documents' ids as keys, and what a manifest states of them.

    A file of one document gives it its name; in a file of many each has its key behind it, and
    a number behind a key that has been before.
    """
    first = next(items, None)
    second = next(items, None) if first else None
    given = [item for item in (first, second) if item is not None]
    many = len(given) > 1
    times: dict[str, int] = {}
    for item in chain(given, items):
        if isinstance(item, LostRecord):
            yield item
            continue
        key = printable(item.key)[:_LONGEST_KEY]
        times[key] = times.get(key, 0) + 1
        own = f"{file.name}#{key}" + (f"~{times[key]}" if times[key] > 1 else "")
        stated = _stated(file.stated, item.key, alone=not many)
        yield replace(item, key=own if many else file.name, record=overlay(item.record, stated))


def _stated(stated: Mapping[str, Record], key: str, *, alone: bool) -> Record:
    return stated.get(key) or (stated.get("") if alone else None) or Record()


def file_hash(file: SourceFile, *, max_bytes: int) -> str:
    """What tells a changed file from an unchanged one: its bytes, and what a manifest states.

    Raises LoadError where it cannot be read, or is larger than a file of its format may be.
    """
    try:
        if not file.path.is_file():
            raise LoadError("not a regular file")
        size = file.path.stat().st_size
        if size > max_bytes and _format(file, max_bytes) not in _STREAMED:
            raise LoadError(
                f"{size / 1e6:,.0f} MB is over the limit of {max_bytes / 1e6:,.0f} MB "
                "(setting max_file_mb)"
            )
        with file.path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256")
    except OSError as error:
        raise LoadError(f"cannot be read: {error.strerror or error}") from error
    stated = sorted((key, asdict(record)) for key, record in file.stated.items())
    if stated:
        digest.update(repr(stated).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _format(file: SourceFile, max_bytes: int) -> Format:
    with open_content(file.path, max_bytes) as content:
        return sniff(content.head(), file.path.name)
