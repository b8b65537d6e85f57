"""Readers that others trained: tiny ones of each kind, read as transformers itself reads them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import Assistant
from rag.errors import ModelError
from rag.reading import ReaderNetwork, open_network
from rag.reading.foreign import ScoreNetwork, SpanNetwork
from rag.reading.network import END, START
from rag.sentences import split_sentences
from tests.reading.models import (
    save_headless_model,
    save_marking_model,
    save_score_model,
    save_span_model,
)

QUESTION = "Which antigens do monoclonal antibodies target?"
TITLE = "Relapsed leukemia"
MARKED = "Antibodies target CD19, and with therapy CD22, in leukemia."
PASSAGE = f"The patients relapsed. {MARKED}\nAll cells of the treatment."
OTHER = "Acute leukemia in patients, with treatment. Relapsed AML."


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = tmp_path_factory.mktemp("models")
    return {
        "spans": save_span_model(made / "spans"),
        "marking": save_marking_model(made / "marking"),
        "scores": save_score_model(made / "scores"),
    }


def forward(folder: Path, kind: str, *pairs: tuple[str, str]) -> Any:
    """What transformers' own model says of each pair alone."""
    import torch
    import transformers

    model = getattr(transformers, kind).from_pretrained(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        return [model(**tokenizer(*pair, return_tensors="pt")) for pair in pairs]


def words(passage: str, places: np.ndarray) -> list[str]:
    return [passage[start:end] for start, end in places]


# -- extractive question answering -----------------------------------------------------------


def test_a_span_models_logits_are_transformers_own(folders: dict[str, Path]) -> None:
    network = open_network(str(folders["spans"]))
    assert isinstance(network, SpanNetwork)
    # In company of a longer one, so that padding is seen to change nothing.
    company = [("", f"{PASSAGE} {OTHER}"), (TITLE, PASSAGE), ("", "AML")]
    reading = network.read(QUESTION, company)[1]
    (own,) = forward(
        folders["spans"], "AutoModelForQuestionAnswering", (QUESTION, f"{TITLE}\n{PASSAGE}")
    )
    starts, ends = own.start_logits[0].numpy(), own.end_logits[0].numpy()
    count = len(reading.tokens)
    behind = slice(-count - 1, -1)  # the passage's tokens end before the last [SEP]
    assert reading.tokens[:, START] == pytest.approx(starts[behind], abs=1e-4)
    assert reading.tokens[:, END] == pytest.approx(ends[behind], abs=1e-4)
    assert reading.nothing == pytest.approx(float(starts[0] + ends[0]), abs=1e-4)
    assert words(PASSAGE, reading.places)[:4] == ["The", "patients", "relapsed", "."]
    assert words(PASSAGE, reading.places)[-1] == "."
    assert (reading.relevant, len(set(reading.stance))) == (None, 1)


def test_the_best_span_is_the_passages_answer_and_its_sentences_evidence(
    folders: dict[str, Path],
) -> None:
    (reading, other) = open_network(str(folders["marking"])).read(
        QUESTION, [(TITLE, PASSAGE), (TITLE, OTHER)]
    )
    marked = PASSAGE.index(MARKED), PASSAGE.index(MARKED) + len(MARKED)
    best, place = reading.span(0, len(PASSAGE))
    assert PASSAGE[slice(*place)] == "CD19"
    assert reading.answers == pytest.approx(best)
    assert reading.evidence(*marked) == pytest.approx((best, best))
    for start, end in ((0, marked[0]), (marked[1], len(PASSAGE))):
        assert reading.evidence(start, end)[1] < 0
    assert other.answers < 0 < reading.answers


def test_all_short_answers_of_a_list_are_found(folders: dict[str, Path]) -> None:
    (reading,) = open_network(str(folders["marking"])).read(QUESTION, [("", PASSAGE)])
    spans = reading.spans(0, len(PASSAGE))
    assert [PASSAGE[slice(*place)] for _, place in spans] == ["CD19", "CD22"]
    assert spans[0] == reading.span(0, len(PASSAGE))
    assert spans[0][0] > spans[1][0] > 0


def test_a_long_passage_is_cut_and_a_long_question_leaves_it_room(
    folders: dict[str, Path],
) -> None:
    network = open_network(str(folders["spans"]))
    (cut,) = network.read(QUESTION, [("", "cells " * 400)])
    assert 64 < len(cut.tokens) < 128
    assert cut.evidence(2000, 2400) == (-10.0, -10.0)
    (asked, empty) = network.read("why " * 400, [("", PASSAGE), ("", "")])
    assert words(PASSAGE, asked.places)[-1] == "."
    assert len(empty.tokens) == 0
    assert np.isfinite(empty.answers)


# -- CrossEncoders ---------------------------------------------------------------------------


def test_a_score_models_logits_are_transformers_own(folders: dict[str, Path]) -> None:
    network = open_network(str(folders["scores"]))
    assert isinstance(network, ScoreNetwork)
    company = [("", f"{PASSAGE} {OTHER}"), (TITLE, PASSAGE), ("", "AML")]
    reading = network.read(QUESTION, company)[1]
    line = PASSAGE.index("\n")
    units = [*split_sentences(PASSAGE[:line]), (line + 1, len(PASSAGE))]
    pairs = [(QUESTION, f"{TITLE}\n{PASSAGE[slice(*unit)]}") for unit in ((0, None), *units)]
    own = [
        float(said.logits[0, 0])
        for said in forward(folders["scores"], "AutoModelForSequenceClassification", *pairs)
    ]
    assert not all(0 <= score <= 1 for score in own)
    assert reading.answers == reading.relevant == pytest.approx(own[0], abs=1e-4)
    for unit, score in zip(units, own[1:], strict=True):
        assert reading.evidence(*unit) == pytest.approx((score, score), abs=1e-4)
    assert len({round(score, 3) for score in own}) == 4
    assert np.array_equal(reading.places, units)


def test_a_score_model_marks_no_short_answer(folders: dict[str, Path]) -> None:
    (reading, empty) = open_network(str(folders["scores"])).read(
        QUESTION, [(TITLE, PASSAGE), ("", "")]
    )
    scores = [reading.evidence(*place)[0] for place in reading.places]
    assert min(scores) < 0 < max(scores)
    for place, score in zip(reading.places, scores, strict=True):
        assert reading.span(*place)[0] == pytest.approx(2 * min(score, 0))
        assert reading.spans(*place) == []
    assert reading.spans(0, len(PASSAGE)) == []
    assert empty.evidence(0, 1) == (-10.0, -10.0)


# -- asking ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["marking", "scores"])
def test_an_answer_is_read_by_the_model_that_is_named(
    assistant: Assistant, seed_index: Path, folders: dict[str, Path], kind: str
) -> None:
    with Assistant.open(seed_index, reader=str(folders[kind]), threshold=0) as opened:
        answer = opened.ask(QUESTION)
        assert opened.describe() == {
            **assistant.describe(), "reader": str(folders[kind]), "threshold": "0",
        }  # fmt: skip
    assert answer.citations
    shipped = assistant.ask(QUESTION)
    assert shipped.citations[0].score != answer.citations[0].score
    for one in answer.citations:
        text = assistant.document(one.document_id).text
        assert text[one.start : one.end] == one.quote
        marked = [text[start:end] for start, end in one.highlights]
        if kind == "scores":
            assert marked == []
        else:
            assert marked == [word for word in ("CD19", "CD22") if word in one.quote]
    if kind == "marking":
        assert "CD19 and CD22" in answer.citations[0].quote


def test_the_shipped_network_is_the_default_and_has_a_name(assistant: Assistant) -> None:
    assert assistant.describe()["reader"] == "reader"
    for name in ("", "reader"):
        network = open_network(name)
        assert isinstance(network, ReaderNetwork)
        assert network.folder == ReaderNetwork().folder


def test_a_folder_of_our_own_files_is_read_without_torch(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ReaderNetwork().folder, tmp_path / "mine"))
    network = open_network(str(folder))
    assert isinstance(network, ReaderNetwork)
    (mine,), (shipped,) = (
        one.read(QUESTION, [(TITLE, PASSAGE)]) for one in (network, ReaderNetwork())
    )
    assert np.array_equal(mine.tokens, shipped.tokens)


