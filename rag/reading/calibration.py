"""Features to probabilities: four logistic regressions, fitted on development data.

Two are for questions about what papers say, two for questions about papers: whether a unit
answers, and whether the answer made of the best ones is right. The numbers come from
`training/fit_reader.py`, which names the data; `calibration.json` holds them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from rag.errors import ModelError


@dataclass(frozen=True, slots=True)
class Logistic:
    """P = sigmoid(bias + Σ weight · feature)."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """Features that the regression does not know are left out.

        Raises ModelError where one of the others is no number: that must never look certain.
        """
        total = self.bias + sum(
            weight * features.get(name, 0.0) for name, weight in self.weights.items()
        )
        if not math.isfinite(total):
            raise ModelError(
                "what was found and read gives no number: choose another reader, or index again"
            )
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, total))))


@cache
def load(name: str) -> Logistic:
    """One of the fitted regressions: "prose", "record" or "confidence_…" of either."""
    file = resources.files("rag.reading").joinpath("calibration.json")
    values = json.loads(file.read_text(encoding="utf-8"))[name]
    return Logistic(values["bias"], values["weights"])


def logit(probability: float) -> float:
    """The inverse of the sigmoid, kept finite."""
    bounded = min(1 - 1e-6, max(1e-6, probability))
    return math.log(bounded / (1 - bounded))
