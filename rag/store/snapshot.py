"""All that is derived from SQLite, as of one moment: read from its files, or made anew."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.filters import Filters
from rag.store.partitions import LARGE, SAMPLE, count_parts
from rag.store.postings import mark_of, update_words
from rag.store.scope import Scope
from rag.store.vectors import VectorIndex
from rag.store.words import WordIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SCOPES = 64  # kept
_GROWN = 4  # times as many passages, or as few, as parts are made for: then they are made anew
_VECTORS = "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.hash = p.vector"


@dataclass(slots=True)
class Snapshot:
    """Vectors and words of the same passages, and what was made of them since."""

    vectors: VectorIndex
    words: WordIndex
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
        vectors = _build_vectors(connection, folder, dimension, extent.count)
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


def _build_vectors(
    connection: sqlite3.Connection, folder: Path, dimension: int, count: int
) -> VectorIndex:
    """The vectors of all passages: in parts where they are many, those that the file has."""
    if count < LARGE:
        index = VectorIndex(dimension)
    else:
        index = _kept_parts(connection, folder, dimension, count) or VectorIndex.in_parts(
            _sample(connection, dimension, count), count
        )
    highest = int(index.ids[-1]) if len(index.ids) else -1
    for rows in _batches(connection, f"{_VECTORS} WHERE p.id > {highest} ORDER BY p.id"):
        index.add([row["id"] for row in rows], _array(rows, dimension))
    return index


def _kept_parts(
    connection: sqlite3.Connection, folder: Path, dimension: int, count: int
) -> VectorIndex | None:
    """What the file holds of the passages, in parts that are made for about as many; or None."""
    known = VectorIndex.read(folder, dimension, to_change=True)
    if known is None or not known.room / _GROWN <= count <= known.room * _GROWN:
        return None
    ids = np.array([row[0] for row in connection.execute("SELECT id FROM passages ORDER BY id")])
    gone = ~np.isin(known.ids, ids)
    kept = ids[: len(known.ids) - int(gone.sum())]
    if not np.array_equal(known.ids[~gone], kept):  # another store's
        return None
    if len(kept):
        (row,) = connection.execute(f"{_VECTORS} WHERE p.id = ?", (int(kept[-1]),))
        if not known.holds(row["id"], _array([row], dimension)[0]):
            return None
    return known.without(gone) if gone.any() else known


def _sample(connection: sqlite3.Connection, dimension: int, count: int) -> NDArray[np.float32]:
    """Vectors from all over the store, SAMPLE for each part."""
    step = max(1, count // (SAMPLE * count_parts(count)))
    ranked = "SELECT id, row_number() OVER (ORDER BY id) AS place FROM passages"
    chosen = f"SELECT id FROM ({ranked}) WHERE place % {step} = 0"  # by rank: ids have gaps
    parts = _batches(connection, f"{_VECTORS} WHERE p.id IN ({chosen})")
    return np.concatenate([_array(rows, dimension) for rows in parts])


def _array(rows: Sequence[sqlite3.Row], dimension: int) -> NDArray[np.float32]:
    vectors = np.frombuffer(b"".join(row["vector"] for row in rows), dtype=np.float32)
    return vectors.reshape(len(rows), dimension)


def _batches(
    connection: sqlite3.Connection, statement: str, size: int = 4096
) -> Iterator[list[sqlite3.Row]]:
    cursor = connection.execute(statement)
    while rows := cursor.fetchmany(size):
        yield rows
