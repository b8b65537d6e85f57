"""The FAISS index: derived from the vectors in SQLite, and made anew where it does not fit.

Exact while it is small; from `rag.store.partitions.LARGE` passages in parts, of which a search
looks into the nearest, and mapped into memory rather than read.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.store.partitions import (
    copy_without,
    count_probes,
    empty_like,
    locate_vectors,
    make_partitions,
    room_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = "vectors.faiss"
_FEW = 4096  # passages that are rather looked through one by one than in parts
_ROUNDING = 1e-3  # of a number in half precision


class IdSet:
    """Passage ids that a search may be bound to, a bit each."""

    def __init__(self, ids: NDArray[np.int64]) -> None:
        """`ids`: ascending, one at least."""
        import faiss

        member = np.zeros((int(ids[-1]) // 8 + 1) * 8, dtype=bool)
        member[ids] = True
        self._bits = np.packbits(member, bitorder="little")  # FAISS does not copy them
        self.selector = faiss.IDSelectorBitmap(len(self._bits), faiss.swig_ptr(self._bits))
        self.few = ids if len(ids) <= _FEW else None
        self.size = len(ids)


class VectorIndex:
    """Unit vectors by passage id, searched by inner product."""

    def __init__(self, dimension: int) -> None:
        """An empty one, exact."""
        import faiss

        self._faiss = faiss
        self._index: Any = faiss.IndexIDMap(faiss.IndexFlatIP(dimension))
        self.dimension = dimension

    @classmethod
    def in_parts(cls, sample: NDArray[np.float32], count: int) -> VectorIndex:
        """An empty one for `count` passages, whose parts are those of a sample of vectors."""
        index = cls(sample.shape[1])
        index._index = index._faiss.IndexIDMap(make_partitions(sample, count))
        return index

    @classmethod
    def read(cls, folder: Path, dimension: int, *, to_change: bool = False) -> VectorIndex | None:
        """The file's index; None where it is missing, truncated or something else.

        What is not `to_change` is mapped into memory, as far as FAISS and the system can.
        """
        index = cls(dimension)
        # A file that is mapped cannot be replaced on Windows.
        flags = 0 if to_change or os.name == "nt" else index._faiss.IO_FLAG_MMAP
        try:
            loaded = index._faiss.read_index(str(folder / FILE), flags)
        except (RuntimeError, MemoryError):  # of a damaged file's sizes
            return None
        if loaded.d != dimension or not hasattr(loaded, "id_map"):
            return None
        index._index = loaded
        ids = index.ids
        if len(ids) != index._inner.ntotal or not (np.diff(ids) > 0).all():
            return None
        if (parts := index._parts) is not None and not locate_vectors(parts):
            return None
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
        """Add unit vectors, shape (len(ids), dimension), under ids above all that are here."""
        if len(ids):
            self._index.add_with_ids(vectors, np.asarray(ids, dtype=np.int64))
            self.__dict__.pop("ids", None)

    def without(self, gone: NDArray[np.bool_]) -> VectorIndex:
        """One in the same parts without the passages, by their places, that are gone."""
        other = VectorIndex(self.dimension)
        other._index = self._faiss.IndexIDMap(empty_like(self._parts))
        copy_without(self._parts, gone, other._inner)
        self._faiss.copy_array_to_vector(self.ids[~gone], other._index.id_map)
        other._index.ntotal = other._inner.ntotal
        return other

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """The ids, ascending: the place of each is that of its vector."""
        found: NDArray[np.int64] = self._faiss.vector_to_array(self._index.id_map)
        return found

    @property
    def room(self) -> int:
        """For how many passages its parts are made; 0 where it has none."""
        parts = self._parts
        return 0 if parts is None else room_of(parts.nlist)

    def fits(self, count: int, highest: int, vector: NDArray[np.float32]) -> bool:
        """Whether this holds just the passages of a store that counts `count` up to `highest`.

        Ids only grow and are never used twice, so number and highest tell the whole set.
        """
        if len(self.ids) != count or (count and int(self.ids[-1]) != highest):
            return False
        return not count or self.holds(highest, vector)

    def holds(self, id: int, vector: NDArray[np.float32]) -> bool:
        """Whether a vector is the one under an id that is here."""
        found = self.vectors(np.array([id], dtype=np.int64))[0]
        return bool(np.abs(found - vector).max() <= (_ROUNDING if self.room else 0))

    def search(
        self, vector: NDArray[np.float32], limit: int, among: IdSet | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Ids of a set and their inner products, best first; none of no set."""
        if among is None or limit < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        # A question is searched on one thread in any case; others, waiting for work, would take
        # time from the encoder's. It holds for the thread that says it alone.
        self._faiss.omp_set_num_threads(1)
        bounds: dict[str, Any] = {"sel": among.selector}
        if (parts := self._parts) is None:
            chosen = self._faiss.SearchParameters(**bounds)
        elif among.few is not None:
            return self._look_through(vector, limit, among.few)
        else:
            probes = count_probes(parts.nlist, among.size / len(self.ids))
            chosen = self._faiss.SearchParametersIVF(nprobe=probes, **bounds)  # type: ignore[call-arg]
        scores, ids = self._index.search(
            vector.reshape(1, -1), min(limit, among.size), params=chosen
        )
        found = ids[0] >= 0  # -1: no more
        return ids[0][found], scores[0][found]

    def _look_through(
        self, vector: NDArray[np.float32], limit: int, ids: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        scores = self.vectors(ids) @ vector
        best = np.lexsort((ids, -scores))[:limit]
        return ids[best], scores[best]

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of ids that are here, shape (len(ids), dimension)."""
        if not len(ids):
            return np.zeros((0, self.dimension), dtype=np.float32)
        found: NDArray[np.float32] = self._inner.reconstruct_batch(np.searchsorted(self.ids, ids))
        return found

    @property
    def _inner(self) -> Any:
        return self._faiss.downcast_index(self._index.index)

    @property
    def _parts(self) -> Any:
        """The index in parts; None where it is exact."""
        inner = self._inner
        return inner if isinstance(inner, self._faiss.IndexIVF) else None
