"""The terms of a question, and what of a text covers them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.query.weights import term_weight
from rag.terms import Word, fold, is_joint, stem, words

LIGHTEST = 0.05  # terms below this weight ("what", "in", "how") say nothing of the subject
HEAD_CREDIT = 0.6  # share of a compound's weight that its head alone covers
Form = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question, or a compound such as "B-ALL".

    A text covers the term when it holds all tokens of one of its `forms`: its own, other
    spellings that the corpus knows, or those of the abbreviation or the long form that it gives.
    `weight` (0..1) is how much the word says about what is asked for; `start:end` is its place
    in the query's text. `head` are the forms of what a compound is a kind of: a B-ALL is an
    ALL. `phrases` are its spellings for the search, stems that stand side by side, and
    `shorts` abbreviations of a name that it is a part of: "HSCT" for "stem".
    """

    written: str
    forms: frozenset[Form]
    weight: float
    start: int = 0
    end: int = 0
    head: frozenset[Form] = frozenset()
    phrases: frozenset[Form] = frozenset()
    shorts: frozenset[str] = frozenset()

    def is_known(self, frequencies: Mapping[str, int]) -> bool:
        """Whether each stem of one of its forms occurs: `frequencies` count passages."""
        return any(all(frequencies.get(token.lower(), 0) for token in form) for form in self.forms)

    def is_covered(self, tokens: frozenset[str] | set[str]) -> bool:
        """Whether a text with these tokens (see `tokens`) covers the term."""
        return _holds(tokens, self.forms)

    def credit(self, tokens: frozenset[str] | set[str]) -> float:
        """1 for a term that is covered, `HEAD_CREDIT` for one whose head is, else 0."""
        if self.is_covered(tokens):
            return 1.0
        return HEAD_CREDIT if _holds(tokens, self.head) else 0.0


def _holds(tokens: frozenset[str] | set[str], forms: Iterable[Form]) -> bool:
    return any(all(token in tokens for token in form) for form in forms)


def tokens(text: str) -> set[str]:
    """What a text covers: stems of its words, and its capital abbreviations as written.

    "ALL" is not "all": an abbreviation that is also a common word counts only in capitals.
    Initials of neighbouring words count as the abbreviation that they make, in capitals:
    "hematopoietic stem cell transplantation" covers "HSCT". Words that a hyphen joins count as
    one word too: "FLT3-ITD" covers "FLT3ITD", "co-infection" "coinfection".
    """
    found: set[str] = set()
    in_order = list(words(text))
    for word in in_order:
        found.add(word.stem)
        if word.written.isupper() and len(word.written) > 1:
            found.add(word.written)
        elif (singular := word.written[:-1]).isupper() and len(singular) > 1:  # "TKIs"
            found |= {singular, stem(fold(singular))}
    found |= {initials for initials, _ in initialisms(in_order)}
    for joined in _joined(text, in_order):
        found.add(stem(fold(joined)))
        if joined.isupper():
            found.add(joined)
    return found


def _joined(text: str, in_order: Sequence[Word]) -> Iterator[str]:
    """Neighbouring words that a hyphen joins, as one; and "IL 6", "B ALL" as if it did."""
    for first, second in pairwise(in_order):
        if is_joint(text, first.end, second.start) or (
            text[first.end : second.start] == " "
            and first.written.isupper()
            and (second.written.isdecimal() or _is_code(second.written))
        ):
            yield first.written + second.written


def _is_code(written: str) -> bool:
    return len(written) > 1 and written.isupper()


def initialisms(in_order: Sequence[Word]) -> Iterator[tuple[str, Sequence[Word]]]:
    """Abbreviations of three to five letters that neighbouring words make, with the words."""
    heavy = [term_weight(word.stem) > LIGHTEST and word.written.isalpha() for word in in_order]
    run = 0
    for end, word_is_heavy in enumerate(heavy, start=1):
        run = run + 1 if word_is_heavy else 0
        for length in range(3, min(run, 5) + 1):
            window = in_order[end - length : end]
            yield "".join(word.written[0] for word in window).upper(), window
