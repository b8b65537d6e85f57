"""Measures against figures worked out by hand, and intervals that say what they should."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ir_measures", reason="the extra 'benchmarks' is not installed")

from benchmarks.measures import (
    difference,
    estimates,
    f1,
    f1_by_class,
    macro_f1,
    means,
    precision,
    recall,
    score,
    share,
    table,
)
from benchmarks.trec import read_run, write_run
from rag.evaluation import Figure

QRELS = {"a": {"x": 1, "y": 2}, "b": {"z": 1}, "c": {"w": 1}}
RUN = {
    "a": [("y", 0.5), ("n", 0.5), ("x", 0.5)],
    "b": [*((f"n{number}", 1.0) for number in range(12)), ("z", 0.0)],
}


def test_measures_are_those_worked_out_by_hand() -> None:
    scores = score(QRELS, RUN)
    gained, best = 2 + 1 / math.log2(4), 2 + 1 / math.log2(3)
    assert scores["nDCG@10"] == pytest.approx([gained / best, 0, 0])
    assert scores["Recall@1"] == pytest.approx([0.5, 0, 0])
    assert scores["Recall@10"] == pytest.approx([1, 0, 0])
    assert scores["Recall@100"] == pytest.approx([1, 1, 0])  # c has no line in the run at all
    assert scores["MRR@10"] == pytest.approx([1, 0, 0])


def test_equal_scores_keep_their_order() -> None:
    first = score({"a": {"x": 1}}, {"a": [("x", 1.0), ("y", 1.0)]})
    second = score({"a": {"x": 1}}, {"a": [("y", 1.0), ("x", 1.0)]})
    assert (first["MRR@10"][0], second["MRR@10"][0]) == (1.0, 0.5)


def test_an_interval_holds_the_mean_and_narrows_with_more_queries() -> None:
    rng = np.random.default_rng(1)
    few, many = rng.random(30), rng.random(3000)
    wide, narrow = (means({"m": values})["m"] for values in (few, many))
    assert wide.low < wide.value < wide.high
    assert narrow.high - narrow.low < (wide.high - wide.low) / 5
    # The mean of uniform numbers is a half, give or take 1.96 standard errors.
    assert narrow.high - narrow.low == pytest.approx(2 * 1.96 * many.std() / 3000**0.5, rel=0.05)


def test_a_steady_difference_is_sure_and_chance_is_not() -> None:
    rng = np.random.default_rng(2)
    base = rng.random(200)
    better = difference(base + 0.01, base)
    assert better.value == pytest.approx(0.01)
    assert better.below_zero == 0
    chance = difference(rng.permutation(base), base)
    assert chance.low < 0 < chance.high
    assert 0.1 < chance.below_zero < 0.9


def test_runs_of_other_queries_are_not_paired() -> None:
    with pytest.raises(ValueError, match="3 and 2 queries"):
        difference(np.zeros(3), np.zeros(2))


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_run(tmp_path / "a.run", RUN, "two words")
    assert read_run(tmp_path / "a.run") == RUN
    first = (tmp_path / "a.run").read_text().splitlines()[0]
    assert first == "a Q0 y 1 0.500000 two-words"


def test_f1_is_that_worked_out_by_hand() -> None:
    counts = np.array([[2.0, 4.0, 3.0], [0.0, 0.0, 1.0]])  # right, found, relevant
    found = estimates(counts, {"F1": f1, "precision": precision, "recall": recall})
    assert found["F1"].value == pytest.approx(2 * 2 / (4 + 4))
    assert found["precision"].value == pytest.approx(2 / 4)
    assert found["recall"].value == pytest.approx(2 / 4)
    assert found["F1"].count == 2
    # A resample holds the first item twice, both or the second twice: F1 of 4/7, 1/2 or 0.
    assert (found["F1"].low, found["F1"].high) == (0, pytest.approx(4 / 7))


def test_macro_f1_is_that_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="the extra 'training' is missing")
    rng = np.random.default_rng(3)
    right, given = rng.integers(0, 3, 60), rng.integers(0, 3, 60)
    confusion = np.zeros((3, 3))
    np.add.at(confusion, (right, given), 1)
    expected = metrics.f1_score(right, given, average=None)
    assert f1_by_class(confusion.ravel()) == pytest.approx(expected)
    assert macro_f1(confusion.ravel()) == pytest.approx(expected.mean())


def test_nothing_found_is_no_division_by_nothing() -> None:
    nothing = np.zeros((1, 9))
    assert precision(nothing).tolist() == f1(nothing).tolist() == macro_f1(nothing).tolist() == [0]


def test_figures_agree_with_means_of_the_same_values() -> None:
    values = np.random.default_rng(4).random(50)
    figure = estimates(values[:, None], {"m": share})["m"]
    mean = means({"m": values})["m"]
    assert (figure.value, figure.low, figure.high) == pytest.approx(
        (mean.value, mean.low, mean.high)
    )


def test_a_table_has_a_line_a_row_and_blanks_where_a_row_says_nothing() -> None:
    rows = {"a": {"x": Figure("x", 0.5, 0.25, 1.0, 9)}, "b": {"y": Figure("y", 0, 0, 0, 9)}}
    lines = table(rows).splitlines()
    assert lines[0] == "|  | x | y |"
    assert lines[2] == "| a | .500 (.250 to 1.000) |  |"
    assert lines[3] == "| b |  | .000 (.000 to .000) |"
