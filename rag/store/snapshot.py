"""All that is derived from SQLite, as of one moment: read from its files, or made anew."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rag.filters import Filters
from rag.store.postings import update_words
from rag.store.scope import Scope
from rag.store.vectors import VectorIndex
from rag.store.words import WordIndex

_SCOPES = 64  # kept


@dataclass(slots=True)
class Snapshot:
    """Vectors and words of the same passages, and what was made of them since."""

    vectors: VectorIndex
    words: WordIndex
    abbreviations: dict[str, str] | None = None
    scopes: dict[Filters, Scope] = field(default_factory=dict)

    def keep(self, filters: Filters, scope: Scope) -> None:
        """Keep a scope for the next question; the oldest go where there are many."""
        while len(self.scopes) >= _SCOPES:
            with contextlib.suppress(KeyError, StopIteration):  # another thread was faster
                del self.scopes[next(iter(self.scopes))]
        self.scopes[filters] = scope


def take_snapshot(
    connection: sqlite3.Connection,
    folder: Path,
    dimension: int,
    before: Snapshot | None,
    *,
    must_write: bool = False,
) -> Snapshot:
    """What fits the passages that SQLite holds: `before`, else the files, else made anew.

    What was made anew is written. Raises OSError where it cannot be and `must_write`: a
    read-only index answers all the same.
    """
    count, highest = connection.execute("SELECT count(*), max(id) FROM passages").fetchone()
    extent = count, highest or 0
    if before and before.vectors.fits(*extent) and before.words.fits(*extent):
        return Snapshot(before.vectors, before.words)
    vectors, words = VectorIndex.read(folder, dimension), WordIndex.read(folder)
    if vectors is None or not vectors.fits(*extent):
        vectors = _build_vectors(connection, dimension)
        _write(vectors, folder, must_write=must_write)
    if words is None or not words.fits(*extent):
        words = update_words(words, connection)
        _write(words, folder, must_write=must_write)
    return Snapshot(vectors, words)


def _write(derived: VectorIndex | WordIndex, folder: Path, *, must_write: bool) -> None:
    with contextlib.nullcontext() if must_write else contextlib.suppress(OSError):
        derived.write(folder)


def _build_vectors(connection: sqlite3.Connection, dimension: int) -> VectorIndex:
    index = VectorIndex(dimension)
    for rows in _batches(
        connection,
        "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.hash = p.vector ORDER BY p.id",
    ):
        vectors = np.frombuffer(b"".join(row["vector"] for row in rows), dtype=np.float32)
        index.add([row["id"] for row in rows], vectors.reshape(len(rows), dimension))
    return index


def _batches(
    connection: sqlite3.Connection, statement: str, size: int = 4096
) -> Iterator[list[sqlite3.Row]]:
    cursor = connection.execute(statement)
    while rows := cursor.fetchmany(size):
        yield rows
