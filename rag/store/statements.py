"""The statements that write documents and passages, inside a caller's transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from rag.filters import name_key, word_key
from rag.layout import layout_to_json
from rag.store.rows import units_to_json
from rag.types import Document, Passage


def text_hash(text: str) -> str:
    """The hash by which equal texts are found."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def find_twin(connection: sqlite3.Connection, text: str) -> tuple[int, str] | None:
    """The key and id of the document with this very text, if there is one."""
    row = connection.execute(
        "SELECT key, id FROM documents WHERE text_hash = ?", (text_hash(text),)
    ).fetchone()
    return (row["key"], row["id"]) if row else None


def insert_source(connection: sqlite3.Connection, key: int, document: Document) -> None:
    """Note that a document's text stands in this place of this file."""
    connection.execute(
        "INSERT INTO sources VALUES (?, ?, ?, ?)",
        (document.id, document.source, document.content_hash, key),
    )


def delete_source(connection: sqlite3.Connection, id: str) -> bool:
    """Note that a text no longer stands in a place; whether its document went with it.

    A document that stands elsewhere too stays, and goes by the name of that place.
    """
    row = connection.execute(
        "SELECT s.document AS key, d.id FROM sources s JOIN documents d ON d.key = s.document "
        "WHERE s.id = ?",
        (id,),
    ).fetchone()
    if row is None:
        return False
    connection.execute("DELETE FROM sources WHERE id = ?", (id,))
    other = connection.execute(
        "SELECT min(id) FROM sources WHERE document = ?", (row["key"],)
    ).fetchone()[0]
    if other is None:
        delete_document(connection, row["key"])
    elif row["id"] == id:
        connection.execute("UPDATE documents SET id = ? WHERE key = ?", (other, row["key"]))
    return other is None


def delete_document(connection: sqlite3.Connection, key: int) -> None:
    """Take a document's rows out; its vectors stay until `delete_unused_vectors`."""
    connection.execute("DELETE FROM documents WHERE key = ?", (key,))


def delete_unused_vectors(connection: sqlite3.Connection) -> None:
    """Take out the vectors of texts that no passage holds any more."""
    connection.execute("DELETE FROM vectors WHERE hash NOT IN (SELECT vector FROM passages)")


def insert_document(connection: sqlite3.Connection, document: Document) -> int:
    """Put a document's row in; its key."""
    record = document.record
    values = {
        "id": document.id,
        "text_hash": text_hash(document.text),
        "title": record.title,
        "authors": json.dumps(record.authors, ensure_ascii=False),
        "year": record.year,
        "journal": record.journal,
        "title_words": word_key(record.title),
        "author_words": "|".join(map(name_key, record.authors)),
        "journal_words": word_key(record.journal or ""),
        "doi": record.doi,
        "pmid": record.pmid,
        "url": record.url,
        "text": document.text,
        "layout": layout_to_json(document),
        "added": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    marks = ", ".join(f":{name}" for name in values)
    cursor = connection.execute(
        f"INSERT INTO documents ({', '.join(values)}) VALUES ({marks})", values
    )
    return int(cursor.lastrowid or 0)


def insert_passages(
    connection: sqlite3.Connection, key: int, passages: Iterable[tuple[Passage, str]]
) -> None:
    """Put passages, each with the hash of its vector, in."""
    connection.executemany(
        "INSERT INTO passages (document, start, end, kind, section, page, units, vector) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                key,
                passage.start,
                passage.end,
                passage.kind,
                passage.section,
                passage.page,
                units_to_json(passage),
                hash,
            )
            for passage, hash in passages
        ],
    )
