"""Parsed text made readable: chrome off, typography mended, facts and references found."""

from rag.cleaning.extract import Extract, ExtractWriter, LostRecord, Mark, Role
from rag.cleaning.page import clean

__all__ = ["Extract", "ExtractWriter", "LostRecord", "Mark", "Role", "clean"]
