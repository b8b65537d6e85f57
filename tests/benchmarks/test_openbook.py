"""Whole articles searched and read: answers found again by offsets, on a small set of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("ir_measures", reason="the extra 'benchmarks' is not installed")

from benchmarks.openbook import Asked, answers, ask, by_network, locate, nearest, summarise
from benchmarks.openbook import write_files as index_files
from rag import Assistant
from rag.cleaning import Extract, clean
from rag.evaluation.folding import SqueezedText
from rag.reading.network import ReaderNetwork
from rag.types import Evidence, Hit, Passage
from training import splits
from training.question_sets import covid_qa

SAID = "The pump stopped. It was the valve. Later the pump stopped again."
ARTICLES = {
    "Copper kettles hum at forty decibels when they boil. Steel kettles hum at fifty decibels.":
        ("How loud do steel kettles hum?", "fifty decibels"),
    "A baker keeps the dough at thirty degrees. Salt slows its rise by a third.":
        ("At how many degrees is the dough kept?", "thirty degrees"),
    "The lighthouse keeper counts the ships at dawn. He writes them into a green book.":
        ("What does the lighthouse keeper count?", "the ships"),
    "Bees dance to tell where flowers are. The dance lasts for twelve seconds.":
        ("How long does the dance of bees last?", "twelve seconds"),
}  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = []
    for number, (text, (question, answer)) in enumerate(ARTICLES.items()):
        given = [{"answer_start": text.index(answer), "text": answer}]
        entry = {"id": number, "question": question, "answers": given}
        paragraph = {"context": text, "document_id": 100 + number, "qas": [entry]}
        articles.append({"paragraphs": [paragraph]})
    folder = tmp_path_factory.mktemp("data")
    (folder / "covid_qa").mkdir()
    (folder / "covid_qa/set.json").write_text(json.dumps({"data": articles}))
    return folder


def test_an_answer_is_found_where_it_stood() -> None:
    document = clean(Extract(SAID), id="a", source="a", content_hash="0")
    text = SqueezedText(document.text)
    again = SAID.rindex("pump stopped")
    for start in (SAID.index("pump stopped"), again):
        place = nearest(document, text, start, "pump  stopped")
        assert place is not None
        assert document.source_offset(place[0]) == start
        assert document.text[slice(*place)] == "pump stopped"
    assert nearest(document, text, 0, "the pump burst") is None


def test_a_stretch_is_right_in_its_own_document_alone() -> None:
    asked = Asked("1", "?", "a.txt", ((10, 20),))
    assert asked.is_held("a.txt", 0, 11)
    assert asked.is_held("a.txt", 12, 14)
    assert not asked.is_held("a.txt", 0, 10)
    assert not asked.is_held("a.txt", 20, 30)
    assert not asked.is_held("b.txt", 0, 100)
    assert not Asked("1", "?", "a.txt", ()).is_held("a.txt", 0, 100)


def test_the_network_alone_orders_by_both_of_its_logits() -> None:
    def unit(answer: float, evidence: float) -> Evidence:
        features = {"reads_answer": answer, "reads_evidence": evidence}
        return Evidence(Hit(Passage("a", 0, 1, "x", ()), 1.0), 0, 1, 0.5, features)

    low, middle, high = unit(5, -5), unit(0, 0), unit(2, 3)
    assert by_network([low, middle, high]) == [high, middle, low]


def test_shares_are_over_all_questions() -> None:
    found = summarise([{"a": True, "b": False}, {"a": True, "b": True}, {"a": True, "b": False}])
    assert found["a"].value == 1
    assert found["b"].value == pytest.approx(1 / 3)
    assert found["b"].count == 3


def test_questions_of_a_part_are_asked_of_all_articles(data: Path, tmp_path: Path) -> None:
    network = ReaderNetwork()
    asked_of = {}
    for part in splits.PARTS:
        questions = covid_qa(data, part)
        index = index_files(questions, tmp_path)
        with Assistant.open(index) as assistant:
            assert len(assistant.documents()) == len(ARTICLES)
            for one in locate(questions, answers(data, part), assistant):
                (place,) = one.spans
                text = assistant.document(one.document).text
                assert (one.question, text[slice(*place)]) in ARTICLES.values()
                asked_of[one.id] = ask(assistant, network, one)
    assert sorted(asked_of) == ["0", "1", "2", "3"]
    found = summarise(list(asked_of.values()))
    assert found["searched"].value == 1  # four passages, and twelve are read
    assert found["three"].value >= found["first"].value >= 0.75
    assert found["answered: three"].value <= found["three"].value
