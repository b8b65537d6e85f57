"""What the reader is taught by: one loss for each of the things that it says."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rag.reading.network import END, START
from training.reader.batches import NONE, Batch
from training.reader.network import ANSWERS, RELEVANT, STANCES, Reading, unit_logits

# What each loss weighs.
WEIGHTS = {"span": 1.0, "evidence": 2.0, "answers": 1.0, "stance": 0.5, "relevant": 1.0}


def losses_of(reading: Reading, batch: Batch) -> tuple[Tensor, ...]:
    """Those that `WEIGHTS` names; each 0 where no example of the batch says."""
    entropy = nn.functional.cross_entropy
    binary = nn.functional.binary_cross_entropy_with_logits
    zero = torch.zeros((), device=batch.ids.device)
    outside = (batch.units < 0) & (torch.arange(batch.ids.shape[1], device=batch.ids.device) > 0)
    edges = reading.tokens[..., : END + 1].masked_fill(outside[..., None], -1e4)
    span = zero
    if (known := batch.start != NONE).any():
        span = 0.5 * (
            entropy(edges[known][..., START], batch.start[known])
            + entropy(edges[known][..., END], batch.end[known])
        )
    logits, there = unit_logits(reading.tokens, batch.units)
    told = there & (batch.evidence != NONE)
    evidence = _mean(binary, logits[told], batch.evidence[told])
    sure = batch.answers != NONE
    answers = _mean(binary, reading.passages[sure, ANSWERS], batch.answers[sure])
    sure = batch.relevant != NONE
    relevant = _mean(binary, reading.passages[sure, RELEVANT], batch.relevant[sure])
    stance = zero
    if (known := batch.stance != NONE).any():
        stance = entropy(reading.passages[known][:, STANCES], batch.stance[known])
    return span, evidence, answers, stance, relevant


def _mean(loss: nn.Module, logits: Tensor, targets: Tensor) -> Tensor:
    return loss(logits, targets.to(logits.dtype)) if len(targets) else logits.sum() * 0
