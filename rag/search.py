"""A query in, fused Hits out: words and vectors, each where the other is blind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rag.embedding.encoder import Encoder
from rag.filters import Filters
from rag.query import Query
from rag.store import Scope, Store
from rag.types import Hit, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

CANDIDATES = 100  # passages that words and vectors each bring, at the least
# Share of the words' score in the sum; see benchmarks/README.md for how it was set.
WORDS_WEIGHT = 0.3
# References are many and short; prose goes first unless facts of papers are asked for.
REFERENCE_PENALTY = 0.15
# Of what is read for other questions, references are this much at most.
REFERENCE_SHARE = 0.25
# Cosine from which a passage says what a better one has said, and how many others go before it.
REPEATS = 0.95
DISTINCT = 10
# Passages that words and vectors each bring for a document that is wanted; and how many times
# more where a few long documents have them all.
_PASSAGES_A_DOCUMENT = 3
_WIDER = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """What the score is made of; benchmarks set it, to see what each part is worth.

    `words` (0..1) is the share of the words' score in the sum; `repeats` the cosine from which
    a passage repeats another, over 1 for never.
    """

    words: float = WORDS_WEIGHT
    repeats: float = REPEATS


NO_FILTERS = Filters()
DEFAULT_WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A passage to choose from: its scores, and what it takes to choose."""

    id: int
    score: float
    similarity: float
    words: float
    is_reference: bool
    document: int = 0  # its key, where the best passage of each is wanted


def search(
    store: Store,
    query: Query,
    vector: NDArray[np.float32],
    limit: int,
    filters: Filters = NO_FILTERS,
    *,
    by_document: bool = False,
    weights: Weights = DEFAULT_WEIGHTS,
    rescore: Callable[[list[Hit]], list[Hit]] | None = None,
    rescored: int = 0,
) -> list[Hit]:
    """The best passages that the filters let through, best first; or the best of each document.

    Scores are a weighted sum of the cosine and of the words' score, which every candidate gets,
    whichever side found it. A passage that repeats a better one comes after ten that do not.
    `rescore` scores the best `rescored` anew and puts them in order; references wait for their
    turn and repeats wait by those scores then, and the others stay below as they are.
    """
    scope = store.scope(filters)
    most = max(limit, rescored)
    reach = max(CANDIDATES, most * (_PASSAGES_A_DOCUMENT if by_document else 1))
    ranked = _ranked(scope, query, vector, reach, weights.words)
    if by_document:
        ranked = _first_of_each_document(ranked)
        while len(ranked) < most and reach < len(scope):
            reach *= _WIDER
            wider = _ranked(scope, query, vector, reach, weights.words)
            ranked = _first_of_each_document(wider)
    chosen = _without_repeats(scope, ranked, most, weights.repeats)
    passages = store.passages([one.id for one in chosen])
    hits = [
        Hit(passages[one.id], one.score, one.similarity, one.words)
        for one in chosen
        if one.id in passages
    ]
    if rescore and hits:
        again = rescore(hits[:rescored])
        others = _below(again[-1].score, hits[rescored:])
        hits = [*_arranged(scope, query, again, weights.repeats), *others]
    return hits[:limit]


def embed(query: Query, encoder: Encoder) -> NDArray[np.float32]:
    """The query's unit vector: the mean of what is asked and of that with short forms written out.

    A passage may have the one or the other.
    """
    prompt = encoder.card.query_prompt
    texts = dict.fromkeys([query.text, query.expansion.text])
    mean = encoder.encode([prompt + text for text in texts]).mean(axis=0)
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / length if length else mean)


def _ranked(
    scope: Scope, query: Query, vector: NDArray[np.float32], reach: int, share: float
) -> list[_Candidate]:
    found = _candidates(scope, query, vector, reach, share)
    return found if query.asks_for_record else _mostly_text(found)


