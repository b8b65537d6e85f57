"""The nouns of the house. All are frozen; this package imports nothing else of `rag`.

Offsets are Python string offsets (Unicode code points), half-open, and point into
`Document.text` unless a docstring says otherwise: `document.text[start:end] == quote`.
"""

from rag.types.answers import Answer, Citation, Evidence, Hit, SearchTerm, Statement, Support
from rag.types.documents import (
    Block,
    Document,
    Field,
    Kind,
    Passage,
    Record,
    Reference,
    Removal,
    Unit,
)

__all__ = [
    "Answer",
    "Block",
    "Citation",
    "Document",
    "Evidence",
    "Field",
    "Hit",
    "Kind",
    "Passage",
    "Record",
    "Reference",
    "Removal",
    "SearchTerm",
    "Statement",
    "Support",
    "Unit",
]
