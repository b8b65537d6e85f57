"""The FAISS index: derived from the vectors in SQLite, and made anew where it does not fit."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = "vectors.faiss"


class IdSet:
    """Passage ids that a search may be bound to, a bit each."""

    def __init__(self, ids: NDArray[np.int64]) -> None:
        """`ids`: ascending, one at least."""
        import faiss

        member = np.zeros((int(ids[-1]) // 8 + 1) * 8, dtype=bool)
        member[ids] = True
        self._bits = np.packbits(member, bitorder="little")  # FAISS does not copy them
        self.selector = faiss.IDSelectorBitmap(len(self._bits), faiss.swig_ptr(self._bits))
        self.size = len(ids)


class VectorIndex:
    """Unit vectors by passage id, searched exactly by inner product."""

    def __init__(self, dimension: int) -> None:
        import faiss

        # One question is searched on one thread in any case; the others, waiting for work, would
        # take time from the encoder's: 16 ms a search against 8 on two cores.
        faiss.omp_set_num_threads(1)
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
        fresh = folder / f"{FILE}.{os.getpid()}.{threading.get_ident()}"
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

    def fits(self, count: int, highest: int, vector: NDArray[np.float32]) -> bool:
        """Whether this holds just the passages of a store that counts `count` up to `highest`.

        Ids only grow and are never used twice, so number and highest tell the whole set.
        """
        ids = self._faiss.vector_to_array(self._index.id_map)
        if len(ids) != count or (count and int(ids.max()) != highest):
            return False
        return not count or np.array_equal(self._index.reconstruct(highest), vector)

    def search(
        self, vector: NDArray[np.float32], limit: int, among: IdSet | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Ids of a set and their inner products, best first; none of no set."""
        if among is None or limit < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        bounds = self._faiss.SearchParameters(sel=among.selector)  # type: ignore[call-arg]
        scores, ids = self._index.search(
            vector.reshape(1, -1), min(limit, among.size), params=bounds
        )
        found = ids[0] >= 0  # -1: no more
        return ids[0][found], scores[0][found]

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of ids that are here, shape (len(ids), dimension)."""
        if not len(ids):
            return np.zeros((0, self.dimension), dtype=np.float32)
        found: NDArray[np.float32] = self._index.reconstruct_batch(ids)
        return found
