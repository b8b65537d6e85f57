"""The chat: what happens when something is asked, and all that changes on the page for it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import CitewellError
from rag.search import NO_FILTERS
from rag.types import Document
from ui import conversation, render
from ui.components import html
from ui.conversation import Shelf, Turn
from ui.feedback import Verdict, record
from ui.narrowing import filters_of
from ui.replies import Talker

if TYPE_CHECKING:
    from rag import Assistant

FAILURE = "Something went wrong while answering; the terminal that runs Citewell says what."
ASK, STOP = "Ask", "Stop"
THANKS = "Noted, on this machine alone."
NOT_NOTED = "Not noted: this window takes no judgements, or what was quoted has changed."

logger = logging.getLogger(__name__)


def new_id() -> str:
    """A name for a conversation."""
    return secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as the server holds it for one open page."""

    turns: tuple[Turn, ...] = ()
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class View:
    """All that changes on the page; `outputs` gives it in the order of the components.

    `typed` None leaves the text box alone: the next question may be in it already. `shelf` None
    leaves what the browser keeps.
    """

    talk: Talk
    waiting: str = ""
    typed: str | None = None
    message: str = ""
    shelf: Shelf | None = None


class Chat:
    """What the page asks of an assistant; it holds nothing of any conversation."""

    def __init__(self, assistant: Assistant, *, read_only: bool = False) -> None:
        self.assistant, self.read_only = assistant, read_only

    def ask(
        self, question: str, talk: Talk, shelf: object, narrowed: Sequence[Any] = ()
    ) -> Iterator[View]:
        """The views after a question is sent: that it is read, then its answer or a notice.

        `narrowed` are the values of the filters' fields.
        """
        question = question.encode("utf-8", "replace").decode("utf-8")  # half a character is none
        before = View(talk, typed=question)
        yield replace(before, waiting=question, typed="") if question.strip() else before
        try:
            turns = (*talk.turns, self._turn(question, talk.turns, narrowed))
        except Exception as error:
            yield replace(before, message=_reason(error))
        else:
            yield self._settled(replace(talk, turns=turns), shelf)

    def ask_again(
        self, number: int, talk: Talk, shelf: object, narrowed: Sequence[Any] = ()
    ) -> Iterator[View]:
        """Answer a turn's question once more, in its place."""
        earlier, turn = talk.turns[: number - 1], talk.turns[number - 1]
        yield View(replace(talk, turns=earlier), waiting=turn.question)
        try:
            again = self._turn(turn.question, earlier, narrowed)
            turns = (*earlier, again, *talk.turns[number:])
        except Exception as error:
            yield View(talk, message=_reason(error))
        else:
            yield self._settled(replace(talk, turns=turns), shelf)

    def edit(self, number: int, talk: Talk, shelf: object) -> View:
        """Take a question back into the text box, and the conversation to before it."""
        question = talk.turns[number - 1].question
        before = replace(talk, turns=talk.turns[: number - 1])
        return replace(self._settled(before, shelf), typed=question)

    def judge(self, verdict: Verdict, number: int, citation: int, talk: Talk) -> View:
        """Keep what a person says of an answer, or of one of its quotations."""
        turn = talk.turns[number - 1]
        if self.read_only or not conversation.stands(turn, self.assistant.document):
            return View(talk, message=NOT_NOTED)
        try:
            record(self.assistant.settings.index, turn, verdict, citation)
        except OSError as error:
            return View(talk, message=f"not noted: {error.strerror or error}")
        return View(talk, message=THANKS)

    def open(self, id: str, shelf: object) -> View:
        """A conversation that the browser keeps, or a new one."""
        turns = conversation.turns_of(shelf, id, self.assistant.document)
        talk = Talk(turns, id) if turns else Talk()
        return View(talk, typed="", shelf=conversation.keep(shelf, talk.id, turns))

    def forget(self, id: str, talk: Talk, shelf: object) -> View:
        """Drop a conversation from what the browser keeps."""
        kept = conversation.drop(shelf, id)
        return View(Talk() if id == talk.id else talk, shelf=kept)

    def restore(self, shelf: object) -> View:
        """What stands on the page when it is loaded: the conversation that was open last."""
        return replace(self.open(conversation.opened(shelf), shelf), typed=None)

    def outputs(self, view: View) -> tuple[Any, ...]:
        """Conversation, chat, right side, text box, notice, list and storage."""
        turns = view.talk.turns
        listed: Any = gr.skip()
        kept: Any = gr.skip()
        if view.shelf is not None:
            listed, kept = render.shelf(view.shelf, view.talk.id), view.shelf
        return (
            view.talk,
            _messages(turns, view.waiting),
            self._panel(view),
            self._text_box(view),
            render.notice(view.message),
            listed,
            kept,
        )

    def _panel(self, view: View) -> Any:
        """The sources; while an answer is waited for, those that stand there stay."""
        if view.waiting:
            return gr.skip()
        sections = [
            render.sources(turn, self._documents(turn), number)
            for number, turn in enumerate(view.talk.turns, start=1)
        ]
        return render.panel(sections) or render.corpus(self.assistant.documents())

    def _settled(self, talk: Talk, shelf: object) -> View:
        return View(talk, shelf=conversation.keep(shelf, talk.id, talk.turns))

    def _turn(self, question: str, earlier: Sequence[Turn], narrowed: Sequence[Any]) -> Turn:
        filters = filters_of(*narrowed) if narrowed else NO_FILTERS
        return Talker(self.assistant, filters).say(question, earlier)

    def _text_box(self, view: View) -> Any:
        said: dict[str, Any] = {} if view.typed is None else {"value": view.typed}
        enabled = self.assistant.count_passages() > 0
        return gr.update(**said, **text_box_state(enabled=enabled, waits=bool(view.waiting)))

    def _documents(self, turn: Turn) -> dict[str, Document]:
        """The documents that are cited; one that has gone since is left out."""
        cited = (near for answer in turn.answers for near in (*answer.citations, *answer.nearest))
        documents = {}
        for document_id in {one.document_id for one in cited}:
            try:
                documents[document_id] = self.assistant.document(document_id)
            except (CitewellError, KeyError, ValueError):
                logger.warning("the document %r is cited but cannot be shown", document_id)
        return documents


def text_box_state(*, enabled: bool, waits: bool = False) -> dict[str, Any]:
    """Whether the text box takes a question, and whether its button asks or stops."""
    return {
        "interactive": enabled,
        "placeholder": "Ask your documents a question" if enabled else "The corpus is empty",
        "submit_btn": ASK if enabled and not waits else False,
        "stop_btn": STOP if waits else False,
    }


def _reason(error: Exception) -> str:
    if isinstance(error, CitewellError):
        return str(error)
    logger.error("the question could not be answered", exc_info=error)
    return FAILURE


def _messages(turns: Sequence[Turn], waiting: str) -> list[dict[str, Any]]:
    messages = []
    for number, turn in enumerate(turns, start=1):
        messages += [_message("user", render.question_bubble(turn.question, number))]
        messages += [_message("assistant", render.turn_bubble(turn, number))]
    if waiting:
        messages += [_message("user", render.question_bubble(waiting))]
        messages += [_message("assistant", render.waiting_bubble())]
    return messages


def _message(role: str, bubble: str) -> dict[str, Any]:
    """A message of ready HTML.

    A plain string would not do: Gradio's chat parses strings as HTML (with `render_markdown`
    off, too) and lets images through; a gr.HTML shows what `ui.render` made, and only that.
    """
    return {"role": role, "content": html(bubble, render=False)}
