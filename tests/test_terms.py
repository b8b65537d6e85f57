"""Words in one spelling, whatever side of the Atlantic or alphabet they come from."""

from __future__ import annotations

import pytest

from rag.terms import american, stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("leukaemia", "leukemia"),
        ("tumours", "tumor"),
        ("oestrogen", "estrogens"),
        ("randomised", "randomized"),
        ("paediatric", "pediatric"),
        ("haemorrhage", "hemorrhage"),
        ("centre", "centers"),
        ("analysed", "analyzed"),
        ("sulphate", "sulfate"),
        ("diarrhoea", "diarrhea"),
        ("behavioural", "behavioral"),
        ("programmes", "programs"),
        ("tnfα", "tnfalpha"),
    ],
)
def test_spellings_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    "word",
    "four hour hours tours course source disease precise decision academic aerobic increase "
    "otherwise journal toes does".split(),
)
def test_words_that_only_look_british_stay(word: str) -> None:
    assert american(word) == word


@pytest.mark.parametrize(("one", "other"), [("for", "four"), ("tour", "tor"), ("μg", "mug")])
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)
