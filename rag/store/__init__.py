"""Documents, passages, words and vectors. SQLite is the truth, FAISS is derived from it.

Nothing outside this package knows either: a second store would give the same face as `Store`.
"""

from rag.store.base import DocumentSummary, Scope, Store
from rag.store.manifest import FORMAT, Manifest
from rag.store.sqlite import SqliteStore
from rag.store.writable import Entry, KnownFile, WritableStore, Writing

__all__ = [
    "FORMAT",
    "DocumentSummary",
    "Entry",
    "KnownFile",
    "Manifest",
    "Scope",
    "SqliteStore",
    "Store",
    "WritableStore",
    "Writing",
]
