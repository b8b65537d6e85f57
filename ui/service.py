"""The window's questions as a service: `ask`, `search` and `documents` by name.

They are what `gradio_client` calls and what the page's API description lists; nothing else of the
page is. `ui.tools` offers the same three as MCP tools.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from gradio.events import api
from pydantic import ValidationError, validate_call

from rag import Filters
from rag.errors import UsageError
from rag.export import answer_to_dict, hit_to_dict
from rag.filters import split_fields
from rag.query import check_question
from ui.narrowing import check_known

if TYPE_CHECKING:
    from rag import Assistant

P = ParamSpec("P")
R = TypeVar("R")
MOST_HITS = 50


def offer(assistant: Assistant) -> None:
    """Add the three to the page that is being built."""
    for function in functions(assistant):
        api(_checked(function), api_name=function.__name__)


def functions(assistant: Assistant) -> list[Callable[..., Any]]:
    """The three, as they are called by name; their docstrings are what a caller is told."""

    def ask(
        question: str,
        history: list[str] | None = None,
        first_year: int | None = None,
        last_year: int | None = None,
        documents: list[str] | None = None,
    ) -> dict[str, Any]:
        """Answer a question with verbatim quotations from the documents, or say that they do not.

        Args:
            question: What is asked, in English.
            history: The conversation's earlier questions, oldest first.
            first_year: Only documents of this year or later.
            last_year: Only documents of this year or earlier.
            documents: Ids of the only documents to quote.

        Returns:
            The object that `rag ask --json` prints: answer, abstained, confidence, citations.
        """
        filters = _filters(first_year, last_year, documents)
        check_known(assistant, filters)
        return answer_to_dict(assistant.ask(question, history or [], filters=filters))

    def search(query: str, limit: int = 10) -> list[dict[str, Any]]:
        """Find the passages of the documents that fit a query, best first.

        Args:
            query: Words or a question; `author:Smith`, `years:2015-2020`, `journal:`, `title:`,
                `section:`, `document:` and `folder:` narrow it.
            limit: How many passages, at most 50.

        Returns:
            One object a passage: rank, score, document_id, title, section, page, text.
        """
        words, filters = split_fields(check_question(query))
        if filters and not assistant.count_passages(filters):
            raise UsageError(f"no passage is left by {filters}: search without it")
        hits = assistant.search(words, max(1, min(limit, MOST_HITS)), filters=filters)
        return [hit_to_dict(rank, hit) for rank, hit in enumerate(hits, start=1)]

    def documents() -> list[dict[str, Any]]:
        """List the documents that can be asked.

        Returns:
            One object a document: id, title, authors, year, journal, doi, pmid, passages.
        """
        return [asdict(one) for one in assistant.documents()]

    return [ask, search, documents]


def _filters(first: int | None, last: int | None, documents: list[str] | None) -> Filters:
    years = (first, last) if first or last else None
    return Filters(years=years, documents=tuple(documents or ()))


def _checked(function: Callable[P, R]) -> Callable[P, R]:
    """The function, with what it is given held against its signature: Gradio gives it anything.

    Raises UsageError for a value of another type.
    """
    check = validate_call(function)

    @wraps(function)
    def called(*given: P.args, **named: P.kwargs) -> R:
        try:
            return check(*given, **named)
        except ValidationError as error:
            raise UsageError(_mistake(function, error)) from error

    return called


def _mistake(function: Callable[..., Any], error: ValidationError) -> str:
    """The first mistake, in a line; a value that came by position goes by its name."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    names = list(function.__annotations__)
    place = [names[step] if isinstance(step, int) else step for step in first["loc"][:1]]
    where = ".".join(map(str, [*place, *first["loc"][1:]]))
    said = first["msg"][:1].lower() + first["msg"][1:]
    return f"{where or function.__name__}: {said}"
