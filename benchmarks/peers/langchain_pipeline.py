# mypy: disable-error-code="import-not-found"
"""LangChain as its tutorial "Build a semantic search engine" has it.

Splitter, sizes and calls are the tutorial's; the store is the in-memory one of langchain-core
(its FAISS store lies in langchain-community, which is archived). The tutorial knows no search
by words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from langchain_core.documents import Document
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from benchmarks.beir import BeirDocument
from benchmarks.peers.door import PIECES, Job, go

PACKAGES = ("langchain-core", "langchain-huggingface", "langchain-text-splitters")


class SemanticSearch:
    """Splits, embeds, and searches by vectors."""

    def __init__(self, job: Job) -> None:
        self._store = InMemoryVectorStore(HuggingFaceEmbeddings(model_name=job.model))
        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=1000, chunk_overlap=200, add_start_index=True
        )

    def index(self, documents: Sequence[BeirDocument]) -> None:
        """Take in the documents, cut up."""
        whole = [
            Document(page_content=one.contents, metadata={"source": one.id}) for one in documents
        ]
        self._store.add_documents(documents=self._splitter.split_documents(whole))

    def search(self, question: str, limit: int) -> Iterator[tuple[str, float]]:
        """By the cosine of question and piece."""
        found = self._store.similarity_search_with_score(question, k=PIECES * limit)
        for document, score in found:
            yield document.metadata["source"], score


if __name__ == "__main__":
    go("langchain", SemanticSearch, PACKAGES)
