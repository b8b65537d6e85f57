"""Vectors in parts: a search looks into the nearest parts alone (FAISS's IVF, Sivic and
Zisserman 2003), each number in half precision, in a file that can be mapped into memory.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.embedding.runtime import count_cores

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGE = 100_000  # passages from which looking through all takes longer than the rest of a search
SAMPLE = 32  # vectors a part that its centre is found by
_ROUNDS = 8  # of k-means
_PARTS = 4  # times the root of the passages
# Parts that are looked into; see benchmarks/README.md for what that finds and costs.
_PROBES = 320


def count_parts(count: int) -> int:
    """Parts for so many passages."""
    return max(1, round(_PARTS * sqrt(count)))


def room_of(parts: int) -> int:
    """The passages that so many parts are made for."""
    return round((parts / _PARTS) ** 2)


def count_probes(parts: int, share: float) -> int:
    """Parts to look into where a share (0..1) of all passages is asked of: more for fewer."""
    return max(1, min(parts, round(_PROBES / sqrt(max(share, 1e-9)))))


def make_partitions(sample: NDArray[np.float32], count: int) -> Any:
    """An empty index for `count` vectors; its parts' centres are found by a sample of them."""
    import faiss

    made = _empty(min(count_parts(count), len(sample)), sample.shape[1])
    made.cp.niter, made.cp.max_points_per_centroid = _ROUNDS, SAMPLE
    made.cp.min_points_per_centroid = 1
    faiss.omp_set_num_threads(count_cores())
    made.train(sample)
    faiss.omp_set_num_threads(1)
    made.make_direct_map(True)  # where each vector lies
    return made


def _empty(parts: int, dimension: int) -> Any:
    import faiss

    made: Any = faiss.index_factory(dimension, f"IVF{parts},SQfp16", faiss.METRIC_INNER_PRODUCT)
    made.by_residual = False  # the vectors themselves, not how far they lie from their centre
    return made


def empty_like(known: Any) -> Any:
    """An empty index in the same parts."""
    copy = _empty(known.nlist, known.d)
    copy.quantizer.add(known.quantizer.reconstruct_n(0, known.nlist))
    copy.is_trained = True
    return copy


def copy_without(known: Any, gone: NDArray[np.bool_], copy: Any) -> None:
    """Fill an empty index of the same parts with all but the vectors, by place, that are gone.

    Places count anew: those behind one that is gone move up.
    """
    import faiss

    places = np.cumsum(~gone) - 1
    held = known.invlists
    for part in range(known.nlist):
        if not (size := held.list_size(part)):
            continue
        old = faiss.rev_swig_ptr(held.get_ids(part), size)
        codes = faiss.rev_swig_ptr(held.get_codes(part), size * known.code_size)
        ids = places[old[~gone[old]]]
        kept = np.ascontiguousarray(codes.reshape(size, -1)[~gone[old]])
        if len(ids):
            copy.invlists.add_entries(part, len(ids), faiss.swig_ptr(ids), faiss.swig_ptr(kept))
    copy.ntotal = int((~gone).sum())
    copy.make_direct_map(True)


def locate_vectors(known: Any) -> bool:
    """Note where each vector lies; False where a part names one that is not, or one twice.

    What is wrong there would be read as addresses.
    """
    import faiss

    held = known.invlists
    known.make_direct_map(False)
    sizes = [(part, held.list_size(part)) for part in range(known.nlist)]
    found = [faiss.rev_swig_ptr(held.get_ids(part), size) for part, size in sizes if size]
    places = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *found]))
    if not np.array_equal(places, np.arange(known.ntotal)):
        return False
    known.make_direct_map(True)
    return True
