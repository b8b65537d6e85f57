"""Filters that hold for the chat: years, journals, documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag import Filters
from rag.errors import UsageError
from ui.components import QUIET, html
from ui.render import notice

if TYPE_CHECKING:
    from rag import Assistant
    from rag.store import DocumentSummary

_LISTED = 70  # characters of a title in a list


def filter_fields(documents: Sequence[DocumentSummary]) -> tuple[gr.Accordion, list[Any]]:
    """An accordion, and the fields in it, in the order that `filters_of` takes their values."""
    with gr.Accordion("Filters", open=False, elem_id="cw-filters") as accordion:
        with gr.Row():
            first, last = (
                gr.Textbox(label=label, placeholder="any", max_length=4, scale=1, min_width=90)
                for label in ("From year", "To year")
            )
            journals, chosen = (
                # Any value is let through: Gradio refuses those that came after the page.
                gr.Dropdown(
                    choices,
                    multiselect=True,
                    allow_custom_value=True,
                    label=label,
                    scale=3,
                    min_width=220,
                )
                for label, choices in (
                    ("Journals", _journals(documents)),
                    ("Documents", _titles(documents)),
                )
            )
        mistake = html("", elem_id="cw-years")
        for year in (first, last):
            year.blur(mistake_in, [first, last], mistake, **QUIET)
    return accordion, [first, last, journals, chosen]


def filters_of(first: str | None, last: str | None, journals: object, documents: object) -> Filters:
    """The filters of the fields' values. Raises UsageError for years that cannot be."""
    years = (_year(first), _year(last))
    return Filters(
        years=years if any(years) else None, journal=_texts(journals), documents=_texts(documents)
    )


def mistake_in(first: str | None, last: str | None) -> str:
    """What is wrong with the years, as soon as they are left; "" where they are well."""
    try:
        filters_of(first, last, [], [])
    except UsageError as error:
        return notice(str(error), is_problem=False)  # it is one as soon as it is asked with
    return ""


def check_known(assistant: Assistant, filters: Filters) -> None:
    """Raise UsageError for a document that is not in the index, and for a journal without any."""
    documents = assistant.documents() if filters.documents or filters.journal else []
    ids, journals = {one.id for one in documents}, {one.journal for one in documents}
    unknown = [("document", one, Filters(documents=one)) for one in filters.documents
               if one not in ids]  # fmt: skip
    unknown += [("journal", one, Filters(journal=one)) for one in filters.journal
                if one not in journals]  # fmt: skip
    for kind, one, narrow in unknown:  # a file, or some words of a journal, names several
        if not assistant.count_passages(narrow):
            raise UsageError(
                f"no {kind} {_shortened(one)!r} in the index: leave it out, or index it first"
            )


def alone(assistant: Assistant, data: object) -> Any:
    """The list of documents with the one chosen that a button says; None where it says another.

    The choices are those of now: the document may have come after the page.
    """
    told = data if isinstance(data, dict) else {}
    documents = assistant.documents() if told.get("act") == "only" else []
    if not any(one.id == told.get("id") for one in documents):
        return None
    return gr.update(choices=_titles(documents), value=[told["id"]])


def refreshed(assistant: Assistant) -> tuple[Any, Any]:
    """The two lists as the index stands now."""
    documents = assistant.documents()
    return gr.update(choices=_journals(documents)), gr.update(choices=_titles(documents))


def _journals(documents: Iterable[DocumentSummary]) -> list[str]:
    return sorted({one.journal for one in documents if one.journal}, key=str.casefold)


def _titles(documents: Iterable[DocumentSummary]) -> list[tuple[str, str]]:
    """Title and id of each document, by title; what is the same in two is told apart by id."""
    named = [(one.title[:_LISTED] or one.id, one.id) for one in documents]
    times = Counter(name for name, _ in named)
    named = [(name if times[name] == 1 else f"{name} · {id}", id) for name, id in named]
    return sorted(named, key=lambda pair: pair[0].casefold())


def _shortened(text: str) -> str:
    return text if len(text) <= _LISTED else f"{text[: _LISTED - 1]}…"


def _texts(chosen: object) -> tuple[str, ...]:
    return tuple(str(one) for one in chosen) if isinstance(chosen, list) else ()


def _year(written: str | None) -> int | None:
    year = (written or "").strip()
    if not year:
        return None
    if not (year.isascii() and year.isdigit()):
        raise UsageError(f"the filter's year is a number such as 2015, not {written!r}")
    return int(year)
