"""The front door: open, ask, search, and what it refuses."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from rag import Answer, Assistant
from rag.errors import IndexMissingError, QuestionError, UsageError
from rag.query import MAX_QUESTION
from tests.seeds import AML, CZECH, NAMES

# What Python makes of bytes on the command line that are no UTF-8.
LONE = "leukemia caf\udce9"
QUESTION = "Which antigens do monoclonal antibodies target?"


def told(answer: Answer) -> tuple[object, ...]:
    return answer.text, answer.confidence, answer.citations, answer.nearest


def test_an_answer_names_its_question_and_its_times(assistant: Assistant) -> None:
    answer = assistant.ask(f"  {QUESTION}\n")
    assert answer.question == QUESTION
    assert {"search", "read", "total"} <= set(answer.timings_ms)
    assert all(ms >= 0 for ms in answer.timings_ms.values())
    assert answer.timings_ms["total"] >= answer.timings_ms["search"]


def test_the_same_question_has_the_same_answer(assistant: Assistant, seed_index: Path) -> None:
    first = assistant.ask(QUESTION)
    assert told(assistant.ask(QUESTION)) == told(first)
    with Assistant.open(seed_index) as another:
        assert told(another.ask(QUESTION)) == told(first)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   \n\t",
        "???",
        "…",
        "\x00",
        "what\x1b[31m red?",
        "bell\x07",
        "x" * 100_000,
        "y " * (MAX_QUESTION // 2 + 1),
    ],
)
def test_what_is_no_question_is_refused(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError) as caught:
        assistant.ask(question)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "question",
    [
        "7", "ALL", "白血病とは何ですか", "Что такое лейкоз?", "\u202ewhat\u200b targets ALL",
        '"ALL" AND NOT (CD19*) NEAR/2', "body:cd19 OR title:*", "' OR 1=1 --", LONE,
        "leukemia 😀", "why " * 400, "the of and", "-",
    ],
)  # fmt: skip
def test_an_odd_question_is_answered_or_refused_in_words(
    assistant: Assistant, question: str
) -> None:
    try:
        answer = assistant.ask(question)
    except QuestionError:
        assert question == LONE or not any(char.isalnum() for char in question)
    else:
        assert answer.text


def test_many_are_answered_in_order(assistant: Assistant) -> None:
    questions = [QUESTION, "How do I bake bread?"]
    seen: list[tuple[int, int]] = []
    answers = assistant.ask_many(questions, progress=lambda done, total: seen.append((done, total)))
    assert [answer.question for answer in answers] == questions
    assert [told(answer) for answer in answers] == [told(assistant.ask(q)) for q in questions]
    assert seen == [(1, 2), (2, 2)]


def test_many_with_a_bad_one_are_refused_before_any_is_asked(assistant: Assistant) -> None:
    seen: list[int] = []
    with pytest.raises(QuestionError):
        assistant.ask_many([QUESTION, ""], progress=lambda done, _: seen.append(done))
    assert seen == []
    assert assistant.ask_many([]) == []


def test_those_that_nobody_waits_for_are_not_asked(assistant: Assistant) -> None:
    with closing(assistant.ask_each([QUESTION] * 1000)) as answers:
        assert told(next(answers)) == told(assistant.ask(QUESTION))
    assert assistant.ask(QUESTION).citations


def test_a_follow_up_is_read_with_the_question_before(assistant: Assistant) -> None:
    before = "What is the DOI of the review on targeted therapy in AML?"
    answer = assistant.ask("And who wrote it?", history=[before])
    assert answer.question == "And who wrote it?"
    cited = answer.citations or answer.nearest
    assert AML in {citation.document_id for citation in cited}


def test_the_threshold_decides_whether_to_abstain(seed_index: Path) -> None:
    with Assistant.open(seed_index, threshold=0.0) as bold:
        assert not bold.ask("How do I bake sourdough bread?").abstained
    with Assistant.open(seed_index, threshold=1.0) as shy:
        assert shy.ask(QUESTION).abstained


@pytest.mark.parametrize("settings", [{"threshold": 2}, {"nonsense": 1}, {"read_passages": 0}])
def test_a_wrong_setting_is_misuse(seed_index: Path, settings: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Assistant.open(seed_index, **settings)


def test_no_index_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="rag index"):
        Assistant.open(tmp_path)


def test_threads_share_an_assistant(assistant: Assistant) -> None:
    expected = told(assistant.ask(QUESTION))
    found: list[object] = []

    def ask() -> None:
        found.append(told(assistant.ask(QUESTION)))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3


def test_documents_are_listed_with_their_facts(assistant: Assistant) -> None:
    summaries = {summary.id: summary for summary in assistant.documents()}
    assert list(summaries) == list(NAMES)
    one = summaries[CZECH]
    assert (one.year, one.journal, one.source) == (2019, "Klin Onkol", CZECH)
    assert one.passages > 0
    assert one.added.startswith("20")


def test_a_document_that_is_not_there_is_misuse(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match=r"nothing\.txt"):
        assistant.document("nothing.txt")


def test_examples_are_questions_that_can_be_asked(assistant: Assistant) -> None:
    examples = assistant.examples()
    assert 1 <= len(examples) <= 4
    assert assistant.ask(examples[0]).text


@pytest.mark.parametrize("history", ["a question", [("who", "what")], [{"role": "user"}]])
def test_what_is_no_history_is_misuse(assistant: Assistant, history: object) -> None:
    with pytest.raises(UsageError, match="history"):
        assistant.ask("and in children?", history)  # type: ignore[arg-type]


def test_what_is_no_filter_and_no_list_of_questions_is_misuse(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match="filters"):
        assistant.search("kettle", filters={"years": 2015})  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="several"):
        assistant.ask_many("one question")
