"""The command's contract: what it prints, where, and with which exit status."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from rag import Assistant
from tests.conftest import Run
from tests.processes import assert_one_line, restricted
from tests.seeds import AML, CORPUS, CZECH, NAMES

VERBS = ("index", "ask", "batch", "search", "documents", "serve", "doctor")
QUESTION = "Which antigens do monoclonal antibodies target?"
UNKNOWN = "How do I bake sourdough bread?"
ANSWER_KEYS = set("question answer abstained confidence citations nearest timings_ms".split())
CITATION_KEYS = set(
    "number document_id title authors year journal doi pmid url source page section quote start "
    "end score".split()
)


@pytest.fixture(scope="session")
def ask(seed_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`rag` over the seed index; for commands that only read."""
    folder = tmp_path_factory.mktemp("work")

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        command = restricted("", [*arguments, "--index", seed_index])
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            command, capture_output=True, text=True, cwd=folder, timeout=120, **options
        )

    return run


# -- help and misuse -------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--help"], *([verb, "--help"] for verb in VERBS)])
def test_help_is_given(rag: Run, arguments: list[str]) -> None:
    done = rag(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: rag")


def test_the_version_is_printed(rag: Run) -> None:
    done = rag("--version")
    assert done.returncode == 0
    assert re.match(r"citewell ", done.stdout)


@pytest.mark.parametrize(
    "arguments",
    [[], ["sing"], ["ask"], ["ask", "a", "b"], ["ask", "a", "--threshold", "high"], ["index"],
     ["batch", "q.txt"], ["search", "a", "--limit", "many"]],
)  # fmt: skip
def test_misuse_is_status_two_and_no_traceback(rag: Run, arguments: list[str]) -> None:
    done = rag(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert "rag" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("value", ["1.5", "-0.1", "nan"])
def test_a_threshold_outside_its_range_is_misuse(ask: Run, value: str) -> None:
    assert "threshold" in assert_one_line(ask("ask", QUESTION, f"--threshold={value}"), 2)


@pytest.mark.parametrize(
    "question", ["", "   ", "x" * 100_000, "what\x1b[2J\x07 targets ALL?", "?!"]
)
def test_what_is_no_question_is_misuse_in_one_line(ask: Run, question: str) -> None:
    assert len(assert_one_line(ask("ask", question), 2)) < 300


def test_bytes_that_are_no_text_give_no_traceback(ask: Run) -> None:
    done = ask("ask", b"caf\xe9 and leukemia?".decode("utf-8", "surrogateescape"))
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 2, 3)


def test_a_setting_of_the_environment_that_is_wrong_is_named(ask: Run) -> None:
    environment = {**os.environ, "RAG_THRESHOLD": "high"}
    assert "environment" in assert_one_line(ask("ask", QUESTION, env=environment), 2)


# -- ask -------------------------------------------------------------------------------------


def test_an_answer_is_status_zero(ask: Run) -> None:
    done = ask("ask", QUESTION)
    assert (done.returncode, done.stderr) == (0, "")
    assert "CD19" in done.stdout
    assert "[1]" in done.stdout
    assert "confidence 0." in done.stdout


def test_an_abstention_is_status_three_and_says_what_came_nearest(ask: Run) -> None:
    done = ask("ask", UNKNOWN)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.startswith("The corpus does not answer this question.")
    assert "not an answer" in done.stdout


@pytest.mark.parametrize(("question", "status"), [(QUESTION, 0), (UNKNOWN, 3)])
def test_json_holds_the_keys_of_the_contract(
    ask: Run, assistant: Assistant, question: str, status: int
) -> None:
    done = ask("ask", "--json", question)
    assert (done.returncode, done.stderr) == (status, "")
    (line,) = done.stdout.splitlines()
    answer = json.loads(line)
    assert set(answer) >= ANSWER_KEYS
    assert answer["question"] == question
    assert answer["abstained"] is (status == 3)
    assert bool(answer["citations"]) is (status == 0)
    for citation in (*answer["citations"], *answer["nearest"]):
        assert set(citation) >= CITATION_KEYS
        text = assistant.document(citation["document_id"]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert isinstance(citation["authors"], list)
    expected = assistant.ask(question)
    assert answer["answer"] == expected.text
    assert answer["confidence"] == pytest.approx(expected.confidence, abs=1e-3)


def test_a_threshold_of_the_call_counts(ask: Run) -> None:
    assert ask("ask", UNKNOWN, "--threshold", "0").returncode == 0


# -- search and documents --------------------------------------------------------------------


def test_search_prints_a_hit_a_line(ask: Run, assistant: Assistant) -> None:
    done = ask("search", "--json", "CD19 and CD22", "--limit", "4")
    assert (done.returncode, done.stderr) == (0, "")
    hits = [json.loads(line) for line in done.stdout.splitlines()]
    assert [hit["rank"] for hit in hits] == [1, 2, 3, 4]
    for hit in hits:
        assert set(hit) >= set("rank score document_id title section page start end text".split())
        text = assistant.document(hit["document_id"]).text
        assert text[hit["start"] : hit["end"]] == hit["text"]


def test_search_in_words_names_each_place(ask: Run) -> None:
    done = ask("search", "CD19 and CD22", "--limit", "2")
    assert done.stdout.startswith("1. ")
    assert re.search(r"\.txt:\d+-\d+", done.stdout)


def test_documents_are_listed_as_json(ask: Run) -> None:
    done = ask("documents", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == list(NAMES)
    keys = set("id title authors year journal doi pmid url source passages added".split())
    assert all(set(line) >= keys for line in lines)
    assert lines[1]["authors"] == ["Š. Hrabovský", "F. Folber", "M. Doubek"]


def test_documents_are_listed_as_text(ask: Run) -> None:
    done = ask("documents")
    assert len(done.stdout.splitlines()) == 5
    assert "(2019)" in done.stdout


def test_a_document_is_shown_as_offsets_point_into_it(ask: Run, assistant: Assistant) -> None:
    assert ask("documents", "--show", CZECH).stdout == assistant.document(CZECH).text + "\n"


def test_what_cleaning_took_is_shown_with_its_rule(ask: Run) -> None:
    done = ask("documents", "--removed", AML)
    assert "skip link" in done.stdout
    assert "nothing was removed" in ask("documents", "--removed", "002_d54f38cab2bba060.txt").stdout


def test_a_document_that_is_not_there_is_misuse(ask: Run) -> None:
    assert "nothing.txt" in assert_one_line(ask("documents", "--show", "nothing.txt"), 2)


def test_a_reader_that_stops_reading_is_no_failure(seed_index: Path, tmp_path: Path) -> None:
    command = restricted("", ["documents", "--show", AML, "--index", seed_index])
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_doctor_finds_all_well(ask: Run) -> None:
    done = ask("doctor")
    assert done.returncode == 0, done.stdout
    assert "FAIL" not in done.stdout
    assert "5 documents" in done.stdout
    assert "ok    reader: reader reads" in done.stdout
    assert "reranker:" not in done.stdout


def test_doctor_tries_the_models_that_are_set(rag: Run, seed_index: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    set_so = {**os.environ, "RAG_READER": "empty", "RAG_RERANKER": "reader"}
    done = rag("doctor", "--index", seed_index, env=set_so)
    assert done.returncode == 1
    assert "FAIL  reader: empty holds no reader: give the folder or hub name" in done.stdout
    assert "ok    reranker: reader scores" in done.stdout
    done = rag("doctor", "--index", seed_index, env={**os.environ, "RAG_RERANKER": "empty"})
    assert done.returncode == 1
    assert "ok    reader: " in done.stdout
    assert re.search("FAIL  reranker: .*empty cannot be loaded .*: give the folder", done.stdout)


def test_doctor_names_what_is_wrong(index_copy: Path, rag: Run) -> None:
    (index_copy / "corpus.sqlite").write_bytes(b"junk")
    done = rag("doctor", "--index", index_copy)
    assert done.returncode == 1
    assert "FAIL  index" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


# -- index -----------------------------------------------------------------------------------


def test_bad_files_among_good_ones_are_reported(tmp_path: Path, rag: Run) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "good.txt").write_text("Tea\n\nAbstract\n\nTea is warm.\n")
    (folder / "bytes.txt").write_bytes(b"\x00\x01")
    (folder / "latin.txt").write_bytes("naïve".encode("latin-1"))
    report = tmp_path / "report.jsonl"
    done = rag("index", folder, "--index", tmp_path / "i", "--report", report)
    assert done.returncode == 0
    assert done.stdout == ""
    assert "skipped bytes.txt" in done.stderr
    assert "skipped latin.txt" in done.stderr
    lines = {line["file"]: line for line in map(json.loads, report.read_text().splitlines())}
    assert {name: line["status"] for name, line in lines.items()} == {
        "good.txt": "added", "bytes.txt": "skipped", "latin.txt": "skipped",
    }  # fmt: skip
    for line in lines.values():
        assert set(line) == {"file", "status", "document_ids", "passages", "reason"}
        assert bool(line["reason"]) is (line["status"] == "skipped")
    assert lines["good.txt"]["document_ids"] == ["good.txt"]
    assert lines["good.txt"]["passages"] >= 1


def test_nothing_but_bad_files_is_a_failure(tmp_path: Path, rag: Run) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "bytes.txt").write_bytes(b"\x00\x01")
    done = rag("index", tmp_path / "docs", "--index", tmp_path / "i", "--quiet")
    assert "bytes.txt" in assert_one_line(done, 1)


@pytest.mark.parametrize("target", ["nowhere", "empty"])
def test_a_path_without_files_is_misuse(tmp_path: Path, rag: Run, target: str) -> None:
    (tmp_path / "empty").mkdir()
    line = assert_one_line(rag("index", tmp_path / target, "--index", tmp_path / "i"), 2)
    assert target in line


def test_indexing_in_quiet_prints_nothing(tmp_path: Path, rag: Run) -> None:
    (tmp_path / "a.txt").write_text("Tea\n\nAbstract\n\nTea is warm.\n")
    done = rag("index", tmp_path / "a.txt", "--index", tmp_path / "i", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_index_of_the_environment_is_used(seed_index: Path, rag: Run) -> None:
    done = rag("documents", env={**os.environ, "RAG_INDEX": str(seed_index)})
    assert len(done.stdout.splitlines()) == 5


# -- terminals -------------------------------------------------------------------------------

ESCAPES = "\x1b[31mred\x1b[0m \x1b]0;owned\x07 \u202egnp.exe \x9b2J \x08\x08 hums"


def test_escape_sequences_of_a_document_never_reach_the_terminal(tmp_path: Path, rag: Run) -> None:
    folder, index = tmp_path / "docs", tmp_path / "i"
    folder.mkdir()
    text = f"Kettles {ESCAPES}\n\n## Part {ESCAPES}\n\nThe copper kettle {ESCAPES} at 41 dB.\n"
    (folder / "a.txt").write_text(text.replace("\x07", ""), encoding="utf-8")
    (folder / "b\x1b[31m.txt").write_bytes(b"\x00")
    indexed = rag("index", folder, "--index", index)
    assert indexed.returncode in (0, 1)
    outputs = [indexed.stderr]
    if indexed.returncode == 0:
        for arguments in (
            ["ask", "At how many dB does the copper kettle hum?"],
            ["ask", "Who invented the gramophone?"],
            ["search", "copper kettle"],
            ["documents"],
            ["documents", "--removed", "a.txt"],
            ["documents", "--show", "a.txt"],
        ):
            done = rag(*arguments, "--index", index)
            assert done.stdout
            outputs += [done.stdout, done.stderr]
    for output in outputs:
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", output)


def test_the_corpus_answers_the_same_when_it_is_indexed_by_the_command(
    tmp_path: Path, rag: Run, assistant: Assistant
) -> None:
    report = tmp_path / "r.jsonl"
    rag("index", CORPUS, "--index", tmp_path / "i", "--report", report, "--quiet")
    lines = map(json.loads, report.read_text(encoding="utf-8").splitlines())
    counts = {one["file"]: one["passages"] for one in lines}
    assert counts == {summary.id: summary.passages for summary in assistant.documents()}
