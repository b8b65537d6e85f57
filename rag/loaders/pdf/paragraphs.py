"""Lines to paragraphs: what a column's edges, indents, gaps and type say of where each ends."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from rag.headings import is_known
from rag.loaders.pdf.lines import Line

_CLOSED = re.compile(r"[.!?:][\"'”’»)\]]*(?:\s?\d[\d,–-]*)?$")
# "Fig. 3", "Table 2:", "Supplementary Figure S1 |": what a caption opens with, stop and all.
_CAPTION = re.compile(
    r"(?:supplementary |extended data )?(?:fig(?:ure|\.)?|table|scheme|box|chart|plate|algorithm)"
    r"\s?[A-Z]?\d{1,3}[a-z]?(?P<stop>\s?[.:|])?(?=\s|$)",
    re.IGNORECASE,
)
_NUMBERED_HEADING = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.|[A-H]\.?) +\S")
_BULLET = re.compile(r"[•▪●■◦‣–—*-]\s|\(?(?:\d{1,2}|[a-z]|[ivx]+)[.)]\s")
_LONGEST_HEADING = 160  # characters


class Kind(Enum):
    """What a paragraph is."""

    BODY = auto()
    ASIDE = auto()  # set apart by its type: a caption, a footnote, text of a figure
    HEADING = auto()
    ROW = auto()  # of a table
    ENTRY = auto()  # of the citation list


@dataclass
class Paragraph:
    """Lines that belong together."""

    lines: list[Line]
    kind: Kind
    captions: bool = False  # whether it is a caption by its form

    @property
    def first(self) -> Line:
        """Its first line."""
        return self.lines[0]

    @property
    def last(self) -> Line:
        """Its last line."""
        return self.lines[-1]

    @property
    def text(self) -> str:
        """Its lines in one."""
        return " ".join(line.text for line in self.lines)

    @property
    def is_closed(self) -> bool:
        """Whether it ends as a sentence does."""
        return bool(_CLOSED.search(self.last.text))


@dataclass(frozen=True)
class Type:
    """The type that most of a document is set in."""

    lines: Sequence[Line]

    @cached_property
    def size(self) -> float:
        """Of the body's text."""
        letters: Counter[float] = Counter()
        for line in self.lines:
            letters[round(line.size * 2) / 2] += line.letters
        common = letters.most_common(1)[0][0] if letters else 10.0
        near = [line.size for line in self.lines if abs(line.size - common) <= 0.3]
        return sorted(near)[len(near) // 2] if near else common

    @cached_property
    def font(self) -> str:
        """The font of the body's text."""
        letters: Counter[str] = Counter()
        for line in self.lines:
            if abs(line.size - self.size) < 0.4:
                letters[line.main.main.font] += line.letters
        return letters.most_common(1)[0][0] if letters else ""

    @cached_property
    def pitches(self) -> dict[float, float]:
        """How far apart lines of a size stand."""
        found: dict[float, list[float]] = defaultdict(list)
        for before, after in zip(self.lines, self.lines[1:], strict=False):
            apart = before.y - after.y
            together = before.region == after.region and before.page == after.page
            if together and abs(before.size - after.size) < 0.3 and 0 < apart < 4 * after.size:
                found[round(after.size)].append(apart)
        return {size: sorted(apart)[len(apart) // 2] for size, apart in found.items()}

    def pitch(self, size: float) -> float:
        """The usual distance between lines of a size."""
        return min(self.pitches.get(round(size), 1.2 * size), 2.6 * size)


def paragraphs(lines: Sequence[Line], type_: Type) -> list[Paragraph]:
    """The paragraphs of a document's lines, in their order; columns and pages still part them."""
    found: list[Paragraph] = []
    for position, line in enumerate(lines):
        kind = _kind(lines, position, type_)
        if found and _is_alike(found[-1], kind) and _goes_on(found[-1], line, type_):
            found[-1].lines.append(line)
        elif kind is not Kind.ROW and _is_caption(line):
            found.append(Paragraph([line], Kind.ASIDE, captions=True))
        else:
            found.append(Paragraph([line], kind))
    for above, paragraph, below in zip(found, found[1:], found[2:], strict=False):
        if _heads(above, paragraph, below, type_):
            paragraph.kind = Kind.HEADING
    return found


def _heads(above: Paragraph, paragraph: Paragraph, below: Paragraph, type_: Type) -> bool:
    """Whether a line in the body's own type is a heading: apart from what stands above it."""
    line, text = paragraph.first, paragraph.text
    if len(paragraph.lines) > 1 or {paragraph.kind, below.kind} != {Kind.BODY}:
        return False
    columns = {(p.first.page, p.first.region) for p in (above, paragraph, below)}
    pitch = type_.pitch(line.size)
    near = line.y - below.first.y < 1.3 * pitch
    apart = near and (above.kind is Kind.HEADING or above.last.y - line.y > 1.4 * pitch)
    short = line.x1 - line.left < 0.75 * (line.right - line.left)
    formed = text[0].isupper() and text[-1].isalnum() and len(text.split()) <= 10
    return len(columns) == 1 and apart and short and formed and len(below.lines) > 1


def _is_alike(paragraph: Paragraph, kind: Kind) -> bool:
    return paragraph.kind is kind or (paragraph.captions and kind is Kind.BODY)


def _is_caption(line: Line) -> bool:
    """Whether a line opens a caption: "Table 2:", or "Table 2" in type of its own."""
    match = _CAPTION.match(line.text)
    runs = [run for piece in line.pieces for run in piece.runs]
    return bool(match and (match["stop"] or runs[0].bold or line.letters < 60))


def _kind(lines: Sequence[Line], position: int, type_: Type) -> Kind:
    line = lines[position]
    near = [
        other
        for other in lines[max(0, position - 1) : position + 2]
        if other is not line and other.page == line.page and other.region == line.region
    ]
    justified = line.x0 - line.left < line.size and line.right - line.x1 < line.size
    if line.cells >= 2 and (
        any(other.cells >= 2 for other in near) or (line.cells >= 3 and not justified)
    ):
        return Kind.ROW
    if _is_heading(line, near, type_):
        return Kind.HEADING
    return Kind.BODY if abs(line.size - type_.size) < 0.45 else Kind.ASIDE


def _is_heading(line: Line, near: Sequence[Line], type_: Type) -> bool:
    text = line.text
    if line.letters > _LONGEST_HEADING or not re.search(r"[^\W\d_]{2}", text):
        return False
    if line.cells == 1 and is_known(text) and len(text.split()) <= 6:
        return True
    if line.size > type_.size + 0.8:
        return True
    own = line.main.main.font != type_.font and line.size > type_.size - 0.45
    ends = re.search(r"[.,;]$", text) and not line.bold
    if not own or ends or not (text[0].isupper() or text[0].isdigit()):
        return False
    above = [other for other in near if other.y > line.y]
    gap = min((other.y - line.y for other in above), default=float("inf"))
    apart = gap > 1.25 * type_.pitch(line.size)
    short = line.right - line.x1 > 2 * line.size or line.x0 - line.left > 2 * line.size
    continued = any(other.bold and other.y > line.y for other in near)
    if line.bold:
        return apart or continued or (bool(_NUMBERED_HEADING.match(text)) and short)
    return apart and short and len(text.split()) <= 12 and _all_in(line, type_)


def _all_in(line: Line, type_: Type) -> bool:
    """Whether no part of a line is set in the body's font."""
    return all(run.font != type_.font for piece in line.pieces for run in piece.runs)


def _goes_on(paragraph: Paragraph, line: Line, type_: Type) -> bool:
    """Whether a line belongs to the paragraph above it in its column."""
    last = paragraph.last
    if last.page != line.page or last.region != line.region or paragraph.kind is Kind.ROW:
        return False
    caption = _CAPTION.match(line.text)
    if caption and (paragraph.is_closed or caption["stop"]):
        return False
    apart = last.y - line.y
    if paragraph.captions and apart > 1.1 * type_.pitch(line.size):
        return False
    if abs(last.size - line.size) > 0.45 or not 0 < apart <= 1.3 * type_.pitch(line.size) + 0.5:
        return False
    if paragraph.kind is Kind.HEADING:
        return last.bold == line.bold and last.main.main.font == line.main.main.font
    return not _starts_new(paragraph, line)


def _starts_new(paragraph: Paragraph, line: Line) -> bool:
    """Whether a line opens a paragraph: indented, marked, or its word had room above."""
    last, size = paragraph.last, line.size
    closed = paragraph.is_closed
    if closed and 0.6 * size < line.x0 - last.x0:
        return True
    if _BULLET.match(line.text) and (closed or abs(line.x0 - paragraph.first.x0) < 1):
        return closed or bool(_BULLET.match(paragraph.first.text))
    capital = line.text[:1].isupper() or line.text[:1].isdigit() or not line.text[:1].isalnum()
    room = last.right - last.x1
    if closed and capital and room > line.first_word + 1.2 * size:
        return True
    # A heading in the body's type: its one line ends where the next word had room.
    if not closed and len(paragraph.lines) == 1 and line.text[:1].isupper():
        return room > line.first_word + 0.8 * size
    wide = room > 1.3 * line.first_word + 0.2 * (last.right - last.left)
    return not closed and line.text[:1].isupper() and wide


def is_marked(text: str) -> bool:
    """Whether a text opens with the mark of a list's item."""
    return bool(_BULLET.match(text))
