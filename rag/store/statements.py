"""The statements that write documents and passages, inside a caller's transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime

from rag.store.rows import layout_to_json, units_to_json
from rag.terms import stems
from rag.types import Document, Kind, Passage


def text_hash(text: str) -> str:
    """The hash by which equal texts are found."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def delete_document(connection: sqlite3.Connection, document_id: str) -> None:
    """Take a document's rows out; its vectors stay for the next indexing."""
    for statement in (
        "DELETE FROM words WHERE rowid IN (SELECT p.id FROM passages p "
        "JOIN documents d ON d.key = p.document WHERE d.id = ?)",
        "DELETE FROM documents WHERE id = ?",
    ):
        connection.execute(statement, (document_id,))


def insert_document(connection: sqlite3.Connection, document: Document) -> int:
    """Put a document's row in; its key."""
    record = document.record
    values = {
        "id": document.id,
        "content_hash": document.content_hash,
        "text_hash": text_hash(document.text),
        "title": record.title,
        "authors": json.dumps(record.authors, ensure_ascii=False),
        "year": record.year,
        "journal": record.journal,
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
    key = int(cursor.lastrowid or 0)
    for source in document.sources or (document.source,):
        connection.execute("INSERT OR IGNORE INTO sources VALUES (?, ?)", (source, key))
    return key


def insert_passage(connection: sqlite3.Connection, key: int, passage: Passage, hash: str) -> None:
    """Put a passage's row and words in."""
    cursor = connection.execute(
        "INSERT INTO passages (document, start, end, kind, section, page, units, vector) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            passage.start,
            passage.end,
            passage.kind,
            passage.section,
            passage.page,
            units_to_json(passage),
            hash,
        ),
    )
    # The listing document's authors are not those of the works that it lists.
    byline = "" if passage.kind is Kind.REFERENCE else passage.byline
    connection.execute(
        "INSERT INTO words (rowid, title, byline, section, body) VALUES (?, ?, ?, ?, ?)",
        (
            cursor.lastrowid,
            *(" ".join(stems(t)) for t in (passage.title, byline, passage.section, passage.text)),
        ),
    )
