"""What a store must do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rag.types import Document, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document's line in a list.

    `sources` are all files that hold its text; `linked` the ids of documents of the same work
    (by DOI or PMID) with another text.
    """

    id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    journal: str | None
    doi: str | None
    pmid: str | None
    url: str | None
    source: str
    passages: int
    added: str  # ISO 8601, UTC
    sources: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()


class Store(Protocol):
    """Passages by word and by vector, and the documents that they are slices of."""

    def search_words(
        self, stems: Sequence[str], limit: int, *, references: bool
    ) -> list[tuple[int, float]]:
        """Passage ids and BM25 scores (higher is better), best first.

        Of entries of citation lists where `references` holds, else of all others.
        """

    def search_vectors(
        self, vector: NDArray[np.float32], limit: int, *, references: bool
    ) -> list[tuple[int, float]]:
        """Passage ids and cosines, best first. `vector`: shape (dimension,), unit length.

        `references` as for `search_words`.
        """

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> Mapping[int, float]:
        """The cosine of a query's vector with each of these passages."""

    def passages(self, ids: Sequence[int]) -> Mapping[int, Passage]:
        """Passages by id; ids that are gone are left out."""

    def passage_ids(self, document_ids: Collection[str]) -> set[int]:
        """The ids of the passages of these documents."""

    def document(self, document_id: str) -> Document:
        """A whole document. Raises KeyError."""

    def documents(self) -> list[DocumentSummary]:
        """All documents, by id."""

    def document_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """In how many passages each stem occurs."""

    def similar_stems(self, stem: str) -> Sequence[str]:
        """Stems of the corpus that are spelt nearly so, the nearest first."""

    def abbreviations(self) -> Mapping[str, str]:
        """Short forms that the corpus defines, with the long form it gives most often."""

    def __len__(self) -> int:
        """The number of passages."""
