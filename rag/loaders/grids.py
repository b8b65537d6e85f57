"""A table as lines: every row says what its cells are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from rag.loaders.inline import flat

_WIDEST = 200  # columns, and rows that one cell spans: more is damage or an attack

Row = list[str]
Hanging = dict[int, tuple[int, str]]  # by column: for how many rows more, and what


@dataclass(frozen=True, slots=True)
class Line:
    """A row as text, and the row above that names it and others."""

    text: str
    under: str = ""


def table_lines(table: etree._Element) -> Iterator[Line]:
    """ "Strain: IN61; n: 274; SD (min): 2.92" for each row, under its columns' names."""
    rows = [(row, row.getparent()) for row in table.iter("tr")]
    head = [row for row, part in rows if part is not None and part.tag == "thead"]
    if not head:
        head = [row for row, _ in rows[:1] if len(rows) > 1 and all(c.tag == "th" for c in row)]
    names = _column_names(_grid(head))
    body = [row for row, _ in rows if row not in head]
    group, inside = "", False
    for row, cells in zip(body, _grid(body), strict=True):
        distinct = list(dict.fromkeys(filter(None, cells)))
        if len(distinct) == 1 and cells[0]:
            group, inside = (distinct[0] if len(cells) > 1 else ""), False
            yield Line(distinct[0])
            continue
        # Where the rows of a group are set in, the first that is not is no longer of it.
        group = "" if inside and not _is_indented(row) else group
        inside = _is_indented(row)
        if distinct:
            yield Line("; ".join(_named(cells, names)), under=group)
    if len(head) == len(rows):
        yield from (Line("; ".join(filter(None, cells))) for cells in _grid(head))


def _is_indented(row: etree._Element) -> bool:
    text = "".join(map(str, row[0].itertext())) if len(row) else ""
    return text[:1].isspace() and not text[:1].isascii()


def _named(cells: Row, names: Row) -> Iterator[str]:
    """The cells that say something, each behind its column's name; a wide one once."""
    last = None
    for number, cell in enumerate(cells):
        name = names[number] if number < len(names) else ""
        if cell and (cell, name) != last:
            yield f"{name.rstrip(':')}: {cell}" if name else cell
        last = (cell, name)


def _column_names(head: list[Row]) -> Row:
    """A column's name: what stands above it, from the top down."""
    width = max(map(len, head), default=0)
    columns = [[row[n] for row in head if n < len(row)] for n in range(width)]
    return [", ".join(dict.fromkeys(filter(None, column))) for column in columns]


def _grid(rows: list[etree._Element]) -> list[Row]:
    """The cells by column; one that spans several columns or rows stands in each."""
    grid: list[Row] = []
    above: Hanging = {}
    for row in rows:
        cells: Row = []
        below: Hanging = {}
        for cell in row.iterchildren("td", "th"):
            _fill(cells, above, below)
            text, down = flat(cell), _span(cell, "rowspan") - 1
            for _ in range(min(_span(cell, "colspan"), _WIDEST - len(cells))):
                if down:
                    below[len(cells)] = (down, text)
                cells.append(text)
        _fill(cells, above, below)
        grid.append(cells)
        above = below
    return grid


def _fill(cells: Row, above: Hanging, below: Hanging) -> None:
    """Put in what hangs down from the rows above."""
    while (column := len(cells)) in above:
        left, text = above[column]
        cells.append(text)
        if left > 1:
            below[column] = (left - 1, text)


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(max(int(value), 1), _WIDEST) if value.isdecimal() and len(value) < 9 else 1
