"""Running heads, feet and page numbers: what stands at one place at the edge of many pages.

They are told by repetition alone, with digits masked. Only the outermost rows of a page can be
furniture; where only two pages repeat a row it must look like a head, not like a table's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rag.loaders.pdf.lines import Piece, rows_of

RUNNING_HEAD = "running head"
RUNNING_FOOT = "running foot"
PAGE_NUMBER = "page number"

_EDGE_ROWS = 4  # of a page, at either end
_SAME_PLACE = 6.0  # points
_PITCH = 1.5  # of the size: lines of one paragraph stand so close
_SHORT = 8  # pages: in so short a document two repetitions are enough
_NUMBER = re.compile(r"\W*(?:page\s*)?(\d{1,5})(?:\s*(?:of|/)\s*\d{1,5})?\W*", re.IGNORECASE)

# Masked text and the edge, to the pages and places where it stands.
_Places = dict[tuple[str, bool], list[tuple[int, float]]]


def find_furniture(pages: Sequence[Sequence[Piece]]) -> list[dict[int, str]]:
    """For each page the pieces that are furniture: their positions, and the rule for each."""
    edges = [(_edge(page, top=True), _edge(page, top=False)) for page in pages]
    places: _Places = defaultdict(list)
    for number, both in enumerate(edges):
        for top, rows in zip((True, False), both, strict=True):
            for piece in (piece for row in rows for piece in row):
                places[_masked(piece.text), top].append((number, piece.y))
    offsets = _number_offsets(edges)
    taken: list[dict[int, tuple[Piece, str]]] = []
    for number, both in enumerate(edges):
        found: dict[int, tuple[Piece, str]] = {}
        for top, rows in zip((True, False), both, strict=True):
            for piece, rule in _peel(rows, number, places, offsets, len(pages), top=top):
                found[id(piece)] = piece, rule
        taken.append(found)
    _take_by_place(edges, taken)
    return [
        {position: found[id(piece)][1] for position, piece in enumerate(page) if id(piece) in found}
        for page, found in zip(pages, taken, strict=True)
    ]


def _take_by_place(
    edges: Sequence[tuple[list[list[Piece]], list[list[Piece]]]],
    taken: Sequence[dict[int, tuple[Piece, str]]],
) -> None:
    """Take heads that change from page to page by the place where others have theirs."""
    known = [
        (number, piece.y, piece.size, rule)
        for number, found in enumerate(taken)
        for piece, rule in found.values()
        if rule != PAGE_NUMBER
    ]
    for number, both in enumerate(edges):
        for rows in both:
            inner = rows[1][0] if len(rows) > 1 else None
            for piece in rows[0] if rows else ():
                same = {
                    (other, rule)
                    for other, y, size, rule in known
                    if other != number and abs(y - piece.y) < 1 and abs(size - piece.size) < 0.2
                }
                if len(same) >= 2 and not (inner and _is_set_on(piece, inner)):
                    taken[number].setdefault(id(piece), (piece, min(same)[1]))


def _edge(page: Sequence[Piece], *, top: bool) -> list[list[Piece]]:
    """The outermost rows of a page, from the edge inwards; never more than half of them."""
    rows = rows_of(page)
    count = min(_EDGE_ROWS + 1, (len(rows) + 1) // 2)
    return rows[:count] if top else rows[::-1][:count]


def _peel(
    rows: Sequence[Sequence[Piece]],
    number: int,
    places: _Places,
    offsets: set[int],
    pages: int,
    *,
    top: bool,
) -> Iterator[tuple[Piece, str]]:
    """Furniture from the edge inwards, up to the first row that has none, and page numbers."""
    rule = RUNNING_HEAD if top else RUNNING_FOOT
    peeled: list[list[tuple[Piece, str]]] = []
    edge = True
    for row in rows:
        taken: list[tuple[Piece, str]] = []
        for piece in row:
            value = _page_number(piece)
            if value is not None:
                if value - number in offsets and (edge or len(row) == 1):
                    taken.append((piece, PAGE_NUMBER))
            elif edge and _repeats(piece, number, places, pages, cells=len(row), top=top):
                taken.append((piece, rule))
        if any(found == PAGE_NUMBER for _, found in taken):  # what shares its row is as apart
            alone = [piece for piece in row if piece not in [one for one, _ in taken]]
            taken += [(piece, rule) for piece in alone]
        edge = edge and bool(taken)
        peeled.append(taken)
    yield from _apart(rows, peeled)


def _apart(
    rows: Sequence[Sequence[Piece]], peeled: Sequence[list[tuple[Piece, str]]]
) -> Iterator[tuple[Piece, str]]:
    """What was peeled, without the rows that stand in the body as its lines do."""
    inner: Piece | None = rows[-1][0] if rows else None
    for row, taken in zip(reversed(rows), reversed(peeled), strict=True):
        numbers = bool(taken) and all(rule == PAGE_NUMBER for _, rule in taken)
        if not taken or (not numbers and inner is not None and _is_set_on(row[0], inner)):
            inner = row[0]
        else:
            yield from taken
            inner = None


def _is_set_on(piece: Piece, inner: Piece) -> bool:
    """Whether two rows stand as close as lines of one paragraph, in one size."""
    close = abs(piece.y - inner.y) < _PITCH * piece.size
    return close and abs(piece.size - inner.size) < 0.3


def _repeats(
    piece: Piece, number: int, places: _Places, pages: int, *, cells: int, top: bool
) -> bool:
    if not re.search(r"[^\W\d_]", piece.text):
        return False
    same = {page for page, y in places[_masked(piece.text), top] if abs(y - piece.y) <= _SAME_PLACE}
    needed = 2 if pages <= _SHORT else 3
    if cells >= 3:  # as a table's head has them
        needed = max(3, pages // 2)
    return len(same) >= needed


def _number_offsets(edges: Sequence[Sequence[Sequence[Sequence[Piece]]]]) -> set[int]:
    """By how much the numbers printed on pages differ from their counts, where two agree."""
    pages: dict[int, set[int]] = defaultdict(set)
    for number, both in enumerate(edges):
        for rows in both:
            for piece in (piece for row in rows for piece in row):
                value = _page_number(piece)
                if value is not None:
                    pages[value - number].add(number)
    best = max(map(len, pages.values()), default=0)
    return {offset for offset, seen in pages.items() if len(seen) == best >= 2}


def _page_number(piece: Piece) -> int | None:
    match = _NUMBER.fullmatch(piece.text)
    return int(match[1]) if match else None


def _masked(text: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"\s+", "", text)).casefold()
