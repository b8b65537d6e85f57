"""What a message is taken for; above all, that a question is taken for nothing else."""

from __future__ import annotations

import json
import time

import pytest

from rag.asides import (
    Aside,
    Capabilities,
    Foreign,
    Greeting,
    Listing,
    Several,
    Summary,
    Thanks,
    sort_out,
    without_courtesies,
)
from tests.asides import cases
from tests.seeds import ROOT

ASIDES: list[tuple[str, Aside]] = [
    *((text, Greeting()) for text in cases.lines(cases.GREETINGS)),
    *((text, Thanks()) for text in cases.lines(cases.THANKS)),
    *((text, Capabilities()) for text in cases.lines(cases.CAPABILITIES)),
    *((text, Listing()) for text in cases.lines(cases.LISTINGS)),
    *((text, Summary(subject)) for text, subject in cases.SUMMARIES.items()),
    *((text, Several(parts)) for text, parts in cases.SEVERAL.items()),
    *((text, Foreign(language)) for text, language in cases.FOREIGN.items()),
]
TRAINING = ROOT / "training" / "questions.jsonl"


@pytest.mark.parametrize(("text", "aside"), ASIDES)
def test_an_aside_is_told(text: str, aside: Aside) -> None:
    assert sort_out(text) == aside


@pytest.mark.parametrize("text", cases.questions())
def test_a_question_is_none(text: str) -> None:
    assert sort_out(text) is None


@pytest.mark.parametrize("text", ["", " ", "\n", "😀", "1.", "-\n-", "x" * 5000, "a? " * 1500])
def test_odd_messages_break_nothing(text: str) -> None:
    assert sort_out(text) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("hello, what targets B-ALL?", "what targets B-ALL?"),
        ("Hi there! What targets B-ALL? Thanks in advance!", "What targets B-ALL?"),
        ("Good morning! How are you? What is MRD? :)", "What is MRD?"),
        ("hi what is MRD", "what is MRD"),
        ("What is MRD? Please.", "What is MRD?"),
        ("Hi-C maps", "Hi-C maps"),
        ("HI titres in influenza", "HI titres in influenza"),
        ("Which ♀ mice were used?", "Which ♀ mice were used?"),
        ("hello", "hello"),
        ("Thanks!", "Thanks!"),
    ],
)
def test_courtesies_are_left_out(text: str, left: str) -> None:
    assert without_courtesies(text) == left


@pytest.mark.parametrize(
    "text", ["x" + "\n" * 4900 + "y", "thanks" + " " * 4900 + "x", "hi" + ", " * 2400, "? " * 2400]
)
def test_the_longest_messages_take_no_time(text: str) -> None:
    sort_out("un deux trois quatre")  # loads what is loaded once
    start = time.perf_counter()
    sort_out(text)
    assert time.perf_counter() - start < 1


Asides = list[tuple[str, Aside]]


def taken_for_asides(step: int) -> tuple[int, Asides]:
    """How many of the training questions were sorted out, one in `step`, and the asides."""
    if not TRAINING.exists():
        pytest.skip("training/questions.jsonl is not in this checkout")
    with TRAINING.open(encoding="utf-8") as rows:
        asked = [
            json.loads(row)["question"] for number, row in enumerate(rows) if not number % step
        ]
    return len(asked), [(one, aside) for one in asked if (aside := sort_out(one)) is not None]


def part(asides: Asides) -> tuple[Asides, Asides]:
    """Those that are several questions joined by "and", and all others."""
    several = [one for one in asides if isinstance(one[1], Several)]
    return several, [one for one in asides if not isinstance(one[1], Several)]


def test_of_real_questions_hardly_any_is_an_aside() -> None:
    asked, asides = taken_for_asides(step=10)
    assert asked > 2000
    several, others = part(asides)
    assert len(others) <= 1, others
    assert len(several) < asked / 200, several


@pytest.mark.slow
def test_of_all_training_questions_fewer_than_one_in_a_thousand_are_foreign() -> None:
    asked, asides = taken_for_asides(step=1)
    several, others = part(asides)
    foreign = [one for one in others if isinstance(one[1], Foreign)]
    assert len(foreign) < asked / 1000, foreign
    assert len(others) - len(foreign) <= 5, others
    assert len(several) < asked / 200, several
