"""Saved pages and plain text made readable: chrome off, typography mended, facts found."""

from rag.cleaning.page import clean

__all__ = ["clean"]
