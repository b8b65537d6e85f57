"""The sentences that stand: each checked against what it cites, numbered in order of use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.answering import disagreement, written_text
from rag.generation.prompt import NO_ANSWER
from rag.generation.sentences import Sentence
from rag.query.weights import term_weight
from rag.terms import stems
from rag.types import Answer, Citation, Statement, Support

if TYPE_CHECKING:
    from rag.support import Checker

_STANDING = (Support.SUPPORTED, Support.PARTLY)
# The share of what a statement is about that passages must name to be able to carry or deny it.
_ABOUT_THE_SAME, _ABOUT_TO_DENY = 0.5, 0.8


class Page:
    """An answer being written."""

    def __init__(self, checker: Checker, passages: Sequence[Citation], *, mark: bool) -> None:
        """`passages` are what the model was given, by number from 1.

        With `mark`, sentences that nothing carries stay, and say so.
        """
        self.statements: list[Statement] = []
        self.removed = 0
        self.is_declined = False  # whether the model said that the passages do not answer
        self._checker, self._passages, self._mark = checker, passages, mark
        self._numbers: dict[int, int] = {}  # place among the passages -> number in the answer

    @property
    def stands(self) -> bool:
        """Whether anything on it is carried by what it cites."""
        return any(one.support in _STANDING for one in self.statements)

    def add(self, sentence: Sentence) -> bool:
        """Check a sentence; whether it is kept. What is said twice is said once."""
        if any(one.text.casefold() == sentence.text.casefold() for one in self.statements):
            return False
        if sentence.text.strip(" .*").upper() == NO_ANSWER:
            self.is_declined = True
            return False
        cited = [number - 1 for number in sentence.numbers if 1 <= number <= len(self._passages)]
        support, missing = self._checked(sentence.text, cited)
        stands = support in _STANDING
        if not (stands or self._mark):
            self.removed += 1
            return False
        numbers = tuple(self._number(place) for place in cited)
        against = self._denied_by(sentence.text, cited) if stands else ()
        self.statements.append(Statement(sentence.text, numbers, support, missing, against))
        return True

    def answer(self, quoted: Answer) -> Answer:
        """The answer so far; `quoted` is the one made of quotations."""
        return replace(
            quoted,
            text=written_text(self.statements),
            citations=tuple(
                replace(self._passages[place], number=number)
                for place, number in self._numbers.items()
            ),
            generated=True,
            statements=tuple(self.statements),
            notice=disagreement(self.statements),
            removed=self.removed,
        )

    def _checked(self, text: str, cited: Sequence[int]) -> tuple[Support, tuple[str, ...]]:
        if not cited:
            return Support.NOT, ()
        passages = [self._passages[place] for place in cited]
        if not _are_about(text, passages):
            return Support.NOT, ()
        quotes = [one.quote for one in passages]
        verdict = self._checker.check(text, quotes, title=passages[0].title)
        return verdict.support, verdict.missing

    def _denied_by(self, text: str, cited: Sequence[int]) -> tuple[int, ...]:
        """The best passage that denies a statement, if any does: it is cited too."""
        for place, passage in enumerate(self._passages):
            if place in cited or not _are_about(text, [passage], _ABOUT_TO_DENY):
                continue
            verdict = self._checker.check(text, [passage.quote], title=passage.title)
            if verdict.support is Support.CONTRADICTED:
                return (self._number(place),)
        return ()

    def _number(self, place: int) -> int:
        return self._numbers.setdefault(place, len(self._numbers) + 1)


def _are_about(text: str, passages: Sequence[Citation], least: float = _ABOUT_THE_SAME) -> bool:
    """Whether passages name a share of what a statement is about, weighed by how telling it is."""
    said = {stem: term_weight(stem) for stem in stems(text)}
    named = {stem for one in passages for stem in stems(f"{one.title} {one.quote}")}
    shared = sum(weight for stem, weight in said.items() if stem in named)
    return shared >= least * sum(said.values()) > 0
