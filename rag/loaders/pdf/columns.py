"""The reading order of a page: columns found by the white strips between them.

A white strip with columns of prose on both sides is read from the left column to the right
one; what stands above the strip comes before, what stands below it after. Cells of a table
are parted by white strips too, but their lines are short: tables are read row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.loaders.pdf.lines import Line, Piece, rows_of

_GUTTER = 0.6  # of the size: the least width of the white between two columns
_LEAST_ROWS = 3  # a column has so many
_LEAST_WIDTH = 11.0  # times the size: a narrower column is a table's
_LEAST_LETTERS = 26  # on a full line of prose; the cells of a table hold fewer
_FULL = 0.6  # of the column's width: a line so wide is a line of prose
_PITCH = 1.35  # of the size: lines of a paragraph stand so close
_FAR = 3.0  # of the size: what stands so far off is no part of a column
_MOST_STRAY = 4  # pieces
_INDENT = 4.0  # of the size: so far in the lines of a column may start
_MOST_COLUMNS = 6
_MOST_EDGES = 24
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class _Strip:
    """A white strip: `at` is the left edge of the column right of it."""

    at: float
    top: float
    bottom: float
    weight: int  # of the lighter column, in characters


def order(pieces: Sequence[Piece], page: int) -> list[Line]:
    """The lines of a page as they are to be read."""
    lines: list[Line] = []
    for number, region in enumerate(_regions(list(pieces), _DEEPEST)):
        left, right = _edges(region)
        lines += [Line(tuple(row), page, left, right, number) for row in rows_of(region)]
    return lines


def _regions(pieces: list[Piece], depth: int) -> list[list[Piece]]:
    strip = _widest_strip(pieces) if depth else None
    if strip is None:
        return [pieces] if pieces else []
    above = [piece for piece in pieces if piece.y >= strip.top]
    below = [piece for piece in pieces if piece.y <= strip.bottom]
    inside = [piece for piece in pieces if strip.bottom < piece.y < strip.top]
    left = [piece for piece in inside if piece.x0 < strip.at - 0.5]
    right = [piece for piece in inside if piece.x0 >= strip.at - 0.5]
    return [region for part in (above, left, right, below) for region in _regions(part, depth - 1)]


def _widest_strip(pieces: Sequence[Piece]) -> _Strip | None:
    """The white strip that parts the most text."""
    found: list[_Strip] = []
    for at in _left_edges(pieces):
        found += _strips(pieces, at)
    return max(found, key=lambda strip: strip.weight, default=None)


def _left_edges(pieces: Sequence[Piece]) -> list[float]:
    """Where several pieces start, one below the other."""
    starts = sorted(piece.x0 for piece in pieces)
    edges: list[tuple[int, float]] = []
    position = 0
    while position < len(starts):
        end = position
        while end < len(starts) and starts[end] - starts[position] <= 1.5:
            end += 1
        if end - position >= _LEAST_ROWS:
            edges.append((end - position, starts[position]))
        position = end
    # A plot's labels make thousands of edges; a column's is among those that most pieces share.
    return [at for _, at in sorted(edges, reverse=True)[:_MOST_EDGES]]


def _strips(pieces: Sequence[Piece], at: float) -> list[_Strip]:
    """The white strips left of an edge, between the pieces that cross it."""
    strips: list[_Strip] = []
    top = float("inf")
    inside: list[Piece] = []
    border: Piece | None = None
    for piece in sorted(pieces, key=lambda piece: -piece.y):
        crosses = piece.x0 < at - 0.5 and piece.x1 > at - _GUTTER * piece.size
        # The last line of a wide paragraph may be short: it is the paragraph's all the same.
        if crosses or (border and not inside and _ends(border, piece)):
            strips += _strip(inside, at, top, piece.y)
            top, inside, border = piece.y, [], piece
        else:
            inside.append(piece)
    return strips + _strip(inside, at, top, float("-inf"))


def _strip(inside: Sequence[Piece], at: float, top: float, bottom: float) -> list[_Strip]:
    inside = sorted(inside, key=lambda piece: -piece.y)
    stray = _stray(inside)
    if stray:
        top, inside = inside[stray - 1].y, inside[stray:]
    stray = _stray(inside[::-1])
    if stray:
        bottom, inside = inside[-stray].y, inside[:-stray]
    left = [piece for piece in inside if piece.x0 < at - 0.5]
    right = [piece for piece in inside if piece.x0 >= at - 0.5]
    if not (_has_column_left(left) and _has_column_right(right, at)):
        return []
    weight = min(sum(len(piece.text) for piece in side) for side in (left, right))
    return [_Strip(at, top, bottom, weight)]


def _stray(pieces: Sequence[Piece]) -> int:
    """How many pieces at the start, a row or two, stand far from all others."""
    for position, (piece, after) in enumerate(pairwise(pieces), start=1):
        if abs(piece.y - after.y) > _FAR * max(piece.size, after.size):
            return position
        if position >= _MOST_STRAY:
            return 0
    return 0


def _ends(above: Piece, piece: Piece) -> bool:
    """Whether a piece is set as the next line of the one above."""
    near = 0 < above.y - piece.y < _PITCH * piece.size
    return near and abs(above.x0 - piece.x0) < 1.0 and abs(above.size - piece.size) < 0.2


def _has_column_left(pieces: Sequence[Piece]) -> bool:
    """Whether left of a strip stands a column, or several of them."""
    edges = _left_edges(pieces)[:_MOST_COLUMNS]
    return _is_column(pieces) or any(
        _is_column([piece for piece in pieces if piece.x0 >= edge - 0.5]) for edge in edges
    )


def _has_column_right(pieces: Sequence[Piece], at: float) -> bool:
    """Whether right of a strip stands a column, or several of them."""
    first = [piece for piece in pieces if piece.x0 < at + _INDENT * piece.size]
    return _is_column(pieces) or _is_column(first)


def _is_column(pieces: Sequence[Piece]) -> bool:
    """Whether the pieces are a column of prose: most of its text in lines of its full width."""
    if len(pieces) < _LEAST_ROWS:
        return False
    left, right = _edges(pieces)
    size = sorted(piece.size for piece in pieces)[len(pieces) // 2]
    if right - left < _LEAST_WIDTH * size:
        return False
    rows = rows_of(pieces)
    letters = full = count = 0
    for row in rows:
        text = sum(len(piece.text) for piece in row)
        letters += text
        covered = sum(piece.x1 - piece.x0 for piece in row)
        if covered >= _FULL * (right - left):
            full += text
            count += 1
    prose = full >= _LEAST_LETTERS * count and full >= 0.5 * letters
    return count >= _LEAST_ROWS - 1 and prose


def _edges(pieces: Sequence[Piece]) -> tuple[float, float]:
    """The left and right edge of most of the text."""
    letters = sum(len(piece.text) for piece in pieces)
    left = _reached(sorted((piece.x0, len(piece.text)) for piece in pieces), 0.04 * letters)
    ends = sorted((-piece.x1, len(piece.text)) for piece in pieces)
    return left, -_reached(ends, 0.04 * letters)


def _reached(places: Sequence[tuple[float, int]], share: float) -> float:
    total = 0
    for place, letters in places:
        total += letters
        if total > share:
            return place
    return places[-1][0] if places else 0.0
