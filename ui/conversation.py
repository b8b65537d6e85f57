"""Conversations: questions with what was answered, and their form in the browser's storage.

What comes back from a browser may be anything: it is read field by field, what is no turn is left
out, and a quotation that no longer stands in the corpus as it was quoted is marked as such.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.answering import disagreement, quoted_text, written_text
from rag.asides import Reply
from rag.export import answer_from_dict, answer_to_dict, text_from
from rag.types import Answer, Citation, Document

CONVERSATIONS, TURNS = 30, 60  # most that are kept
MOST_CHARACTERS = 2_000_000  # … of all of them: browsers keep some five million
_TITLE = 70  # characters

# {"open": id, "conversations": [{"id": …, "turns": […]}, …]}, newest first. A browser adds "gone",
# the ids of those that were deleted in it; we add what we changed, "kept" or "dropped" with an id:
# other tabs write to the same storage, and `shelf.js` changes no more there than is said here.
Shelf = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """A message and what was said to it; several questions in one message get several answers.

    The citations are numbered through the turn: no two answers of it have the same number. Of a
    summary no probability is told.
    """

    question: str
    answers: tuple[Answer, ...] = ()
    notes: tuple[Reply, ...] = ()
    is_summary: bool = False

    def __post_init__(self) -> None:
        """Number the citations through."""
        numbered, first = [], 0
        for answer in self.answers:
            numbered.append(renumbered(answer, first))
            first += len(answer.citations)
        object.__setattr__(self, "answers", tuple(numbered))

    def citation(self, number: int) -> tuple[Answer, Citation] | None:
        """The citation of a number, with the answer that it is of."""
        pairs = ((answer, one) for answer in self.answers for one in answer.citations)
        return next((pair for pair in pairs if pair[1].number == number), None)


def renumbered(answer: Answer, first: int) -> Answer:
    """The answer with its citations numbered from `first` + 1."""
    citations = tuple(
        replace(one, number=first + place) for place, one in enumerate(answer.citations, start=1)
    )
    if answer.abstained or citations == answer.citations:
        return answer
    if not answer.generated:
        return replace(answer, citations=citations, text=quoted_text(citations))
    new = {old.number: one.number for old, one in zip(answer.citations, citations, strict=True)}
    statements = tuple(
        replace(
            one,
            citations=tuple(new[number] for number in one.citations),
            against=tuple(new[number] for number in one.against),
        )
        for one in answer.statements
    )
    return replace(
        answer,
        citations=citations,
        statements=statements,
        text=written_text(statements),
        notice=disagreement(statements),
    )


# --- in the browser ------------------------------------------------------------------------------


def keep(shelf: object, id: str, turns: Sequence[Turn]) -> Shelf:
    """The shelf with a conversation as it stands now, opened.

    Without it where it is empty, or was deleted in another tab.
    """
    others = [one for one in conversations(shelf) if one["id"] != id]
    kept = [{"id": id, "turns": [turn_to_dict(turn) for turn in turns[-TURNS:]]}]
    if not turns or is_gone(shelf, id):
        kept = []
    fitting = _fitting([*kept, *others][:CONVERSATIONS])
    return {"open": id, "conversations": fitting, "kept": id}


def _fitting(conversations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest of them that a browser's storage holds together."""
    kept: list[dict[str, Any]] = []
    size = 0
    for one in conversations:
        size += len(json.dumps(one))
        if kept and size > MOST_CHARACTERS:
            break
        kept.append(one)
    return kept


def drop(shelf: object, id: str) -> Shelf:
    """The shelf without a conversation."""
    kept = [one for one in conversations(shelf) if one["id"] != id]
    return {"open": opened(shelf), "conversations": kept, "dropped": id}


def is_gone(shelf: object, id: str) -> bool:
    """Whether a conversation was deleted in this browser, be it in another tab."""
    gone = shelf.get("gone") if isinstance(shelf, dict) else None
    return isinstance(gone, list) and id in gone


def opened(shelf: object) -> str:
    """The id of the conversation that was open last; "" where none was."""
    return _text(shelf, "open")


def conversations(shelf: object) -> list[dict[str, Any]]:
    """The conversations of a shelf, newest first; whatever else it holds is left out."""
    found = shelf.get("conversations") if isinstance(shelf, dict) else None
    kept = [one for one in found if _text(one, "id")] if isinstance(found, list) else []
    return kept[:CONVERSATIONS]


def turns_of(shelf: object, id: str, document: Callable[[str], Document]) -> tuple[Turn, ...]:
    """A conversation's turns. `document` raises where there is none of an id."""
    one = next((one for one in conversations(shelf) if one["id"] == id), {})
    turns = one.get("turns")
    read = (turn_from_dict(turn) for turn in turns[:TURNS]) if isinstance(turns, list) else ()
    return tuple(_checked(turn, document) for turn in read if turn)


def title_of(conversation: Mapping[str, Any]) -> str:
    """What a conversation goes by: its first question."""
    turns = conversation.get("turns")
    first = _text(turns[0], "question") if isinstance(turns, list) and turns else ""
    line = " ".join(first.split())
    return line if len(line) <= _TITLE else line[: _TITLE - 1] + "…"


def turn_to_dict(turn: Turn) -> dict[str, Any]:
    """A turn as JSON takes it."""
    return {
        "question": turn.question,
        "notes": [{"text": note.text, "lines": list(note.lines)} for note in turn.notes],
        "answers": [answer_to_dict(answer) for answer in turn.answers],
        "is_summary": turn.is_summary,
    }


def turn_from_dict(values: Any) -> Turn | None:
    """The turn of such a form; None where it is none."""
    try:
        notes = tuple(
            Reply(text_from(note["text"]), tuple(map(text_from, note["lines"])))
            for note in values["notes"]
        )
        answers = tuple(map(answer_from_dict, values["answers"]))
        return Turn(text_from(values["question"]), answers, notes, bool(values["is_summary"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


STALE = "A quotation is no longer in the corpus as it was quoted."


def stands(turn: Turn, document: Callable[[str], Document]) -> bool:
    """Whether a turn has answers, and all that they quote stands in the corpus as it is quoted."""
    cited = [one for answer in turn.answers for one in (*answer.citations, *answer.nearest)]
    return bool(turn.answers) and all(_stands(one, document) for one in cited)


def _checked(turn: Turn, document: Callable[[str], Document]) -> Turn:
    if not turn.answers or stands(turn, document):
        return turn
    return replace(turn, notes=tuple(dict.fromkeys([*turn.notes, Reply(STALE)])))


def _stands(citation: Citation, document: Callable[[str], Document]) -> bool:
    try:
        text = document(citation.document_id).text
    except Exception:
        return False
    return text[citation.start : citation.end] == citation.quote


def _text(values: object, name: str) -> str:
    value = values.get(name) if isinstance(values, dict) else None
    return value if isinstance(value, str) else ""
