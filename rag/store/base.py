"""What a store must do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.filters import Filters
from rag.types import Document, Passage, SearchTerm

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


class Scope(Protocol):
    """The passages that filters let through, as they are at one moment.

    They are entries of citation lists, of which `references` speaks, and all others.
    """

    def match(self, terms: Sequence[SearchTerm]) -> NDArray[np.float32]:
        """How well the words of a query match each passage, 0..1; to be given to `best` and `of`.

        Any of the terms may match, and the rare ones weigh most.
        """

    def best(
        self, matches: NDArray[np.float32], limit: int, *, references: bool
    ) -> NDArray[np.int64]:
        """The ids of the best passages of one kind that match at all, best first."""

    def of(self, matches: NDArray[np.float32], ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The matches of passages by id."""

    def nearest(
        self, vector: NDArray[np.float32], limit: int, *, references: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Passage ids and cosines, best first. `vector`: shape (dimension,), unit length."""

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The unit vectors of passages, shape (len(ids), dimension)."""

    def outline(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The key of each passage's document, and which passages are entries of lists."""

    def __len__(self) -> int:
        """The number of passages."""


class Store(Protocol):
    """Passages by word and by vector, and the documents that they are slices of."""

    def scope(self, filters: Filters) -> Scope:
        """The passages that filters let through."""

    def passages(self, ids: Sequence[int]) -> Mapping[int, Passage]:
        """Passages by id; ids that are gone are left out."""

    def document(self, document_id: str) -> Document:
        """A whole document. Raises KeyError."""

    def path(self, document_id: str) -> Path | None:
        """Where the file of a document lay when it was indexed; None where that is not known."""

    def file_hash(self, document_id: str) -> str:
        """What `rag.loaders.file_hash` gave for that file then; "" where it is not known."""

    def documents(self) -> list[DocumentSummary]:
        """All documents, by id."""

    def stems(self) -> Mapping[str, int]:
        """Every stem of the corpus, and in how many passages it stands."""

    def abbreviations(self) -> Mapping[str, str]:
        """Short forms that the corpus defines, with the long form it gives most often."""

    def __len__(self) -> int:
        """The number of passages."""
