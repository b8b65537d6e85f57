# mypy: disable-error-code="import-not-found"
"""txtai's hybrid search as its documentation has it: `Embeddings(hybrid=True)`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from txtai import Embeddings

from benchmarks.beir import BeirDocument
from benchmarks.peers.door import Job, go


class Hybrid:
    """Whole documents, searched by BM25 and vectors, half and half."""

    def __init__(self, job: Job) -> None:
        self._embeddings = Embeddings(path=job.model, hybrid=True)

    def index(self, documents: Sequence[BeirDocument]) -> None:
        """Take in the documents."""
        self._embeddings.index((one.id, one.contents, None) for one in documents)

    def search(self, question: str, limit: int) -> Iterator[tuple[str, float]]:
        """By the weighted sum of both scores."""
        yield from self._embeddings.search(question, limit)


if __name__ == "__main__":
    go("txtai", Hybrid, ("txtai", "faiss-cpu", "transformers"))
