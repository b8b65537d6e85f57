"""The examples of each stage of training, with their negatives; always the same for a seed.

The first stage teaches to read: spans and evidence, and negatives made from the pair itself.
The second teaches to doubt and to rank as well: negatives are what our own search brings up.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from itertools import islice
from pathlib import Path

from training.reader.examples import Example, cut
from training.reader.mining import Known, Pool
from training.reader.negatives import altered, holds, removed, reversed_claim
from training.reader.records import records
from training.reader.stages import Source, Stage

# How often an answerable pair gets a negative of each kind, and a supported claim its reverse.
REMOVED, ELSEWHERE, ALTERED, REVERSED = 0.25, 0.2, 0.25, 0.3
TITLES_KEPT = 0.7


def build(data: Path, stage: Stage, share: float, seed: int, folder: Path) -> list[Example]:
    """The examples of an epoch, shuffled; `share` of each source.

    `folder` keeps the index that negatives are searched in, where the stage wants such; runs
    may share it.
    """
    rng = random.Random(seed)
    asked = [(source, source.examples(data, share)) for source in stage.sources]
    searched = [one for source, some in asked if source.mined for one in some]
    examples: list[Example] = []
    with Pool(data, folder, searched) if searched else nullcontext() as pool:
        if pool:
            pool.search(one.question for one in searched)
        known = pool.known(searched) if pool else {}
        for source, some in asked:
            for example in some:
                group = list(_group(example, source, some, rng))
                if pool and source.mined:
                    group += _mined(example, source.mined, pool, known[example.question], rng)
                titled = source.titled and rng.random() < TITLES_KEPT
                examples += group if titled else [replace(one, title="") for one in group]
    examples += records(data, rng, round(stage.records * share))
    rng.shuffle(examples)
    return examples


def _group(
    whole: Example, source: Source, others: Sequence[Example], rng: random.Random
) -> Iterator[Example]:
    """A pair, its passage cut to a window, and the negatives that are made from it."""
    windows = cut(whole)
    if not windows:
        return
    example = rng.choice([one for one in windows if one.answerable] or windows)
    if source.ranked and example.answerable:
        example = replace(example, relevant=True)
    yield example
    if not example.answerable:
        return
    elsewhere = [one for one in windows if whole.complete and _is_elsewhere(one, whole)]
    made = (
        (REMOVED, lambda: removed(example)),
        (ELSEWHERE, lambda: rng.choice(elsewhere) if elsewhere else None),
        (ALTERED, lambda: altered(example, rng, others) if example.stance is None else None),
        (REVERSED, lambda: reversed_claim(example, rng)),
    )
    for chance, make in made:
        if rng.random() < chance and (negative := make()):
            yield negative


def _mined(
    example: Example,
    count: float,
    pool: Pool,
    known: Known,
    rng: random.Random,
) -> list[Example]:
    """`count` negatives on average, from the nearest twice as many and two."""
    size = int(count) + (rng.random() < count % 1)
    if not size:
        return []
    nearest = list(islice(pool.wrong_passages(example, known), 2 * size + 2))
    return rng.sample(nearest, min(size, len(nearest)))


def _is_elsewhere(window: Example, whole: Example) -> bool:
    """Whether the answer is not in a window of its text, nor its words."""
    answers = [whole.passage[a:b] for a, b in whole.answers or ()]
    return window.answerable is False and not any(holds(window.passage, one) for one in answers)
