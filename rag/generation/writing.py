"""A model writes, the check holds each sentence against what it cites, and an Answer grows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answering import cite, select
from rag.errors import UsageError
from rag.generation.calling import Call, WritingError
from rag.generation.models import destination, open_model
from rag.generation.page import Page
from rag.generation.prompt import messages, within
from rag.generation.sentences import Sentence, SentenceStream
from rag.reading import open_network
from rag.reading.network import SHIPPED
from rag.settings import Settings
from rag.support import Checker
from rag.types import Answer, Citation, Document, Evidence

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OFFERED = 8  # passages that a model is given
# What is read of an answer: a model may repeat itself for ever.
MOST_CHARACTERS, MOST_SENTENCES = 8000, 40
_QUOTED = "these are quotations instead"


class Writer:
    """Turns an answer made of quotations into one that a model writes from them."""

    def __init__(
        self, model: BaseChatModel, checker: Checker, settings: Settings, name: str = "the model"
    ) -> None:
        """`settings` bound what the model is given and how long it may take."""
        self.destination = destination(model)
        self._model, self._checker, self._settings = model, checker, settings
        self._name = name

    def write(
        self,
        answer: Answer,
        evidence: Sequence[Evidence],
        document: Callable[[str], Document],
        stopping: threading.Event | None = None,
    ) -> Generator[Answer, None, None]:
        """The answer as it grows, each with its checked sentences alone; the last is the whole.

        `stopping`, once set, ends the answer with what is written by then.

        `evidence`, best first, is what `answer` was made from. Where the model fails, or writes
        nothing that the check lets stand, the last is `answer` itself with a notice. An
        abstention stays one, and the model is not asked.
        """
        if answer.abstained:
            yield answer
            return
        offered = [
            cite(number, one, document(one.hit.passage.document_id))
            for number, one in enumerate(select(evidence, OFFERED, all_likely=False), start=1)
        ]
        passages = within(offered, self._settings.model_tokens)
        if not passages:
            yield replace(answer, notice=f"no passage fits into model_tokens: {_QUOTED}")
            return
        yield from self._write(answer, passages, stopping)

    def _write(
        self, answer: Answer, passages: Sequence[Citation], stopping: threading.Event | None
    ) -> Iterator[Answer]:
        page = Page(self._checker, passages, mark=self._settings.unsupported == "mark")
        call = Call(
            self._model,
            messages(answer.question, passages),
            seconds=self._settings.model_seconds,
            tracing=self._settings.tracing,
            stopping=stopping,
        )
        failure = ""
        try:
            with closing(_sentences(call)) as sentences:
                for sentence in sentences:
                    if page.add(sentence) and page.stands:
                        yield page.answer(answer)
        except WritingError as error:
            failure = str(error)
        if page.stands and not failure:
            ended = page.answer(answer)
        else:
            did = failure or _did_instead(page, stopping)
            notice = f"{self._name} {did}: {_QUOTED}"
            ended = replace(answer, notice=notice, removed=page.removed)
        yield replace(ended, usage=_with_cost(call.usage, self._settings))


def open_writer(settings: Settings, model: BaseChatModel | None = None) -> Writer:
    """A writer with a model, or with the one that the settings name.

    Raises UsageError for what is no chat model, and what `open_model` does.
    """
    from langchain_core.language_models import BaseChatModel

    # Whatever reads the passages for answers, the shipped network is what the check is fitted for.
    checker = Checker(open_network(SHIPPED))
    if model is None:
        return Writer(open_model(settings), checker, settings, settings.model)
    if not isinstance(model, BaseChatModel):
        raise UsageError(
            f"chat_model must be one of LangChain's chat models, not {type(model).__name__}: "
            "name others as `model`"
        )
    return Writer(model, checker, settings, type(model).__name__)


def _did_instead(page: Page, stopping: threading.Event | None) -> str:
    """What a model did that neither failed nor wrote anything that stands."""
    if stopping is not None and stopping.is_set():
        return "was stopped"
    if page.is_declined:
        return "found no answer in the passages"
    return "wrote nothing that the passages carry"


def _with_cost(tokens: Mapping[str, int], settings: Settings) -> dict[str, float]:
    """Tokens, and what they cost where the settings say what a million does."""
    prices = {"input_tokens": settings.model_price_in, "output_tokens": settings.model_price_out}
    cost = sum(count * prices.get(name, 0) for name, count in tokens.items()) / 1e6
    return {**tokens, **({"cost": cost} if cost else {})}


def _sentences(call: Call) -> Generator[Sentence, None, None]:
    """What a call gives, a sentence at a time and within bounds. Raises WritingError."""
    stream, read, given = SentenceStream(), 0, 0
    with closing(call.text()) as pieces:
        for piece in pieces:
            read += len(piece)
            for sentence in stream.take(piece):
                yield sentence
                given += 1
            if read > MOST_CHARACTERS or given >= MOST_SENTENCES:
                break
        else:
            yield from stream.rest(is_cut=call.is_cut or not (call.is_ended or stream.is_at_end))
