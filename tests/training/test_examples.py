"""What the reader is taught: spans that are slices, negatives that hold no answer."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.seeds import ROOT
from training import splits
from training.reader.examples import WINDOW_WORDS, Example, Stance, cut
from training.reader.negatives import altered, removed, reversed_claim

DATA = ROOT.parent / "shared/data"
PASSAGE = "It rained. Paris is the capital of France. It snowed. The king left in 1792."
PLACE = (PASSAGE.index("Paris"), PASSAGE.index("Paris") + 5)
EXAMPLE = Example("set", "What is the capital of France?", PASSAGE, "", True, (PLACE,), (PLACE,))


def test_units_are_the_sentences_of_the_passage() -> None:
    assert [PASSAGE[a:b] for a, b in EXAMPLE.units][1] == "Paris is the capital of France."


def test_a_long_passage_is_cut_and_its_answer_moves_with_it() -> None:
    long = "A dull sentence that says nothing at all. " * 40
    moved = (PLACE[0] + len(long), PLACE[1] + len(long))
    windows = cut(replace(EXAMPLE, passage=long + PASSAGE, answers=(moved,), evidence=(moved,)))
    first, *others = windows
    assert first.answerable
    assert first.answers is not None
    assert [first.passage[a:b] for a, b in first.answers] == ["Paris"]
    assert not any(window.answerable for window in others)
    assert all(len(window.passage.split()) <= WINDOW_WORDS for window in windows)


def test_removed_evidence_leaves_the_rest() -> None:
    negative = removed(EXAMPLE)
    assert negative is not None
    assert negative.passage == "It rained. It snowed. The king left in 1792."
    assert (negative.answerable, negative.answers, negative.evidence) == (False, (), ())


def test_evidence_whose_answer_stands_elsewhere_too_is_not_removed() -> None:
    assert removed(replace(EXAMPLE, passage=PASSAGE + " I love Paris.")) is None


def test_a_statement_without_its_evidence_is_undecided() -> None:
    negative = removed(replace(EXAMPLE, stance=Stance.SUPPORTS))
    assert negative is not None
    assert negative.stance is Stance.UNDECIDED


@pytest.mark.parametrize("seed", range(5))
def test_an_altered_question_names_something_else(seed: int) -> None:
    negative = altered(EXAMPLE, random.Random(seed), [replace(EXAMPLE, question="Who is Ada?")])
    if negative is not None:
        assert negative.question != EXAMPLE.question
        assert (negative.passage, negative.answerable) == (PASSAGE, False)


def test_a_claim_turned_round_is_contradicted_by_its_evidence() -> None:
    claim = replace(EXAMPLE, question="Rain increases growth.", stance=Stance.SUPPORTS)
    turned = reversed_claim(claim, random.Random(0))
    assert turned is not None
    assert turned.question == "Rain decreases growth."
    assert (turned.stance, turned.evidence) == (Stance.CONTRADICTS, claim.evidence)


def test_a_claim_without_a_direction_is_left_alone() -> None:
    claim = replace(EXAMPLE, question="It rains.", stance=Stance.SUPPORTS)
    assert reversed_claim(claim, random.Random(0)) is None


@pytest.mark.parametrize("read", [splits.squad2, splits.covid_qa])
def test_no_article_is_on_two_sides(read: object) -> None:
    if not Path(DATA).exists():
        pytest.skip(f"{DATA} is missing: the splits are tested where the public sets lie")
    parts = [read(DATA, part) for part in splits.PARTS]  # type: ignore[operator]
    texts = [{p["context"] for article in part for p in article["paragraphs"]} for part in parts]
    assert all(texts)
    assert sum(map(len, texts)) == len(set.union(*texts))
