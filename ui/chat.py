"""The chat: what happens when something is asked, and all that changes on the page for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import CitewellError, QuestionError
from rag.query import check_question
from rag.search import NO_FILTERS
from rag.types import Document
from ui import conversation, render
from ui.conversation import Turn
from ui.feedback import Verdict, record
from ui.messages import edited, messages
from ui.narrowing import check_known, filters_of
from ui.offering import corpus
from ui.replies import Talker
from ui.views import Talk, View

if TYPE_CHECKING:
    from rag import Assistant

FAILURE = "Something went wrong while answering; the terminal that runs Citewell says what."
ASK, STOP = "Ask", "Stop"
UNCHANGED = (gr.skip(),) * 7  # of what `Chat.outputs` gives
DELETED = "This conversation was deleted in another tab: what is asked here is not kept."
THANKS = "Noted, on this machine alone."
NOT_NOTED = "Not noted: this window takes no judgements, or what was quoted has changed."

logger = logging.getLogger(__name__)


class Chat:
    """What the page asks of an assistant; it holds nothing of any conversation."""

    def __init__(self, assistant: Assistant, *, read_only: bool = False) -> None:
        self.assistant, self.read_only = assistant, read_only

    def ask(
        self, question: str, talk: Talk, shelf: object, narrowed: Sequence[Any] = ()
    ) -> Iterator[View]:
        """The views after a question is sent: that it is read, then its answers or a notice.

        `narrowed` are the values of the filters' fields.
        """
        question = question.encode("utf-8", "replace").decode("utf-8")  # half a character is none
        asking = View(
            replace(talk, asked=question, stopping=threading.Event()),
            waiting=Turn(question),
            before=talk.editing - 1 if talk.editing else len(talk.turns),
        )
        try:
            check_question(question)
        except QuestionError as error:
            yield View(talk, typed=question, message=str(error))
            return
        yield replace(asking, typed="")
        yield from self._answered(asking, talk, shelf, narrowed)

    def ask_again(
        self, number: int, talk: Talk, shelf: object, narrowed: Sequence[Any] = ()
    ) -> Iterator[View]:
        """Answer a turn's question once more, in its place."""
        talk = replace(talk, editing=0)
        asking = View(
            replace(talk, stopping=threading.Event()),
            waiting=Turn(talk.turns[number - 1].question),
            before=number - 1,
            after=number,
        )
        yield asking
        yield from self._answered(asking, talk, shelf, narrowed)

    def stop(self, talk: Talk, typed: str) -> View:
        """Leave the question that is being answered, and give it back to be asked otherwise."""
        if talk.stopping:
            talk.stopping.set()
        given_back = talk.asked if talk.asked and not typed.strip() else None
        return View(replace(talk, asked="", stopping=None), typed=given_back)

    def edit(self, number: int, talk: Talk) -> View:
        """Take a question back into the text box; its turn goes when it is sent, not before."""
        return View(replace(talk, editing=number), typed=talk.turns[number - 1].question)

    def leave(self, talk: Talk) -> View:
        """Give up editing: the conversation is as it was."""
        return View(replace(talk, editing=0), typed="")

    def judge(self, verdict: Verdict, number: int, citation: int, talk: Talk) -> View:
        """Keep what a person says of an answer, or of one of its quotations."""
        turn = talk.turns[number - 1]
        if self.read_only or not conversation.stands(turn, self.assistant.document):
            return View(talk, message=NOT_NOTED)
        try:
            record(self.assistant.settings.index, turn, verdict, citation)
        except OSError as error:
            return View(talk, message=f"not noted: {error.strerror or error}")
        return View(talk, message=THANKS, is_problem=False)

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
        """Conversation, chat, right side, text box, notice, list and storage.

        Of what was stopped nothing is shown. It is said in so many words, since Gradio shows what
        a run said last once more when the run is over.
        """
        if view.talk.is_stopped:
            return UNCHANGED
        listed: Any = gr.skip()
        kept: Any = gr.skip()
        if view.shelf is not None:
            listed, kept = render.shelf(view.shelf, view.talk.id), view.shelf
        return (
            view.talk,
            messages(view),
            self._panel(view),
            self._text_box(view),
            render.notice(view.message, is_problem=view.is_problem) + edited(view),
            listed,
            kept,
        )

    def _panel(self, view: View) -> Any:
        """The sources; while a first answer is waited for, those that stand there stay."""
        if view.waiting and not view.waiting.answers:
            return gr.skip()
        turns = [*view.talk.turns[: view.before], *([view.waiting] if view.waiting else [])]
        turns += view.talk.turns[view.after :] if view.after is not None else ()
        sections = [
            render.sources(turn, self._documents(turn), number)
            for number, turn in enumerate(turns, start=1)
        ]
        return render.panel(sections) or corpus(self.assistant, read_only=self.read_only)

    def _settled(self, talk: Talk, shelf: object) -> View:
        kept = conversation.keep(shelf, talk.id, talk.turns)
        message = DELETED if conversation.is_gone(shelf, talk.id) else ""
        return View(talk, shelf=kept, message=message, is_problem=False)

    def _answered(
        self, asking: View, talk: Talk, shelf: object, narrowed: Sequence[Any]
    ) -> Iterator[View]:
        """The views while what `asking` waits for is answered, in its place among the turns."""
        question = asking.waiting.question if asking.waiting else ""
        earlier = talk.turns[: asking.before]
        later = talk.turns[asking.after :] if asking.after is not None else ()
        try:
            filters = filters_of(*narrowed) if narrowed else NO_FILTERS
            check_known(self.assistant, filters)
            talker = Talker(self.assistant, filters, asking.talk.stopping)
            for said in talker.say(question, earlier):
                if not said.is_whole or asking.talk.is_stopped:
                    yield replace(asking, waiting=said.turn, writing=self.assistant.writes)
                if asking.talk.is_stopped:
                    return
        except Exception as error:
            yield View(talk, typed=asking.talk.asked or None, message=_reason(error))
        else:
            turns = (*earlier, said.turn, *later)
            yield self._settled(replace(talk, turns=turns, editing=0), shelf)

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
