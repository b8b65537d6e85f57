"""Citewell, as it comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.beir import BeirDocument
from benchmarks.peers.door import Job, go
from benchmarks.retrieval import build, rank_documents, same_texts, search
from rag import Assistant, Settings


class Citewell:
    """Passages, searched by words and vectors."""

    def __init__(self, job: Job) -> None:
        self._settings = Settings.load(index=job.folder / "index", embedding_model=job.model)
        self._corpus = job.corpus

    def index(self, documents: Sequence[BeirDocument]) -> None:
        """Take in the documents, from their file."""
        build(self._corpus, self._settings)
        self._assistant = Assistant.open(
            self._settings.index, embedding_model=self._settings.embedding_model
        )
        self._same = same_texts(documents)

    def search(self, question: str, limit: int) -> Iterator[tuple[str, float]]:
        """By the fused score."""
        yield from rank_documents(search(self._assistant, question), self._same, limit)


if __name__ == "__main__":
    go("citewell", Citewell, ("citewell", "faiss-cpu", "onnxruntime"))
