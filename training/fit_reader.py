"""The regressions of the reader, fitted on development questions.

    python -m training.reader_features ../shared/data features.jsonl
    python -m training.fit_reader features.jsonl > fitted.json
    mv fitted.json rag/reading/calibration.json

Questions about what papers say and questions about papers are fitted apart. Sets weigh by
`WEIGHTS`, a question's units share its weight. Confidence is fitted on probabilities from
cross-validation, so that it is honest about questions that the fit has not seen; what
cross-validation shows goes to stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from rag.reading.calibrated import confidence_features
from rag.reading.features import NAMES
from training.question_sets import WITHOUT
from training.rows import Row
from training.rows import read_rows as read_lines

# What a set weighs among questions of a kind. SQuAD 2.0 and our own near misses weigh little:
# they were written to deceive, as users do not.
WEIGHTS = {
    "prose": {
        "seeds": 6.0, "records": 0.5, "pages": 0.5, "written": 1.0, "renamed": 0.25,
        "pubmedqa": 2.0, "covid_qa": 2.0, "squad2": 0.3,
    },
    "record": {"seeds": 1.0, "records": 2.0, "pages": 1.0},
}  # fmt: skip
STRENGTH = 0.3  # inverse of the regularisation, on standardised features
FOLDS = 10
Array = NDArray[np.float64]


def main() -> None:
    """Fit both kinds and print the file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("features", type=Path, nargs="+")
    rows = read_rows(parser.parse_args().features)
    fitted: dict[str, Any] = {}
    for kind, chosen in by_kind(rows):
        validated = Validated(chosen, NAMES)
        for line in validated.lines():
            print(f"{kind:7} {line}", file=sys.stderr)
        fitted[kind] = _rounded(*validated.units.fit_all(), NAMES)
        names = tuple(validated.summaries[0])
        fitted[f"confidence_{kind}"] = _rounded(*validated.tops.fit_all(), names)
    print(json.dumps(fitted, indent=1))


def read_rows(files: Sequence[Path]) -> list[Row]:
    """What `reader_features` wrote, without questions that found nothing."""
    return [row for file in files for row in read_lines(file) if row["units"]]


def by_kind(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Questions about what papers say, and questions about papers.

    The latter are of those sets alone that ask for them: elsewhere a question only seems to ask
    for a paper's facts.
    """
    yield "prose", [row for row in rows if not row["record"]]
    yield "record", [row for row in rows if row["record"] and row["set"] in WEIGHTS["record"]]


@dataclass(frozen=True)
class Problem:
    """Features, labels and weights of a logistic regression."""

    x: Array
    y: NDArray[np.bool_]
    weights: Array

    def fit_all(self) -> tuple[float, Array]:
        """Bias and slopes on the raw features, of a fit on standardised ones."""
        return self.fit(np.arange(len(self.y)))

    def fit(self, chosen: NDArray[np.intp]) -> tuple[float, Array]:
        """The same on some of the examples."""
        x = self.x[chosen]
        centre, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
        model = LogisticRegression(C=STRENGTH, max_iter=5000)
        model.fit((x - centre) / spread, self.y[chosen], sample_weight=self.weights[chosen])
        slopes = model.coef_[0] / spread
        return float(model.intercept_[0] - slopes @ centre), slopes

    def held_out(self, splits: Iterator[tuple[Any, Any]]) -> Array:
        """Each example's probability by a fit that has not seen it."""
        found = np.zeros(len(self.y))
        for train, test in splits:
            bias, slopes = self.fit(train)
            found[test] = 1 / (1 + np.exp(-(bias + self.x[test] @ slopes)))
        return found


class Validated:
    """Both regressions of one kind of question, cross-validated with some of the features."""

    def __init__(self, rows: Sequence[Row], names: Sequence[str]) -> None:
        self.rows = rows
        places = np.array([i for i, row in enumerate(rows) for _ in row["units"]])
        questions = np.array([_question(row) for row in rows])
        labels = np.array([bool(label) for row in rows for label, *_ in row["units"]])
        x = np.array([[f[n] for n in names] for row in rows for *_, f in row["units"]])
        shares = _shares(rows, WEIGHTS["record" if rows[0]["record"] else "prose"])
        sizes = np.bincount(places)
        self.units = Problem(x, labels, (shares / sizes)[places])
        folds = GroupKFold(min(FOLDS, len(set(questions))), shuffle=True, random_state=0)
        held_out = self.units.held_out(folds.split(x, labels, questions[places]))
        self.by_row = [(held_out[places == i], labels[places == i]) for i in range(len(rows))]
        self.summaries = [
            _summary(row, probabilities, names)
            for row, (probabilities, _) in zip(rows, self.by_row, strict=True)
        ]
        self.answerable = np.array([bool(row["answerable"]) for row in rows])
        top = np.array([list(summary.values()) for summary in self.summaries])
        self.tops = Problem(top, self.answerable, shares)
        self.confidence = self.tops.held_out(folds.split(top, groups=questions))

    def lines(self) -> Iterator[str]:
        """What cross-validation shows, a line a set."""
        for name in dict.fromkeys(row["set"] for row in self.rows):
            figures = self.figures(name)
            shown = "  ".join(f"{key} {value:.3f}" for key, value in figures.items())
            count = sum(row["set"] == name for row in self.rows)
            yield f"{name:9} questions {count:4}  {shown}"

    def figures(self, name: str) -> dict[str, float]:
        """The figures of one set, by questions that the fit had not seen."""
        mine = np.array([row["set"] == name for row in self.rows])
        answerable, confidence = self.answerable[mine], self.confidence[mine]
        ranked = [self._ranked(i) for i in np.flatnonzero(mine & self.answerable)]
        found = {}
        if answerable.any():
            found["first_right"] = float(np.mean([labels[0] for labels in ranked]))
            found["right_in_three"] = float(np.mean([labels[:3].any() for labels in ranked]))
            found["answered"] = float((confidence[answerable] >= 0.5).mean())
        if not answerable.all():
            found["abstained"] = float((confidence[~answerable] < 0.5).mean())
        if answerable.any() and not answerable.all():
            found["auroc"] = float(roc_auc_score(answerable, confidence))
        return found

    def _ranked(self, row: int) -> NDArray[np.bool_]:
        probabilities, labels = self.by_row[row]
        return np.asarray(labels[(-probabilities).argsort(kind="stable")])


def _question(row: Row) -> str:
    """What names a question, asked with its document and without."""
    return f"{row['set']} {row['id'].removesuffix(WITHOUT)}"


def _shares(rows: Sequence[Row], of_sets: dict[str, float]) -> Array:
    """A question's weight: its set's, shared among the set's questions; 1 in the mean."""
    totals = {s: sum(row["set"] == s for row in rows) for s in of_sets}
    weights = np.array([of_sets[row["set"]] / totals[row["set"]] for row in rows])
    return np.asarray(weights / weights.mean())


def _summary(row: Row, probabilities: Array, names: Sequence[str]) -> dict[str, float]:
    """Of the features that a variant does without, confidence sees nothing either."""
    order = np.argsort(-probabilities, kind="stable")
    every = confidence_features([(float(probabilities[i]), *row["units"][i][1:]) for i in order])
    left_out = set(NAMES) - set(names)
    return {k: v for k, v in every.items() if k.removeprefix("best_") not in left_out}


def _rounded(bias: float, slopes: Array, names: Sequence[str]) -> dict[str, Any]:
    weights = {name: round(float(slope), 4) for name, slope in zip(names, slopes, strict=True)}
    return {"bias": round(bias, 4), "weights": weights}


if __name__ == "__main__":
    main()
