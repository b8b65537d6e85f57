"""Feedback of the window as a gold set: what waits, what is filled in, what is taken from where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant
from rag.errors import UsageError
from rag.evaluation.gold import GoldError, GoldQuestion, read_gold
from tests.conftest import Run
from ui.conversation import Turn
from ui.feedback import FILE, Verdict, record

ASKED = "From which cells does acute lymphoblastic leukemia arise?"
FACTS = [["lymphoid precursor cells"]]


def line(**values: Any) -> dict[str, Any]:
    """A line as the window writes it, with what a person changed."""
    citations = [
        {"number": 1, "document_id": "a.txt", "quote": "It is red."},
        {"number": 2, "document_id": "b.txt", "quote": "So it is."},
        {"number": 3, "document_id": "a.txt", "quote": "It is red."},
    ]
    given = {"answer": "…", "abstained": False, "confidence": 0.9, "citations": citations}
    start = {"question": "What colour?", "answers": None, "kind": "feedback", "verdict": "right"}
    return start | {"citation": None, "given": given, "at": "2026-01-01T00:00:00+00:00"} | values


def read(folder: Path, *lines: dict[str, Any]) -> tuple[list[GoldQuestion], list[str]]:
    """The questions, and what was said of those that wait."""
    file = folder / FILE
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    told: list[str] = []
    return read_gold(file, notify=told.append), [note.replace(f"{folder}/", "") for note in told]


def test_lines_without_an_answer_are_passed_over_and_counted(tmp_path: Path) -> None:
    filled = line(answers=[["red"]])
    questions, told = read(tmp_path, line(question="When?"), filled, line(question="Who?"))
    assert [(one.question, one.line) for one in questions] == [("What colour?", 2)]
    assert told == ["feedback.jsonl: 2 lines wait for their right answers"]
    assert read(tmp_path, filled)[1] == []


def test_where_none_is_filled_in_it_is_said_what_to_fill_in(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"1 line waits .*for the null of 'answers'"):
        read(tmp_path, line())


def test_of_a_right_answer_the_citations_say_where_it_stands(tmp_path: Path) -> None:
    ((one,), _) = read(tmp_path, line(answers=[["red"]]))
    assert one.documents == ("a.txt", "b.txt")
    assert one.evidence == ("It is red.", "So it is.")
    ((one,), _) = read(tmp_path, line(answers=[["red"]], citation=2))
    assert (one.documents, one.evidence) == (("b.txt",), ("So it is.",))


def test_what_a_person_wrote_stands(tmp_path: Path) -> None:
    ((one,), _) = read(tmp_path, line(answers=[["red"]], documents=["c.txt"], evidence=None))
    assert (one.documents, one.evidence) == (("c.txt",), ("It is red.", "So it is."))
    ((one,), _) = read(tmp_path, line(answers=[]))
    assert (one.answerable, one.documents, one.evidence) == (False, (), ())


@pytest.mark.parametrize(
    "changed",
    [
        {"verdict": "wrong"},
        {"verdict": "unsupported", "citation": 1},
        {"citation": 9},
        {"given": None},
        {"given": {"citations": [{"number": 1, "quote": 7}, "two"]}},
    ],
)
def test_of_anything_else_nothing_is_taken(tmp_path: Path, changed: dict[str, Any]) -> None:
    ((one,), _) = read(tmp_path, line(answers=[["red"]], **changed))
    assert (one.facts, one.documents, one.evidence) == ((("red",),), (), ())


def test_a_question_that_was_judged_twice_counts_once(tmp_path: Path) -> None:
    questions, told = read(
        tmp_path,
        line(answers=[["blue"]]),
        line(question="what  COLOUR?", answers=[["red"]]),
        line(),
    )
    assert [(one.facts, one.line) for one in questions] == [((("red",),), 2)]
    assert told == []


def test_a_mistake_in_feedback_is_said_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(GoldError) as caught:
        read(
            tmp_path,
            line(question=" "),
            line(answers="red"),
            line(verdct="right", answers=[]),
            {"question": "No feedback?", "answers": []},
            {"question": "No feedback?", "answers": []},
        )
    places = [problem.split(":")[0] for problem in caught.value.problems]
    assert places == ["line 1", "line 2", "line 3", "line 5"]


def test_what_the_window_keeps_is_read_once_it_is_filled_in(
    assistant: Assistant, tmp_path: Path, seed_index: Path, rag: Run
) -> None:
    answer = assistant.ask(ASKED)
    assert answer.citations
    record(tmp_path, Turn(ASKED, (answer,)), Verdict.RIGHT)
    record(tmp_path, Turn("Who won?", (assistant.ask("Who won?"),)), Verdict.WRONG)
    file = tmp_path / FILE
    done = rag("eval", file, "--index", seed_index)
    assert (done.returncode, "2 lines wait for their right answers" in done.stderr) == (2, True)

    first, second = file.read_text(encoding="utf-8").splitlines()
    file.write_text(json.dumps(json.loads(first) | {"answers": FACTS}) + "\n" + second)
    (question,) = read_gold(file)
    assert question.evidence == tuple(one.quote for one in answer.citations)
    done = rag("eval", file, "--index", seed_index)
    assert done.returncode == 0, done.stderr
    assert "1 line waits for its right answer" in done.stderr
    assert "1 questions, 1 answerable" in done.stdout

    filled = json.loads(second) | {"answers": [["nobody"]]}  # where, the person does not know
    file.write_text(json.dumps(filled) + "\n")
    done = rag("eval", file, "--index", seed_index)
    assert done.returncode == 0, done.stderr
    assert "1 questions, 1 answerable" in done.stdout
