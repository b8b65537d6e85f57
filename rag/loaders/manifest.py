"""`manifest.csv`: a table beside the documents that says what they are.

Columns: `file` (the path from the manifest's folder; `file#key` for a record of a file of
many) and any of `title, authors, year, journal, doi, pmid, url`. What it says wins over what
was found in the file. Authors are parted by semicolons.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rag.cleaning.bibliography import find_year
from rag.errors import LoadError
from rag.loaders.columns import Column, column
from rag.loaders.tables import likely_delimiter, split_authors
from rag.loaders.text import decode
from rag.types import Record

NAME = "manifest.csv"
_FILE = ("file", "filename", "file_name", "path")
_LARGEST = 100_000_000  # bytes
_MOST_PROBLEMS = 20  # that are told one by one
_LONGEST = 300  # characters of one of them


@dataclass(frozen=True, slots=True)
class ManifestTable:
    """The records that a manifest states, by file name or `file#key`; and what is wrong in it."""

    records: Mapping[str, Record] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def stated(self, name: str) -> dict[str, Record]:
        """The records of a file: its own under "", those of its records under their keys."""
        own = {"": self.records[name]} if name in self.records else {}
        prefix = f"{name}#"
        keyed = [one for one in self.records if one.startswith(prefix)] if self._has_keys else []
        return own | {one.removeprefix(prefix): self.records[one] for one in keyed}

    @property
    def _has_keys(self) -> bool:
        return any("#" in name for name in self.records)


def read_manifest(folder: Path) -> ManifestTable:
    """The manifest of a folder; an empty one where there is none."""
    path = folder / NAME
    if not (path.exists() or path.is_symlink()):
        return ManifestTable()
    try:
        if not path.is_file():
            raise LoadError("not a regular file")
        if path.stat().st_size > _LARGEST:
            raise LoadError(f"larger than {_LARGEST / 1e6:.0f} MB")
        text = decode(path.read_bytes())
        delimiter = likely_delimiter(text.partition("\n")[0])
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        named = next((n for n in rows.fieldnames or () if n.strip().lower() in _FILE), None)
        if named is None:
            raise LoadError("no column named 'file'")
        return _read_rows(rows, named, folder)
    except (LoadError, OSError, csv.Error) as error:
        return ManifestTable(problems=(f"cannot be used: {error}",))


class _Problems:
    """The first few problems, each in one line, and how many more there are."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._more = 0

    def append(self, line: str) -> None:
        """Keep a problem, or count it."""
        if len(self._lines) < _MOST_PROBLEMS:
            line = " ".join(line.split())
            self._lines.append(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")
        else:
            self._more += 1

    @property
    def told(self) -> tuple[str, ...]:
        """What to report."""
        return (*self._lines, *([f"and {self._more:,} more"] if self._more else []))


def _read_rows(rows: csv.DictReader[str], named: str, folder: Path) -> ManifestTable:
    records: dict[str, Record] = {}
    problems = _Problems()
    for number, row in enumerate(rows, start=2):
        name = (row.pop(named) or "").strip()
        if not name:
            problems.append(f"row {number}: no file named")
            continue
        if name in records:
            problems.append(f"row {number}: {name} again; the first row holds")
            continue
        if not _exists(folder / name.partition("#")[0]):
            problems.append(f"row {number}: there is no file {name}")
        records[name] = _record(row, f"row {number}", problems)
    return ManifestTable(records, problems.told)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # no name that a file could have
        return False


def _record(row: Mapping[str, str | None], place: str, problems: _Problems) -> Record:
    given = dict(_cells(row))
    year = None
    if stated := given.get(Column.YEAR) or given.get(Column.DATE):
        year = find_year(stated)
        if year is None:
            problems.append(f"{place}: {stated!r} is no year; the rest of the row holds")
    return Record(
        title=given.get(Column.TITLE, ""),
        authors=split_authors(given.get(Column.AUTHORS, "")),
        year=year,
        journal=given.get(Column.JOURNAL),
        doi=given.get(Column.DOI),
        pmid=given.get(Column.PMID),
        url=given.get(Column.URL),
    )


def _cells(row: Mapping[str, str | None]) -> Iterator[tuple[Column, str]]:
    for name, value in row.items():
        kind = column(name) if isinstance(name, str) else None
        if kind and isinstance(value, str) and value.strip():
            yield kind, value.strip()
