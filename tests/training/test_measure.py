"""How readers are measured: figures by hand, and the shipped reader on passages of our own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the extra 'training' is not installed")

from sklearn.metrics import roc_auc_score

from rag.reading.network import ReaderNetwork
from training.reader.examples import Example
from training.reader.measure import (
    AUROC,
    SPAN_F1,
    Outcome,
    auroc,
    figures,
    read_pair,
    word_f1,
)
from training.reader.pairs import span_set
from training.rows import sample

QUESTION = "How loud do copper kettles hum?"
PASSAGE = "Kettles hum before they boil. Copper kettles hum at forty decibels. Tea follows."


@pytest.fixture(scope="module")
def network() -> ReaderNetwork:
    return ReaderNetwork()


def example(passage: str, answer: str | None) -> Example:
    start = passage.index(answer) if answer else 0
    spans = ((start, start + len(answer)),) if answer else ()
    return Example("own", QUESTION, passage, "", bool(answer), spans, spans)


@pytest.mark.parametrize(
    ("found", "gold", "value"),
    [
        ("forty decibels", "The forty decibels.", 1),
        ("at forty decibels", "forty", 1 / 2),  # a third right of what was found, all of the gold
        ("tea", "forty decibels", 0),
        ("the", "", 1),
        ("", "forty", 0),
    ],
)
def test_word_f1_is_that_worked_out_by_hand(found: str, gold: str, value: float) -> None:
    assert word_f1(found, gold) == pytest.approx(value)


def test_auroc_is_that_of_scikit_learn_ties_and_all() -> None:
    rng = np.random.default_rng(5)
    scores, labels = rng.integers(0, 9, 80).astype(float), rng.integers(0, 2, 80)
    expected = roc_auc_score(labels, scores)
    assert auroc(scores[labels == 1], scores[labels == 0]) == pytest.approx(expected)


def test_figures_are_over_the_pairs_that_say_something() -> None:
    outcomes = [
        Outcome(True, 2.0, 1.0, 1.0, 1.0, 0.0),
        Outcome(True, 0.0, 3.0, 0.5, 1.0, 1.0),
        Outcome(False, 1.0, -1.0),
    ]
    found = figures(outcomes)
    assert (found[SPAN_F1].value, found[SPAN_F1].count) == (0.75, 2)
    assert (found[SPAN_F1].low, found[SPAN_F1].high) == (0.5, 1.0)
    assert found["best sentence right"].value == 0.5
    assert found[AUROC].value == 0.5  # one of the two stands above the third
    assert found["AUROC, span"].value == 1


def test_there_is_no_doubt_to_measure_where_all_is_answerable() -> None:
    outcomes = [Outcome(True, 2.0, 1.0, 1.0, 1.0, 1.0)] * 3
    assert AUROC not in figures(outcomes)
    assert figures([Outcome(False, 0.0, 0.0)] * 2) == {}


def test_an_interval_narrows_with_more_pairs() -> None:
    values = np.random.default_rng(6).random(1600)
    few, many = (
        figures([Outcome(True, 0, 0, value, value, value) for value in values[:size]])[SPAN_F1]
        for size in (100, 1600)
    )
    assert few.low < few.value < few.high
    assert (many.high - many.low) == pytest.approx((few.high - few.low) / 4, rel=0.2)


def test_a_pair_is_read_and_judged(network: ReaderNetwork) -> None:
    right = read_pair(network, example(PASSAGE, "forty decibels"))
    assert right.word_f1 is not None
    assert right.word_f1 >= 2 / 3
    assert (right.overlap, right.sentence) == (1, 1)
    assert right.all_spans is not None
    assert right.all_spans >= 2 / 3
    assert right.all_sentences == pytest.approx(2 * 2 / (6 + 2))  # two of its six words
    wrong = read_pair(network, example("The baker sleeps. Dough rises at night.", None))
    assert (wrong.word_f1, wrong.overlap, wrong.sentence) == (None, None, None)
    assert right.passage > wrong.passage
    assert right.span > wrong.span


def test_what_lies_beyond_the_networks_reach_is_read_too(network: ReaderNetwork) -> None:
    long = "The baker sleeps until noon and dreams of dough. " * 60 + PASSAGE
    outcome = read_pair(network, example(long, "forty decibels"))
    assert (outcome.overlap, outcome.sentence) == (1, 1)


def test_a_file_gives_its_answerable_pairs(tmp_path: Path) -> None:
    start = PASSAGE.index("forty")
    rows = [
        {"question": "q", "passage": PASSAGE, "answers": [{"start": start, "text": "forty"}]},
        {"question": "q", "passage": PASSAGE, "answers": []},
    ]
    file = tmp_path / "spans.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)) + "\n")
    (one,) = span_set(file)
    assert one.answers is not None
    assert [PASSAGE[a:b] for a, b in one.answers] == ["forty"]


def test_only_a_line_feed_ends_a_line_of_a_file(tmp_path: Path) -> None:
    row = {"question": "q", "passage": "a\u2028b", "answers": [{"start": 2, "text": "b"}]}
    file = tmp_path / "spans.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", encoding="utf-8")
    (one,) = span_set(file)
    assert one.passage == "a\u2028b"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"question": "q", "answers": []}', "line 1: no 'passage'"),
        ('{"question": "q", "passage": "p", "answers": [{"start": 0, "text": "x"}]}', "'x' does"),
        ("[", "line 1: "),
        ("[]", "line 1: "),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, row: str, reason: str) -> None:
    file = tmp_path / "spans.jsonl"
    file.write_text(row)
    with pytest.raises(ValueError, match=reason):
        list(span_set(file))


def test_a_sample_is_always_the_same() -> None:
    examples = [example(f"{number}", None) for number in range(9)]
    assert sample(examples, 4) == sample(examples, 4)
    assert len(sample(examples, 0)) == len(sample(examples, 99)) == 9
