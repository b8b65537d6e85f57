"""Cases as a model would write them: streamed over HTTP, taken apart, checked as answers are."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.openai_server import OpenAIServer, Reply
from benchmarks.support_cases import Case
from rag.generation import Writer, open_model
from rag.generation.page import Page
from rag.generation.sentences import Sentence
from rag.settings import Settings
from rag.support import Checker
from rag.types import (
    Answer,
    Citation,
    Document,
    Evidence,
    Hit,
    Passage,
    Record,
    Statement,
    Support,
    Unit,
)

NAME = "d"
_SECONDS = 120


def write(checker: Checker, cases: Sequence[Case]) -> Iterator[tuple[Case, tuple[Statement, ...]]]:
    """Each case with what stands of it on the page, what is not carried marked and not removed.

    A scripted server says the case's sentence, with the number that it cites, of the case's
    passage; nothing stands where the check lets nothing stand.
    """
    os.environ.pop("OPENAI_BASE_URL", None)
    with OpenAIServer(Reply("")) as server:
        settings = replace(
            Settings(), model="openai:scripted", model_url=server.url,
            model_seconds=_SECONDS, unsupported="mark",
        )  # fmt: skip
        writer = Writer(open_model(settings), checker, settings)
        for case in cases:
            server.replies = [Reply(f"{case.sentence} [{case.cites}]")]
            *_, answer = writer.write(
                Answer("?", "", False, 0.9), [_evidence(case)], lambda _, case=case: _document(case)
            )
            yield case, answer.statements


def read_on_page(
    checker: Checker, sentence: str, quotes: Sequence[str], title: str, *, citing: int
) -> Statement:
    """A sentence as the page shows it that was written over quotations and cites the first few."""
    passages = [
        Citation(number, quote, 0, len(quote), NAME, NAME, 0.9, title=title)
        for number, quote in enumerate(quotes, start=1)
    ]
    page = Page(checker, passages, mark=True)
    page.add(Sentence(sentence, tuple(range(1, citing + 1))))
    return page.statements[0]


def is_unmarked(statements: Sequence[Statement]) -> bool:
    """Whether a reader is told that all of it is supported."""
    return bool(statements) and all(one.support is Support.SUPPORTED for one in statements)


def _document(case: Case) -> Document:
    return Document(NAME, case.evidence, NAME, "0", Record(title=case.title))


def _evidence(case: Case) -> Evidence:
    end = len(case.evidence)
    passage = Passage(NAME, 0, end, case.evidence, (Unit(0, end),), title=case.title)
    return Evidence(Hit(passage, 1.0), 0, end, 0.9)
