"""Gold sets of every form, and what is said of the mistakes in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.evaluation.gold import GoldQuestion, check_documents, read_gold
from rag.query import MAX_QUESTION
from tests.seeds import ROOT

GOOD = {
    "question": "What targets CD19?",
    "answers": [["blinatumomab", "Blincyto"]],
    "documents": ["a.txt"],
    "evidence": ["Blinatumomab targets CD19."],
    "kind": "prose",
}
NOTHING = {"question": "Who won?", "answers": [], "documents": [], "evidence": []}


def written(folder: Path, *lines: object) -> Path:
    file = folder / "gold.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return file


def without(key: str) -> dict[str, object]:
    return {name: value for name, value in GOOD.items() if name != key}


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    first, second = read_gold(written(tmp_path, GOOD, "", NOTHING | {"without": ["a.txt"]}))
    assert first.facts == (("blinatumomab", "Blincyto"),)
    assert (first.answerable, first.documents, first.line) == (True, ("a.txt",), 1)
    assert (second.answerable, second.without, second.line) == (False, {"a.txt"}, 3)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({**without("answers"), "anwsers": []}, r"unknown key 'anwsers': did you mean 'answers'"),
        ({**GOOD, "colour": 1}, r"unknown key 'colour': there are question, answers"),
        (without("question"), r"no 'question': what is asked"),
        (without("answers"), r"no 'answers': a list of facts"),
        (without("documents"), r"no 'documents': the ids"),
        (without("evidence"), r"no 'evidence': the sentences"),
        ({**GOOD, "question": "  "}, r"'question' must be a text that is not empty"),
        ({**GOOD, "answers": "CD19"}, r"'answers' must be a list of facts"),
        ({**GOOD, "answers": ["CD19"]}, r"'answers' must be a list of facts"),
        ({**GOOD, "answers": [[]]}, r"'answers' must be a list of facts"),
        ({**GOOD, "answers": [["-"]]}, r"'answers' must be a list of facts"),
        ({**GOOD, "documents": []}, r"'documents' is empty, though the question has answers"),
        ({**GOOD, "documents": "a.txt"}, r"'documents' must be a list of texts"),
        ({**NOTHING, "documents": ["a.txt"]}, r"'documents' is given, though 'answers' is empty"),
        ({**GOOD, "evidence": [1]}, r"'evidence' must be a list of texts"),
        ("{not json", r"not JSON"),
        ("[1]", r"not a JSON object"),
        ({**GOOD, "question": "what targets  CD-19?"}, r"the same question as line 1"),
        ({**NOTHING, "id": "mine"}, r"the same id as line 1, 'mine'"),
        ({**NOTHING, "id": True}, r"'id' must be a text of one line"),
        ({**NOTHING, "kind": "a\nb"}, r"'kind' must be a text of one line"),
        ({**GOOD, "evidence": [" "]}, r"'evidence' must be a list of texts"),
        ({**GOOD, "without": ["a.txt"]}, r"'a.txt' stands in 'documents' and in 'without'"),
        ({**NOTHING, "question": "???"}, r"the question is empty"),
        ({**NOTHING, "question": "what\x00"}, r"the question holds control characters"),
        ({**NOTHING, "question": "what " * MAX_QUESTION}, r"the question has [\d,]+ characters"),
        ("[" * 100_000, r"maximum recursion depth"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line(tmp_path: Path, line: object, said: str) -> None:
    with pytest.raises(UsageError, match=rf"gold.jsonl: line 3: {said}"):
        read_gold(written(tmp_path, {**GOOD, "id": "mine"}, "", line))


def test_all_mistakes_are_said_at_once_but_not_without_end(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_gold(written(tmp_path, *["{"] * 30))
    assert "line 1:" in str(caught.value)
    assert "line 20:" in str(caught.value)
    assert str(caught.value).endswith("and 10 more")


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_questions_is_no_gold_set(tmp_path: Path, content: str) -> None:
    with pytest.raises(UsageError, match="holds no question"):
        read_gold(written(tmp_path, content))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_gold(tmp_path / "missing.jsonl")
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_gold(tmp_path / "bytes.jsonl")


def test_the_same_question_may_be_asked_with_a_document_and_without_it(tmp_path: Path) -> None:
    again = {**NOTHING, "question": GOOD["question"], "without": ["a.txt"]}
    assert len(read_gold(written(tmp_path, GOOD, again))) == 2


def test_a_question_keeps_its_id_when_lines_move(tmp_path: Path) -> None:
    (first,) = read_gold(written(tmp_path, GOOD))
    _, moved = read_gold(written(tmp_path, NOTHING, "", GOOD))
    assert first.id == moved.id


# -- documents of the index ----------------------------------------------------------------


def named(*documents: str) -> list[GoldQuestion]:
    return [GoldQuestion("1", "?", True, documents=documents, line=7)]


@pytest.mark.parametrize(
    ("given", "known"),
    [("a/b.txt", "a/b.txt"), ("b", "a/b.txt"), ("a/b", "a/b.txt"), ("123", "all.jsonl#123")],
)
def test_documents_may_be_named_in_short(given: str, known: str) -> None:
    (checked,) = check_documents(named(given), [known])
    assert checked.documents == (known,)


def test_a_document_that_is_not_in_the_index_is_said_with_its_line() -> None:
    with pytest.raises(UsageError, match=r"line 7: 'papr.txt' is not in .*did you mean paper.txt"):
        check_documents(named("papr.txt"), ["paper.txt"])


@pytest.mark.parametrize("known", [["a/b.txt", "c/b.txt"], ["x.jsonl#b", "y.jsonl#b"]])
def test_a_short_name_of_two_documents_is_ambiguous(known: list[str]) -> None:
    with pytest.raises(UsageError, match=r"line 7: 'b' is ambiguous"):
        check_documents(named("b"), known)


# -- other forms ---------------------------------------------------------------------------


def test_squad_json_gives_the_sentences_around_its_answers(tmp_path: Path) -> None:
    context = "It rained. Paris is the capital of France. It snowed."
    entries = [
        {"id": "1", "question": "Capital?", "answers": [{"text": "Paris", "answer_start": 11}]},
        {"id": "2", "question": "King?", "answers": [], "is_impossible": True},
    ]
    data = {"version": "v2.0", "data": [{"paragraphs": [{"context": context, "qas": entries}]}]}
    file = tmp_path / "dev.json"
    file.write_text(json.dumps(data, indent=1), encoding="utf-8")
    first, second = read_gold(file)
    assert first.evidence == ("Paris is the capital of France.",)
    assert first.facts == (("Paris",),)
    assert (second.answerable, second.facts, second.context) == (False, (), context)


PARIS = {"text": "Paris", "answer_start": 0}
ENTRY = {"id": "1", "question": "Capital?", "answers": [PARIS]}


@pytest.mark.parametrize(
    ("paragraph", "said"),
    [
        ({"context": "Paris"}, r"data\[0\].paragraphs\[0\]: no list 'qas'"),
        ("text", r"data\[0\].paragraphs\[0\]: no list 'qas'"),
        ({"qas": [ENTRY]}, r"data\[0\].paragraphs\[0\]: no 'context'"),
        ({"context": "Paris", "qas": [None]}, r"qas\[0\]: not an object"),
        ({"context": "Paris", "qas": [{**ENTRY, "question": None}]}, r"'question' must be a text"),
        ({"context": "Paris", "qas": [{**ENTRY, "answers": []}]}, r"no 'answers', though"),
        ({"context": "Paris", "qas": [{**ENTRY, "answers": None}]}, r"no 'answers', though"),
        ({"context": "Paris", "qas": [{**ENTRY, "is_impossible": "no"}]}, r"true or false"),
        ({"context": "In Paris", "qas": [ENTRY]}, r"'Paris' does not stand at its"),
        ({"context": "x", "qas": [{**ENTRY, "answers": [{"text": ""}]}]}, r"an answer needs"),
    ],
)
def test_squad_json_that_lacks_a_part_is_said(tmp_path: Path, paragraph: object, said: str) -> None:
    data = {"data": [{"paragraphs": [paragraph]}]}
    (tmp_path / "dev.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_gold(tmp_path / "dev.json")


def test_a_beir_folder_gives_judged_queries(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels/train.tsv").write_text("query-id\tcorpus-id\tscore\n2\td9\t1\n")
    (tmp_path / "qrels/test.tsv").write_text(
        "query-id\tcorpus-id\tscore\n1\td1\t1\n1\td2\t0\n1\td3\t2\n"
    )
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "1", "text": "asked"}\n{"_id": "2", "text": "of another split"}\n'
    )
    (question,) = read_gold(tmp_path)
    assert (question.question, question.documents) == ("asked", ("d1", "d3"))
    assert question.facts is None


@pytest.mark.parametrize(
    ("judgements", "queries", "said"),
    [
        ("1 d1 1", '{"_id": "1", "text": "x"}', r"qrels/test.tsv line 1: not query, document"),
        ("1\td1", '{"_id": "1", "text": "x"}', r"qrels/test.tsv line 1: not query, document"),
        ("1\td1\tyes", '{"_id": "1", "text": "x"}', r"qrels/test.tsv line 1"),
        ("1\td1\t1", "{", r"queries.jsonl line 1: no query"),
        ("1\td1\t1", '{"_id": "1"}', r"queries.jsonl line 1: no query"),
        ("1\td1\t1", '{"_id": "1", "text": null}', r"queries.jsonl line 1: no query"),
        ("1\td1\t1", "[1]", r"queries.jsonl line 1: no query"),
        ("2\td1\t1", '{"_id": "1", "text": "x"}', r"judges none of the queries"),
        ("1\td1\t0", '{"_id": "1", "text": "x"}', r"judges none of the queries"),
    ],
)
def test_mistakes_in_a_beir_folder_are_said(
    tmp_path: Path, judgements: str, queries: str, said: str
) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels/test.tsv").write_text(judgements + "\n", encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text(queries + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_gold(tmp_path)


def test_judgements_without_a_header_lose_none(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels/test.tsv").write_text("1\td1\t1\n1\td2\t1\n")
    (tmp_path / "queries.jsonl").write_text('{"_id": 1, "text": "x\u2028y"}\n', encoding="utf-8")
    (question,) = read_gold(tmp_path)
    assert question.documents == ("d1", "d2")


def test_a_folder_in_no_known_layout_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="BEIR's layout"):
        read_gold(tmp_path)


@pytest.mark.parametrize(("name", "size"), [("scifact", 300), ("squad2/dev-v2.0.json", 6078)])
def test_real_public_sets_are_read(name: str, size: int) -> None:
    path = ROOT.parent / "shared/data" / name
    if not path.exists():
        pytest.skip(f"{path} is missing: the public sets are tested where they lie")
    assert len(read_gold(path)) == size


# -- the shipped set -----------------------------------------------------------------------


def shipped(name: str) -> list[GoldQuestion]:
    return read_gold(ROOT / f"tests/gold/seeds_{name}.jsonl")


def test_the_shipped_sets_ask_what_they_should() -> None:
    both = [*shipped("dev"), *shipped("test")]
    unanswerable = [q for q in both if not q.answerable]
    assert len(both) >= 200
    assert len(unanswerable) >= 0.4 * len(both)
    assert sum(q.kind == "near" for q in unanswerable) >= 2 / 3 * len(unanswerable)
    assert sum(q.kind in ("record", "reference") for q in both) >= 0.2 * len(
        [q for q in both if q.answerable]
    )
    assert all(q.evidence for q in both if q.answerable)


def test_no_question_is_both_for_development_and_for_testing() -> None:
    dev, test = ({q.question.lower() for q in shipped(name)} for name in ("dev", "test"))
    assert dev.isdisjoint(test)
