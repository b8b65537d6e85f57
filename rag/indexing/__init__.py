"""Files into the store, a few documents a transaction."""

from rag.indexing.again import index_again
from rag.indexing.build import (
    build_index,
    count_index,
    index_files,
    make_index,
    remove_documents,
)
from rag.indexing.reports import FileReport, IndexReport, Progress, Status

__all__ = [
    "FileReport",
    "IndexReport",
    "Progress",
    "Status",
    "build_index",
    "count_index",
    "index_again",
    "index_files",
    "make_index",
    "remove_documents",
]
