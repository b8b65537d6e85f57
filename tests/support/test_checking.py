"""The check of written sentences, with the shipped reader and texts made up for it."""

from __future__ import annotations

import pytest

from rag.reading.network import ReaderNetwork
from rag.support import Checker
from rag.support.differences import find_differences
from rag.support.evidence import lay_beside
from rag.types.answers import Support

TITLE = "Velotriptan in winter cough"
PASSAGE = (
    "Winter cough (WC) is a common complaint of adults. In a trial of 240 adults, velotriptan "
    "40 mg reduced the number of coughing days from 12 to 7. Velotriptan was superior to "
    "brenolimab in all age groups. Headache was not more frequent with velotriptan than with "
    "placebo. Most patients slept better, but the effect on daytime fatigue remains unclear. The "
    "drug blocks TNF-α and may inhibit IL-6 signalling in the airways, without affecting CD22."
)
OTHER = (
    "Copper kettles hum louder than steel ones. In 12 kitchens the hum was measured with a "
    "microphone, and 40 cooks were asked how they liked it."
)
CARRIED = [
    "In a trial of 240 adults, velotriptan 40 mg reduced the number of coughing days from 12 to 7.",
    "Velotriptan was superior to brenolimab in all age groups.",
    "In a trial, velotriptan 40 mg reduced the number of coughing days from 12 to 7.",
    "Headache was not more frequent with velotriptan than with placebo.",
    "Most patients slept better.",
]
BAD = {
    "In a trial of 240 adults, velotriptan 80 mg reduced the number of coughing days from 12 to 7.":
        "80 mg",
    "In a trial of 240 adults, velotriptan 40 g reduced the number of coughing days from 12 to 7.":
        "40 g",
    "In a trial of 240 adults, brenolimab 40 mg reduced the number of coughing days from 12 to 7.":
        "brenolimab",
    "In a trial of 240 adults, velotriptan 40 mg reduced the number of coughing days from 7 to 12.":
        "7",
    "Brenolimab was superior to velotriptan in all age groups.": "Brenolimab",
    "Velotriptan was superior to sotiramine in all age groups.": "sotiramine",
    "Velotriptan was inferior to brenolimab in all age groups.": "inferior",
    "Velotriptan was not superior to brenolimab in all age groups.": "not",
    "Headache was more frequent with velotriptan than with placebo.": "not",
    "Headache was not less frequent with velotriptan than with placebo.": "less",
    "All patients slept better.": "All",
    "Most patients slept worse.": "worse",
    "The effect on daytime fatigue is clear.": "clear",
    "The drug blocks TNF-α and inhibits IL-6 signalling in the airways.": "may",
    "The drug blocks TNF-α and may inhibit IL-8 signalling in the airways.": "IL-8",
    "The drug blocks TNF-α with affecting CD22.": "without",
    "The drug blocks TNF-α, without affecting CD19.": "CD19",
    "A trial of 240 children tested velotriptan 40 mg.": "children",
}  # fmt: skip


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(ReaderNetwork())


def missing(sentence: str, *evidence: str, title: str = TITLE) -> list[str]:
    told = lay_beside(sentence, evidence or [PASSAGE], title)
    return [one.missing for one in find_differences(told)]


@pytest.mark.parametrize("sentence", CARRIED)
def test_what_stands_there_is_supported(checker: Checker, sentence: str) -> None:
    verdict = checker.check(sentence, [OTHER, PASSAGE], title=TITLE)
    assert (verdict.support, verdict.missing) == (Support.SUPPORTED, ())
    assert verdict.score > 0.5


@pytest.mark.parametrize(("sentence", "named"), BAD.items())
def test_what_was_changed_is_named_and_not_supported(
    checker: Checker, sentence: str, named: str
) -> None:
    verdict = checker.check(sentence, [PASSAGE], title=TITLE)
    assert verdict.support is not Support.SUPPORTED
    assert named in verdict.missing
    assert verdict.score < 0.5


@pytest.mark.parametrize(
    "sentence",
    [
        "Velotriptan was inferior to brenolimab in all age groups.",
        "Headache was more frequent with velotriptan than with placebo.",
        "Most patients slept worse.",
    ],
)
def test_what_turns_the_evidence_contradicts_it(checker: Checker, sentence: str) -> None:
    assert checker.check(sentence, [PASSAGE]).support is Support.CONTRADICTED


@pytest.mark.parametrize("sentence", CARRIED)
def test_a_passage_about_something_else_carries_nothing(checker: Checker, sentence: str) -> None:
    assert checker.check(sentence, [OTHER]).support is Support.NOT


@pytest.mark.parametrize(
    "sentence",
    [
        "WC is common among adults.",
        "Velotriptan reduced the coughing days in winter cough from twelve to seven.",
        "The drug, which blocks TNFα, may inhibit IL6 signaling.",
        "The drug blocks TNF-alpha.",
        "In a trial with 240 adult patients, 40mg of velotriptan reduced the coughing days.",
        "Compared with placebo, velotriptan did not make headache more frequent.",
        "It is not clear what effect there is on daytime fatigue.",
    ],
)
def test_other_spellings_and_words_miss_nothing(sentence: str) -> None:
    assert missing(sentence) == []


def test_a_number_of_another_sentence_does_not_carry() -> None:
    text = "About 20% of the loaves burnt. Some 85% of the cakes rose in the new oven."
    assert missing("About 85% of the loaves burnt.", text) == ["85%"]


def test_two_passages_carry_together_what_neither_does_alone() -> None:
    first, second = (
        "The blue oven bakes 20 loaves an hour.",
        "The red oven bakes 35 loaves an hour.",
    )
    sentence = "The blue oven bakes 20 loaves an hour and the red oven bakes 35."
    assert missing(sentence, first, second) == []
    assert missing(sentence, first) == ["35"]


def test_nothing_carries_nothing(checker: Checker) -> None:
    assert checker.check("", [PASSAGE]).support is Support.NOT
    assert checker.check(CARRIED[0], []).support is Support.NOT
    assert checker.check("…", [" "]).support is Support.NOT
    assert checker.check("…", [PASSAGE]).support is not Support.CONTRADICTED


def test_many_are_checked_in_their_order(checker: Checker) -> None:
    bad = next(iter(BAD))
    verdicts = checker.check_many([(CARRIED[0], [PASSAGE]), (bad, [PASSAGE])])
    assert [one.support is Support.SUPPORTED for one in verdicts] == [True, False]
