"""The store while it is written to: by one process, a few documents a transaction."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.store.folder import remove_half_written
from rag.store.snapshot import take_snapshot
from rag.store.sqlite import SqliteStore
from rag.store.statements import (
    delete_document,
    delete_source,
    delete_unused_vectors,
    find_twin,
    insert_document,
    insert_passages,
    insert_source,
)
from rag.types import Document, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that was taken in whole."""

    hash: str
    document_ids: tuple[str, ...]
    passages: int
    notes: str
    path: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A document ready to be kept: its passages, and the hashes that name their vectors."""

    document: Document
    passages: Sequence[Passage]
    hashes: Sequence[str]
    abbreviations: Mapping[str, str]


class WritableStore(SqliteStore):
    """Adds, replaces and removes. Writing happens inside `transaction`."""

    def __init__(self, folder: Path, dimension: int) -> None:
        super().__init__(folder, dimension, writable=True)
        self._rows("CREATE TEMP TABLE seen (file TEXT PRIMARY KEY) WITHOUT ROWID")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Writing]:
        """All that is written inside, or nothing of it. Raises StorageError."""
        with self._database.transaction() as connection:
            yield Writing(connection)

    # -- what is known already -----------------------------------------------------------

    def known_file(self, name: str) -> KnownFile | None:
        """What a file gave when it was taken in; None where it was not, or not to its end."""
        rows = self._rows("SELECT hash, notes, path FROM files WHERE name = ?", (name,))
        if not rows:
            return None
        found = self._rows(
            "SELECT d.id, (SELECT count(*) FROM passages WHERE document = d.key) AS passages "
            "FROM documents d WHERE d.key IN (SELECT document FROM sources WHERE file = ?) "
            "ORDER BY d.key",
            (name,),
        )
        ids = tuple(row["id"] for row in found)
        file = rows[0]
        passages = sum(row["passages"] for row in found)
        return KnownFile(file["hash"], ids, passages, file["notes"], file["path"])

    def places(self, file: str) -> dict[str, str]:
        """The ids under which a file holds texts, each with its content hash."""
        rows = self._rows("SELECT id, content_hash FROM sources WHERE file = ?", (file,))
        return {row["id"]: row["content_hash"] for row in rows}

    def holder(self, id: str) -> tuple[str, int] | None:
        """The id of the document whose text stands in a place, and its number of passages."""
        rows = self._rows(
            "SELECT d.id, (SELECT count(*) FROM passages WHERE document = d.key) FROM documents d "
            "JOIN sources s ON s.document = d.key WHERE s.id = ?",
            (id,),
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def missing_vectors(self, hashes: Sequence[str]) -> set[str]:
        """Those of the hashes for which no vector is kept."""
        rows = self._select_in("SELECT hash FROM vectors WHERE hash IN ({})", hashes)
        return set(hashes) - {row["hash"] for row in rows}

    # -- files that were met, and those that are gone ------------------------------------

    def note_seen(self, file: str) -> None:
        """Note, for this run, that a file is there."""
        self._rows("INSERT OR IGNORE INTO temp.seen VALUES (?)", (file,))

    def gone_files(self) -> list[str]:
        """The files of the index that this run has not met."""
        return [
            row[0]
            for row in self._rows(
                "SELECT file FROM (SELECT file FROM sources UNION SELECT name FROM files) "
                "WHERE file NOT IN (SELECT file FROM temp.seen) ORDER BY file"
            )
        ]

    def purge(self) -> None:
        """Leave no trace of what was removed in pages set free."""
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)")

    # -- derived -------------------------------------------------------------------------

    def flush(self) -> None:
        """Bring the derived files up to date where they are not. Raises StorageError."""
        with self._database.errors():
            try:
                remove_half_written(self.folder)
                self._snapshot = take_snapshot(
                    self._database.connection, self.folder, self.dimension, None, must_write=True
                )
            except OSError as error:
                raise sqlite3.OperationalError(f"disk full? {error}") from error


class Writing:
    """A transaction's writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add_vectors(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Keep vectors, shape (dimension,) each, by the hash of what was encoded."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO vectors VALUES (?, ?)",
            [(hash, vector.tobytes()) for hash, vector in vectors.items()],
        )

    def put(self, entry: Entry) -> str:
        """Put a document in its place; the id of the document that now holds its text.

        What stood in the place goes. Where another document has the same text, the place is
        noted as a further source of it.
        """
        document = entry.document
        delete_source(self._connection, document.id)
        if twin := find_twin(self._connection, document.text):
            insert_source(self._connection, twin[0], document)
            return twin[1]
        key = insert_document(self._connection, document)
        insert_source(self._connection, key, document)
        hashed = zip(entry.passages, entry.hashes, strict=True)
        insert_passages(self._connection, key, hashed)
        self._connection.executemany(
            "INSERT INTO abbreviations VALUES (?, ?, ?)",
            [(key, short, long) for short, long in entry.abbreviations.items()],
        )
        return document.id

    def drop(self, id: str) -> bool:
        """Note that a place holds its text no more; whether a document went with it."""
        return delete_source(self._connection, id)

    def drop_file(self, name: str) -> list[str]:
        """Note that a file holds nothing any more; the places whose documents went with it."""
        found = self._connection.execute("SELECT id FROM sources WHERE file = ?", (name,))
        self.forget_file(name)
        return [id for (id,) in found.fetchall() if self.drop(id)]

    def remove(self, id: str) -> bool:
        """Take the document whose text stands in a place out, with all its places."""
        row = self._connection.execute(
            "SELECT document FROM sources WHERE id = ?", (id,)
        ).fetchone()
        if row is None:
            return False
        files = self._connection.execute(
            "SELECT DISTINCT file FROM sources WHERE document = ?", tuple(row)
        ).fetchall()
        delete_document(self._connection, row["document"])
        for (file,) in files:  # so that they are looked at again when they are indexed again
            self.forget_file(file)
        return True

    def note_file(self, name: str, hash: str, notes: str, path: str) -> None:
        """Note that a file has been taken in to its end, and where it lies."""
        self._connection.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", (name, hash, notes, path)
        )

    def forget_file(self, name: str) -> None:
        """Note that a file was not taken in."""
        self._connection.execute("DELETE FROM files WHERE name = ?", (name,))

    def delete_unused_vectors(self) -> None:
        """Keep no vector of a text that has gone."""
        delete_unused_vectors(self._connection)
