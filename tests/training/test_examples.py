"""What the reader is taught: spans that are slices, negatives that hold no answer."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.seeds import ROOT
from training import splits
from training.reader.examples import (
    LEAST_PART,
    WINDOW_WORDS,
    Example,
    Span,
    Stance,
    cut,
    windows,
)
from training.reader.mixture import _is_elsewhere
from training.reader.negatives import altered, removed, reversed_claim

DATA = ROOT.parent / "shared/data"
PASSAGE = "It rained. Paris is the capital of France. It snowed. The king left in 1792."
PLACE = (PASSAGE.index("Paris"), PASSAGE.index("Paris") + 5)
LONG = " ".join(
    f"Number {number} says nothing of interest to anybody here." for number in range(60)
)
EXAMPLE = Example("set", "What is the capital of France?", PASSAGE, "", True, (PLACE,), (PLACE,))


def test_units_are_the_sentences_of_the_passage() -> None:
    assert [PASSAGE[a:b] for a, b in EXAMPLE.units][1] == "Paris is the capital of France."


def test_a_long_passage_is_cut_and_its_answer_moves_with_it() -> None:
    long = "A dull sentence that says nothing at all. " * 40
    moved = (PLACE[0] + len(long), PLACE[1] + len(long))
    first, *others = cut(
        replace(EXAMPLE, passage=long + PASSAGE, answers=(moved,), evidence=(moved,))
    )
    assert first.answerable
    assert first.answers is not None
    assert [first.passage[a:b] for a, b in first.answers] == ["Paris"]
    assert not any(window.answerable for window in others)
    assert all(len(window.passage.split()) <= WINDOW_WORDS for window in [first, *others])


def _long(*, answers: Span | None = None, evidence: Span | None = None) -> Example:
    """An example over `LONG`, of which the answers or the evidence are told."""
    told = tuple((one,) if one else None for one in (answers, evidence))
    return replace(EXAMPLE, passage=LONG, answers=told[0], evidence=told[1])


def test_a_window_that_holds_half_an_answer_is_dropped() -> None:
    (_, edge), *_ = windows(LONG)
    across = (edge - 5, edge + 8)
    assert {LONG.index(one.passage) for one in cut(_long(answers=across))} == {
        start for start, end in windows(LONG) if not (start < across[1] and across[0] < end)
    }
    assert len(cut(_long(answers=across))) == len(windows(LONG)) - 2


def test_evidence_of_sentences_may_be_cut_in_two() -> None:
    (_, edge), *_ = windows(LONG)
    evidence = (edge - LEAST_PART, edge + LEAST_PART // 2)
    whole = cut(_long(evidence=evidence))
    assert [LONG.index(one.passage) for one in whole if one.answerable] == [0]
    assert whole[0].evidence == ((edge - LEAST_PART, edge),)
    assert len(whole) == len(windows(LONG)) - 1  # the other part is too short to be evidence


def test_short_evidence_that_lies_whole_in_a_window_is_kept() -> None:
    start = windows(LONG)[1][0]
    first, *others = cut(_long(evidence=(start + 2, start + 2 + LEAST_PART // 2)))
    assert first.evidence == ((2, 2 + LEAST_PART // 2),)
    assert first.answerable
    assert not any(one.answerable for one in others)
    assert len(others) == len(windows(LONG)) - 1


def test_removed_evidence_leaves_the_rest() -> None:
    negative = removed(EXAMPLE)
    assert negative is not None
    assert negative.passage == "It rained. It snowed. The king left in 1792."
    assert (negative.answerable, negative.answers, negative.evidence) == (False, (), ())


def test_evidence_whose_answer_stands_elsewhere_too_is_not_removed() -> None:
    assert removed(replace(EXAMPLE, passage=PASSAGE + " I love Paris.")) is None


def test_where_other_sentences_may_answer_as_well_nothing_is_removed() -> None:
    assert removed(replace(EXAMPLE, complete=False)) is None


def test_a_window_is_elsewhere_where_neither_the_answer_nor_its_words_are() -> None:
    dry = replace(EXAMPLE, passage="It snowed.", answerable=False, answers=(), evidence=())
    assert _is_elsewhere(dry, EXAMPLE)
    assert not _is_elsewhere(replace(dry, passage="I love Paris."), EXAMPLE)
    assert not _is_elsewhere(replace(dry, answerable=None), EXAMPLE)
    assert not _is_elsewhere(EXAMPLE, EXAMPLE)


def test_a_statement_without_its_evidence_is_undecided() -> None:
    negative = removed(replace(EXAMPLE, stance=Stance.SUPPORTS))
    assert negative is not None
    assert negative.stance is Stance.UNDECIDED


def _altered(question: str, *others: str, example: Example = EXAMPLE) -> list[Example]:
    """What a question is altered to, over many draws."""
    asked = replace(example, question=question)
    far = [replace(example, question=other) for other in others]
    drawn = (altered(asked, random.Random(seed), far) for seed in range(40))
    return [one for one in drawn if one is not None]


def test_an_altered_question_names_something_else() -> None:
    found = _altered("What is the capital of France?", "Who is Ada?")
    assert {one.question for one in found} == {"What is the capital of Ada?"}
    assert {(one.passage, one.answerable, one.answers) for one in found} == {(PASSAGE, False, ())}


def test_a_word_of_the_answer_does_not_alter_a_question() -> None:
    assert not _altered("What is the capital of France?", "Is it Paris?")


def test_a_number_is_altered_to_a_number() -> None:
    found = _altered("Which king left in 1812?", "Did Ada come in 1066?", "Who left in 12?")
    assert {one.question for one in found} == {
        "Which king left in 1792?",  # from the passage
        "Which king left in 1066?",
    }


def test_an_open_question_is_turned_by_directions_and_by_groups() -> None:
    for asked, turned in (
        ("what made pain increase in it?", "what made pain decrease in it?"),
        ("what made men ill?", "what made women ill?"),
    ):
        assert {one.question for one in _altered(asked, "why?")} == {turned}


def test_a_yes_or_no_question_is_turned_by_groups_alone() -> None:
    assert not _altered("does salt increase pain?", "why?")
    found = _altered("does salt increase pain in men?", "why?")
    assert {one.question for one in found} == {"does salt increase pain in women?"}


def test_a_swapped_word_keeps_its_capital() -> None:
    found = _altered("Men with gout eat what?", "why?")
    assert {one.question for one in found} == {"Women with gout eat what?"}


def test_a_claim_turned_round_is_contradicted_by_its_evidence() -> None:
    claim = replace(EXAMPLE, question="Rain increases growth.", stance=Stance.SUPPORTS)
    turned = reversed_claim(claim, random.Random(0))
    assert turned is not None
    assert turned.question == "Rain decreases growth."
    assert (turned.stance, turned.evidence) == (Stance.CONTRADICTS, claim.evidence)


@pytest.mark.parametrize("text", ["It rains.", "Men fall ill before women."])
def test_a_claim_without_a_direction_is_left_alone(text: str) -> None:
    claim = replace(EXAMPLE, question=text, stance=Stance.SUPPORTS)
    assert reversed_claim(claim, random.Random(0)) is None


def test_a_claim_is_turned_by_its_direction_alone() -> None:
    claim = replace(EXAMPLE, question="Lower doses harm men.", stance=Stance.SUPPORTS)
    turned = [reversed_claim(claim, random.Random(seed)) for seed in range(20)]
    assert {one.question for one in turned if one} == {
        "Higher doses harm men.",
        "Lower doses benefit men.",
    }


@pytest.mark.parametrize("stance", [None, Stance.UNDECIDED, Stance.CONTRADICTS])
def test_only_what_is_supported_is_turned(stance: Stance | None) -> None:
    claim = replace(EXAMPLE, question="Rain increases growth.", stance=stance)
    assert reversed_claim(claim, random.Random(0)) is None


@pytest.mark.parametrize("read", [splits.squad2, splits.covid_qa])
def test_no_article_is_on_two_sides(read: object) -> None:
    if not Path(DATA).exists():
        pytest.skip(f"{DATA} is missing: the splits are tested where the public sets lie")
    parts = [read(DATA, part) for part in splits.PARTS]  # type: ignore[operator]
    texts = [{p["context"] for article in part for p in article["paragraphs"]} for part in parts]
    assert all(texts)
    assert sum(map(len, texts)) == len(set.union(*texts))
