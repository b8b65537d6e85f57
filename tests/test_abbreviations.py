"""Abbreviations that a text defines itself, and words as the index folds them."""

from __future__ import annotations

import pytest

from rag.abbreviations import expand, find_abbreviations, settle
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
        ("multiple myeloma (MM) recurs", {"MM": "multiple myeloma"}),
        ("tyrosine kinase inhibitors (TKIs)", {"TKIs": "tyrosine kinase inhibitors"}),
        ("chimeric antigen receptor [CAR] cells", {"CAR": "chimeric antigen receptor"}),
        ("tumor necrosis factor alpha (TNF-α)", {"TNF-α": "tumor necrosis factor alpha"}),
        ("poly(ADP-ribose) polymerase (PARP)", {"PARP": "poly(ADP-ribose) polymerase"}),
        ("odds ratio (OR, 2.1; 95 % CI 1-3)", {"OR": "odds ratio"}),
        ("The Greater Trial Model (TM) began", {"TM": "Trial Model"}),
        (
            "National Centre for Health Excellence (NCHE)",
            {"NCHE": "National Centre for Health Excellence"},
        ),
        ("we went to endow effector T cells (Teff)", {}),
        ("mutations and deletions in the mitochondrial genome (mtDNA)", {}),
        ("lipids are controlled by specific receptors (LCSR)", {}),
        ("the British Centre of Studies (the Centre)", {}),
        ("of the promoter, and maltose (pM)", {}),
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


def test_an_abbreviation_with_one_clear_meaning_keeps_it() -> None:
    definitions = [
        ("ALL", "acute lymphoblastic leukemia", 7),
        ("ALL", "acute lymphocytic leukaemia", 4),
        ("ALL", "anterior longitudinal ligament", 1),
        ("AML", "acute myeloid leukemia", 2),
    ]
    assert settle(definitions) == {
        "AML": "acute myeloid leukemia",
        "ALL": "acute lymphoblastic leukemia",
    }


@pytest.mark.parametrize(("first", "second"), [(1, 1), (10, 9), (3, 2)])
def test_an_abbreviation_that_means_several_things_is_left_alone(first: int, second: int) -> None:
    definitions = [("PD", "Parkinson's disease", first), ("PD", "pharmacodynamics", second)]
    assert settle(definitions) == {}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("CAT was done", "computed axial tomography was done"),
        ("TKIs and a TKI", "kinase inhibitors and a kinase inhibitors"),
        ("the cat and Cat", "the cat and Cat"),
        ("B-CAT or CD34+ cells", "B-computed axial tomography or cluster 34 cells"),
        ("CATS", "CATS"),
    ],
)
def test_a_text_is_written_out_where_it_is_meant(text: str, written: str) -> None:
    shorts = {"CAT": "computed axial tomography", "TKI": "kinase inhibitors", "CD34+": "cluster 34"}
    assert expand(text, shorts).text == written


def test_edits_say_where_a_span_went() -> None:
    expansion = expand("Is CAT safe?", {"CAT": "computed axial tomography"})
    start, end = expansion.place(7, 11)
    assert expansion.text[start:end] == "safe"


def test_folding_leaves_letters_without_marks() -> None:
    assert fold("Hrabovský ÉTUDE Straße") == "hrabovsky etude straße"


def test_letters_that_only_match_are_left_as_they_are() -> None:
    micro, mu = "\N{MICRO SIGN}m", "\N{GREEK SMALL LETTER MU}m"
    assert expand(f"5 {mu} wide", {micro: "micrometer"}).text in (
        f"5 {mu} wide",
        "5 micrometer wide",
    )
