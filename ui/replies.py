"""What is said to a message: an answer, several, a summary, or a word about the assistant."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from rag import Answer, Filters
from rag.asides import (
    Aside,
    Foreign,
    Reply,
    Several,
    Summary,
    heading,
    reply_to,
    sort_out,
    without_courtesies,
)
from rag.errors import QuestionError
from rag.query import check_question
from ui.conversation import Turn

if TYPE_CHECKING:
    from rag import Assistant

MOST_QUESTIONS = 8  # in one message
_NAMED = 4  # words
_NARROWED = "Filters are on: without them, other documents may answer."


class Said(NamedTuple):
    """A turn as it stands now, and whether it is the whole of it."""

    turn: Turn
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Talker:
    """Says something to each message, of one assistant and under some filters."""

    assistant: Assistant
    filters: Filters
    stopping: threading.Event | None = None  # once set, nobody waits for a model's answer

    def say(self, message: str, earlier: Sequence[Turn]) -> Iterator[Said]:
        """The turn that a message and its answers make, as it grows: the last is the whole.

        Raises what `Assistant.ask` does.
        """
        check_question(message)
        match aside := sort_out(message):
            case Several(questions):
                yield from self._in_turn(message, questions, earlier)
            case Summary(subject):
                yield from self._summarise(message, subject, earlier)
            case None:
                for said in self._ask(Turn(message), without_courtesies(message), earlier):
                    yield self._explained(said) if said.is_whole else said
            case Foreign():  # the documents may be in that language
                yield from self._ask(Turn(message, notes=self._reply(aside)), message, earlier)
            case _:
                yield Said(Turn(message, notes=self._reply(aside)), is_whole=True)

    def _reply(self, aside: Aside) -> tuple[Reply, ...]:
        return (reply_to(aside, self.assistant.documents()),)

    def _ask(self, turn: Turn, question: str, earlier: Sequence[Turn]) -> Iterator[Said]:
        """A turn with the answer to a question, as it grows where a model writes it."""
        history = [turn.question for turn in earlier]
        growing = self.assistant.ask_written(
            question, history, filters=self.filters, stopping=self.stopping
        )
        with closing(growing):
            for answer in growing:
                if self.assistant.writes:
                    yield Said(replace(turn, answers=(answer,)), is_whole=False)
        yield Said(replace(turn, answers=(answer,)), is_whole=True)

    def _explained(self, said: Said) -> Said:
        notes = (*said.turn.notes, *self._why(said.turn.answers[0]))
        return Said(replace(said.turn, notes=notes), is_whole=True)

    def _why(self, answer: Answer) -> tuple[Reply, ...]:
        """Of an answer that abstains: what the documents never mention, and that filters hold."""
        if not answer.abstained:
            return ()
        held = (Reply(_NARROWED),) if self.filters else ()
        unknown = self.assistant.unknown_words(answer.question)[:_NAMED]
        named = " or ".join(f"“{word}”" for word in unknown)
        return (*held, Reply(f"No document mentions {named}.")) if named else held

    def _in_turn(
        self, message: str, questions: Sequence[str], earlier: Sequence[Turn]
    ) -> Iterator[Said]:
        if len(questions) > MOST_QUESTIONS:
            raise QuestionError(
                f"{len(questions)} questions at once are too many: ask {MOST_QUESTIONS} at most, "
                "or use `rag batch`"
            )
        turns: list[Turn] = []
        for number, question in enumerate(questions, start=1):
            for said in self.say(question, [*earlier, *turns]):
                is_whole = said.is_whole and number == len(questions)
                yield Said(_joined(message, [*turns, said.turn]), is_whole)
            turns.append(said.turn)

    def _summarise(self, message: str, subject: str, earlier: Sequence[Turn]) -> Iterator[Said]:
        said = self.assistant.summarise(subject, spoken_of=_cited_last(earlier))
        if isinstance(said, Reply):  # "summarise the side effects of X" is a question
            yield from self._ask(Turn(message, notes=(said,)), message, earlier)
            return
        ids = {one.document_id for one in said.citations}
        document = next((one for one in self.assistant.documents() if one.id in ids), None)
        notes = (heading(document),) if document else ()
        yield Said(Turn(message, (said,), notes, is_summary=True), is_whole=True)


def _joined(message: str, turns: Sequence[Turn]) -> Turn:
    """The turn of a message that asks several things, from a turn for each of them."""
    return Turn(
        message,
        tuple(answer for turn in turns for answer in turn.answers),
        tuple(dict.fromkeys(note for turn in turns for note in turn.notes)),
        is_summary=all(turn.is_summary for turn in turns),
    )


def _cited_last(turns: Sequence[Turn]) -> str | None:
    """The document that was cited last; None where none was."""
    cited = (
        one.document_id
        for turn in reversed(turns)
        for answer in reversed(turn.answers)
        for one in answer.citations[:1]
    )
    return next(cited, None)
