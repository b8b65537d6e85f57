"""Boxes of characters merged into one a line, whichever way the lines run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

Rectangle = tuple[float, float, float, float]  # left, bottom, right, top, in points of the page

GUTTER = 1.5  # times a line's height: the least white that parts two columns
_SAME = 0.4  # of the lower one's height: so much do characters of a line overlap


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character's place as its reader sees it: rightwards and downwards, in points.

    `turn` is how many quarters to the left its line is turned on the page.
    """

    turn: int
    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def on_page(cls, turn: int, box: Rectangle) -> Glyph:
        """The character of a box on the page."""
        (x0, y0), (x1, y1) = _turned(turn, *box[:2]), _turned(turn, *box[2:])
        return cls(turn, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    @property
    def height(self) -> float:
        """In points, never 0."""
        return max(self.bottom - self.top, 1e-3)


def _turned(turn: int, x: float, y: float) -> tuple[float, float]:
    """A point of the page as a reader of the line sees it, or back again: it is its own inverse."""
    return ((x, -y), (y, x), (-x, y), (-y, -x))[turn]


def lines_of(glyphs: Iterable[Glyph]) -> list[Rectangle]:
    """One rectangle of the page for each line of the characters, in their order."""
    lines: list[list[Glyph]] = []
    for glyph in glyphs:
        if lines and _continues(lines[-1][-1], glyph):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    usual = median(glyph.height for line in lines for glyph in line) if lines else 0.0
    return [_rectangle(line, usual) for line in lines]


def _continues(last: Glyph, glyph: Glyph) -> bool:
    heights = last.height, glyph.height
    shared = min(last.bottom, glyph.bottom) - max(last.top, glyph.top)
    # A following line starts further left; a raised sign may reach back a little.
    follows = -0.5 <= (glyph.left - last.right) / max(heights) <= GUTTER
    return last.turn == glyph.turn and shared >= _SAME * min(heights) and follows


def _rectangle(line: Sequence[Glyph], usual: float) -> Rectangle:
    # A raised number is lower than the rest, a font of signs higher: they do not count.
    full = [glyph for glyph in line if 0.8 <= glyph.height / usual <= 1.25] or line
    turn = line[0].turn
    left, right = min(glyph.left for glyph in line), max(glyph.right for glyph in line)
    top, bottom = median(glyph.top for glyph in full), median(glyph.bottom for glyph in full)
    (x0, y0), (x1, y1) = _turned(turn, left, top), _turned(turn, right, bottom)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
