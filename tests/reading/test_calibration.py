"""From numbers to probabilities: in order, between 0 and 1, and never from what is no number."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from rag import Assistant
from rag.errors import ModelError
from rag.reading.calibrated import with_sign
from rag.reading.calibration import Logistic, load
from rag.reading.features import NAMES
from tests.reading.models import save_network

NOTHING = math.nan
QUESTION = "Which antigens do monoclonal antibodies target?"


def test_a_logistic_is_the_sigmoid_of_its_sum() -> None:
    model = Logistic(-1.0, {"a": 2.0, "b": 1.0})
    assert model.probability({"a": 1.0, "b": 0.5, "c": 9.0}) == pytest.approx(0.8175744762)
    assert model.probability({}) == pytest.approx(0.2689414214)
    assert 0 < model.probability({"a": -1e9}) < 1e-9 < 1 - 1e-9 < model.probability({"a": 1e9})


@pytest.mark.parametrize("number", [NOTHING, math.inf, -math.inf])
def test_what_is_no_number_is_no_probability(number: float) -> None:
    with pytest.raises(ModelError, match="no number"):
        Logistic(0.0, {"a": 1.0}).probability({"a": number})
    assert Logistic(0.0, {"a": 1.0}).probability({"b": number}) == 0.5


@pytest.mark.parametrize("name", ["prose", "record"])
def test_the_fitted_weights_are_those_of_the_features(name: str) -> None:
    assert set(load(name).weights) <= set(NAMES)


@pytest.mark.parametrize(
    ("token", "passage"),
    [(NOTHING, (1, 2, 3, 4, 5)), (1, (NOTHING, 2, 3, 4, 5)), (1, (1, 2, 3, 4, NOTHING))],
)
def test_a_network_that_gives_no_number_answers_nothing(
    seed_index: Path, tmp_path: Path, token: float, passage: tuple[float, ...]
) -> None:
    folder = save_network(tmp_path / "own", (1, 2, token), passage)
    with (
        Assistant.open(seed_index, reader=str(folder), threshold=0) as opened,
        pytest.raises(ModelError, match="gave no number"),
    ):
        opened.ask(QUESTION)


@pytest.mark.parametrize(
    ("text", "read", "shown"),
    [
        ("stored at -20 degrees", "20 degrees", "-20 degrees"),
        ("between 10-20 mg", "20 mg", "20 mg"),
        ("COVID-19 was", "19", "19"),
        ("a rent of £52", "52", "£52"),
        ("fell by 29% then", "29", "29%"),
        ("(21%)", "21", "21%"),
        ("with p <0.05", "0.05", "<0.05"),
    ],
)
def test_a_number_is_shown_with_its_sign(text: str, read: str, shown: str) -> None:
    start = text.index(read)
    whole = with_sign(text, start, start + len(read))
    assert text[slice(*whole)] == shown
