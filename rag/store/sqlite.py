"""The store on one machine: SQLite for documents, passages and words, FAISS for vectors."""

from __future__ import annotations

import contextlib
import difflib
import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.store.base import DocumentSummary
from rag.store.database import Database
from rag.store.rows import document_from_row, passage_from_row, sources_from_row
from rag.store.vectors import IdSet, VectorIndex
from rag.types import Document, Kind, Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

# BM25 weights of title, byline, section and body.
_COLUMN_WEIGHTS = "2.0, 1.0, 1.0, 1.0"
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
        self._vectors: VectorIndex | None = None
        self._abbreviations: dict[str, str] | None = None
        self._sets: tuple[IdSet, IdSet] | None = None

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()

    # -- search --------------------------------------------------------------------------

    def search_words(
        self, stems: Sequence[str], limit: int, *, references: bool
    ) -> list[tuple[int, float]]:
        """See `Store`. Any of the stems may match; BM25 as FTS5 computes it."""
        query = " OR ".join(f'"{stem}"' for stem in dict.fromkeys(stems) if stem.isalnum())
        if not query:
            return []
        rows = self._rows(
            f"SELECT words.rowid, -bm25(words, {_COLUMN_WEIGHTS}) AS score FROM words "
            "JOIN passages p ON p.id = words.rowid "
            f"WHERE words MATCH ? AND p.kind {'=' if references else '!='} ? "
            "ORDER BY score DESC, words.rowid LIMIT ?",
            (query, Kind.REFERENCE, limit),
        )
        return [(row[0], row[1]) for row in rows]

    def search_vectors(
        self, vector: NDArray[np.float32], limit: int, *, references: bool
    ) -> list[tuple[int, float]]:
        """See `Store`; exact."""
        index = self.vectors
        return index.search(vector, limit, self._id_sets()[references])

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> Mapping[int, float]:
        """See `Store`."""
        return self.vectors.similarities(vector, ids)

    def document_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """See `Store`."""
        found = self._select_in("SELECT term, doc FROM vocabulary WHERE term IN ({})", stems)
        return {row["term"]: row["doc"] for row in found}

    def similar_stems(self, stem: str) -> Sequence[str]:
        """See `Store`; of those that share the first two letters."""
        rows = self._rows(
            "SELECT term FROM vocabulary WHERE term >= ? AND term < ? "
            "AND length(term) BETWEEN ? AND ?",
            (stem[:2], stem[:2] + "\U0010ffff", len(stem) - 2, len(stem) + 2),
        )
        return difflib.get_close_matches(stem, [row["term"] for row in rows], n=2, cutoff=0.85)

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

    def passage_ids(self, document_ids: Collection[str]) -> set[int]:
        """See `Store`."""
        rows = self._select_in(
            "SELECT p.id FROM passages p JOIN documents d ON d.key = p.document WHERE d.id IN ({})",
            sorted(document_ids),
        )
        return {row["id"] for row in rows}

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

    def documents(self) -> list[DocumentSummary]:
        """See `Store`."""
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
        """See `Store`; read once, as the vectors are."""
        known = self._abbreviations
        if known is None:
            known = self._abbreviations = self._read_abbreviations()
        return known

    def _read_abbreviations(self) -> dict[str, str]:
        rows = self._rows(
            "SELECT short, long, count(*) AS times FROM abbreviations "
            "GROUP BY short, lower(long) ORDER BY times, long"
        )
        return {row["short"]: row["long"] for row in rows}

    def count_documents(self) -> int:
        """The number of documents."""
        return int(self._rows("SELECT count(*) FROM documents")[0][0])

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    # -- vectors -------------------------------------------------------------------------

    @property
    def vectors(self) -> VectorIndex:
        """The FAISS index; built from the vectors in SQLite where the file does not fit them."""
        if self._database.has_changed() or self._vectors is None:
            self._abbreviations = self._sets = None
            self._vectors = self._current_vectors()
        return self._vectors

    def _id_sets(self) -> tuple[IdSet, IdSet]:
        """The ids of other passages than references, and those of references."""
        known = self._sets
        if known is None:
            rows = self._rows("SELECT id FROM passages WHERE kind = ?", (Kind.REFERENCE,))
            cited = np.array([row[0] for row in rows], dtype=np.int64)
            _, highest = self._extent()
            known = IdSet(cited, highest, others=True), IdSet(cited, highest)
            self._sets = known
        return known

    def _current_vectors(self) -> VectorIndex:
        kept = self._vectors
        if kept and kept.fits(*self._extent()):
            return kept
        index, stale = self._read_or_build_vectors()
        if stale:
            with contextlib.suppress(OSError):  # a read-only index answers all the same
                index.write(self.folder)
        return index

    def _read_or_build_vectors(self) -> tuple[VectorIndex, bool]:
        """The FAISS index, and whether its file does not hold it."""
        index = VectorIndex.read(self.folder, self.dimension)
        if index is not None and index.fits(*self._extent()):
            return index, False
        return self._build_vectors(), True

    def _extent(self) -> tuple[int, int]:
        """The number of passages, and the highest of their ids."""
        count, highest = self._rows("SELECT count(*), max(id) FROM passages")[0]
        return count, highest or 0

    def _build_vectors(self) -> VectorIndex:
        index = VectorIndex(self.dimension)
        for rows in self._batches(
            "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.hash = p.vector "
            "ORDER BY p.id"
        ):
            vectors = np.frombuffer(b"".join(row["vector"] for row in rows), dtype=np.float32)
            index.add([row["id"] for row in rows], vectors.reshape(len(rows), self.dimension))
        return index

    # -- rows ----------------------------------------------------------------------------

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with self._database.errors():
            return self._database.connection.execute(statement, tuple(values)).fetchall()

    def _batches(self, statement: str, size: int = 4096) -> Iterator[list[sqlite3.Row]]:
        cursor = self._database.connection.execute(statement)
        while rows := cursor.fetchmany(size):
            yield rows

    def _select_in(self, statement: str, values: Sequence[object]) -> Iterator[sqlite3.Row]:
        for start in range(0, len(values), _VARIABLES):
            part = values[start : start + _VARIABLES]
            yield from self._rows(statement.format(", ".join("?" * len(part))), part)
