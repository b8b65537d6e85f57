"""How likely it is that evidence carries a sentence: the reader's stance and coverage, weighed.

`thresholds.json` holds the weights and the bounds between verdicts; `training/fit_support.py`
makes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from rag.errors import ModelError
from rag.query import tokens
from rag.reading.calibration import Logistic
from rag.reading.network import Network, Reading
from rag.support.evidence import Told

NAMES = ("supports", "contradicts", "evidence", "covered", "kept")
_MOST = 8.0  # no logit counts for more


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Weights, and the scores from which a sentence is supported, and partly so.

    `contradicted` is the logit of contradiction, over the other stances, from which a sentence
    that is not supported is contradicted; it needs `covered` (0..1) of its words in the evidence.
    """

    model: Logistic
    supported: float
    partly: float
    contradicted: float
    covered: float


@cache
def load_thresholds() -> Thresholds:
    """The fitted ones."""
    file = resources.files("rag.support").joinpath("thresholds.json")
    values = json.loads(file.read_text(encoding="utf-8"))
    return Thresholds(Logistic(values.pop("bias"), values.pop("weights")), **values)


def read_features(
    network: Network, told: Told, sentence: str, evidence: Sequence[str], title: str
) -> list[dict[str, float]]:
    """What can be told of the sentence and each passage, and of the two likeliest as one.

    Raises ModelError.
    """
    passages = [(title, text) for text in evidence]
    if len(evidence) > 1:
        passages.append((title, "\n".join(_best_pair(told, evidence))))
    readings = network.read(sentence, passages)
    if not all(math.isfinite(logit) for one in readings for logit in one.stance):
        raise ModelError("the reader gave no number for some passages: choose another one")
    return [_features(one, told) for one in readings]


def _features(reading: Reading, told: Told) -> dict[str, float]:
    undecided, supports, contradicts = reading.stance
    _, peak = reading.evidence(0, 1_000_000)
    return {
        "supports": _bounded(supports - max(undecided, contradicts)),
        "contradicts": _bounded(contradicts - max(undecided, supports)),
        "evidence": _bounded(peak),
        "covered": told.covered,
        "kept": told.kept,
    }


def best(features: Sequence[Mapping[str, float]], model: Logistic) -> tuple[float, float]:
    """The greatest score of any passage, and that one's logit of contradiction."""
    scored = [(model.probability(one), one["contradicts"]) for one in features]
    return max(scored, default=(0.0, -_MOST))


def _best_pair(told: Told, evidence: Sequence[str]) -> list[str]:
    """The passages that hold most of the sentence's words, in their order."""
    keys = {token.key for token in told.statement.tokens if token.weight}
    shares = [len(keys & tokens(text)) for text in evidence]
    chosen = sorted(range(len(evidence)), key=lambda place: -shares[place])[:2]
    return [evidence[place] for place in sorted(chosen)]


def _bounded(logit: float) -> float:
    return max(-_MOST, min(_MOST, logit))
