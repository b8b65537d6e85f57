"""Text in, unit vectors out."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from rag.embedding.model import ModelCard


@runtime_checkable
class Embeddings(Protocol):
    """What an embedding model must do; LangChain's `Embeddings` fits as it is.

    Vectors need not have unit length; the store normalises them.
    """

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text."""

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""


__all__ = ["Embeddings", "ModelCard"]
