"""Abbreviations that a text defines itself, and words as the index folds them."""

from __future__ import annotations

import pytest

from rag.abbreviations import expand, find_abbreviations
from rag.terms import fold
from tests.seeds import AML, CZECH, GLUED, load


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("acute lymphoblastic leukemia (ALL) is rare", {"ALL": "acute lymphoblastic leukemia"}),
        ("ALL (acute lymphoblastic leukemia) is rare", {"ALL": "acute lymphoblastic leukemia"}),
        ("heat shock protein (HSP) was found", {"HSP": "heat shock protein"}),
        ("the drug (see below) works", {}),
        ("in 20 patients (P = .05) it fell", {}),
        ("it fell (Fig. 2) and rose (2019)", {}),
        ("nothing at all", {}),
    ],
)
def test_short_forms_find_their_long_forms(text: str, found: dict[str, str]) -> None:
    assert find_abbreviations(text) == found


@pytest.mark.parametrize(
    ("name", "short", "long"),
    [
        (AML, "R/R AML", "relapsed or refractory acute myeloid leukemia"),
        (CZECH, "ALL", "acute lymphoplastic leukemia"),
        (GLUED, "CAR", "chimeric antigen receptor"),
    ],
)
def test_the_seeds_define_theirs(name: str, short: str, long: str) -> None:
    assert find_abbreviations(load(name).text).get(short) == long


def test_folding_leaves_letters_without_marks() -> None:
    assert fold("Hrabovský ÉTUDE Straße") == "hrabovsky etude straße"


def test_letters_that_only_match_are_left_as_they_are() -> None:
    micro, mu = "\N{MICRO SIGN}m", "\N{GREEK SMALL LETTER MU}m"
    assert expand(f"5 {mu} wide", {micro: "micrometer"}).text in (
        f"5 {mu} wide",
        "5 micrometer wide",
    )
