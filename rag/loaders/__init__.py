"""A file in, Documents out. The kind is sniffed from the content; the suffix only hints."""

from rag.loaders.bounded import BoundedReader
from rag.loaders.files import SourceFile, find_files
from rag.loaders.load import Loaded, file_hash, load_file, read_file

__all__ = [
    "BoundedReader",
    "Loaded",
    "SourceFile",
    "file_hash",
    "find_files",
    "load_file",
    "read_file",
]
