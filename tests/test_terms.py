"""Words in one spelling, whatever side of the Atlantic or alphabet they come from."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

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


def test_words_are_stemmed_in_several_threads_at_once() -> None:
    endings = ("ing", "ation", "ational", "iveness", "ousli", "ed", "ically", "ements")
    made = [f"{a}{b}{end}" for a in "bdfglmprst" for b in ("arn", "ost", "ell") for end in endings]
    stem.cache_clear()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(stem, made))
    finally:
        sys.setswitchinterval(usual)
    stem.cache_clear()
    assert together == [stem(word) for word in made]
