"""Examples as tensors."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from rag.reading.network import under_title
from training.reader.examples import Example, Span

LONGEST = 288  # tokens, question and passage together
NONE = -100  # a target that is not known, as torch's losses take it


@dataclass(frozen=True, slots=True)
class Batch:
    """Token ids and targets; targets are `NONE` where an example does not say."""

    ids: Tensor
    mask: Tensor
    types: Tensor
    units: Tensor  # (batch, length): number of the unit of each token, or -1
    start: Tensor
    end: Tensor
    evidence: Tensor  # (batch, most units): 1, 0 or NONE
    answers: Tensor
    stance: Tensor
    relevant: Tensor

    def to(self, device: str) -> Batch:
        """The same on a device."""
        return Batch(**{one.name: getattr(self, one.name).to(device) for one in fields(self)})


def batches(examples: Sequence[Example], size: int, rng: random.Random) -> Iterator[list[Example]]:
    """Examples of like length together, batches in random order."""
    order = list(range(len(examples)))
    rng.shuffle(order)
    chunk = size * 50
    grouped: list[list[int]] = []
    for first in range(0, len(order), chunk):
        part = sorted(order[first : first + chunk], key=lambda i: _length(examples[i]))
        grouped += [part[i : i + size] for i in range(0, len(part), size)]
    rng.shuffle(grouped)
    for group in grouped:
        yield [examples[i] for i in group]


def encode(examples: Sequence[Example], tokenizer: Any, rng: random.Random) -> Batch:
    """One batch, padded to its longest pair. `tokenizer` is one of `tokenizers`."""
    pairs = [(one.question, under_title(one.title, one.passage)) for one in examples]
    encodings = tokenizer.encode_batch(pairs)
    width = max(len(one.ids) for one in encodings)
    ids, mask, types, units = (torch.zeros(len(examples), width, dtype=torch.long) for _ in "1234")
    units -= 1
    starts, ends, evidence = [], [], []
    for row, (example, encoding) in enumerate(zip(examples, encodings, strict=True)):
        length = len(encoding.ids)
        ids[row, :length] = torch.tensor(encoding.ids)
        mask[row, :length] = 1
        types[row, :length] = torch.tensor(encoding.type_ids)
        places = _places(encoding, len(under_title(example.title, "")))
        spans = example.units
        for token, (a, b) in places.items():
            units[row, token] = next((u for u, (s, e) in enumerate(spans) if s < b and a < e), -1)
        start, end = _target(example, places, rng)
        starts.append(start)
        ends.append(end)
        evidence.append(_evidence(example, spans))
    most = max(int(units.max()) + 1, 1)
    return Batch(
        ids=ids,
        mask=mask,
        types=types,
        units=units,
        start=torch.tensor(starts),
        end=torch.tensor(ends),
        evidence=torch.tensor([(row + [NONE] * most)[:most] for row in evidence]),
        answers=torch.tensor([_known(example.answerable) for example in examples]),
        stance=torch.tensor([_known(example.stance) for example in examples]),
        relevant=torch.tensor([_known(example.relevant) for example in examples]),
    )


def _known(value: int | None) -> int:
    return NONE if value is None else int(value)


def prepare(tokenizer: Any) -> Any:
    """A tokenizer set for pairs: the passage gives way, never the question."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="only_second")
    return tokenizer


def _places(encoding: Any, title: int) -> dict[int, Span]:
    """Characters of the passage (after its title) that each of its tokens stands for."""
    return {
        token: (a - title, b - title)
        for token, ((a, b), sequence) in enumerate(
            zip(encoding.offsets, encoding.sequence_ids, strict=True)
        )
        if sequence == 1 and b > a >= title
    }


def _target(example: Example, places: dict[int, Span], rng: random.Random) -> tuple[int, int]:
    if example.answerable is False and example.answers is not None:
        return 0, 0
    if not example.answers:
        return NONE, NONE
    start, end = rng.choice(example.answers)
    covered = [token for token, (a, b) in places.items() if a < end and start < b]
    return (covered[0], covered[-1]) if covered else (NONE, NONE)


def _evidence(example: Example, units: Sequence[Span]) -> list[int]:
    if example.evidence is None:
        return []
    return [int(any(s < b and a < e for a, b in example.evidence)) for s, e in units]


def _length(example: Example) -> int:
    return len(example.question) + len(example.title) + len(example.passage)
