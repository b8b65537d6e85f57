"""The FAISS index: derived from the vectors in SQLite, and made anew where it does not fit."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = "vectors.faiss"


class IdSet:
    """Passage ids that a search may be bound to, a bit each: those given, or all `others`."""

    def __init__(self, ids: NDArray[np.int64], highest: int, *, others: bool = False) -> None:
        import faiss

        member = np.full((highest // 8 + 1) * 8, others, dtype=bool)
        member[ids] = not others
        self._bits = np.packbits(member, bitorder="little")  # FAISS does not copy them
        self.selector = faiss.IDSelectorBitmap(len(self._bits), faiss.swig_ptr(self._bits))


class VectorIndex:
    """Unit vectors by passage id, searched exactly by inner product."""

    def __init__(self, dimension: int) -> None:
        import faiss

        self._faiss = faiss
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self.dimension = dimension

    @classmethod
    def read(cls, folder: Path, dimension: int) -> VectorIndex | None:
        """The file's index; None where it is missing, truncated or something else."""
        index = cls(dimension)
        try:
            loaded = index._faiss.read_index(str(folder / FILE))
        except RuntimeError:
            return None
        if loaded.d != dimension or not hasattr(loaded, "id_map"):
            return None
        index._index = loaded
        return index

    def write(self, folder: Path) -> None:
        """Write the file as a whole or not at all. Raises OSError."""
        fresh = folder / f"{FILE}.{os.getpid()}"
        try:
            self._faiss.write_index(self._index, str(fresh))
            os.replace(fresh, folder / FILE)
        except RuntimeError as error:
            raise OSError(str(error).splitlines()[0]) from error
        finally:
            with contextlib.suppress(FileNotFoundError):
                fresh.unlink()

    def add(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add unit vectors, shape (len(ids), dimension)."""
        if len(ids):
            self._index.add_with_ids(vectors, np.asarray(ids, dtype=np.int64))

    def fits(self, count: int, highest: int) -> bool:
        """Whether this holds just the passages of a store that counts `count` up to `highest`.

        Ids only grow and are never used twice, so number and highest tell the whole set.
        """
        ids = self._faiss.vector_to_array(self._index.id_map)
        return len(ids) == count and (not count or int(ids.max()) == highest)

    def search(
        self, vector: NDArray[np.float32], limit: int, among: IdSet | None = None
    ) -> list[tuple[int, float]]:
        """Ids, of a set where one is given, and inner products, best first."""
        limit = min(limit, self._index.ntotal)
        if limit < 1:
            return []
        bounds = None
        if among:
            bounds = self._faiss.SearchParameters(sel=among.selector)  # type: ignore[call-arg]
        scores, ids = self._index.search(vector.reshape(1, -1), limit, params=bounds)
        found = zip(ids[0], scores[0], strict=True)
        return [(int(id), float(score)) for id, score in found if id >= 0]  # -1: no more

    def similarities(self, vector: NDArray[np.float32], ids: Sequence[int]) -> Mapping[int, float]:
        """The inner product with each of these ids."""
        return dict(self._products(vector, ids))

    def _products(
        self, vector: NDArray[np.float32], ids: Sequence[int]
    ) -> Iterator[tuple[int, float]]:
        for id in ids:
            with contextlib.suppress(RuntimeError):  # an id that has gone since
                yield id, float(self._index.reconstruct(int(id)) @ vector)
