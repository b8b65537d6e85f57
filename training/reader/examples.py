"""What the reader learns from: a question or a statement, a passage, and what is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from rag.passages import split_text
from rag.sentences import split_sentences

WINDOW_WORDS = 110  # as long as the passages that are read in use
LEAST_PART = 20  # characters of a piece of evidence that still are evidence
Span = tuple[int, int]


class Stance(IntEnum):
    """What a passage says to a statement."""

    UNDECIDED = 0
    SUPPORTS = 1
    CONTRADICTS = 2


@dataclass(frozen=True, slots=True)
class Example:
    """One pair to read.

    `answers` are spans of short answers in the passage; `evidence` spans that hold an answer in
    full (units that overlap one are right); None where the source does not say. `answerable`
    is None for pairs that teach the stance or relevance alone. `relevant` is whether the passage
    is of a document that the question is about. `article` names the text that the passage is a
    part of, where it is one. Where the evidence is not `complete`, other sentences of the article
    may answer as well.
    """

    source: str
    question: str
    passage: str
    title: str = ""
    answerable: bool | None = None
    answers: tuple[Span, ...] | None = None
    evidence: tuple[Span, ...] | None = None
    stance: Stance | None = None
    relevant: bool | None = None
    article: str = ""
    complete: bool = True

    @property
    def units(self) -> list[Span]:
        """The passage's sentences; a line of its own is a unit too."""
        return [
            (first + start, first + end)
            for first, text in _lines(self.passage)
            for start, end in split_sentences(text)
        ]


def windows(passage: str) -> list[Span]:
    """A long text cut as the product cuts it."""
    return split_text(passage, WINDOW_WORDS)


def cut(example: Example) -> list[Example]:
    """The example's passage in windows: first those that hold an answer whole, then the rest.

    Windows that hold a part of an answer are dropped: neither answerable nor not.
    """
    if len(example.passage.split()) <= WINDOW_WORDS * 1.4:
        return [example]
    places = windows(example.passage)
    if example.answerable and example.answers is None and example.evidence is None:
        return [_window(example, places[0])]  # where the answer stands is not told: at the start
    cuts = [(place, _window(example, place)) for place in places]
    whole = [one for place, one in cuts if one.answerable or not _touches(example, place)]
    return sorted(whole, key=lambda one: not one.answerable)


def _window(example: Example, span: Span) -> Example:
    start, end = span
    answers = _within(example.answers, span)
    evidence = _evidence_within(example, span)
    known = example.answers is not None or example.evidence is not None
    return replace(
        example,
        passage=example.passage[start:end],
        answerable=bool(answers or evidence) if known else example.answerable,
        answers=answers,
        evidence=evidence,
        stance=_stance(example, bool(evidence) or not known),
    )


def _touches(example: Example, window: Span) -> bool:
    spans = (*(example.answers or ()), *(example.evidence or ()))
    return any(a < window[1] and window[0] < b for a, b in spans)


def _stance(example: Example, decided: bool) -> Stance | None:
    if example.stance is None or decided:
        return example.stance
    return Stance.UNDECIDED


def _within(spans: tuple[Span, ...] | None, window: Span) -> tuple[Span, ...] | None:
    """Spans that lie whole in a window, counted from its start."""
    if spans is None:
        return None
    start, end = window
    return tuple((a - start, b - start) for a, b in spans if start <= a and b <= end)


def _evidence_within(example: Example, window: Span) -> tuple[Span, ...] | None:
    """What of the evidence lies in a window: where it is sentences, it may be cut in two."""
    if example.evidence is None or example.evidence == example.answers:
        return _within(example.evidence, window)
    start, end = window
    parts = ((max(a, start), min(b, end), b - a) for a, b in example.evidence)
    return tuple((a - start, b - start) for a, b, n in parts if b - a >= min(n, LEAST_PART))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1
