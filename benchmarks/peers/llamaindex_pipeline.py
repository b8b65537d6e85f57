# mypy: disable-error-code="import-not-found"
"""LlamaIndex as its example "Reciprocal Rerank Fusion Retriever" has it, without an LLM.

Pieces of 256 tokens as there, which is the model's window, with the documented overlap of 20;
`num_queries=1` turns the writing of further questions off, which would take an LLM.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import Stemmer
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever

from benchmarks.beir import BeirDocument
from benchmarks.peers.door import PIECES, Job, go

PACKAGES = (
    "llama-index-core",
    "llama-index-embeddings-huggingface",
    "llama-index-retrievers-bm25",
)


class FusionRetriever:
    """Splits, embeds; BM25 and vectors, joined by their ranks."""

    def __init__(self, job: Job) -> None:
        self._model = HuggingFaceEmbedding(model_name=job.model)
        self._splitter = SentenceSplitter(chunk_size=256, chunk_overlap=20)
        self._pieces = PIECES * job.depth

    def index(self, documents: Sequence[BeirDocument]) -> None:
        """Take in the documents, cut up."""
        whole = [Document(text=one.contents, id_=one.id) for one in documents]
        nodes = self._splitter.get_nodes_from_documents(whole)
        index = VectorStoreIndex(nodes, embed_model=self._model)
        words = BM25Retriever.from_defaults(
            nodes=nodes,
            similarity_top_k=min(self._pieces, len(nodes)),
            stemmer=Stemmer.Stemmer("english"),
            language="english",
        )
        self._retriever = QueryFusionRetriever(
            [index.as_retriever(similarity_top_k=self._pieces), words],
            llm=MockLLM(),
            similarity_top_k=self._pieces,
            num_queries=1,
            mode="reciprocal_rerank",
            use_async=False,
        )

    def search(self, question: str, limit: int) -> Iterator[tuple[str, float]]:
        """By both ranks."""
        for found in self._retriever.retrieve(question):
            yield found.node.ref_doc_id, found.score


if __name__ == "__main__":
    go("llamaindex", FusionRetriever, PACKAGES)
