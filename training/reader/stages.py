"""What the reader is trained on, in which order, and for how long."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from training.reader import sources
from training.reader.examples import Example


@dataclass(frozen=True, slots=True)
class Source:
    """A set, how to read it, and how many examples of it are taken (0: all).

    `mined` is how many negatives a question gets by search; such a source teaches relevance too
    (`ranked`). `titled` is false where the title is what is asked.
    """

    name: str
    read: Callable[[Path], Iterator[Example]]
    limit: int = 0
    mined: float = 0.0
    titled: bool = True
    ranked: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "ranked", self.ranked or self.mined > 0)

    def examples(self, data: Path, share: float = 1.0) -> list[Example]:
        """The chosen examples, their texts whole; always the same ones."""
        every = list(self.read(data))
        size = round(min(self.limit or len(every), len(every)) * share)
        return random.Random(self.name).sample(every, size)


@dataclass(frozen=True, slots=True)
class Stage:
    """Some sources, and for how many steps they are trained on.

    `records` is how many examples about papers themselves are made up beside them.
    """

    name: str
    steps: int
    sources: tuple[Source, ...]
    records: int = 0


def stages(share: float = 1.0) -> tuple[Stage, ...]:
    """What is trained on, in turn; of `share` of the data for as much fewer steps."""
    return tuple(replace(stage, steps=round(stage.steps * share)) for stage in _STAGES)


def _spans(name: str, *parts: str, limit: int = 0, mined: float = 0.0) -> Source:
    return Source(name, lambda data: sources.spans(data, name, *parts), limit, mined)


def _written(*sets: str, mined: float = 0.0) -> Source:
    name = "written " + " ".join(sets)
    return Source(name, lambda data: sources.written_questions(data, *sets), 0, mined)


def _claims(name: str, limit: int = 0) -> Source:
    return Source(name, lambda data: sources.claims(data, name), limit)


_REVIEWS = ("amazon_reviews", "reddit")
# What there is little of stands twice or thrice in a stage; each time it is given other windows
# and negatives.
_READING = (
    Source("squad2", sources.squad2),
    Source("xquad", sources.xquad),
    _spans("squad11_train_slice"),
    _spans("squadshifts", "new_wiki"),
    _spans("squadshifts", *_REVIEWS, limit=5000),
    _spans("qed"),
    _spans("qamr", limit=2500),
    Source("evidence_inference", sources.evidence_inference),
    Source("covid_qa", sources.covid_qa),
    Source("covid_qa", sources.covid_qa),
    Source("pubmedqa", sources.pubmedqa),
    Source("scifact", sources.scifact),
    _claims("fever_symmetric"),
    _claims("wice"),
)
_DOUBTING = (
    Source("squad2", sources.squad2, mined=0.25),
    Source("xquad", sources.xquad, mined=0.5),
    _spans("squad11_train_slice", limit=2500, mined=0.6),
    _spans("squadshifts", "new_wiki", limit=3500, mined=0.6),
    _spans("squadshifts", *_REVIEWS, limit=1000),
    _spans("qed", mined=0.6),
    Source("evidence_inference", sources.evidence_inference, limit=4000, mined=0.8),
    Source("medquad", sources.relevance, limit=2500, mined=1.0),
    *[Source("covid_qa", sources.covid_qa, mined=1.5)] * 3,
    *[Source("pubmedqa", sources.pubmedqa, mined=3.0)] * 2,
    *[Source("scifact", sources.scifact, mined=2.0)] * 2,
    *[_written("scifact", mined=0.5)] * 2,
    *[_written("covid_qa", "pubmedqa", "evidence_inference", "medquad")] * 2,
    *[_written("pages")] * 2,
    *[Source("written claims", sources.written_claims)] * 2,
    Source("titles", sources.titles, limit=1000, mined=3.0, titled=False),
    _claims("fever_symmetric"),
    _claims("wice", limit=2000),
)
_STAGES = (Stage("reading", 900, _READING, 6000), Stage("doubting", 2700, _DOUBTING, 8000))