# -- what cannot read ------------------------------------------------------------------------


def refusal(name: str) -> str:
    with pytest.raises(ModelError) as caught:
        open_network(name)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600
    return str(caught.value)


@pytest.mark.parametrize("content", [None, "{}", '{"model_type": "bert"}', "junk"])
def test_a_folder_of_neither_kind_is_said_to_be(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content, encoding="utf-8")
    said = refusal(str(tmp_path))
    assert str(tmp_path) in said
    assert "ForQuestionAnswering" in said


def test_a_model_of_another_kind_is_named(tmp_path: Path) -> None:
    assert "BertModel" in refusal(str(save_headless_model(tmp_path, "BertModel")))


def test_a_model_without_its_head_is_not_read_at_random(tmp_path: Path) -> None:
    folder = save_headless_model(tmp_path, "BertForQuestionAnswering")
    assert "lacks weights, such as qa_outputs.bias" in refusal(str(folder))


def test_the_wrong_number_of_outputs_is_said(tmp_path: Path) -> None:
    assert "gives 3 numbers a token" in refusal(str(save_span_model(tmp_path / "a", labels=3)))
    assert "gives 3 numbers a pair" in refusal(str(save_score_model(tmp_path / "b", labels=3)))


def test_what_is_no_number_gives_no_answer(seed_index: Path, tmp_path: Path) -> None:
    folder = save_marking_model(tmp_path / "nan", bias=float("nan"))
    with (
        Assistant.open(seed_index, reader=str(folder)) as opened,
        pytest.raises(ModelError, match="gave no number"),
    ):
        opened.ask(QUESTION)


def test_a_vocabulary_of_another_model_is_said_in_one_line(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(folders["marking"], tmp_path / "other"))
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["model"]["vocab"]["leukemia"] = 30_000
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    (folder / "vocab.txt").unlink()
    with pytest.raises(ModelError, match="cannot read"):
        open_network(str(folder)).read(QUESTION, [("", PASSAGE)])
