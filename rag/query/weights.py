"""How much a word says about what a question is after."""

from __future__ import annotations

import json
import math
from functools import cache, lru_cache
from importlib import resources

_FLOOR = 0.25


@cache
def _question_counts() -> tuple[int, dict[str, int]]:
    """How many questions were counted, and how many of them hold each stem."""
    note = resources.files("rag.query").joinpath("term_weights.json").read_text(encoding="utf-8")
    values = json.loads(note)
    return values["questions"], values["counts"]


@lru_cache(maxsize=100_000)
def term_weight(stem: str) -> float:
    """0..1: the share of a question's information that a stem can carry, at most.

    Inverse document frequency over questions that people asked (`training/term_weights.py`),
    scaled so that an unseen stem weighs 1 and one in every sixteenth question nothing.
    """
    total, counts = _question_counts()
    rarity = math.log((total + 1) / (counts.get(stem, 0) + 1)) / math.log(total + 1)
    return max(0.0, (rarity - _FLOOR) / (1 - _FLOOR))
