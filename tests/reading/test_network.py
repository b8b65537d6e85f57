"""The shipped reader network: what it says of passages, and when it refuses to load."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError
from rag.reading.network import ReaderNetwork, Reading
from rag.settings import DEFAULT_MODEL
from tests.reading.models import SHIPPED, save_network
from training.reader.batches import LONGEST

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
    """The scale of its activations is its own."""
    (alone,) = network.read(QUESTION, [("", ANSWERING)])
    company = network.read(QUESTION, [("", OTHER * 3), ("", ANSWERING), ("", OTHER)])[1]
    assert company.answers == pytest.approx(alone.answers, abs=1e-6)
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


def reading_of(*marks: tuple[int, int, float], nothing: float = 0.0) -> Reading:
    """A hundred tokens of one character; each mark is a span's first token, last and logit."""
    tokens = np.full((100, 3), -20.0, dtype=np.float32)
    for first, last, logit in marks:
        tokens[first, 0] = tokens[last, 1] = logit / 2
    places = np.array([(i, i + 1) for i in range(100)])
    return Reading(0.0, (0, 0, 0), tokens, places, nothing)


def test_spans_are_the_likely_ones_best_first() -> None:
    marks = ((50, 52, 6.0), (10, 11, 5.0), (70, 70, 4.5), (90, 91, 3.5))
    found = reading_of(*marks).spans(0, 100)
    assert found == [(6.0, (50, 53)), (5.0, (10, 12)), (4.5, (70, 71))]
    assert reading_of(*marks).spans(60, 100)[0] == (4.5, (70, 71))


def test_spans_are_likelier_than_none() -> None:
    assert reading_of((5, 6, 4.0), (50, 52, 3.0), nothing=3.0).spans(0, 100) == [(1.0, (5, 7))]
    assert reading_of((5, 6, 4.0), nothing=4.0).spans(0, 100) == []
    assert reading_of((5, 6, 4.0)).spans(200, 300) == []


def test_spans_do_not_overlap_and_are_five_at_most() -> None:
    # Each of ten neighbours, and each run of them, is as likely as the next.
    found = reading_of(*((i, i, 4.0) for i in range(20, 30))).spans(0, 100)
    assert len(found) == 5
    taken = [place for _, (start, end) in found for place in range(start, end)]
    assert len(taken) == len(set(taken))


def test_spans_of_tokens_that_share_a_character_do_not_overlap() -> None:
    reading = reading_of((20, 20, 4.0), (22, 22, 4.0))
    reading.places[20:23] = (20, 21)
    assert len(reading.spans(0, 100)) == 1


def test_a_network_that_is_not_the_cards_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "model"))
    network = folder / "reader.onnx"
    network.write_bytes(network.read_bytes()[:-1] + b"\0\0")
    with pytest.raises(ModelError, match=r"not the file that its card names.*export it again"):
        ReaderNetwork(folder)


@pytest.mark.parametrize("name", ["card.json", "reader.onnx", "tokenizer.json"])
def test_a_missing_file_is_said(tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "model"))
    (folder / name).unlink()
    with pytest.raises(ModelError, match="export it again, or name another"):
        ReaderNetwork(folder).read(QUESTION, [("", OTHER)])


@pytest.mark.parametrize(
    "card", ["junk", "[]", "{}", '{"sha256": "a"}', '{"max_tokens": 288}', "[" * 100_000]
)
def test_a_card_that_is_none_is_said(tmp_path: Path, card: str) -> None:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "model"))
    (folder / "card.json").write_text(card, encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be read"):
        ReaderNetwork(folder)


def own_copy(folder: Path, **facts: object) -> Path:
    """The shipped reader in a folder, its card changed."""
    copy = Path(shutil.copytree(SHIPPED, folder / "own"))
    card = json.loads((copy / "card.json").read_text(encoding="utf-8"))
    (copy / "card.json").write_text(json.dumps(card | facts), encoding="utf-8")
    return copy


@pytest.mark.parametrize("most", [0, -1, 3, 15, 64.5, "288", True, None, 10**30])
def test_a_card_whose_bound_leaves_no_room_is_refused(tmp_path: Path, most: object) -> None:
    with pytest.raises(ModelError, match=r"max_tokens must lie between 16 and .*export it again"):
        ReaderNetwork(own_copy(tmp_path, max_tokens=most))


def test_a_tight_bound_still_reads(tmp_path: Path) -> None:
    (reading,) = ReaderNetwork(own_copy(tmp_path, max_tokens=16)).read(QUESTION, [("", ANSWERING)])
    assert ANSWERING.startswith("Relapse", *reading.places[0][:1])


def test_a_bound_over_the_networks_own_is_said(tmp_path: Path) -> None:
    network = ReaderNetwork(own_copy(tmp_path, max_tokens=100_000))
    with pytest.raises(ModelError, match=r"cannot read .*max_tokens.*export it again") as caught:
        network.read(QUESTION, [("", OTHER * 100)])
    assert "\n" not in str(caught.value)


def test_a_tokenizer_of_another_network_is_said(tmp_path: Path) -> None:
    tokenizer = json.loads((SHIPPED / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["model"]["vocab"]["river"] = 99_999
    text = json.dumps(tokenizer)
    folder = own_copy(tmp_path, tokenizer_sha256=hashlib.sha256(text.encode()).hexdigest())
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"cannot read .*tokenizer.*export it again") as caught:
        ReaderNetwork(folder).read(QUESTION, [("", OTHER)])
    assert "\n" not in str(caught.value)


def test_a_card_may_name_its_tokenizer(tmp_path: Path) -> None:
    digest = hashlib.sha256((SHIPPED / "tokenizer.json").read_bytes()).hexdigest()
    folder = own_copy(tmp_path, tokenizer_sha256=digest)
    assert len(ReaderNetwork(folder).read(QUESTION, [("", OTHER)])) == 1
    with (folder / "tokenizer.json").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    with pytest.raises(ModelError, match=r"tokenizer\.json is not the file that its card names"):
        ReaderNetwork(folder)


@pytest.mark.parametrize(("numbers", "relevant"), [(4, None), (5, 5.0)])
def test_a_fifth_number_says_whether_a_passage_is_relevant(
    tmp_path: Path, numbers: int, relevant: float | None
) -> None:
    network = ReaderNetwork(save_network(tmp_path / "own", range(1, 4), range(1, numbers + 1)))
    (reading,) = network.read(QUESTION, [("Title", ANSWERING)])
    assert (reading.answers, reading.stance, reading.relevant) == (1.0, (2.0, 3.0, 4.0), relevant)
    assert reading.tokens.shape == (len(reading.places), 3)
    assert (reading.tokens[:, 1] == 2 * reading.tokens[:, 0]).all()


@pytest.mark.parametrize("widths", [(2, 4), (3, 3), (3, 6), (4, 5)])
def test_another_number_of_outputs_is_refused(tmp_path: Path, widths: tuple[int, int]) -> None:
    network = ReaderNetwork(save_network(tmp_path / "own", *map(range, widths)))
    with pytest.raises(ModelError, match="does not give three numbers a token"):
        network.read(QUESTION, [("", OTHER)])


def test_the_shipped_network_is_small_and_its_card_true() -> None:
    assert (SHIPPED / "reader.onnx").stat().st_size < 50e6
    card = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))
    assert card["precision"] in ("int8", "half")
    assert card["max_tokens"] == LONGEST
    assert card["base"] == DEFAULT_MODEL
