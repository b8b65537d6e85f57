"""All that is derived from SQLite, as of one moment: read from its files, or made anew."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.filters import Filters
from rag.store.postings import mark_of, update_words
from rag.store.scope import Scope
from rag.store.vectors import VectorIndex
from rag.store.words import WordIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    connection.execute("BEGIN")  # so that both are of one moment, though somebody writes
    try:
        return _take(connection, folder, dimension, before, must_write=must_write)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _take(
    connection: sqlite3.Connection,
    folder: Path,
    dimension: int,
    before: Snapshot | None,
    *,
    must_write: bool,
) -> Snapshot:
    extent = _extent(connection)
    if before and _fit(before.vectors, before.words, extent) == (True, True):
        return Snapshot(before.vectors, before.words)
    vectors, words = VectorIndex.read(folder, dimension), WordIndex.read(folder)
    vectors_fit, words_fit = _fit(vectors, words, extent)
    if vectors is None or not vectors_fit:
        vectors = _build_vectors(connection, dimension)
        _write(vectors, folder, must_write=must_write)
    if words is None or not words_fit:
        words = update_words(words, connection)
        _write(words, folder, must_write=must_write)
    return Snapshot(vectors, words)


@dataclass(frozen=True, slots=True)
class _Extent:
    """The number of passages; the highest's id, mark and vector, which tell other stores apart."""

    count: int
    highest: int = 0
    mark: int = 0
    vector: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, dtype=np.float32))


def _extent(connection: sqlite3.Connection) -> _Extent:
    count = connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    last = connection.execute(
        "SELECT p.id, v.hash, v.vector FROM passages p JOIN vectors v ON v.hash = p.vector "
        "ORDER BY p.id DESC LIMIT 1"
    ).fetchone()
    if last is None:
        return _Extent(count)
    vector = np.frombuffer(last["vector"], dtype=np.float32)
    return _Extent(count, last["id"], mark_of(last["hash"]), vector)


def _fit(
    vectors: VectorIndex | None, words: WordIndex | None, extent: _Extent
) -> tuple[bool, bool]:
    """Whether each of the two holds just the passages of SQLite."""
    return (
        vectors is not None and vectors.fits(extent.count, extent.highest, extent.vector),
        words is not None and words.fits(extent.count, extent.highest, extent.mark),
    )


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
