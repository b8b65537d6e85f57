"""Conversations in the browser's storage: kept whole, and read back with distrust."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from rag.asides import Reply
from rag.types import Answer, Citation, Document, Kind, Reference
from ui import conversation
from ui.conversation import STALE, Turn

TEXT = "Relapse is common. Grupp SA. N Engl J Med 2013."
CITED = Citation(
    1, "Relapse is common.", 0, 18, "a.txt", "a.txt", 0.9, 2, "Abstract", Kind.PROSE, ((0, 7),),
    "A review", ("Ma J",), 2021, "Blood", "10.1/x", "12", "https://example.org", ("a.txt",),
)  # fmt: skip
LISTED = replace(
    CITED, number=2, quote=TEXT[19:], start=19, end=len(TEXT), kind=Kind.REFERENCE, highlights=(),
    reference=Reference(19, len(TEXT), ("Grupp SA",), "", 2013, "N Engl J Med"),
)  # fmt: skip
ANSWER = Answer("Which?", "Relapse is common. [1]", False, 0.75, (CITED, LISTED))
SILENT = Answer("Bread?", "…", True, 0.25, (), (CITED,))
TURN = Turn("Which? Bread?", (ANSWER, SILENT), (Reply("Two questions.", ("one", "two")),))


def document(document_id: str, text: str = TEXT) -> Document:
    if document_id != "a.txt":
        raise KeyError(document_id)
    return Document("a.txt", text, "a.txt", "0")


def kept(*turns: Turn) -> Any:
    """A shelf as it comes back from a browser."""
    return json.loads(json.dumps(conversation.keep({}, "c1", turns)))


def test_a_conversation_comes_back_as_it_was() -> None:
    (turn,) = conversation.turns_of(kept(TURN), "c1", document)
    assert turn == TURN
    assert conversation.opened(kept(TURN)) == "c1"
    assert conversation.title_of(kept(TURN)["conversations"][0]) == "Which? Bread?"


@pytest.mark.parametrize("text", ["Something else stands here now.", TEXT[:12]])
def test_what_no_longer_stands_in_the_corpus_is_marked(text: str) -> None:
    (turn,) = conversation.turns_of(kept(TURN), "c1", lambda name: document(name, text))
    assert Reply(STALE) in turn.notes
    (turn,) = conversation.turns_of(kept(TURN), "c1", lambda name: document(name + "x"))
    assert Reply(STALE) in turn.notes


@pytest.mark.parametrize(
    "shelf",
    [None, 3, "x", [], {"conversations": 3}, {"conversations": [3, {}, {"id": 4}]}, {"open": []}],
)
def test_a_storage_that_holds_something_else_is_empty(shelf: object) -> None:
    assert conversation.conversations(shelf) == []
    assert conversation.turns_of(shelf, "c1", document) == ()
    assert conversation.opened(shelf) == ""
    assert conversation.keep(shelf, "c2", [TURN])["conversations"][0]["id"] == "c2"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("question",), 3),
        (("answers",), None),
        (("answers", 0, "confidence"), "x"),
        (("answers", 0, "citations", 0, "quote"), ["x"]),
        (("answers", 0, "citations", 0, "start"), None),
        (("answers", 0, "citations", 0, "end"), float("inf")),
        (("answers", 0, "citations", 0, "kind"), "magic"),
        (("answers", 0, "citations", 0, "highlights"), [[1]]),
        (("answers", 0, "citations", 0, "doi"), {"a": 1}),
        (("answers", 0, "citations", 1, "reference"), {"title": "x"}),
        (("notes", 0, "lines"), [1]),
    ],
)
def test_a_turn_that_is_none_is_left_out_and_the_others_stay(
    path: tuple[Any, ...], value: object
) -> None:
    shelf = kept(TURN, Turn("Why?", (SILENT,)))
    place = shelf["conversations"][0]["turns"][0]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert [one.question for one in conversation.turns_of(shelf, "c1", document)] == ["Why?"]


def test_the_newest_conversations_are_kept_and_an_empty_one_goes() -> None:
    shelf: Any = {}
    for number in range(conversation.CONVERSATIONS + 5):
        shelf = conversation.keep(shelf, f"c{number}", [Turn(f"{number}?")])
    ids = [one["id"] for one in conversation.conversations(shelf)]
    assert len(ids) == conversation.CONVERSATIONS
    assert ids[0] == f"c{conversation.CONVERSATIONS + 4}"
    assert ids[0] not in [
        one["id"] for one in conversation.conversations(conversation.keep(shelf, ids[0], []))
    ]
    assert ids[1] not in [
        one["id"] for one in conversation.conversations(conversation.drop(shelf, ids[1]))
    ]


def test_citations_are_numbered_through_a_turn() -> None:
    turn = Turn("a? b?", (ANSWER, replace(ANSWER, question="b?")))
    numbers = [one.number for answer in turn.answers for one in answer.citations]
    assert numbers == [1, 2, 3, 4]
    assert turn.answers[1].text.splitlines()[0] == "Relapse is common. [3]"
    found = turn.citation(3)
    assert found
    assert found[0].question == "b?"
    assert turn.citation(9) is None
