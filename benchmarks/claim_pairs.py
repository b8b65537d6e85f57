"""SciFact's claims beside the abstracts that they cite, and what a reader says of each pair."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.beir import Collection
from benchmarks.measures import Array
from rag.embedding.encoder import Encoder
from rag.embedding.export import export
from rag.query import Term, term_weight, tokens
from rag.reading.features import coverage
from rag.reading.network import Network
from rag.sentences import split_sentences
from rag.settings import Settings
from rag.terms import words
from training.reader.examples import Span, Stance, windows

POOLINGS = ("best window", "windows summed")  # how an abstract's stance is made from its windows
_STANCES = {"SUPPORT": Stance.SUPPORTS, "CONTRADICT": Stance.CONTRADICTS}


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and an abstract that it cites.

    `claim` is its id. `rationales` are sets of sentences, by number, each of which decides the
    claim; there are none where the stance is undecided.
    """

    claim: str
    statement: str
    title: str
    text: str
    sentences: tuple[Span, ...]
    rationales: tuple[frozenset[int], ...] = ()
    stance: Stance = Stance.UNDECIDED

    @property
    def relevant(self) -> frozenset[int]:
        """The sentences of any rationale."""
        return frozenset[int]().union(*self.rationales)

    @property
    def written(self) -> list[str]:
        """The sentences' texts."""
        return [self.text[start:end] for start, end in self.sentences]


@dataclass(frozen=True, slots=True)
class PairReading:
    """What a reader says of a pair.

    `evidence` is the mean evidence logit of each sentence; `stances` are, by pooling, the three
    logits of the abstract's stance.
    """

    pair: Pair
    evidence: Array
    stances: Mapping[str, Array]


def read_pairs(collection: Collection, queries: Path) -> Iterator[Pair]:
    """The collection's claims with the abstracts that they cite.

    `queries` is the file whose `metadata` holds the evidence. The corpus lacks the annotators'
    division into sentences, so that it is made anew.
    """
    documents = {one.id: one for one in collection.documents}
    rows = map(json.loads, queries.read_text(encoding="utf-8").splitlines())
    evidence = {row["_id"]: row["metadata"] for row in rows}
    for claim, statement in collection.queries.items():
        for id in sorted(collection.relevant(claim)):
            abstract, sets = documents[id], evidence[claim].get(id, [])
            yield Pair(
                claim,
                statement,
                abstract.title,
                abstract.text,
                tuple(split_sentences(abstract.text)),
                tuple(frozenset(one["sentences"]) for one in sets),
                _STANCES[sets[0]["label"]] if sets else Stance.UNDECIDED,
            )


def read(network: Network, pair: Pair) -> PairReading:
    """Read an abstract in windows; a sentence's logit is that of the window that it stands in."""
    spans = windows(pair.text)
    readings = network.read(pair.statement, [(pair.title, pair.text[a:b]) for a, b in spans])
    logits = np.array(
        [
            [reading.evidence(start - first, end - first)[0] for start, end in pair.sentences]
            for (first, _), reading in zip(spans, readings, strict=True)
        ]
    )
    stances = np.array([reading.stance for reading in readings])
    likeliest = stances[int(logits.max(axis=1).argmax())]
    pooled = dict(zip(POOLINGS, (likeliest, stances.sum(axis=0)), strict=True))
    return PairReading(pair, logits.max(axis=0), pooled)


def coverages(pair: Pair) -> Array:
    """The share of the claim's weight that each sentence covers, by the product's own weights."""
    terms = [
        Term(word.written, frozenset({(word.stem,)}), term_weight(word.stem))
        for word in words(pair.statement)
    ]
    return np.array([coverage(terms, tokens(text)) for text in pair.written])


def cosines(pairs: Sequence[Pair]) -> list[Array]:
    """The cosine of each sentence and its claim, by the shipped embedding model."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        card = export(settings.embedding_model, Path(folder), cache=settings.model_cache)
        encoder = Encoder(Path(folder), card)
    return [
        np.asarray(vectors[1:] @ vectors[0], dtype=float)
        for vectors in (encoder.encode([pair.statement, *pair.written]) for pair in pairs)
    ]
