# mypy: disable-error-code="import-not-found"
"""Haystack as its tutorial "Creating a Hybrid Retrieval Pipeline" has it, less the ranker.

The tutorial splits at 512 words for a model of 512 tokens and says to fit that to the model:
256 here. It leaves the order to its ranker, whose model would come from a hub; without one the
joiner's reciprocal rank fusion orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.beir import BeirDocument
from benchmarks.peers.door import PIECES, Job, go


class HybridRetrieval:
    """Splits, embeds; BM25 and vectors, joined by their ranks."""

    def __init__(self, job: Job) -> None:
        self._store = InMemoryDocumentStore()
        self._indexing = _indexing(self._store, job.model)
        self._retrieval = _retrieval(self._store, job.model)

    def index(self, documents: Sequence[BeirDocument]) -> None:
        """Take in the documents, cut up."""
        whole = [Document(content=one.contents, meta={"id": one.id}) for one in documents]
        self._indexing.run({"splitter": {"documents": whole}})

    def search(self, question: str, limit: int) -> Iterator[tuple[str, float]]:
        """By both ranks."""
        pieces = PIECES * limit
        found = self._retrieval.run(
            {
                "text_embedder": {"text": question},
                "bm25_retriever": {"query": question, "top_k": pieces},
                "embedding_retriever": {"top_k": pieces},
                "joiner": {"top_k": pieces},
            }
        )
        for document in found["joiner"]["documents"]:
            yield document.meta["id"], document.score


def _indexing(store: InMemoryDocumentStore, model: str) -> Pipeline:
    pipeline = Pipeline()
    splitter = DocumentSplitter(split_by="word", split_length=256, split_overlap=32)
    pipeline.add_component("splitter", splitter)
    pipeline.add_component("embedder", SentenceTransformersDocumentEmbedder(model=model))
    pipeline.add_component("writer", DocumentWriter(store))
    pipeline.connect("splitter", "embedder")
    pipeline.connect("embedder", "writer")
    pipeline.warm_up()
    return pipeline


def _retrieval(store: InMemoryDocumentStore, model: str) -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component(
        "text_embedder", SentenceTransformersTextEmbedder(model=model, progress_bar=False)
    )
    pipeline.add_component("embedding_retriever", InMemoryEmbeddingRetriever(store))
    pipeline.add_component("bm25_retriever", InMemoryBM25Retriever(store))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("text_embedder", "embedding_retriever")
    pipeline.connect("bm25_retriever", "joiner")
    pipeline.connect("embedding_retriever", "joiner")
    pipeline.warm_up()
    return pipeline


if __name__ == "__main__":
    go("haystack", HybridRetrieval, ("haystack-ai", "sentence-transformers-haystack"))
