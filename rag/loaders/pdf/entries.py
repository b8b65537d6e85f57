"""The entries of citation lists: numbered, with hanging indents, or parted by gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.headings import is_references
from rag.loaders.pdf.lines import Line
from rag.loaders.pdf.paragraphs import Kind, Paragraph, Type

_NUMBER = re.compile(r"\s*(?:\[(\d{1,4})\]|\(?(\d{1,4})[.)](?=\s)|(\d{1,4})\s+(?=[^\W\d]))")
_YEARS = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b")
# Of the paper that lists: printed right below its last entry.
_RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:the author|(?:19|20)\d\d)", re.IGNORECASE
)
_HANGS = 4.0  # points: continuation lines stand so far in


def find_entries(found: Sequence[Paragraph], type_: Type) -> list[Paragraph]:
    """The paragraphs, with those of citation lists regrouped so that each is one entry."""
    regrouped: list[Paragraph] = []
    position = 0
    while position < len(found):
        paragraph = found[position]
        regrouped.append(paragraph)
        position += 1
        if paragraph.kind is Kind.HEADING and is_references(paragraph.text):
            end = _end_of_list(found, position)
            regrouped += _entries(found[position:end], type_)
            position = end
    return regrouped


def _end_of_list(found: Sequence[Paragraph], start: int) -> int:
    """Where the list that starts here ends: at the next heading."""
    for position in range(start, len(found)):
        text = found[position].text
        if found[position].kind is Kind.HEADING and not _NUMBER.match(text):
            return position
    return len(found)


def _entries(listed: Sequence[Paragraph], type_: Type) -> list[Paragraph]:
    lines = [line for paragraph in listed for line in paragraph.lines]
    if not lines:
        return []
    numbered = sum(bool(_NUMBER.match(line.text)) for line in lines) >= max(3, len(lines) / 12)
    outer = _outer_edges(lines)
    hanging = not numbered and _hangs(lines, outer)
    entries: list[Paragraph] = []
    expected = 1
    for line in lines:
        if numbered:
            number = _number(line)
            starts = number is not None and expected <= number <= expected + 3
            expected = number + 1 if starts and number is not None else expected
        elif hanging:
            starts = line.x0 < outer[line.page, line.region] + _HANGS
        else:
            starts = _starts(entries[-1], line, type_) if entries else True
        leaves = bool(entries) and numbered and _leaves(entries[-1].last, line, type_)
        leaves = leaves or bool(_RIGHTS.match(line.text))
        if starts or leaves or not entries:
            entries.append(Paragraph([line], Kind.ENTRY if starts else Kind.ASIDE))
        else:
            entries[-1].lines.append(line)
    return entries


def _number(line: Line) -> int | None:
    match = _NUMBER.match(line.text)
    return int(next(filter(None, match.groups()))) if match else None


def _outer_edges(lines: Sequence[Line]) -> dict[tuple[int, int], float]:
    """For each column the place where its outermost lines start."""
    edges: dict[tuple[int, int], float] = {}
    for line in lines:
        column = line.page, line.region
        edges[column] = min(line.x0, edges.get(column, line.x0))
    return edges


def _hangs(lines: Sequence[Line], outer: dict[tuple[int, int], float]) -> bool:
    """Whether continuation lines are indented: a good part of the lines, all by one step."""
    steps = [round(line.x0 - outer[line.page, line.region]) for line in lines]
    inner = [step for step in steps if step >= _HANGS]
    return len(inner) >= 0.25 * len(lines) and len(inner) < len(lines)


def _starts(entry: Paragraph, line: Line, type_: Type) -> bool:
    """Whether a line opens an entry of a list that is neither numbered nor hanging."""
    last = entry.last
    if (last.page, last.region) != (line.page, line.region):
        return entry.is_closed and line.text[:1].isupper() and bool(_YEARS.search(entry.text))
    if last.y - line.y > 1.25 * type_.pitch(line.size):
        return True
    room = last.right - last.x1 > line.first_word + 1.2 * line.size
    return entry.is_closed and room and line.text[:1].isupper()


def _leaves(last: Line, line: Line, type_: Type) -> bool:
    """Whether a line stands so far below an entry that it is no part of the list."""
    together = (last.page, last.region) == (line.page, line.region)
    return together and last.y - line.y > 1.8 * type_.pitch(line.size)
