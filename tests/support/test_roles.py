"""What goes with what: groups and numbers, the sides of a comparison, intervals, framing."""

from __future__ import annotations

import pytest

from rag.reading import open_network
from rag.support import Checker
from rag.types import Support

ARMS = "Bleeding occurred in 11.4% of patients on apixaban and in 21.8% of patients on warfarin."
RATIO = "The hazard ratio for relapse was 0.74 (95% CI 0.60 to 0.92)."
DENSER = "Bulk density was higher under no-till than under ploughing."
SMALL = "Ketoacidosis occurred in 2 patients given dapagliflozin and in none given placebo."


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(open_network(""))


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("Bleeding occurred in 21.8% of patients on apixaban.", ARMS),
        ("Bleeding occurred in 11.4% of patients on warfarin and in 21.8% on apixaban.", ARMS),
        ("The hazard ratio for relapse was 0.92.", RATIO),
        ("Bulk density was higher under ploughing than under no-till.", DENSER),
        ("The membrane lost a half of its flux.", "The membrane lost a quarter of its flux."),
        ("The drug was given once daily.", "The drug was given twice daily."),
        ("Zinc oxide coats the gold electrode.", "Zinc oxide coats the silver electrode."),
        ("It reduces mortality in adults.", "It is a myth that it reduces mortality in adults."),
        ("It reduces mortality.", "We tested whether it reduces mortality."),
        ("12% of the patients died.", "12 of the patients died."),
    ],
)
def test_what_is_put_in_another_place_is_seen(
    checker: Checker, sentence: str, evidence: str
) -> None:
    verdict = checker.check(sentence, [evidence])
    assert verdict.support is not Support.SUPPORTED
    assert verdict.missing


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("Bleeding occurred in 11.4% of patients on apixaban.", ARMS),
        ("Bleeding occurred in 21.8% of patients on warfarin, and in 11.4% on apixaban.", ARMS),
        ("The hazard ratio for relapse was 0.74.", RATIO),
        ("The ratio was 0.74, with a 95% CI from 0.60 to 0.92.", RATIO),
        (DENSER, DENSER),
        ("Ketoacidosis occurred in 2 patients given dapagliflozin.", SMALL),
    ],
)
def test_what_stays_in_its_place_is_not_held_against_it(
    checker: Checker, sentence: str, evidence: str
) -> None:
    assert checker.check(sentence, [evidence]).missing == ()
