"""The reader's network: MiniLM with three small heads, one pass for question and passage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, AutoConfig, AutoModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from rag.reading.network import EVIDENCE

ANSWERS, STANCES, RELEVANT = 0, slice(1, 4), 4  # what a passage's five numbers are
PASSAGE_NUMBERS = 5
SINGLE = "single"  # the name of the attention below


def _attend(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, **rest: Any
) -> tuple[Tensor, None]:
    """Attention in single precision: on processors, torch's own is twice as slow in bf16."""
    with torch.autocast(query.device.type, enabled=False):
        states, _ = sdpa_attention_forward(
            module, query.float(), key.float(), value.float(), mask, **rest
        )
    return states.to(query.dtype), None


AttentionInterface.register(SINGLE, _attend)
AttentionMaskInterface.register(SINGLE, sdpa_mask)


@dataclass(frozen=True, slots=True)
class Reading:
    """Logits: `tokens` of shape (batch, length, 3), `passages` of shape (batch, 5)."""

    tokens: Tensor
    passages: Tensor


class ReaderNetwork(nn.Module):
    """Token logits: answer starts, answer ends, token of evidence. Passage logits: answers;
    undecided, supports, contradicts; relevant.

    Start and end of no answer are at the first token (Devlin et al. 2019). A unit's logit is
    the mean of its tokens' evidence logits.
    """

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.token_head = nn.Linear(width, 3)
        self.passage_head = nn.Sequential(
            nn.Linear(width, width), nn.Tanh(), nn.Linear(width, PASSAGE_NUMBERS)
        )

    @classmethod
    def start(cls, folder: Path) -> ReaderNetwork:
        """With an encoder's weights from a folder, and heads at random."""
        encoder = AutoModel.from_pretrained(
            str(folder),
            add_pooling_layer=False,
            attn_implementation=SINGLE,
            # Drawing random masks costs a processor more than the layers do, and in one epoch
            # nothing is seen twice.
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        # Word vectors stay as they came: rare words of a field are not unlearned.
        encoder.embeddings.word_embeddings.requires_grad_(False)
        return cls(encoder, encoder.config.hidden_size)

    @classmethod
    def empty(cls, folder: Path, attention: str = SINGLE) -> ReaderNetwork:
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
