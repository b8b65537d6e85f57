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
from rag.store.statements import delete_document, insert_document, insert_passage, text_hash
from rag.store.vectors import VectorIndex
from rag.types import Document, Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

# BM25 weights of title, byline, section and body.
_COLUMN_WEIGHTS = "2.0, 1.0, 1.0, 1.0"
_SOURCES = "(SELECT json_group_array(source) FROM sources WHERE document = d.key) AS sources"
_VARIABLES = 900  # bound variables a statement: SQLite's old limit is 999


class SqliteStore:
    """Implements `Store`; `writable` opens it for `add` and `remove`, by one process at a time."""

    def __init__(self, folder: Path, dimension: int, *, writable: bool = False) -> None:
        self.folder, self.dimension = folder, dimension
        self._database = Database(folder, writable=writable)
        self._vectors: VectorIndex | None = None
        self._abbreviations: dict[str, str] | None = None

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()

    # -- search --------------------------------------------------------------------------

    def search_words(self, stems: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """See `Store`. Any of the stems may match; BM25 as FTS5 computes it."""
        query = " OR ".join(f'"{stem}"' for stem in dict.fromkeys(stems) if stem.isalnum())
        if not query:
            return []
        rows = self._rows(
            f"SELECT rowid, -bm25(words, {_COLUMN_WEIGHTS}) AS score FROM words "
            "WHERE words MATCH ? ORDER BY score DESC, rowid LIMIT ?",
            (query, limit),
        )
        return [(row[0], row[1]) for row in rows]

    def search_vectors(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """See `Store`; exact."""
        return self.vectors.search(vector, limit)

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
            "d.id AS document_id, d.title, d.authors, d.journal, d.year "
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
        """See `Store`."""
        rows = self._rows(f"SELECT d.*, {_SOURCES} FROM documents d WHERE id = ?", (document_id,))
        if not rows:
            raise KeyError(document_id)
        return document_from_row(rows[0])

    def documents(self) -> list[DocumentSummary]:
        """See `Store`."""
        return [
            DocumentSummary(
                **{name: row[name] for name in "id title year journal doi pmid url added".split()},
                authors=tuple(json.loads(row["authors"])),
                source=sources_from_row(row)[0],
                passages=row["passages"],
            )
            for row in self._rows(
                f"SELECT d.*, {_SOURCES}, "
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

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    # -- writing -------------------------------------------------------------------------

    def content_hash(self, document_id: str) -> str | None:
        """The hash of the file that a document came from; None where there is no such one."""
        rows = self._rows("SELECT content_hash FROM documents WHERE id = ?", (document_id,))
        return rows[0][0] if rows else None

    def missing_vectors(self, hashes: Sequence[str]) -> set[str]:
        """Those of the hashes for which no vector is kept."""
        rows = self._select_in("SELECT hash FROM vectors WHERE hash IN ({})", hashes)
        return set(hashes) - {row["hash"] for row in rows}

    def twin(self, document: Document) -> str | None:
        """The id of another document with the very same text, if there is one."""
        rows = self._rows(
            "SELECT id FROM documents WHERE text_hash = ? AND id != ?",
            (text_hash(document.text), document.id),
        )
        return rows[0][0] if rows else None

    def documents_of(self, source: str) -> list[str]:
        """The ids of the documents that a file gave, or has the text of."""
        rows = self._rows(
            "SELECT d.id FROM documents d JOIN sources s ON s.document = d.key "
            "WHERE s.source = ? ORDER BY d.id",
            (source,),
        )
        return [row["id"] for row in rows]

    def add_source(self, document_id: str, source: str) -> None:
        """Note that a document's text stands in another file too."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO sources SELECT ?, key FROM documents WHERE id = ?",
                (source, document_id),
            )

    def drop_source(self, document_id: str, source: str) -> bool:
        """Note that a file no longer holds a document; whether the document went with it."""
        last = self.document(document_id).sources == (source,)
        with self._database.transaction() as connection:
            if last:
                delete_document(connection, document_id)
            else:
                connection.execute(
                    "DELETE FROM sources WHERE source = ? "
                    "AND document = (SELECT key FROM documents WHERE id = ?)",
                    (source, document_id),
                )
        return last

    def add(
        self,
        document: Document,
        passages: Sequence[Passage],
        hashes: Sequence[str],
        vectors: Mapping[str, NDArray[np.float32]],
        abbreviations: Mapping[str, str],
    ) -> None:
        """Put a document in, in place of one with its id, in one transaction.

        `hashes` name the passages' vectors; `vectors` are those not kept yet.
        """
        with self._database.transaction() as connection:
            delete_document(connection, document.id)
            key = insert_document(connection, document)
            connection.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?)",
                [(hash, vector.tobytes()) for hash, vector in vectors.items()],
            )
            for passage, hash in zip(passages, hashes, strict=True):
                insert_passage(connection, key, passage, hash)
            connection.executemany(
                "INSERT INTO abbreviations VALUES (?, ?, ?)",
                [(key, short, long) for short, long in abbreviations.items()],
            )

    def remove(self, document_id: str) -> None:
        """Take a document out, in one transaction. Raises KeyError."""
        if self.content_hash(document_id) is None:
            raise KeyError(document_id)
        with self._database.transaction() as connection:
            delete_document(connection, document_id)

    def flush(self) -> None:
        """Write the derived files. Raises StorageError."""
        with self._database.errors():
            self._vectors = self._build_vectors()
            try:
                self._vectors.write(self.folder)
            except OSError as error:
                raise sqlite3.OperationalError(f"disk full? {error}") from error

    # -- vectors -------------------------------------------------------------------------

    @property
    def vectors(self) -> VectorIndex:
        """The FAISS index; built from the vectors in SQLite where the file does not fit them."""
        if self._database.has_changed() or self._vectors is None:
            self._abbreviations = None
            self._vectors = self._current_vectors()
        return self._vectors

    def _current_vectors(self) -> VectorIndex:
        count, highest = self._rows("SELECT count(*), max(id) FROM passages")[0]
        kept = self._vectors
        if kept and kept.fits(count, highest or 0):
            return kept
        index = VectorIndex.read(self.folder, self.dimension)
        if index is None or not index.fits(count, highest or 0):
            index = self._build_vectors()
            with contextlib.suppress(OSError):  # a read-only index answers all the same
                index.write(self.folder)
        return index

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
