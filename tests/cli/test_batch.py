"""`rag batch`: any list of questions, in its order, stopped and resumed at any moment."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.processes import assert_one_line, restricted
from tests.reading.models import SHIPPED

QUESTIONS = [
    "Which antigens do monoclonal antibodies target?",
    "How do I bake sourdough bread?",
    "What does refractory acute leukemia mean?",
]


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def stable(path: Path) -> list[dict[str, object]]:
    """The lines without their timings."""
    return [{k: v for k, v in line.items() if k != "timings_ms"} for line in lines_of(path)]


@pytest.fixture(scope="module")
def whole(seed_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The questions as lines of text, answered."""
    folder = tmp_path_factory.mktemp("batch")
    (folder / "q.txt").write_text("\n".join(QUESTIONS) + "\n\n", encoding="utf-8")
    command = ["batch", folder / "q.txt", "-o", folder / "out.jsonl", "--index", seed_index]
    done = subprocess.run(restricted("", command), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    return folder


def test_lines_of_text_are_answered_in_their_order(whole: Path) -> None:
    lines = lines_of(whole / "out.jsonl")
    assert [line["question"] for line in lines] == QUESTIONS
    assert [line["abstained"] for line in lines] == [False, True, False]
    assert all("id" not in line for line in lines)
    assert all({"answer", "citations", "nearest", "confidence"} <= set(line) for line in lines)


def write_jsonl(path: Path) -> Path:
    rows = [{"id": "x", "question": QUESTIONS[0]}, {"id": 7, "question": QUESTIONS[1], "more": 1},
            {"question": QUESTIONS[2]}]  # fmt: skip
    path = path.with_suffix(".jsonl")
    path.write_text("\n\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def write_csv(path: Path) -> Path:
    path = path.with_suffix(".csv")
    rows = "\n".join(f'{id},"{q}"' for id, q in zip(("x", "7", ""), QUESTIONS, strict=True))
    path.write_text(f"\ufeffid,question\n{rows}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("write", [write_jsonl, write_csv])
def test_other_forms_give_the_same_answers_with_their_ids(
    whole: Path, seed_index: Path, tmp_path: Path, rag: Run, write: object
) -> None:
    questions = write(tmp_path / "q")  # type: ignore[operator]
    assert rag("batch", questions, "-o", "out.jsonl", "--index", seed_index).returncode == 0
    lines = stable(tmp_path / "out.jsonl")
    assert [line.pop("id", None) for line in lines] == ["x", "7", None]
    assert lines == stable(whole / "out.jsonl")


def test_a_quoted_csv_field_may_hold_a_line_break(
    seed_index: Path, tmp_path: Path, rag: Run
) -> None:
    (tmp_path / "q.csv").write_text('id,question\n1,"Which antigens\ndo antibodies target?"\n')
    assert rag("batch", "q.csv", "-o", "o.jsonl", "--index", seed_index).returncode == 0
    (line,) = lines_of(tmp_path / "o.jsonl")
    assert line["question"] == "Which antigens do antibodies target?"


def test_a_question_that_cannot_be_asked_is_an_error_in_its_place(
    seed_index: Path, tmp_path: Path, rag: Run
) -> None:
    rows = [QUESTIONS[0], "", "x" * 100_000, "bell\x07", "half \ud800 a character"]
    (tmp_path / "q.jsonl").write_text("\n".join(json.dumps({"question": row}) for row in rows))
    done = rag("batch", "q.jsonl", "-o", "o.jsonl", "--index", seed_index)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = lines_of(tmp_path / "o.jsonl")
    assert [("error" in line, line["question"]) for line in lines] == [
        (False, rows[0]), (True, rows[1]), (True, rows[2]), (True, rows[3]),
        (True, rows[4]),
    ]  # fmt: skip


# -- resuming --------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", ["nothing", "a line", "a line and a half", "half a line", "all"])
def test_a_file_that_is_cut_short_is_resumed(
    whole: Path, seed_index: Path, tmp_path: Path, rag: Run, kept: str
) -> None:
    content = (whole / "out.jsonl").read_bytes()
    first = content.index(b"\n") + 1
    sizes = {"nothing": 0, "a line": first, "a line and a half": first + first // 2,
             "half a line": first // 2, "all": len(content)}  # fmt: skip
    (tmp_path / "o.jsonl").write_bytes(content[: sizes[kept]])
    done = rag("batch", whole / "q.txt", "-o", "o.jsonl", "--index", seed_index)
    assert done.returncode == 0, done.stderr
    resumed = (tmp_path / "o.jsonl").read_bytes()
    whole_lines = content[: sizes[kept]].rfind(b"\n") + 1
    assert resumed[:whole_lines] == content[:whole_lines]
    assert stable(tmp_path / "o.jsonl") == stable(whole / "out.jsonl")


def test_a_killed_run_is_resumed(seed_index: Path, tmp_path: Path, rag: Run) -> None:
    questions = [f"{QUESTIONS[0]} (take {number})" for number in range(6)]
    (tmp_path / "q.txt").write_text("\n".join(questions))
    command = ["batch", tmp_path / "q.txt", "-o", tmp_path / "o.jsonl", "--index", seed_index]
    output = tmp_path / "o.jsonl"
    with subprocess.Popen(restricted("", command), stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and (
            not output.exists() or output.read_bytes().count(b"\n") < 2
        ):
            try:
                process.wait(0.01)
            except subprocess.TimeoutExpired:
                continue
        process.kill()
    before = [line for line in output.read_bytes().splitlines(keepends=True) if line[-1:] == b"\n"]
    assert len(before) >= 2
    assert rag(*command).returncode == 0
    assert output.read_bytes().startswith(b"".join(before))
    assert [line["question"] for line in lines_of(output)] == questions


@pytest.mark.parametrize(
    "content", ["my diary\nday one\n", '{"name": "x"}\n', "[1, 2]\n", "x", "{}\n{}\n", "\n", " \n"]
)
def test_a_file_that_is_not_ours_is_left_as_it_is(
    whole: Path, seed_index: Path, tmp_path: Path, rag: Run, content: str
) -> None:
    (tmp_path / "diary.txt").write_text(content)
    done = rag("batch", whole / "q.txt", "-o", "diary.txt", "--index", seed_index)
    assert "diary.txt" in assert_one_line(done, 2)
    assert (tmp_path / "diary.txt").read_text() == content


def test_answers_to_other_questions_are_left_as_they_are(
    whole: Path, seed_index: Path, tmp_path: Path, rag: Run
) -> None:
    (tmp_path / "q.txt").write_text("What is ALL?\n")
    before = (whole / "out.jsonl").read_bytes()
    done = rag("batch", "q.txt", "-o", whole / "out.jsonl", "--index", seed_index)
    assert "other questions" in assert_one_line(done, 2)
    assert (whole / "out.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    "so", [["--threshold", "0.4"], ["--reranker", "reader"], ["--author", "Doubek"]]
)
def test_answers_that_were_given_otherwise_are_left_as_they_are(
    whole: Path, seed_index: Path, tmp_path: Path, rag: Run, so: list[str]
) -> None:
    before = (whole / "out.jsonl").read_bytes()
    command = ["batch", whole / "q.txt", "--index", seed_index, "-o"]
    done = rag(*command, whole / "out.jsonl", *so)
    assert "name another file" in assert_one_line(done, 2)
    assert (whole / "out.jsonl").read_bytes() == before
    assert rag(*command, "own.jsonl", *so).returncode == 0
    own = (tmp_path / "own.jsonl").read_bytes()
    first = own.index(b"\n") + 1
    assert_one_line(rag(*command, "own.jsonl"), 2)
    (tmp_path / "own.jsonl").write_bytes(own[: first + 20])
    assert rag(*command, "own.jsonl", *so).returncode == 0
    assert (tmp_path / "own.jsonl").read_bytes()[:first] == own[:first]
    assert len(lines_of(tmp_path / "own.jsonl")) == len(QUESTIONS)


def test_another_reader_does_not_go_on(
    whole: Path, seed_index: Path, tmp_path: Path, rag: Run
) -> None:
    command = ["batch", whole / "q.txt", "-o", whole / "out.jsonl", "--index", seed_index]
    before = (whole / "out.jsonl").read_bytes()
    mine = shutil.copytree(SHIPPED, tmp_path / "mine")
    assert "another reader" in assert_one_line(rag(*command, "--reader", mine), 2)
    assert rag(*command, "--reader", "reader", "--threshold", "0.5").returncode == 0  # as usual
    assert (whole / "out.jsonl").read_bytes() == before


def test_questions_are_not_taken_for_their_answers(
    seed_index: Path, tmp_path: Path, rag: Run
) -> None:
    rows = "".join(json.dumps({"question": q}) + "\n" for q in QUESTIONS)
    (tmp_path / "q.jsonl").write_text(rows)
    assert_one_line(rag("batch", "q.jsonl", "-o", "q.jsonl", "--index", seed_index), 2)
    assert (tmp_path / "q.jsonl").read_text() == rows


# -- what is no list of questions ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("q.txt", b"", "holds no question"),
        ("q.txt", b"\n \n", "holds no question"),
        ("q.txt", b"\xff\xfe\x00", "UTF-8"),
        ("q.jsonl", b'{"question": "a"}\n{oops\n', "q.jsonl:2"),
        ("q.jsonl", b'{"question": 7}\n', "q.jsonl:1"),
        ("q.jsonl", b'{"text": "a"}\n', "q.jsonl:1"),
        ("q.csv", b"id,text\n1,a\n", "column"),
    ],
)
def test_a_list_that_cannot_be_read_is_misuse_in_one_line(
    seed_index: Path, tmp_path: Path, rag: Run, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    line = assert_one_line(rag("batch", name, "-o", "o.jsonl", "--index", seed_index), 2)
    assert said in line
    assert not (tmp_path / "o.jsonl").exists()


def test_a_list_that_is_not_there_is_misuse(seed_index: Path, rag: Run) -> None:
    assert "none.txt" in assert_one_line(
        rag("batch", "none.txt", "-o", "o.jsonl", "--index", seed_index), 2
    )
