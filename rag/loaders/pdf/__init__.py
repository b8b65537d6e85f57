"""The text layer of a PDF: read in the order of its columns, without its running heads."""

from rag.loaders.pdf.reading import read_by_page, read_pdf

__all__ = ["read_by_page", "read_pdf"]
