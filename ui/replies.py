"""What is said to a message: an answer, several, a summary, or a word about the assistant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

    def say(self, message: str, earlier: Sequence[Turn]) -> Iterator[Said]:
        """The turn that a message and its answers make, as it grows: the last is the whole.

        Raises what `Assistant.ask` does.
        """
        check_question(message)
        aside = sort_out(message)
        if isinstance(aside, Several):
            yield from self._in_turn(message, aside.questions, earlier)
        else:
            yield Said(self._at_once(message, aside, earlier), is_whole=True)

    def _at_once(self, message: str, aside: Aside | None, earlier: Sequence[Turn]) -> Turn:
        match aside:
            case Summary(subject):
                return self._summarise(message, subject, earlier)
            case None:
                answer = self._ask(without_courtesies(message), earlier)
                return Turn(message, (answer,), self._why(answer))
            case Foreign():
                answer = self._ask(message, earlier)  # the documents may be in that language
                return Turn(message, (answer,), (reply_to(aside, self.assistant.documents()),))
            case _:
                return Turn(message, notes=(reply_to(aside, self.assistant.documents()),))

    def _ask(self, question: str, earlier: Sequence[Turn]) -> Answer:
        history = [turn.question for turn in earlier]
        return self.assistant.ask(question, history, filters=self.filters)

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

    def _summarise(self, message: str, subject: str, earlier: Sequence[Turn]) -> Turn:
        said = self.assistant.summarise(subject, spoken_of=_cited_last(earlier))
        if isinstance(said, Reply):  # "summarise the side effects of X" is a question
            return Turn(message, (self._ask(message, earlier),), (said,))
        ids = {one.document_id for one in said.citations}
        document = next((one for one in self.assistant.documents() if one.id in ids), None)
        return Turn(message, (said,), (heading(document),) if document else (), is_summary=True)


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
