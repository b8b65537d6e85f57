"""The text layer of a PDF: read in the order of its columns, without its running heads."""

from rag.loaders.pdf.reading import read_pdf

__all__ = ["read_pdf"]
