"""The word index brought up to the passages that SQLite holds."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from rag.abbreviations import settle
from rag.store.words import WordIndex
from rag.terms import index_stems
from rag.types import Kind, Record

if TYPE_CHECKING:
    from numpy.typing import NDArray

TITLE_WEIGHT = 2  # times that a word of the title counts
_AT_ONCE = 200_000  # passages read before they are merged: it is their words that take memory
_LONGEST = 200  # words of a title or byline, which every passage is found by


def update_words(known: WordIndex | None, connection: sqlite3.Connection) -> WordIndex:
    """The index of all passages: what `known` has of them stays, the rest is read.

    Passage ids only grow and are never used twice in a store. An index that lacks some in
    between, or has another text under one of them, is another store's, or that of one which was
    put back to an earlier state.
    """
    ids, marks = _ids_and_marks(connection)
    kept = known or _EMPTY
    held = np.isin(ids, kept.ids)
    stays = np.isin(kept.ids, ids)
    is_split = len(kept.ids) > 0 and bool((ids[~held] < kept.ids[-1]).any())
    if is_split or not np.array_equal(kept.marks[stays], marks[held]):
        kept, held, stays = _EMPTY, np.zeros(len(ids), dtype=bool), np.zeros(0, dtype=bool)
    fresh, marks = ids[~held], marks[~held]
    reading = _passages(connection, int(fresh[0]) if len(fresh) else None)
    for start in range(0, max(len(fresh), 1), _AT_ONCE):
        read = _Postings({term: number for number, term in enumerate(kept.terms)})
        for words in islice(reading, _AT_ONCE):
            read.add(words)
        kept = _merge(kept, stays, read, marks[start : start + _AT_ONCE])
        stays = np.ones(len(kept.ids), dtype=bool)
    return replace(kept, abbreviations=_settled(connection))


def _settled(connection: sqlite3.Connection) -> dict[str, str]:
    """The abbreviations of all documents."""
    rows = connection.execute(
        "SELECT short, long, count(DISTINCT document) AS documents "
        "FROM abbreviations GROUP BY short, long"
    )
    return settle((row["short"], row["long"], row["documents"]) for row in rows)


_EMPTY = WordIndex(
    terms=(),
    starts=np.zeros(1, dtype=np.int64),
    rows=np.zeros(0, dtype=np.int32),
    counts=np.zeros(0, dtype=np.uint8),
    ids=np.zeros(0, dtype=np.int64),
    documents=np.zeros(0, dtype=np.int64),
    references=np.zeros(0, dtype=bool),
    lengths=np.zeros(0, dtype=np.int32),
    marks=np.zeros(0, dtype=np.uint64),
)


def mark_of(hash: str) -> int:
    """The number by which a passage's text is known, from the hash of what is encoded of it."""
    return int(hash[:16], 16)


def _ids_and_marks(
    connection: sqlite3.Connection,
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    rows = connection.execute("SELECT id, vector FROM passages ORDER BY id").fetchall()
    ids = np.array([row["id"] for row in rows], dtype=np.int64)
    return ids, np.array([mark_of(row["vector"]) for row in rows], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a passage: those of its title, and all others."""

    id: int
    document: int
    is_reference: bool
    title: list[str]
    rest: list[str]


@dataclass(slots=True)
class _Postings:
    """What was read: a number a word, `sizes` words a passage."""

    numbers: dict[str, int]
    terms: array[int] = field(default_factory=lambda: array("i"))
    sizes: array[int] = field(default_factory=lambda: array("i"))
    lengths: array[int] = field(default_factory=lambda: array("i"))
    ids: array[int] = field(default_factory=lambda: array("q"))
    documents: array[int] = field(default_factory=lambda: array("q"))
    references: array[int] = field(default_factory=lambda: array("b"))

    def add(self, words: _Words) -> None:
        stems = TITLE_WEIGHT * words.title + words.rest
        self.terms.extend(self.numbers.setdefault(stem, len(self.numbers)) for stem in stems)
        self.sizes.append(len(stems))
        self.lengths.append(len(words.title) + len(words.rest))
        self.ids.append(words.id)
        self.documents.append(words.document)
        self.references.append(words.is_reference)


def _passages(connection: sqlite3.Connection, first: int | None) -> Iterator[_Words]:
    """The words of the passages from an id on. A document's text is read once, then cut."""
    if first is None:
        return
    documents = connection.execute(
        "SELECT key, title, authors, journal, year, text FROM documents WHERE key >= "
        "(SELECT document FROM passages WHERE id = ?) ORDER BY key",
        (first,),
    )
    for document in documents:
        title = index_stems(document["title"])[:_LONGEST]
        authors = tuple(json.loads(document["authors"]))
        record = Record(authors=authors, journal=document["journal"], year=document["year"])
        byline = index_stems(record.byline)[:_LONGEST]
        for row in connection.execute(
            "SELECT id, start, end, kind, section FROM passages WHERE document = ? ORDER BY id",
            (document["key"],),
        ):
            # The listing document's authors are not those of the works that it lists.
            cited = row["kind"] == Kind.REFERENCE
            text = index_stems(document["text"][row["start"] : row["end"]])
            rest = index_stems(row["section"]) + text + ([] if cited else byline)
            yield _Words(row["id"], document["key"], cited, title, rest)


def _merge(
    known: WordIndex, stays: NDArray[np.bool_], read: _Postings, marks: NDArray[np.uint64]
) -> WordIndex:
    """One index of the passages of `known` that stay and of all that were read."""
    remain = int(stays.sum())
    new_row = np.cumsum(stays) - 1
    kept = stays[known.rows]
    old_terms = np.repeat(np.arange(len(known.terms)), np.diff(known.starts))[kept]
    old_rows, old_counts = new_row[known.rows[kept]], known.counts[kept]

    size = remain + len(read.ids)
    rows = np.repeat(np.arange(remain, size), np.frombuffer(read.sizes, dtype=np.int32))
    pairs = np.frombuffer(read.terms, dtype=np.int32).astype(np.int64) * max(size, 1) + rows
    pairs, counts = np.unique(pairs, return_counts=True)
    counts = np.minimum(counts, np.iinfo(np.uint8).max).astype(np.uint8)

    pairs = np.concatenate([old_terms * max(size, 1) + old_rows, pairs])
    counts = np.concatenate([old_counts, counts])
    order = np.argsort(pairs, kind="stable")
    terms, rows = np.divmod(pairs[order], max(size, 1))
    used, starts = np.unique(terms, return_index=True)
    names = tuple(read.numbers)
    return WordIndex(
        terms=tuple(names[number] for number in used.tolist()),
        starts=np.append(starts, len(terms)).astype(np.int64),
        rows=rows.astype(np.int32),
        counts=counts[order],
        ids=np.concatenate([known.ids[stays], np.array(read.ids, dtype=np.int64)]),
        documents=np.concatenate([known.documents[stays], np.array(read.documents, np.int64)]),
        references=np.concatenate([known.references[stays], np.array(read.references, bool)]),
        lengths=np.concatenate([known.lengths[stays], np.array(read.lengths, dtype=np.int32)]),
        marks=np.concatenate([known.marks[stays], marks]),
    )
