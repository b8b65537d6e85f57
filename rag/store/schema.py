"""The tables of `corpus.sqlite`."""

from __future__ import annotations

# AUTOINCREMENT: a passage's id is never used again, so that a derived file can tell by its
# ids whether it is current (VectorIndex.fits). The `…_words` are what filters look in (see
# `rag.filters.word_key`); they stand before the text, so that looking does not read it.
#
# `vectors` has row ids: without them each row, of 1.5 kB, would take an overflow page of 4 kB.
#
# `files` are those that were taken in whole: their hash tells a file that has not changed
# without reading it again; their path, where they lay then, for who wants to see a page.
# `sources` are the places in files where a document's text stands: the same text twice is one
# document with two of them. The document goes by the id of one.
SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    text_hash TEXT NOT NULL,
    title TEXT NOT NULL,
    authors TEXT NOT NULL,
    year INTEGER,
    journal TEXT,
    title_words TEXT NOT NULL,
    author_words TEXT NOT NULL,
    journal_words TEXT NOT NULL,
    doi TEXT COLLATE NOCASE,
    pmid TEXT,
    url TEXT,
    text TEXT NOT NULL,
    layout TEXT NOT NULL,
    added TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS documents_by_text ON documents (text_hash);
CREATE INDEX IF NOT EXISTS documents_by_doi ON documents (doi);
CREATE INDEX IF NOT EXISTS documents_by_pmid ON documents (pmid);
CREATE TABLE IF NOT EXISTS files (
    name TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    notes TEXT NOT NULL,
    path TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sources (
    id TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sources_by_document ON sources (document);
CREATE INDEX IF NOT EXISTS sources_by_file ON sources (file);
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    kind TEXT NOT NULL,
    section TEXT NOT NULL,
    page INTEGER,
    units TEXT NOT NULL,
    vector TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_by_document ON passages (document);
CREATE INDEX IF NOT EXISTS passages_by_section ON passages (section);
CREATE TABLE IF NOT EXISTS vectors (
    hash TEXT PRIMARY KEY,
    vector BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS abbreviations (
    document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
    short TEXT NOT NULL,
    long TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS abbreviations_by_document ON abbreviations (document);
"""
