"""The weights and thresholds of the check of written sentences, fitted on development data.

    python -m training.fit_support ../shared/data > fitted.json
    mv fitted.json rag/support/thresholds.json

To be run again when the reader is trained anew. Weights: a logistic regression over our written
claims of the part "fit" (those that their text supports against the others) and the tuning half
of `benchmarks/support_cases.py` (true sentences and paraphrases against wrong passages). The
threshold lets all but `LOST` of the tuning paraphrases pass; what it does shows on stderr.
No claim of SciFact's own is read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks.support_cases import paraphrases, plant, read_texts, take_true
from rag.reading.calibration import Logistic
from rag.reading.network import Network, ReaderNetwork
from rag.support.differences import find_differences
from rag.support.evidence import lay_beside
from rag.support.scoring import NAMES, best, read_features
from training.fit_reader import Problem
from training.reader.examples import windows
from training.rows import sample
from training.written import claims

LOST = 0.03  # share of the tuning paraphrases that may fall below the threshold
PRECISION = 0.75  # of the claims that are called contradicted
COVERED = 0.5  # share of a sentence's words below which the evidence is of something else
EACH = 60
Features = list[dict[str, float]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What is told of a sentence and each of its passages, and what is right."""

    kind: str
    features: Features
    carried: bool


def main() -> None:
    """Read, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--reader", type=Path, help="a folder (default: the shipped reader)")
    parser.add_argument("--limit", type=int, default=400, help="claims (0: all)")
    arguments = parser.parse_args()
    network = ReaderNetwork(arguments.reader)
    rows = [
        *read_claims(network, arguments.data, arguments.limit),
        *read_cases(network, arguments.data),
    ]
    print(json.dumps(fit(rows), indent=1))


def read_claims(network: Network, data: Path, limit: int) -> Iterator[Labelled]:
    """Claims that no network was trained on, with their whole texts as evidence."""
    for claim in sample(list(claims(data, "fit")), limit):
        passages = [claim.text[a:b] for a, b in windows(claim.text)]
        features = _read(network, claim.wording, passages, claim.title)
        yield Labelled(claim.stance, features, claim.stance == "supports")


def read_cases(network: Network, data: Path) -> Iterator[Labelled]:
    """True sentences and those with a wrong passage; what rules find is left to them."""
    texts = read_texts(data, "tune")
    wrong = [case for case in plant(texts, EACH) if case.kind == "wrong passage cited"]
    for case in (*wrong, *take_true(texts, EACH // 2), *paraphrases("tune")):
        carried = case.kind != "wrong passage cited"
        told = lay_beside(case.sentence, [case.evidence], case.title)
        if not find_differences(told):
            features = read_features(network, told, case.sentence, [case.evidence], case.title)
            yield Labelled(case.kind, features, carried)


def fit(rows: Sequence[Labelled]) -> dict[str, object]:
    """The file's values; of a sentence's passages, the one that the last fit likes best counts."""
    y = np.array([row.carried for row in rows])
    chosen = [max(row.features, key=lambda one: one["supports"]) for row in rows]
    for _ in range(3):
        bias, slopes = Problem(_matrix(chosen), y, np.ones(len(y))).fit_all()
        model = Logistic(bias, dict(zip(NAMES, map(float, slopes), strict=True)))
        chosen = [max(row.features, key=model.probability) for row in rows]
    scores = np.array([best(row.features, model)[0] for row in rows])
    kinds = np.array([row.kind for row in rows])
    supported = float(np.quantile(scores[kinds == "paraphrased"], LOST))
    for kind in dict.fromkeys(kinds.tolist()):
        mine = scores[kinds == kind]
        above = float((mine >= supported).mean())
        print(f"{kind:20} {len(mine):4}  above the threshold {above:.3f}", file=sys.stderr)
    print(f"AUROC {roc_auc_score(y, scores):.3f}", file=sys.stderr)
    return {
        "bias": round(model.bias, 4),
        "weights": {name: round(weight, 4) for name, weight in model.weights.items()},
        "supported": round(supported, 4),
        "partly": round(supported / 2, 4),
        "contradicted": round(_contradicted(rows, model), 3),
        "covered": COVERED,
    }


def _contradicted(rows: Sequence[Labelled], model: Logistic) -> float:
    """The least logit of contradiction above which PRECISION of the claims are contradicted."""
    known = [row for row in rows if row.kind in ("supports", "contradicts", "undecided")]
    logits = np.array([best(row.features, model)[1] for row in known])
    right = np.array([row.kind == "contradicts" for row in known])
    order = np.argsort(-logits)
    precise = np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= PRECISION
    return float(logits[order][np.flatnonzero(precise)[-1]]) if precise.any() else 8.0


def _matrix(features: Sequence[dict[str, float]]) -> NDArray[np.float64]:
    return np.array([[one[name] for name in NAMES] for one in features])


def _read(network: Network, sentence: str, evidence: Sequence[str], title: str) -> Features:
    return read_features(network, lay_beside(sentence, evidence, title), sentence, evidence, title)


if __name__ == "__main__":
    main()
