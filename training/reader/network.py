"""The reader's network: MiniLM with three small heads, one pass for question and passage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from rag.reading.network import EVIDENCE

ANSWERS, STANCES = 0, slice(1, 4)  # what a passage's four numbers are


@dataclass(frozen=True, slots=True)
class Reading:
    """Logits: `tokens` of shape (batch, length, 3), `passages` of shape (batch, 4)."""

    tokens: Tensor
    passages: Tensor


class ReaderNetwork(nn.Module):
    """Token logits: answer starts, answer ends, token of evidence. Passage logits: answers;
    undecided, supports, contradicts.

    Start and end of no answer are at the first token (Devlin et al. 2019). A unit's logit is
    the mean of its tokens' evidence logits.
    """

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.token_head = nn.Linear(width, 3)
        self.passage_head = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 4))

    @classmethod
    def start(cls, folder: Path) -> ReaderNetwork:
        """With an encoder's weights from a folder, and heads at random."""
        encoder = AutoModel.from_pretrained(
            str(folder),
            add_pooling_layer=False,
            attn_implementation="sdpa",
            # Drawing random masks costs a processor more than the layers do, and in one epoch
            # nothing is seen twice.
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        return cls(encoder, encoder.config.hidden_size)

    @classmethod
    def empty(cls, folder: Path, attention: str = "sdpa") -> ReaderNetwork:
        """The same shape, for weights that are loaded afterwards."""
        config = AutoConfig.from_pretrained(str(folder))
        config._attn_implementation = attention
        encoder = AutoModel.from_config(config, add_pooling_layer=False)
        return cls(encoder, config.hidden_size)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Reading:
        """Shapes (batch, length) each."""
        states = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types)
        hidden = self.dropout(states.last_hidden_state)
        return Reading(self.token_head(hidden), self.passage_head(hidden[:, 0]))


def unit_logits(tokens: Tensor, units: Tensor) -> tuple[Tensor, Tensor]:
    """Mean evidence logit of each unit, and which units there are; shapes (batch, most units).

    `units` (batch, length) numbers the unit of each token; -1 where there is none.
    """
    most = int(units.max()) + 1
    member = nn.functional.one_hot(units + 1, most + 1)[:, :, 1:].to(tokens.dtype)
    sizes = member.sum(dim=1)
    sums = torch.einsum("bl,blu->bu", tokens[..., EVIDENCE], member)
    return sums / sizes.clamp(min=1), sizes > 0
