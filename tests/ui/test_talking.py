"""What is said to messages of every kind, by a real assistant over the seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rag import Assistant, Filters
from rag.errors import QuestionError, UsageError
from rag.query import check_question
from ui.conversation import Turn
from ui.narrowing import filters_of
from ui.replies import Talker

ON_TOPIC = "what targets relapsed B-ALL?"


@pytest.fixture(scope="module")
def talker(seed_index: Path) -> Iterator[Talker]:
    with Assistant.open(seed_index) as assistant:
        yield Talker(assistant, Filters())


def said(talker: Talker, message: str, earlier: Sequence[Turn] = ()) -> Turn:
    """The whole turn."""
    *_, last = talker.say(message, earlier)
    assert last.is_whole
    return last.turn


def assert_quoted(talker: Talker, turn: Turn) -> None:
    for answer in turn.answers:
        for one in answer.citations:
            text = talker.assistant.document(one.document_id).text
            assert text[one.start : one.end] == one.quote


def test_a_question_is_asked_as_it_is(talker: Talker) -> None:
    turn = said(talker, f"Hello, {ON_TOPIC}")
    assert turn.answers[0].citations == talker.assistant.ask(ON_TOPIC).citations
    assert turn.notes == ()


@pytest.mark.parametrize("message", ["hello", "what can you do?", "thanks!"])
def test_small_talk_quotes_nothing(talker: Talker, message: str) -> None:
    turn = said(talker, message)
    assert turn.answers == ()
    assert len(turn.notes) == 1


def test_the_documents_are_listed(talker: Talker) -> None:
    (note,) = said(talker, "what documents do you have?").notes
    titles = [one.title for one in talker.assistant.documents()]
    assert all(any(title in line for line in note.lines) for title in titles if title)


def test_a_summary_is_quoted_and_the_one_spoken_of_is_meant(talker: Talker) -> None:
    turn = said(talker, "summarise the paper on pediatric relapsed ALL")
    assert turn.is_summary
    assert 3 <= len(turn.answers[0].citations) <= 5
    assert_quoted(talker, turn)
    again = said(talker, "summarise it", [turn])
    assert again.answers[0].citations == turn.answers[0].citations


def test_what_names_no_document_is_asked_too(talker: Talker) -> None:
    turn = said(talker, "summarise the side effects of zeppelins")
    assert not turn.is_summary
    assert turn.answers[0].abstained
    assert "zeppelins" in turn.notes[0].text


def test_several_questions_are_answered_one_after_the_other(talker: Talker) -> None:
    turn = said(talker, f"{ON_TOPIC} And how do I bake sourdough bread?")
    assert [answer.abstained for answer in turn.answers] == [False, True]
    assert [note.text for note in turn.notes] == [
        "No document mentions “bake” or “sourdough” or “bread”."
    ]
    assert_quoted(talker, turn)


def test_each_answer_is_said_as_soon_as_it_is_there(talker: Talker) -> None:
    said = list(talker.say(f"{ON_TOPIC} And how do I bake sourdough bread?", []))
    assert [one.is_whole for one in said] == [False, True]
    growing = [one.turn for one in said]
    assert [len(turn.answers) for turn in growing] == [1, 2]
    assert growing[0].answers[0].citations == growing[1].answers[0].citations
    assert growing[0].answers[0].citations


def test_another_language_is_said_and_asked_all_the_same(talker: Talker) -> None:
    turn = said(talker, "Welche Medikamente wirken gegen einen Rückfall der Leukämie?")
    assert "German" in turn.notes[0].text
    assert len(turn.answers) == 1


def test_what_cannot_be_asked_is_refused(talker: Talker) -> None:
    for message in (" ", "why? " * 20_000):
        with pytest.raises(QuestionError):
            check_question(message)
        with pytest.raises(QuestionError):
            said(talker, message)


def test_a_list_of_questions_has_an_end(talker: Talker) -> None:
    with pytest.raises(QuestionError, match="rag batch"):
        said(talker, "What is ALL? " * 20)


def test_filters_hold(talker: Talker) -> None:
    listed = talker.assistant.documents()
    narrow = Talker(talker.assistant, filters_of("", "", [], [listed[0].id]))
    cited = {
        one.document_id
        for answer in said(narrow, ON_TOPIC).answers
        for one in (*answer.citations, *answer.nearest)
    }
    assert cited <= {listed[0].id}
    (note,) = said(narrow, "Does aspirin help against relapse?").notes[:1]
    assert "Filters are on" in note.text
    assert filters_of(None, None, None, None) == Filters()
    assert filters_of("2013", "", ["Blood"], []) == Filters(years=(2013, None), journal="Blood")
    with pytest.raises(UsageError, match="2015"):
        filters_of("two thousand", "", [], [])
