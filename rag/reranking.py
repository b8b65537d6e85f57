"""A second look at the best hits: question and passage read together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from rag.errors import ModelError
from rag.reading.foreign import SHIPPED
from rag.reading.foreign_loading import explained, load_cross_encoder
from rag.reading.network import ReaderNetwork, under_title
from rag.types import Hit, Kind

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_MEND = f'give the folder of a CrossEncoder, its name on a hub that can be reached, or "{SHIPPED}"'
_BATCH = 16
SEARCH_WEIGHT = 16.0  # see benchmarks/README.md, "What was set, and on what"


class Reranker(Protocol):
    """What scores passages for a question; a higher score is better.

    `search_weight` is what the search's own score weighs beside one of these.
    """

    search_weight: float

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> Sequence[float]:
        """One score a passage, each given as its title (or "") and its text."""


def open_reranker(name: str) -> Reranker:
    """The reranker of a name: "reader", or a CrossEncoder's folder or name on a hub."""
    return ReaderReranker(ReaderNetwork()) if name == SHIPPED else CrossEncoderReranker(name)


def rerank(question: str, hits: Sequence[Hit], reranker: Reranker, most: int) -> list[Hit]:
    """The first `most` hits by the reranker's score, then the others as they were.

    Scores of the two are not comparable; the others' are set so that they fall all the way.
    """
    head = list(hits[:most])
    if not head:
        return []
    scores = reranker.score(question, [(_title(hit), hit.passage.text) for hit in head])
    if len(scores) != len(head) or not all(map(math.isfinite, scores)):
        raise ModelError("the reranker gave no number for some passages: choose another one")
    scored = [
        replace(hit, score=score + reranker.search_weight * hit.score)
        for hit, score in zip(head, scores, strict=True)
    ]
    scored.sort(key=lambda hit: (-hit.score, hit.passage.id))
    return [*scored, *_below(scored[-1].score, hits[most:])]


class ReaderReranker:
    """What the shipped reader says of a passage: that it answers, and that it is about it.

    The mean of the two logits, weighed with the search's score: they err in different places.
    """

    search_weight = SEARCH_WEIGHT

    def __init__(self, network: ReaderNetwork) -> None:
        self._network = network

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """See `Reranker`."""
        readings = self._network.read(question, passages)
        return [
            one.answers if one.relevant is None else (one.answers + one.relevant) / 2
            for one in readings
        ]


class CrossEncoderReranker:
    """Any sentence-transformers CrossEncoder with one output; loaded for the first question."""

    search_weight = 0.0

    def __init__(self, name: str) -> None:
        self.name = name

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """See `Reranker`. Raises ModelError."""
        pairs = [(question, under_title(title, text)) for title, text in passages]
        with explained(f"the reranker {self.name} cannot read", _MEND):
            scores = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
            return [float(score) for score in scores]

    @cached_property
    def _model(self) -> CrossEncoder:
        return load_cross_encoder(self.name, "reranker", _MEND)


def _below(bound: float, hits: Sequence[Hit]) -> list[Hit]:
    return [replace(hit, score=bound - place) for place, hit in enumerate(hits, start=1)]


def _title(hit: Hit) -> str:
    """The title that a passage is read under; a list's says nothing of the works listed."""
    return "" if hit.passage.kind is Kind.REFERENCE else hit.passage.title
