"""Optional: a chat model writes the answer, from quotations alone, and each sentence is checked.

Nothing of LangChain or of a provider is loaded before a model is opened.
"""

from typing import TYPE_CHECKING

from rag.generation.models import destination, open_model
from rag.generation.tracing import untraced
from rag.generation.writing import Writer, open_writer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel as BaseChatModel

__all__ = ["Writer", "destination", "open_model", "open_writer", "untraced"]
