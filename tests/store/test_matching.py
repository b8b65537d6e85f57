"""Words that are everywhere are counted only where another word of the question is."""

from __future__ import annotations

import numpy as np
import pytest

from rag import Assistant
from rag.store import matching
from rag.store.words import WordIndex
from rag.types import SearchTerm


def terms(*words: str) -> list[SearchTerm]:
    return [SearchTerm(((word,),)) for word in words]


@pytest.fixture
def words(assistant: Assistant) -> WordIndex:
    return assistant._store.snapshot.words


@pytest.mark.parametrize("asked", [("leukemia", "blinatumomab"), ("acut", "leukemia", "cd22")])
def test_scores_stay_as_they_are_where_a_rarer_word_stands(
    words: WordIndex, asked: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert words.frequencies[asked[0]] > 0.3 * len(words.ids) > words.frequencies[asked[-1]]
    whole, by_document = words.scores(terms(*asked))
    monkeypatch.setattr(matching, "LARGE", 1)
    monkeypatch.setattr(matching, "UBIQUITOUS", 0.3)
    pruned, pruned_by_document = words.scores(terms(*asked))
    assert pruned.most == whole.most
    here = words.scores(terms(asked[-1]))[1].values > 0  # in these documents
    assert here.any()
    assert not here.all()
    assert np.array_equal(pruned.values[here], whole.values[here])
    assert np.allclose(pruned_by_document.values[here], by_document.values[here], rtol=0.2)
    assert (pruned.values[~here] == 0).all()


def test_words_that_are_all_everywhere_count_everywhere(
    words: WordIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = words.scores(terms("leukemia", "acut"))[0].values
    monkeypatch.setattr(matching, "LARGE", 1)
    monkeypatch.setattr(matching, "UBIQUITOUS", 0.3)
    assert np.array_equal(words.scores(terms("leukemia", "acut"))[0].values, whole)
    assert (words.scores(terms("zeppelin"))[0].values == 0).all()