def _candidates(
    scope: Scope, query: Query, vector: NDArray[np.float32], reach: int, share: float
) -> list[_Candidate]:
    """What words and vectors find, by the fused score.

    References are looked for apart: a paper may cite hundreds of works by the question's words,
    and its own sentences must be found all the same.
    """
    matches = scope.match(query.search_terms)
    cited = reach if query.asks_for_record else max(int(REFERENCE_SHARE * CANDIDATES), reach // 4)
    parts = []
    for references, most in ((False, reach), (True, cited)):
        if share > 0:
            parts.append(scope.best(matches, most, references=references))
        if share < 1:
            parts.append(scope.nearest(vector, most, references=references)[0])
    # Not np.unique, which would load NumPy's masked arrays.
    ids = np.array(sorted(set(np.concatenate(parts).tolist())), dtype=np.int64)
    near, words = scope.vectors(ids) @ vector, scope.of(matches, ids)
    documents, is_reference = scope.outline(ids)
    scores = share * words + (1 - share) * near
    if not query.asks_for_record:
        scores = scores - REFERENCE_PENALTY * is_reference
    order = np.lexsort((ids, -scores))
    columns = (ids, scores, near, words, is_reference, documents)
    rows = zip(*(column[order].tolist() for column in columns), strict=True)
    return [_Candidate(*row) for row in rows]


def _mostly_text(found: Sequence[_Candidate]) -> list[_Candidate]:
    """The candidates in order, but with no more references up to any place than their share."""
    texts = deque(one for one in found if not one.is_reference)
    cited = deque(one for one in found if one.is_reference)
    merged: list[_Candidate] = []
    taken = 0
    while texts and cited:
        room = max(1.0, REFERENCE_SHARE * (len(merged) + 1))
        if cited[0].score > texts[0].score and taken + 1 <= room:
            merged.append(cited.popleft())
            taken += 1
        else:
            merged.append(texts.popleft())
    return [*merged, *texts, *cited]


def _arranged(scope: Scope, query: Query, hits: Sequence[Hit], repeats: float) -> list[Hit]:
    """Hits that come by other scores, arranged as those of the search itself are."""
    by_id = {hit.passage.id: hit for hit in hits}
    ranked = [
        _Candidate(id, hit.score, hit.similarity, hit.words, hit.passage.kind is Kind.REFERENCE)
        for id, hit in by_id.items()
    ]
    if not query.asks_for_record:
        ranked = _mostly_text(ranked)
    return [by_id[one.id] for one in _without_repeats(scope, ranked, len(ranked), repeats)]


def _below(bound: float, hits: Sequence[Hit]) -> list[Hit]:
    """Hits in their order, with scores that fall from below a bound: theirs are of another kind."""
    return [replace(hit, score=bound - place) for place, hit in enumerate(hits, start=1)]


def _first_of_each_document(ranked: Iterable[_Candidate]) -> list[_Candidate]:
    firsts: dict[int, _Candidate] = {}
    for one in ranked:
        firsts.setdefault(one.document, one)
    return list(firsts.values())


def _without_repeats(
    scope: Scope, ranked: Sequence[_Candidate], limit: int, bound: float
) -> list[_Candidate]:
    """The first `limit`, where what repeats an earlier one waits until `DISTINCT` are through."""
    if bound > 1:
        return list(ranked[:limit])
    chosen: list[_Candidate] = []
    waiting: list[_Candidate] = []
    held: list[NDArray[np.float32]] = []
    for place, (one, vector) in enumerate(_with_vectors(scope, ranked)):
        if held and float(np.max(np.array(held) @ vector)) >= bound:
            waiting.append(one)
            continue
        chosen.append(one)
        held.append(vector)
        if len(chosen) == DISTINCT:
            return [*chosen, *waiting, *ranked[place + 1 :]][:limit]
    return [*chosen, *waiting][:limit]


def _with_vectors(
    scope: Scope, ranked: Sequence[_Candidate]
) -> Iterator[tuple[_Candidate, NDArray[np.float32]]]:
    """Each candidate with its vector; few are needed, and they are fetched in parts."""
    for start in range(0, len(ranked), 2 * DISTINCT):
        part = ranked[start : start + 2 * DISTINCT]
        ids = np.array([one.id for one in part], dtype=np.int64)
        yield from zip(part, scope.vectors(ids), strict=True)
