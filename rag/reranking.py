"""A second look at the best hits: question and passage read together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.embedding.export import quieten_libraries
from rag.errors import ModelError
from rag.reading.network import ReaderNetwork, under_title
from rag.types import Hit, Kind

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

READER = "reader"  # the name of the network that is shipped
_BATCH = 16


class Reranker(Protocol):
    """What scores passages for a question; a higher score is better."""

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> Sequence[float]:
        """One score a passage, each given as its title (or "") and its text."""


def open_reranker(name: str) -> Reranker:
    """The reranker of a name: "reader", or a CrossEncoder's folder or name on a hub."""
    return ReaderReranker(ReaderNetwork()) if name == READER else CrossEncoderReranker(name)


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
    scored = [replace(hit, score=score) for hit, score in zip(head, scores, strict=True)]
    scored.sort(key=lambda hit: (-hit.score, hit.passage.id))
    return [*scored, *_below(scored[-1].score, hits[most:])]


class ReaderReranker:
    """The shipped reader's logit of a passage's answering the question."""

    def __init__(self, network: ReaderNetwork) -> None:
        self._network = network

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """See `Reranker`."""
        return [reading.answers for reading in self._network.read(question, passages)]


class CrossEncoderReranker:
    """Any sentence-transformers CrossEncoder with one output; loaded for the first question."""

    def __init__(self, name: str) -> None:
        self.name = name

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """See `Reranker`. Raises ModelError."""
        pairs = [(question, under_title(title, text)) for title, text in passages]
        scores = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        return [float(score) for score in scores]

    @cached_property
    def _model(self) -> CrossEncoder:
        model = self._load()
        if model.num_labels != 1:
            raise ModelError(
                f"{self.name} gives {model.num_labels} numbers a pair, a reranker gives one: "
                "choose a CrossEncoder that was trained to rank"
            )
        return model

    def _load(self) -> CrossEncoder:
        try:
            folder = Path(self.name).expanduser()
            is_local = folder.is_dir()
            quieten_libraries()
            from sentence_transformers import CrossEncoder

            # Nothing is asked of a hub unless the user named a model that lies there.
            model: CrossEncoder = CrossEncoder(
                str(folder) if is_local else self.name,
                trust_remote_code=False,
                local_files_only=is_local,
            )
        except Exception as error:  # the hub and its libraries raise types of their own
            reason: Any = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"the reranker {self.name} cannot be loaded ({reason[:200]}): give the folder of a "
                'CrossEncoder, its name on a hub that can be reached, or "reader"'
            ) from error
        return model


def _below(bound: float, hits: Sequence[Hit]) -> list[Hit]:
    return [replace(hit, score=bound - place) for place, hit in enumerate(hits, start=1)]


def _title(hit: Hit) -> str:
    """The title that a passage is read under; a list's says nothing of the works listed."""
    return "" if hit.passage.kind is Kind.REFERENCE else hit.passage.title
