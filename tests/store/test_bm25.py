"""BM25 over passages and documents is what its definition says, computed without arrays."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from rag.filters import Filters
from rag.store import SqliteStore
from rag.store.scope import FULL
from rag.terms import index_stems
from rag.types import Kind, Passage, SearchTerm
from tests.store.small import QUERIES, term

K1, B = 0.9, 0.4


def words_of(passage: Passage) -> tuple[Counter[str], int]:
    """How often a passage counts each word, and its length: the title counts twice, once long."""
    title, cited = index_stems(passage.title), passage.kind is Kind.REFERENCE
    rest = index_stems(passage.section) + index_stems(passage.text)
    rest += [] if cited else index_stems(passage.byline)
    counts = Counter({term: min(n, 255) for term, n in Counter(title * 2 + rest).items()})
    return counts, len(title) + len(rest)


def holding(form: tuple[str, ...], texts: Sequence[Counter[str]]) -> list[int]:
    """How often each text holds an alternative."""
    if len(form) == 2 and any(text["".join(form)] for text in texts):
        form = ("".join(form),)
    elif len(form) == 2 and min(map(len, form)) < 3:
        return [0] * len(texts)
    return [min(text[stem] for stem in form) for text in texts]


def rarity(holders: int, size: int) -> float:
    return math.log(1 + (size - holders + 0.5) / (holders + 0.5))


def bm25(
    terms: Sequence[SearchTerm], counts: Callable[[tuple[str, ...]], list[int]], lengths: list[int]
) -> list[float]:
    """Shares of the best text's score, or of what counts as a whole match where that is more."""
    size, mean = len(lengths), sum(lengths) / len(lengths)
    totals, most = [0.0] * size, 0.0
    for one_of in terms:
        # Alternatives are one word: held where one of them is, as often as all of them together.
        held = [sum(each) for each in zip(*map(counts, one_of.alternatives), strict=True)]
        often = sum(count > 0 for count in held)
        value = (one_of.weight**0.5 if often else one_of.weight) * rarity(often, size)
        most += value
        for text, count in enumerate(held):
            norm = K1 * (1 - B + B * lengths[text] / mean)
            totals[text] += value * count / (count + norm)
    whole = max(*totals, FULL * most)
    return [total / whole for total in totals]


def expected(small_store: SqliteStore, terms: Sequence[SearchTerm]) -> list[float]:
    """The matches of all passages by the definition, in the order of their ids."""
    found = small_store.passages(small_store.snapshot.words.ids.tolist())
    passages = [found[id] for id in sorted(found)]
    texts, lengths = map(list, zip(*map(words_of, passages), strict=True))
    names = sorted({one.document_id for one in passages})
    member = [names.index(one.document_id) for one in passages]

    def summed(numbers: Sequence[int]) -> list[int]:
        totals = [0] * len(names)
        for document, number in zip(member, numbers, strict=True):
            totals[document] += number
        return totals

    own = bm25(terms, lambda form: holding(form, texts), lengths)
    whole = bm25(terms, lambda form: summed(holding(form, texts)), summed(lengths))
    return [(a + whole[document]) / 2 for a, document in zip(own, member, strict=True)]


@pytest.mark.parametrize("terms", QUERIES.values(), ids=QUERIES)
def test_the_scores_are_those_of_the_definition(
    small_store: SqliteStore, terms: list[SearchTerm]
) -> None:
    matches = small_store.scope(Filters()).match(terms)
    assert matches.tolist() == pytest.approx(expected(small_store, terms), abs=1e-5)


def test_the_queries_tell_passages_apart(small_store: SqliteStore) -> None:
    """Else the test above would compare nothing with nothing."""
    assert len(small_store) >= 8
    for name, terms in QUERIES.items():
        if "nothing" not in name:
            assert len({round(score, 4) for score in expected(small_store, terms)}) > 1, name


def test_a_word_three_hundred_times_counts_as_often_as_a_byte_can(small_store: SqliteStore) -> None:
    words = small_store.snapshot.words
    place = words.terms.index("ox")
    here = slice(words.starts[place], words.starts[place + 1])
    assert words.counts[here].max() == 255
    best = small_store.scope(Filters()).best(
        small_store.scope(Filters()).match([term("ox")]), 1, references=False
    )
    assert "ox ox" in small_store.passages(best.tolist())[int(best[0])].text


def test_no_terms_match_nothing(small_store: SqliteStore) -> None:
    scope = small_store.scope(Filters())
    matches = scope.match([])
    assert matches.tolist() == [0.0] * len(small_store)
    assert scope.best(matches, 5, references=False).tolist() == []
