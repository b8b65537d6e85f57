"""All examples of an epoch: the sets, their negatives, the made-up records; always the same."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from training.reader.examples import Example, cut
from training.reader.negatives import altered, mined, removed
from training.reader.records import records
from training.reader.sources import MIXTURE

SEED = 13
RECORDS = 6000
# How often an answerable pair gets a negative of each kind.
REMOVED, ELSEWHERE, MINED, ALTERED = 0.22, 0.18, 0.3, 0.22
TITLES_KEPT = 0.7


def build(data: Path, share: float = 1.0) -> list[Example]:
    """The examples of an epoch, shuffled; `share` of each set, for ablations."""
    rng = random.Random(SEED)
    examples: list[Example] = []
    for _, read, limit in MIXTURE:
        asked = list(read(data))
        size = min(limit or len(asked), len(asked))
        examples += _with_negatives(rng.sample(asked, round(size * share)), rng)
    examples += records(data, round(RECORDS * share), rng)
    examples = [one if rng.random() < TITLES_KEPT else replace(one, title="") for one in examples]
    rng.shuffle(examples)
    return examples


def _with_negatives(asked: Sequence[Example], rng: random.Random) -> Iterator[Example]:
    cuts = [cut(one) for one in asked]
    first = [_chosen(one, rng) for one in cuts]
    candidates = [window for one in cuts for window in one[:12]]
    wrong = mined(first, candidates, rng)
    for example, windows, other in zip(first, cuts, wrong, strict=True):
        yield example
        if not example.answerable:
            continue
        elsewhere = [one for one in windows[1:] if one.answerable is False]
        made = (
            (REMOVED, lambda e=example: removed(e)),
            (ELSEWHERE, lambda w=elsewhere: rng.choice(w) if w else None),
            (MINED, lambda o=other: o),
            (ALTERED, lambda e=example: altered(e, rng, first) if e.stance is None else None),
        )
        for chance, make in made:
            if rng.random() < chance and (negative := make()):
                yield negative


def _chosen(windows: Sequence[Example], rng: random.Random) -> Example:
    """A window that holds the answer; where none does, any."""
    right = [one for one in windows if one.answerable]
    return rng.choice(right or windows)
