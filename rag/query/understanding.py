"""A question made into a query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.abbreviations import Expansion, expand
from rag.errors import QuestionError
from rag.query.asking import asked_fields
from rag.query.following import read_together
from rag.query.question_terms import question_terms
from rag.query.respelling import Respelling, respell
from rag.query.term import Term
from rag.query.vocabulary import Vocabulary, glossary_of, is_common
from rag.terms import fold
from rag.types import Field, SearchTerm

MAX_QUESTION = 5000  # characters; the longest question that is still one question


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the search and the reader take it.

    `text` is the question, after what it leans on; `respelt` are words of it that the corpus
    does not hold, with what they are taken for.
    """

    text: str
    expansion: Expansion  # abbreviations written out, slips set right: this is what is encoded
    terms: tuple[Term, ...]
    asked: frozenset[Field]
    search_terms: tuple[SearchTerm, ...]
    respelt: tuple[tuple[str, str], ...] = ()

    @property
    def asks_for_record(self) -> bool:
        """Whether facts of a paper are asked for, rather than what it says."""
        return bool(self.asked)


def check_question(question: str) -> str:
    """The question with white space folded. Raises QuestionError where it cannot be asked."""
    if not isinstance(question, str):
        raise QuestionError(f"a question is text, not {type(question).__name__}")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters, {MAX_QUESTION:,} are the most: "
            "ask a shorter one"
        )
    if any((ord(char) < 32 and char not in "\t\n\r\f\v") or char == "\x7f" for char in question):
        raise QuestionError("the question holds control characters: type it anew")
    if any("\ud800" <= char <= "\udfff" for char in question):
        raise QuestionError("the question holds bytes that are not text: type it as UTF-8")
    folded = " ".join(question.split())
    if not re.search(r"\w", folded):
        raise QuestionError("the question is empty: ask something in words")
    return folded


def understand(question: str, vocabulary: Vocabulary, history: Sequence[str] = ()) -> Query:
    """The query that a question makes over a corpus of this vocabulary.

    `history` are the earlier questions of a conversation, oldest first: a question that leans
    on them ("and in children?") is read together with the one that it leans on.
    """
    text = read_together(check_question(question), history)
    asked, spans = asked_fields(text)
    glossary = glossary_of(vocabulary)
    expansion = expand(text, glossary.short_forms, is_common)
    terms = question_terms(text, spans, expansion.edits, vocabulary, glossary)
    terms, slips = respell(terms, vocabulary)
    return Query(
        text,
        _set_right(text, expansion, slips),
        terms,
        asked,
        tuple(map(_search_term, terms)),
        tuple((slip.written, slip.taken_for) for slip in slips),
    )


def _search_term(term: Term) -> SearchTerm:
    """A short form of a name stands for each of the name's words."""
    shorts = {(fold(short),) for short in term.shorts}
    return SearchTerm(tuple(sorted(term.phrases | shorts)), term.weight)


def _set_right(text: str, expansion: Expansion, slips: Sequence[Respelling]) -> Expansion:
    """The expansion with misspelt words replaced too."""
    if not slips:
        return expansion
    replaced = [(slip.start, slip.end, slip.taken_for) for slip in slips]
    edits = tuple(sorted([*expansion.edits, *replaced]))
    parts, done = [], 0
    for start, end, new in edits:
        parts += [text[done:start], new]
        done = end
    return Expansion("".join([*parts, text[done:]]), edits)
