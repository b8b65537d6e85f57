"""A file in, Documents out. The kind is sniffed from the content; the suffix only hints."""

from rag.loaders.files import SourceFile, find_files
from rag.loaders.load import load_file

__all__ = ["SourceFile", "find_files", "load_file"]
