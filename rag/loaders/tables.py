"""Records in tables and in JSON, each a document: BEIR's `corpus.jsonl`, PubMed's CSV, one's own.

Columns that say what a document is (title, text, authors, …) become its text and record;
every other filled column is a line "name: value" below its header.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from rag.cleaning import Extract, ExtractWriter, LostRecord
from rag.cleaning.bibliography import find_year, label_field, split_names
from rag.errors import LoadError
from rag.loaders.columns import Column, column
from rag.loaders.facts import Facts
from rag.loaders.text import decode

_DELIMITERS = ",\t;|"
_LONGEST_FACT = 300  # characters; more is prose
_LONGEST_CELL = 10_000_000  # characters; a quotation mark left open would take the whole table


def read_json_lines(stream: BinaryIO) -> Iterator[Extract | LostRecord]:
    """A document a line. A line that is no JSON object is lost, the others are read."""
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(decode(line))
        except LoadError as error:
            yield LostRecord(f"line {number}", str(error))
            continue
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", "nested beyond reason")
            yield LostRecord(f"line {number}", f"not JSON ({reason})")
            continue
        yield _read_object(row, f"line {number}", str(number))


def read_json(stream: BinaryIO) -> Iterator[Extract | LostRecord]:
    """A list of objects, an object that holds one list of them, or a single object."""
    try:
        value = json.loads(decode(stream.read()))
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "nested beyond reason")
        raise LoadError(f"not JSON ({reason}): mend it, or rename it to .txt") from error
    rows = _find_rows(value)
    for number, row in enumerate(rows, start=1):
        yield _read_object(row, f"record {number}", str(number))


def read_csv(stream: BinaryIO) -> Iterator[Extract | LostRecord]:
    """A document a row, under a first row of column names; comma, tab, semicolon or bar."""
    csv.field_size_limit(_LONGEST_CELL)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        first = text.readline()
        delimiter = likely_delimiter(first)
        names = next(csv.reader([first], delimiter=delimiter), [])
        if len(names) < 2 or not any(name.strip() for name in names):
            raise LoadError("a table without a first row of column names: add one")
        for number, cells in enumerate(csv.reader(text, delimiter=delimiter), start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(names):
                reason = f"{len(cells)} cells under {len(names)} column names"
                yield LostRecord(f"row {number}", reason)
                continue
            row = dict(zip(names, cells, strict=False))
            yield _read_object(row, f"row {number}", str(number - 1))
    except UnicodeDecodeError as error:
        raise LoadError("not UTF-8 text: save the table as UTF-8") from error
    except csv.Error as error:
        reason = "a quotation mark left open" if "field limit" in str(error) else str(error)
        raise LoadError(f"not a table ({reason}): mend it, or rename it to .txt") from error


def likely_delimiter(line: str) -> str:
    """What parts the columns that a first line names: a comma unless another parts more."""
    return max(_DELIMITERS, key=lambda mark: _count_columns(line, mark))


def _count_columns(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 0


def _find_rows(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    lists = [v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
    return lists[0] if len(lists) == 1 else [value]


def _read_object(row: Any, place: str, number: str) -> Extract | LostRecord:
    if not isinstance(row, Mapping):
        return LostRecord(place, "not an object with names and values")
    known: dict[Column, str] = {}
    others: list[tuple[str, str]] = []
    for name, value in row.items():
        kind, text = column(str(name)), _as_text(value)
        if kind is Column.TEXT and kind in known:
            known[kind] += f"\n{text}"
        elif kind and kind not in known:
            known[kind] = text
        elif text.strip():
            others.append((str(name), text))
    extract = _extract(known, others, number)
    return extract if extract.text else LostRecord(place, "no title and no text in it")


def _extract(known: Mapping[Column, str], others: list[tuple[str, str]], number: str) -> Extract:
    def given(kind: Column) -> str:
        return " ".join(known.get(kind, "").split())

    date = given(Column.DATE)
    pmid = re.sub(r"\.0$", "", given(Column.PMID))  # spreadsheets make floats of numbers
    facts = Facts(
        title=given(Column.TITLE),
        authors=split_authors(known.get(Column.AUTHORS, "")),
        journal=given(Column.JOURNAL),
        year=find_year(given(Column.YEAR)) or find_year(date),
        date=date,
        volume=given(Column.VOLUME),
        issue=given(Column.ISSUE),
        pages=given(Column.PAGES),
        doi=re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", given(Column.DOI), flags=re.I),
        pmid=pmid,
        url=given(Column.URL),
        others=tuple((n, t, label_field(n)) for n, t in others if len(t) <= _LONGEST_FACT),
    )
    writer = ExtractWriter()
    facts.write(writer)
    long = [f"{name}: {text}" for name, text in others if len(text) > _LONGEST_FACT]
    for paragraph in [*known.get(Column.TEXT, "").splitlines(), *long]:
        writer.paragraph(paragraph)
    key = given(Column.ID) or pmid or facts.doi or number
    return writer.finish(facts.record, key=key)


def split_authors(text: str) -> tuple[str, ...]:
    """Names in a cell: parted by semicolons or line breaks where there are any."""
    parts = [part.strip() for part in re.split(r"[;\n|]", text) if part.strip()]
    if len(parts) > 1:
        return tuple(parts)
    more = ("et al.",) if re.search(r"\bet al\b", text) else ()
    return split_names(text) + more


def _as_text(value: Any) -> str:
    """A value as lines; what is nested in objects is left out, but for the names of people."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list):
        return "\n".join(filter(None, map(_as_text, value)))
    if isinstance(value, Mapping):
        name = value.get("name") or " ".join(
            str(value[part]) for part in ("given", "first", "family", "last") if value.get(part)
        )
        return str(name)
    return str(value)
