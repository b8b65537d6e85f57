"""Collections in BEIR's layout: what is written is read, and what does not fit is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.beir import BeirDocument, read_collection, write_folder
from benchmarks.convert import covid_qa, pubmedqa, squad2

DOCUMENTS = [
    BeirDocument(f"d{number}", f"Title {number}", f"Text {number}.") for number in range(6)
]
QUERIES = {"q0": "zero?", "q1": "one?", "q2": "two?"}


def make(folder: Path) -> Path:
    relevant = {"q0": "d0", "q1": "d5"}
    write_folder(folder, DOCUMENTS, QUERIES, {"test": relevant, "dev": {"q2": "d2"}})
    return folder


def test_a_split_has_its_own_queries_over_all_documents(tmp_path: Path) -> None:
    collection = read_collection(make(tmp_path))
    assert list(collection.documents) == DOCUMENTS
    assert collection.queries == {"q0": "zero?", "q1": "one?"}
    assert read_collection(tmp_path, "dev").queries == {"q2": "two?"}


def test_grades_are_kept_and_zero_is_not_relevant(tmp_path: Path) -> None:
    grades = "query-id\tcorpus-id\tscore\nq0\td0\t2\nq0\td1\t1\nq0\td2\t0\n"
    (make(tmp_path) / "qrels/test.tsv").write_text(grades)
    collection = read_collection(tmp_path)
    assert collection.qrels == {"q0": {"d0": 2, "d1": 1, "d2": 0}}
    assert collection.relevant("q0") == {"d0", "d1"}


@pytest.mark.parametrize("line", ["nobody\td0\t1", "q0\tnothing\t1", "q0\td0\t0"])
def test_grades_that_fit_no_query_document_or_hit_are_an_error(tmp_path: Path, line: str) -> None:
    (make(tmp_path) / "qrels/test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{line}\n")
    with pytest.raises(ValueError, match=r"nobody|nothing|no relevant"):
        read_collection(tmp_path)


def test_a_slice_of_documents_can_answer_its_queries(tmp_path: Path) -> None:
    part = read_collection(make(tmp_path)).first_documents(3)
    assert len(part.documents) == 3
    assert list(part.queries) == ["q0"]  # a second answer would leave one document to confuse
    assert part.relevant("q0") <= {one.id for one in part.documents}


def test_contents_are_title_and_text() -> None:
    assert BeirDocument("1", "T", "x").contents == "T\nx"
    assert BeirDocument("1", "", "x").contents == "x"


def test_pubmedqa_keeps_its_official_test_questions_apart(tmp_path: Path) -> None:
    rows = {
        id: {"QUESTION": f"{id}?", "CONTEXTS": ["A.", f"B {id}."], "LONG_ANSWER": "Hidden."}
        for id in ("10", "11", "12")
    }
    (tmp_path / "pubmedqa").mkdir()
    (tmp_path / "pubmedqa/ori_pqal.json").write_text(json.dumps(rows))
    (tmp_path / "pubmedqa/test_ground_truth.json").write_text(json.dumps({"11": "yes"}))
    pubmedqa(tmp_path, tmp_path / "out")
    test, dev = (read_collection(tmp_path / "out", split) for split in ("test", "dev"))
    assert test.qrels == {"11": {"11": 1}}
    assert list(dev.queries) == ["10", "12"]
    assert [one.text for one in test.documents] == ["A.\nB 10.", "A.\nB 11.", "A.\nB 12."]


@pytest.mark.parametrize("name", ["squad2", "covid_qa"])
def test_only_answerable_questions_are_asked_of_their_paragraph(tmp_path: Path, name: str) -> None:
    asked = {"question": "Who?", "id": 7, "is_impossible": False}
    unanswerable = {"question": "Why?", "id": 8, "is_impossible": True}
    paragraph = {"context": "She.", "document_id": 3, "qas": [asked, unanswerable]}
    other = {"context": "He.", "document_id": 4, "qas": []}
    article = {"title": "A_title", "paragraphs": [other, paragraph]}
    (tmp_path / name).mkdir()
    (tmp_path / name / "set.json").write_text(json.dumps({"data": [article]}))
    {"squad2": squad2, "covid_qa": covid_qa}[name](tmp_path, tmp_path / "out")
    collection = read_collection(tmp_path / "out", "dev")
    assert collection.queries == {"7": "Who?"}
    (relevant,) = collection.relevant("7")
    assert next(one.text for one in collection.documents if one.id == relevant) == "She."
