"""Citewell: answers from your own documents, every sentence a quotation you can check.

from rag import Assistant

assistant = Assistant.open("index")
answer = assistant.ask("what targets relapsed B-ALL?")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.errors import CitewellError
    from rag.evaluation import evaluate
    from rag.filters import Filters
    from rag.indexing import build_index
    from rag.settings import Settings
    from rag.types import Answer, Citation, Document, Hit, Passage

_HOMES = {
    "Answer": "rag.types",
    "Assistant": "rag.assistant",
    "Citation": "rag.types",
    "CitewellError": "rag.errors",
    "Document": "rag.types",
    "Filters": "rag.filters",
    "Hit": "rag.types",
    "Passage": "rag.types",
    "Settings": "rag.settings",
    "build_index": "rag.indexing",
    "evaluate": "rag.evaluation",
}
__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "CitewellError",
    "Document",
    "Filters",
    "Hit",
    "Passage",
    "Settings",
    "build_index",
    "evaluate",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: `import rag` itself costs nothing."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'rag' has no attribute {name!r}")
