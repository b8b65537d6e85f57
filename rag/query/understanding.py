"""A question made into a query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.abbreviations import Expansion, expand
from rag.errors import QuestionError
from rag.query.asking import asked_fields
from rag.query.question_terms import Term, Vocabulary, question_terms
from rag.query.weights import term_weight
from rag.terms import fold, stem, words
from rag.types import Field

_COMMON = 0.6  # words lighter than this are the language's, when not in capitals
_HEAVY = 0.27  # words heavier than this are a subject to ask about
MAX_QUESTION = 2000  # characters; the longest question that is still one question


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the search and the reader take it."""

    text: str
    expansion: Expansion  # the text with abbreviations written out, which is what is encoded
    terms: tuple[Term, ...]
    asked: frozenset[Field]
    search_stems: tuple[str, ...]

    @property
    def asks_for_record(self) -> bool:
        """Whether facts of a paper are asked for, rather than what it says."""
        return bool(self.asked)


def check_question(question: str) -> str:
    """The question with white space folded. Raises QuestionError where it cannot be asked."""
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
    on the last one ("and in children?") is read together with it.
    """
    text = check_question(question)
    if history and _leans(text):
        text = f"{' '.join(history[-1].split())} {text}"
    asked, spans = asked_fields(text)
    terms = question_terms(text, spans, vocabulary)
    search = [stem for term in terms for form in sorted(term.forms) for stem in form]
    expansion = expand(text, vocabulary.abbreviations(), _is_common)
    return Query(text, expansion, terms, asked, tuple(dict.fromkeys(fold(stem) for stem in search)))


def _is_common(word: str) -> bool:
    """Whether a word, written so, is one of the language rather than an abbreviation."""
    return term_weight(stem(fold(word))) < _COMMON


def _leans(text: str) -> bool:
    """Whether a question makes no sense without the one before it."""
    opening = r"(?:and|but|or|also|what about|how about|why|why not|which ones?|who else|more)\b"
    pronoun = r"\b(?:it|its|they|them|their|this|that|these|those|he|she|his|her)\b"
    heavy = [word for word in words(text) if term_weight(word.stem) > _HEAVY]
    return bool(
        (re.match(opening, text, re.IGNORECASE) and len(heavy) <= 2)
        or (re.search(pronoun, text, re.IGNORECASE) and len(heavy) <= 1)
    )
