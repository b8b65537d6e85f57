"""Stems that are spelt nearly so."""

from __future__ import annotations

import pytest
from rapidfuzz.distance import OSA

from rag.query.spelling import Speller

STEMS = {
    "leukemia": 900, "ibrutinib": 12, "blinatumomab": 30, "imatinib": 40, "hypertens": 80,
    "carcinoma": 70, "central": 50, "ventral": 4, "tumor": 800, "il6": 8,
    "lymphocyt": 60, "randomization": 5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("lukemia", "leukemia"),  # a letter is missing
        ("eukemia", "leukemia"),  # the first one is
        ("leuukemia", "leukemia"),  # doubled
        ("leukmeia", "leukemia"),  # swapped
        ("lymphocit", "lymphocyt"),  # wrong
        ("ibrutnib", "ibrutinib"),
        ("blinatumumab", "blinatumomab"),
        ("blinatmoumab", "blinatumomab"),
        ("tuomr", "tumor"),
    ],
)
def test_slips_are_found(written: str, meant: str) -> None:
    assert Speller(STEMS).nearest(written) == meant


@pytest.mark.parametrize(
    "written", ["hypotens", "carcinoid", "tumos", "il7", "qentral", "rituximab", "ab", ""]
)
def test_other_words_are_left_alone(written: str) -> None:
    assert Speller(STEMS).nearest(written) is None


def test_the_commoner_of_two_is_meant() -> None:
    assert Speller({"marker": 2, "market": 90}).nearest("markex") is None
    assert Speller({"protein": 2, "proteim": 90}).nearest("proteix") == "proteim"


def test_an_empty_corpus_has_no_neighbours() -> None:
    assert Speller({}).nearest("leukemia") is None


def test_what_is_told_by_letters_misses_no_near_stem() -> None:
    speller = Speller(STEMS)
    for word in ("lukemai", "imatniib", "carcimona", "lymphocytt", "ranomization"):
        near = {stem for stem in STEMS if stem.isalpha() and OSA.distance(stem, word) <= 2}
        assert near <= set(speller._near(word, 2))
