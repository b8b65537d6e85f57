"""The pieces of a read page as one Document: text, blocks, references, pages, source map."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from rag.cleaning.extract import Extract, readable
from rag.cleaning.header import read_record
from rag.cleaning.lines import TERMINAL
from rag.cleaning.mapped import INSERTED, MappedText, concatenate, runs
from rag.types import Block, Document, Field, Kind, Record, Reference, Removal

_Facts = TypeVar("_Facts", Record, Reference)


@dataclass(slots=True)
class Piece:
    """A cleaned stretch on its way into the document's text."""

    text: MappedText
    kind: Kind
    section: str = ""
    fields: frozenset[Field] = frozenset()
    atomic: bool = False
    reference: Reference | None = None  # its parts, where it is an entry


def assemble(
    pieces: Sequence[Piece],
    extract: Extract,
    *,
    id: str,
    source: str,
    content_hash: str,
    title: str,
    removals: Sequence[Removal],
) -> Document:
    """The document that the pieces of an extract make; facts that its format states win."""
    parts: list[MappedText] = []
    blocks: list[Block] = []
    cited: list[Reference] = []
    position = 0
    for number, piece in enumerate(pieces):
        if number:
            close = pieces[number - 1].kind is Kind.RECORD and piece.kind is Kind.RECORD
            parts.append(MappedText.inserted("\n" if close else "\n\n"))
            position += len(parts[-1].text)
        end = position + len(piece.text.text)
        blocks.append(Block(position, end, piece.kind, piece.section, piece.fields, piece.atomic))
        if piece.reference:
            cited.append(replace(_readable(piece.reference), start=position, end=end))
        parts.append(piece.text)
        position = end
    whole = concatenate(parts)
    record_lines = [(p.text.text, p.fields) for p in pieces if p.kind is Kind.RECORD]
    return Document(
        id=id,
        text=whole.text,
        source=source,
        content_hash=content_hash,
        record=overlay(read_record(record_lines, title), _readable(extract.record)),
        blocks=tuple(blocks),
        references=tuple(cited),
        pages=_page_offsets(whole.origins, extract.page_starts),
        source_map=runs(whole.origins),
        removals=tuple(removals),
        sources=(source,),
    )


def _readable(facts: _Facts) -> _Facts:
    """What a format states by name, without what is no character: a text is cleaned of it too."""
    cleaned: dict[str, Any] = {}
    for name in facts.__slots__:
        value = getattr(facts, name)
        if isinstance(value, str):
            cleaned[name] = readable(value)
        elif isinstance(value, tuple) and all(isinstance(one, str) for one in value):
            cleaned[name] = tuple(map(readable, value))
    return replace(facts, **cleaned)


def mark_keywords(pieces: Sequence[Piece], *, glued: bool) -> None:
    """A last line that is a list of terms, not a sentence, is the document's key words."""
    body = [piece for piece in pieces if piece.kind is Kind.PROSE]
    if len(body) < 2 or not TERMINAL.search(body[-2].text.text):
        return
    text = body[-1].text.text
    separated = len(re.findall(r" [–—-] |;|·|\|", text)) >= 2
    if not TERMINAL.search(text) and len(text) < 400 and (separated or glued):
        body[-1].kind, body[-1].atomic = Kind.RECORD, True
        body[-1].fields = frozenset({Field.KEYWORDS})


def overlay(record: Record, given: Record) -> Record:
    """The record with every fact that `given` states in its place."""
    stated = {name: getattr(given, name) for name in given.__slots__}
    return replace(record, **{name: value for name, value in stated.items() if value})


def _page_offsets(origins: Sequence[int], page_starts: Sequence[int]) -> tuple[int, ...]:
    """Where each page of the source starts in the cleaned text."""
    known = [(origin, place) for place, origin in enumerate(origins) if origin != INSERTED]
    sources = [origin for origin, _ in known]
    offsets = []
    for start in page_starts:
        at = bisect_left(sources, start)
        offsets.append(known[at][1] if at < len(known) else len(origins))
    return tuple(offsets)
