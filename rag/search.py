"""A query in, fused Hits out: words and vectors, each where the other is blind."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
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
# Of what is read for other questions, references are this much at most.
REFERENCE_SHARE = 0.25
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
    words, near = _candidates(store, query, vector, limit, hidden)
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
    hits.sort(key=lambda hit: (-hit.score, hit.passage.id))
    return (hits if query.asks_for_record else _mostly_text(hits))[:limit]


def _candidates(
    store: Store, query: Query, vector: NDArray[np.float32], limit: int, hidden: set[int]
) -> tuple[dict[int, float], dict[int, float]]:
    """Words' scores, as shares of the best, and cosines of the passages to choose from.

    References are looked for apart: a paper may cite hundreds of works by the question's words,
    and its own sentences must be found all the same.
    """
    texts = max(CANDIDATES, limit)
    cited = texts if query.asks_for_record else max(int(REFERENCE_SHARE * CANDIDATES), limit)
    found: list[tuple[int, float]] = []
    near: dict[int, float] = {}
    for references, most in ((False, texts), (True, cited)):
        reach = most + len(hidden)
        by_words = store.search_words(query.search_stems, reach, references=references)
        found += [(id, score) for id, score in by_words if id not in hidden][:most]
        close = store.search_vectors(vector, reach, references=references)
        near |= dict([(id, score) for id, score in close if id not in hidden][:most])
    best = max((score for _, score in found), default=0.0)
    words = {id: score / best if best > 0 else 0.0 for id, score in found}
    near |= store.similarities(vector, [id for id in words if id not in near])
    return words, near


def _mostly_text(hits: Sequence[Hit]) -> list[Hit]:
    """The hits in order, but with no more references up to any place than their share."""
    texts = deque(hit for hit in hits if hit.passage.kind is not Kind.REFERENCE)
    cited = deque(hit for hit in hits if hit.passage.kind is Kind.REFERENCE)
    merged: list[Hit] = []
    taken = 0
    while texts and cited:
        room = max(1.0, REFERENCE_SHARE * (len(merged) + 1))
        if cited[0].score > texts[0].score and taken + 1 <= room:
            merged.append(cited.popleft())
            taken += 1
        else:
            merged.append(texts.popleft())
    return [*merged, *texts, *cited]


def _penalty(kind: Kind, query: Query) -> float:
    return REFERENCE_PENALTY if kind is Kind.REFERENCE and not query.asks_for_record else 0.0
