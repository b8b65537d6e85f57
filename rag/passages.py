"""Documents cut into passages: whole units packed together, as exact spans of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rag.cleaning.bibliography import stated_fields
from rag.sentences import split_sentences
from rag.types import Block, Document, Kind, Passage, Unit

# A sentence longer than this is cut at clause marks or spaces: encoders see 256 tokens, and
# nobody checks a quotation of a page.
LONGEST_UNIT = 1200  # characters


def split_document(document: Document, *, passage_words: int) -> list[Passage]:
    """The document's passages in reading order.

    Prose is packed sentence by sentence, never across a section, up to `passage_words` words;
    a passage may exceed it only where one sentence does. Neighbouring record lines form one
    passage; a reference is one.
    """
    passages = []
    for kind, blocks in _runs(document.blocks):
        if kind is Kind.PROSE:
            units = [unit for block in blocks for unit in split_block(document.text, block)]
            groups = _pack(document.text, units, passage_words)
        elif kind is Kind.RECORD:
            groups = _pack(document.text, [_whole(block) for block in blocks], passage_words)
        else:
            groups = [[_whole(block)] for block in blocks]
        passages += [_passage(document, kind, blocks[0].section, group) for group in groups]
    return passages


def split_text(text: str, passage_words: int) -> list[tuple[int, int]]:
    """Spans of whole sentences packed up to `passage_words` words, for text of any origin."""
    units = list(split_block(text, Block(0, len(text))))
    return [(group[0].start, group[-1].end) for group in _pack(text, units, passage_words)]


def split_block(text: str, block: Block) -> Iterator[Unit]:
    """The units of a block: the block itself when atomic, else its sentences."""
    if block.atomic:
        yield _whole(block)
        return
    for start, end in split_sentences(text[block.start : block.end]):
        for first, last in _cut_long(text, block.start + start, block.start + end):
            yield Unit(first, last, stated_fields(text[first:last]))


def _whole(block: Block) -> Unit:
    return Unit(block.start, block.end, block.fields)


def _runs(blocks: Iterable[Block]) -> Iterator[tuple[Kind, list[Block]]]:
    for (kind, _), group in groupby(blocks, key=lambda block: (block.kind, block.section)):
        yield kind, list(group)


def _pack(text: str, units: Iterable[Unit], passage_words: int) -> list[list[Unit]]:
    groups: list[list[Unit]] = []
    words = 0
    for unit in units:
        length = len(text[unit.start : unit.end].split())
        if groups and words + length <= passage_words:
            groups[-1].append(unit)
            words += length
        else:
            groups.append([unit])
            words = length
    return groups


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST_UNIT:
        window = text[start : start + LONGEST_UNIT]
        cut = max(window.rfind("\n"), window.rfind("; "), window.rfind(": "))
        if cut < LONGEST_UNIT // 2:
            cut = window.rfind(" ")
        stop = start + cut + 1 if cut > 0 else start + LONGEST_UNIT
        yield start, start + len(text[start:stop].rstrip())
        start = next((at for at in range(stop, end) if not text[at].isspace()), end)
    if start < end:
        yield start, end


def _passage(document: Document, kind: Kind, section: str, units: list[Unit]) -> Passage:
    start, end = units[0].start, units[-1].end
    return Passage(
        document_id=document.id,
        start=start,
        end=end,
        text=document.text[start:end],
        units=tuple(units),
        kind=kind,
        section=section,
        page=document.page_at(start),
        title=document.record.title,
        byline=document.record.byline,
        works=document.record.works,
    )
