"""Words that turn a sentence: what the lists hold and what they must not."""

from __future__ import annotations

import pytest

from rag.support.evidence import lay_beside
from rag.support.turning import find_turned
from rag.support.wording import cue_of, poles_of
from rag.terms import folded_stem


def turned(sentence: str, evidence: str) -> list[tuple[str, bool]]:
    told = lay_beside(sentence, [evidence])
    return list(find_turned(told.statement, told.homes))


@pytest.mark.parametrize("word", ["severe", "like", "differ", "none-such", "nose"])
def test_words_of_one_stem_with_a_cue_are_none(word: str) -> None:
    assert cue_of(word) == ""


def test_no_word_is_at_both_ends_of_an_axis() -> None:
    for word in ("more", "less", "positive", "adults", "before", "poor", "inhibits", "rise"):
        poles = poles_of(folded_stem(word))
        assert poles
        assert len({axis for axis, _ in poles}) == len(poles)


def test_a_cue_is_about_the_word_after_it() -> None:
    evidence = "Non-severe frost was common, while severe frost was not seen in any orchard."
    assert turned("Non-severe frost was common.", evidence) == []
    assert ("not", True) in turned("Severe frost was seen in orchards.", evidence)


def test_what_only_joins_is_no_negation() -> None:
    evidence = "The salve helps not only with burns but also with cuts."
    assert turned("The salve helps with burns and with cuts.", evidence) == []


def test_all_needs_all_and_most_needs_most() -> None:
    assert ("All", False) in turned("All bakers rise early.", "Most bakers rise early.")
    assert ("Most", False) in turned("Most bakers rise early.", "Some bakers rise early.")
    assert turned("Most bakers rise early.", "Of the bakers, 80% rise early.") == []
