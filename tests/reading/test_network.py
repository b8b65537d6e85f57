"""The shipped reader network: what it says of passages, and when it refuses to load."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError
from rag.reading.network import ReaderNetwork, Reading

MODEL = Path(str(resources.files("rag.reading").joinpath("model")))
QUESTION = "Which antigen does blinatumomab bind?"
ANSWERING = (
    "Relapse is common in adults. Blinatumomab, a bispecific antibody, binds CD19 on leukemic "
    "B cells and CD3 on T cells. Infections were the leading cause of death."
)
OTHER = "The Danube is the second longest river in Europe. It flows through ten countries."


@pytest.fixture(scope="module")
def network() -> ReaderNetwork:
    return ReaderNetwork()


def test_the_answering_passage_and_sentence_stand_out(network: ReaderNetwork) -> None:
    right, wrong = network.read(QUESTION, [("", ANSWERING), ("", OTHER)])
    assert right.answers > wrong.answers
    sentences = [(0, 28), (29, 116), (117, len(ANSWERING))]
    evidence = [right.evidence(*place)[0] for place in sentences]
    assert evidence.index(max(evidence)) == 1
    _, (start, end) = right.span(0, len(ANSWERING))
    assert "CD19" in ANSWERING[start:end]


def test_offsets_are_the_passages_own_under_a_title(network: ReaderNetwork) -> None:
    (plain,) = network.read(QUESTION, [("", ANSWERING)])
    (titled,) = network.read(QUESTION, [("Immunotherapy of leukemia", ANSWERING)])
    assert np.array_equal(plain.places, titled.places)
    assert "Relapse".startswith(ANSWERING[slice(*titled.places[0])])


def test_a_passage_reads_the_same_alone_and_in_company(network: ReaderNetwork) -> None:
    """As nearly as int8 allows: the batch's padding moves the scale of activations."""
    (alone,) = network.read(QUESTION, [("", ANSWERING)])
    company = network.read(QUESTION, [("", OTHER * 3), ("", ANSWERING), ("", OTHER)])[1]
    assert company.answers == pytest.approx(alone.answers, abs=0.5)
    assert np.array_equal(company.places, alone.places)


def test_long_passages_are_cut(network: ReaderNetwork) -> None:
    (reading,) = network.read(QUESTION, [("", OTHER * 100)])
    assert 200 < len(reading.tokens) < network.card["max_tokens"]
    assert reading.evidence(len(OTHER) * 99, len(OTHER) * 100) == (-10.0, -10.0)


def test_a_question_longer_than_the_network_leaves_room_for_the_passage(
    network: ReaderNetwork,
) -> None:
    (reading,) = network.read("why " * 400 + QUESTION, [("Title", ANSWERING)])
    assert ANSWERING[slice(*reading.places[-1])] == "."
    (empty,) = network.read("", [("", "")])
    assert len(empty.tokens) == 0


def test_a_span_lies_inside_the_place_that_is_asked(network: ReaderNetwork) -> None:
    (reading,) = network.read(QUESTION, [("", ANSWERING)])
    for start, end in ((0, 28), (29, 116), (117, len(ANSWERING))):
        _, (first, last) = reading.span(start, end)
        assert start <= first < last <= end


def test_no_span_is_longer_than_an_answer() -> None:
    tokens = np.zeros((100, 3), dtype=np.float32)
    tokens[0, 0] = tokens[99, 1] = 9.0
    places = np.array([(i, i + 1) for i in range(100)])
    _, (start, end) = Reading(0.0, (0, 0, 0), tokens, places, 0.0).span(0, 100)
    assert 0 < end - start <= 40


def test_a_network_that_is_not_the_cards_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(MODEL, tmp_path / "model"))
    network = folder / "reader.onnx"
    network.write_bytes(network.read_bytes()[:-1] + b"\0\0")
    with pytest.raises(ModelError, match="not the file that its card names"):
        ReaderNetwork(folder)


@pytest.mark.parametrize("name", ["card.json", "reader.onnx"])
def test_a_missing_file_is_said(tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(MODEL, tmp_path / "model"))
    (folder / name).unlink()
    with pytest.raises(ModelError, match="install Citewell again"):
        ReaderNetwork(folder)


def test_the_shipped_network_is_small_and_its_card_true() -> None:
    assert (MODEL / "reader.onnx").stat().st_size < 50e6
    card = json.loads((MODEL / "card.json").read_text(encoding="utf-8"))
    assert card["precision"] in ("int8", "half")
