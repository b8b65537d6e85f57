"""The store on one machine: SQLite for documents and passages, FAISS and postings beside it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.filters import Filters
from rag.store.base import DocumentSummary
from rag.store.database import Database
from rag.store.rows import document_from_row, passage_from_row, sources_from_row
from rag.store.scope import Scope
from rag.store.selection import selection
from rag.store.snapshot import Snapshot, take_snapshot
from rag.types import Document, Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SOURCES = (
    "(SELECT json_group_array(json_array(id, file, content_hash)) FROM sources "
    "WHERE document = d.key) AS sources"
)
# Documents of one work: they share a DOI (in any case) or a PMID, and differ in their text.
_LINKED = (
    "(SELECT json_group_array(o.id) FROM documents o "
    "WHERE (o.doi = d.doi OR o.pmid = d.pmid) AND o.key != d.key) AS linked"
)
_LISTED = ("id", "title", "authors", "year", "journal", "doi", "pmid", "url", "added")
_VARIABLES = 900  # bound variables a statement: SQLite's old limit is 999


class SqliteStore:
    """Implements `Store`; `writable` is for `WritableStore`."""

    def __init__(self, folder: Path, dimension: int, *, writable: bool = False) -> None:
        self.folder, self.dimension = folder, dimension
        self._database = Database(folder, writable=writable)
        self._snapshot: Snapshot | None = None
        self._seen = threading.local()  # the state of the database that a thread's snapshot is of

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()

    # -- search --------------------------------------------------------------------------

    def scope(self, filters: Filters) -> Scope:
        """See `Store`; kept for the next question with the same filters."""
        snapshot = self.snapshot
        known = snapshot.scopes.get(filters)
        if known is None:
            known = Scope(snapshot.words, snapshot.vectors, self._among(filters))
            snapshot.keep(filters, known)
        return known

    def stems(self) -> Mapping[str, int]:
        """See `Store`."""
        return self.snapshot.words.frequencies

    def document_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """In how many passages each stem occurs; stems that occur in none are left out."""
        known = self.stems()
        return {stem: known[stem] for stem in stems if stem in known}

    def _among(self, filters: Filters) -> NDArray[np.int64] | None:
        if not filters:
            return None
        sections = [row[0] for row in self._rows("SELECT DISTINCT section FROM passages")]
        statement, values = selection(filters, sections)
        return np.array([row[0] for row in self._rows(statement, values)], dtype=np.int64)

    # -- documents and passages ----------------------------------------------------------

    def passages(self, ids: Sequence[int]) -> Mapping[int, Passage]:
        """See `Store`."""
        rows = self._select_in(
            "SELECT p.*, substr(d.text, p.start + 1, p.end - p.start) AS text, "
            "d.id AS document_id, d.title, d.authors, d.journal, d.year, d.doi, d.pmid "
            "FROM passages p JOIN documents d ON d.key = p.document "
            "WHERE p.id IN ({})",
            ids,
        )
        return {row["id"]: passage_from_row(row) for row in rows}

    def document(self, document_id: str) -> Document:
        """See `Store`; also by the id of another place where its text stands."""
        rows = self._rows(
            f"SELECT d.*, {_SOURCES} FROM documents d "
            "WHERE d.key = (SELECT document FROM sources WHERE id = ?)",
            (document_id,),
        )
        if not rows:
            raise KeyError(document_id)
        return document_from_row(rows[0])

    def path(self, document_id: str) -> Path | None:
        """See `Store`."""
        path = self._of_file(document_id, "path")
        return Path(path) if path else None

    def file_hash(self, document_id: str) -> str:
        """See `Store`."""
        return self._of_file(document_id, "hash")

    def _of_file(self, document_id: str, column: str) -> str:
        """What is kept of the file that a document stands in; "" where nothing is."""
        rows = self._rows(
            f"SELECT f.{column} FROM files f JOIN sources s ON s.file = f.name WHERE s.id = ?",
            (document_id,),
        )
        return str(rows[0][column]) if rows else ""

    def documents(self) -> list[DocumentSummary]:
        """See `Store`."""
        self._database.state()  # what is listed first may be another process's new file
        return [
            DocumentSummary(
                **{name: row[name] for name in _LISTED if name != "authors"},
                authors=tuple(json.loads(row["authors"])),
                source=sources_from_row(row)[0],
                sources=sources_from_row(row),
                linked=tuple(sorted(json.loads(row["linked"]))),
                passages=row["passages"],
            )
            for row in self._rows(
                f"SELECT d.key, {', '.join(f'd.{name}' for name in _LISTED)}, "
                f"{_SOURCES}, {_LINKED}, "
                "(SELECT count(*) FROM passages WHERE document = d.key) AS passages "
                "FROM documents d ORDER BY d.id"
            )
        ]

    def abbreviations(self) -> Mapping[str, str]:
        """See `Store`."""
        return self.snapshot.words.abbreviations

    def edition(self) -> str:
        """A text that is another whenever the documents are; "" where there are none.

        A key is never used again: what is added has a higher one, what is removed is counted.
        """
        self._database.state()  # another process may have put a new file here
        (row,) = self._rows("SELECT count(*), max(key), max(added) FROM documents")
        return " ".join(map(str, tuple(row))) if row[0] else ""

    def count_documents(self) -> int:
        """The number of documents."""
        return int(self._rows("SELECT count(*) FROM documents")[0][0])

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    # -- derived -------------------------------------------------------------------------

    @property
    def snapshot(self) -> Snapshot:
        """What is derived from SQLite, as it stands now."""
        state = self._database.state()
        if self._snapshot is None or getattr(self._seen, "state", None) != state:
            with self._database.errors():
                self._snapshot = take_snapshot(
                    self._database.connection, self.folder, self.dimension, self._snapshot
                )
            self._seen.state = state
        return self._snapshot

    # -- rows ----------------------------------------------------------------------------

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with self._database.errors():
            return self._database.connection.execute(statement, tuple(values)).fetchall()

    def _select_in(self, statement: str, values: Sequence[object]) -> Iterator[sqlite3.Row]:
        for start in range(0, len(values), _VARIABLES):
            part = values[start : start + _VARIABLES]
            yield from self._rows(statement.format(", ".join("?" * len(part))), part)
