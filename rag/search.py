"""A query in, fused Hits out: words and vectors, each where the other is blind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.query import Query
from rag.store import Store
from rag.types import Filters, Hit, Kind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CANDIDATES = 100  # passages that words and vectors each bring
# Share of the words' score in the sum; see benchmarks/README.md for how it was set.
WORDS_WEIGHT = 0.45
# References are many and short; prose goes first unless facts of papers are asked for.
REFERENCE_PENALTY = 0.15
NO_FILTERS = Filters()


def search(
    store: Store,
    query: Query,
    vector: NDArray[np.float32],
    limit: int,
    filters: Filters = NO_FILTERS,
) -> list[Hit]:
    """The best passages of the documents that the filters let through, best first.

    Scores are a weighted sum of the cosine and of BM25 as a share of the query's best; a
    passage that only one side found gets its true cosine all the same.
    """
    hidden = store.passage_ids(filters.without) if filters.without else set()
    reach = CANDIDATES + len(hidden)
    found = store.search_words(query.search_stems, reach)
    found = [(id, score) for id, score in found if id not in hidden][:CANDIDATES]
    best = max((score for _, score in found), default=0.0)
    words = {id: score / best if best > 0 else 0.0 for id, score in found}
    close = store.search_vectors(vector, reach)
    near = dict([(id, score) for id, score in close if id not in hidden][:CANDIDATES])
    near |= store.similarities(vector, [id for id in words if id not in near])
    passages = store.passages(list(near))
    hits = [
        Hit(
            passage=passage,
            score=WORDS_WEIGHT * words.get(id, 0.0)
            + (1 - WORDS_WEIGHT) * near[id]
            - _penalty(passage.kind, query),
            similarity=near[id],
            words=words.get(id, 0.0),
        )
        for id, passage in passages.items()
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[:limit]


def _penalty(kind: Kind, query: Query) -> float:
    return REFERENCE_PENALTY if kind is Kind.REFERENCE and not query.asks_for_record else 0.0
