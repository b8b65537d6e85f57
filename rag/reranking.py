"""A second look at the best hits: question and passage read together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from rag.errors import ModelError
from rag.reading.foreign_loading import explained, load_cross_encoder
from rag.reading.network import SHIPPED, Network, titled, under_title
from rag.reading.opening import open_network
from rag.types import Hit

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
    """The reranker of a name: "reader", or a CrossEncoder's folder or name on a hub.

    Raises ModelError.
    """
    return ReaderReranker(open_network(SHIPPED)) if name == SHIPPED else CrossEncoderReranker(name)


def rerank(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """The hits with the reranker's scores, best first. Raises ModelError."""
    scores = score(question, [titled(hit.passage) for hit in hits], reranker)
    scored = [
        replace(hit, score=one + reranker.search_weight * hit.score)
        for hit, one in zip(hits, scores, strict=True)
    ]
    return sorted(scored, key=lambda hit: (-hit.score, hit.passage.id))


def score(
    question: str, passages: Sequence[tuple[str, str]], reranker: Reranker
) -> Sequence[float]:
    """What a reranker says, one number a passage. Raises ModelError where that is none."""
    scores = reranker.score(question, passages)
    if len(scores) != len(passages) or not all(map(math.isfinite, scores)):
        raise ModelError("the reranker gave no number for some passages: choose another one")
    return scores


class ReaderReranker:
    """What the shipped reader says of a passage: that it answers, and that it is about it.

    The mean of the two logits, weighed with the search's score: they err in different places.
    """

    search_weight = SEARCH_WEIGHT

    def __init__(self, network: Network) -> None:
        self._network = network

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """See `Reranker`."""
        readings = self._network.read(question, passages)
        return [
            one.answers if one.relevant is None else (one.answers + one.relevant) / 2
            for one in readings
        ]


class CrossEncoderReranker:
    """Any sentence-transformers CrossEncoder with one output."""

    search_weight = 0.0

    def __init__(self, name: str) -> None:
        """Load the model. Raises ModelError."""
        self.name = name
        self._model = load_cross_encoder(name, "reranker", _MEND)

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """See `Reranker`. Raises ModelError."""
        pairs = [(question, under_title(title, text)) for title, text in passages]
        with explained(f"the reranker {self.name} cannot read", _MEND):
            scores = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
            return [float(score) for score in scores]
