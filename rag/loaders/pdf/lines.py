"""Runs that stand next to each other on a baseline, joined; pieces of a row, joined to lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.loaders.pdf.runs import Run

_WORD_GAP = 0.12  # of the size: a wider gap parts words
_PIECE_GAP = 0.9  # of the size: a wider gap parts pieces, which may be columns apart
_CELL_GAP = 1.0  # of the size: a wider gap parts the cells of a table
_FILLED_CELL_GAP = 2.0  # the same on a line that fills its column
_PROSE_LETTERS = 30
_RAISED = 0.62  # of the size: so far a superscript may stand above its line


@dataclass(frozen=True)
class Piece:
    """Runs set without a wide gap between them."""

    runs: tuple[Run, ...]

    @cached_property
    def x0(self) -> float:
        """Its left end."""
        return min(run.x0 for run in self.runs)

    @cached_property
    def x1(self) -> float:
        """Its right end."""
        return max(run.x1 for run in self.runs)

    @cached_property
    def main(self) -> Run:
        """The run that stands for it: the longest of the largest."""
        largest = max(run.size for run in self.runs)
        return max(
            (run for run in self.runs if run.size > 0.8 * largest), key=lambda run: len(run.text)
        )

    @property
    def y(self) -> float:
        """Its baseline."""
        return self.main.y

    @property
    def size(self) -> float:
        """The size of its type."""
        return self.main.size

    @cached_property
    def text(self) -> str:
        """Its characters, with single spaces where gaps part words."""
        text = ""
        end = self.runs[0].x0
        for run in self.runs:
            if text and run.x0 - end > _WORD_GAP * max(run.size, 0.8 * self.size):
                text += " "
            text += run.text
            end = run.x1
        return " ".join(text.split())


@dataclass(frozen=True)
class Line:
    """The pieces of one row of a column, from left to right."""

    pieces: tuple[Piece, ...]
    page: int = 0
    left: float = 0.0  # of the column
    right: float = 0.0
    region: int = 0

    @cached_property
    def text(self) -> str:
        """The line's characters."""
        return " ".join(piece.text for piece in self.pieces)

    @cached_property
    def letters(self) -> int:
        """How many characters it has."""
        return len(self.text)

    @cached_property
    def main(self) -> Piece:
        """The piece that stands for the line."""
        return max(self.pieces, key=lambda piece: len(piece.text))

    @cached_property
    def x0(self) -> float:
        """Its left end."""
        return self.pieces[0].x0

    @cached_property
    def x1(self) -> float:
        """Its right end."""
        return max(piece.x1 for piece in self.pieces)

    @property
    def y(self) -> float:
        """Its baseline."""
        return self.main.y

    @property
    def size(self) -> float:
        """The size of its type."""
        return self.main.size

    @cached_property
    def bold(self) -> bool:
        """Whether all of it is bold, or all but a mark."""
        runs = [run for piece in self.pieces for run in piece.runs]
        bold = sum(len(run.text) for run in runs if run.bold)
        return bold > 0.8 * sum(len(run.text) for run in runs)

    @cached_property
    def cells(self) -> int:
        """How many stretches wide gaps part it into."""
        gaps = [
            after.x0 - before.x1
            for before, after in zip(self.pieces, self.pieces[1:], strict=False)
        ]
        # Between the words of a line of prose that fills its column gaps may be wide, too.
        filled = self.right - self.x1 < self.size
        least = _FILLED_CELL_GAP if filled and self.letters > _PROSE_LETTERS else _CELL_GAP
        return 1 + sum(gap > least * self.size for gap in gaps)

    @cached_property
    def first_word(self) -> float:
        """The width of its first word, about."""
        word = self.text.split(" ", 1)[0]
        return (self.x1 - self.x0) * len(word) / max(1, self.letters)


def join_runs(runs: Sequence[Run]) -> list[Piece]:
    """The pieces of a page: first what follows on in the stream, then what stands side by side."""
    growing: list[list[Run]] = []
    for run in _once(runs):
        if growing and _follows(growing[-1], run):
            growing[-1].append(run)
        else:
            growing.append([run])
    pieces = [Piece(tuple(group)) for group in growing]
    return [piece for row in rows_of(pieces) for piece in _joined(row)]


def rows_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces by rows from top to bottom, each row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.y, piece.x0)):
        row = next((row for row in reversed(rows[-3:]) if _level(row, piece)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    return [sorted(row, key=lambda piece: piece.x0) for row in rows]


def _level(row: Sequence[Piece], piece: Piece) -> bool:
    """Whether a piece stands in a row: on its baseline, or raised or lowered beside it."""
    for other in row:
        large, small = max(other.size, piece.size), min(other.size, piece.size)
        shift = abs(other.y - piece.y)
        if shift < 0.2 * small:
            continue
        beside = piece.x0 > other.x1 - 0.3 * large or piece.x1 < other.x0 + 0.3 * large
        near = min(abs(piece.x0 - other.x1), abs(other.x0 - piece.x1)) < 0.5 * large
        if small < 0.85 * large and shift < _RAISED * large and beside and near:
            continue
        return False
    return True


def _once(runs: Sequence[Run]) -> list[Run]:
    """The runs without those that are set twice in one place to look bold."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for run in runs:
        places = [(run.text, round(run.x0) + dx, round(run.y) + dy)
                  for dx in (-1, 0, 1) for dy in (-1, 0, 1)]  # fmt: skip
        if len(run.text) > 1 and not seen.isdisjoint(places):
            continue
        seen.add((run.text, round(run.x0), round(run.y)))
        kept.append(run)
    return kept


def _follows(before: Sequence[Run], run: Run) -> bool:
    """Whether a run goes on where the last one of the stream ended."""
    last = before[-1]
    large = max(last.size, run.size)
    gap = run.x0 - last.x1
    near = -0.5 * large < gap < _PIECE_GAP * min(last.size, run.size)
    level = any(abs(run.y - other.y) < 0.2 * min(run.size, other.size) for other in before)
    raised = abs(run.y - last.y) < _RAISED * large and min(run.size, last.size) < 0.85 * large
    return near and (level or raised) and run.x1 > last.x0


def _joined(row: Sequence[Piece]) -> list[Piece]:
    """The pieces of a row, joined where no wide gap parts them."""
    joined: list[Piece] = []
    for piece in row:
        if joined:
            last = joined[-1]
            gap = piece.x0 - last.x1
            large = max(last.size, piece.size)
            if -0.5 * large < gap < _PIECE_GAP * min(last.size, piece.size):
                joined[-1] = Piece(last.runs + piece.runs)
                continue
        joined.append(piece)
    return joined
