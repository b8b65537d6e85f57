"""The regressions of the first reader, fitted on development questions.

    python -m training.reader_features ../shared/data features.jsonl
    python -m training.fit_reader features.jsonl > rag/reading/calibration.json

Questions about what papers say and questions about papers are fitted apart. Sets weigh by
`SET_WEIGHTS`, a question's units share its weight. Confidence is fitted on probabilities from
cross-validation, so that it is honest about questions that the fit has not seen; what
cross-validation shows goes to stderr.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from rag.reading.calibration import logit
from rag.reading.features import NAMES

SET_WEIGHTS = {"seeds": 40.0, "pubmedqa": 1.0, "covid_qa": 1.0, "squad2": 1.0}
STRENGTH = 1.0  # inverse of the regularisation, on standardised features
FOLDS = 10
Row = dict[str, Any]
Array = NDArray[np.float64]


def main() -> None:
    """Fit both kinds and print the file."""
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    rows: list[Row] = [row for row in map(json.loads, lines) if row["units"]]
    fitted: dict[str, Any] = {}
    for name, asks_for_record in (("prose", False), ("record", True)):
        chosen = [row for row in rows if row["record"] == asks_for_record]
        # Elsewhere a question only seems to ask for a fact of a paper.
        chosen = [row for row in chosen if row["set"] == "seeds" or not asks_for_record]
        fitted[name], fitted[f"confidence_{name}"] = fit(chosen, name)
    print(json.dumps(fitted, indent=1))


def fit(rows: list[Row], name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The regression of units, and that of confidence."""
    x = np.array([[f[n] for n in NAMES] for row in rows for _, f in row["units"]])
    y = np.array([label for row in rows for label, _ in row["units"]])
    groups = np.array([i for i, row in enumerate(rows) for _ in row["units"]])
    totals = {s: sum(row["set"] == s for row in rows) for s in SET_WEIGHTS}
    weights = np.array(
        [SET_WEIGHTS[row["set"]] / totals[row["set"]] for row in rows for _ in row["units"]]
    )
    weights *= len(rows) / sum(SET_WEIGHTS[s] for s in SET_WEIGHTS if totals[s])
    held_out = np.zeros(len(y))
    for train, test in GroupKFold(min(FOLDS, len(rows))).split(x, y, groups):
        bias, slopes = _regress(x[train], y[train], weights[train])
        held_out[test] = 1 / (1 + np.exp(-(bias + x[test] @ slopes)))
    best = np.array([held_out[groups == i].max() for i in range(len(rows))])
    answerable = np.array([row["answerable"] for row in rows])
    _show(name, rows, best, answerable, held_out, y, groups)
    bias, slopes = _regress(x, y, weights)
    logits = np.array([[logit(float(p))] for p in best])
    shares = np.array([SET_WEIGHTS[row["set"]] / totals[row["set"]] for row in rows])
    top_bias, top_slopes = _regress(logits, answerable, shares * len(rows))
    units = {n: round(float(s), 4) for n, s in zip(NAMES, slopes, strict=True)}
    return (
        {"bias": round(bias, 4), "weights": units},
        {"bias": round(top_bias, 4), "weights": {"logit": round(float(top_slopes[0]), 4)}},
    )


def _regress(x: Array, y: Array, weights: Array) -> tuple[float, Array]:
    """Bias and slopes on the raw features of a fit on standardised ones."""
    centre, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
    model.fit((x - centre) / spread, y, sample_weight=weights)
    slopes = model.coef_[0] / spread
    return float(model.intercept_[0] - slopes @ centre), slopes


def _show(
    name: str,
    rows: list[Row],
    best: Array,
    answerable: Array,
    held_out: Array,
    y: Array,
    groups: Array,
) -> None:
    for chosen in dict.fromkeys(row["set"] for row in rows):
        mine = np.array([row["set"] == chosen for row in rows])
        asked = [i for i in np.flatnonzero(mine) if answerable[i]]
        first = [y[groups == i][held_out[groups == i].argmax()] for i in asked]
        both = 0 < answerable[mine].sum() < mine.sum()
        area = roc_auc_score(answerable[mine], best[mine]) if both else float("nan")
        print(
            f"{name:7} {chosen:9} questions {mine.sum():4}  AUROC {area:.3f}  "
            f"first unit right {np.mean(first) if first else float('nan'):.3f}",
            file=sys.stderr,
        )


if __name__ == "__main__":
    main()
