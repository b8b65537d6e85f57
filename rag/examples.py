"""Questions that a corpus may answer, made from what it is known to hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from rag.store import DocumentSummary

_LONGEST = 120  # characters of a title that reads well in a question


def propose_questions(
    documents: Sequence[DocumentSummary], abbreviations: Mapping[str, str]
) -> Iterator[str]:
    """Questions for what the abbreviations stand for and what the titles name, in turn."""
    titled = [one for one in documents if one.title and len(one.title) < _LONGEST]
    defined = [f"What is {long}?" for long in abbreviations.values()]
    written = [f"Who wrote “{one.title.rstrip('.')}”?" for one in titled if one.authors]
    about = [f"What is known about {_lower_first(one.title.rstrip('.'))}?" for one in titled]
    for candidates in zip_longest(defined[::-1], about, written):
        yield from (question for question in candidates if question)


def _lower_first(title: str) -> str:
    """A title inside a sentence: its first letter small unless it starts an abbreviation."""
    return title[0].lower() + title[1:] if title[1:2].islower() else title
