"""Figures against trusted implementations and against cases known by heart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from rag.errors import UsageError
from rag.evaluation.comparison import compare
from rag.evaluation.curves import area_under_risk, reliability, risk_coverage
from rag.evaluation.figures import figures
from rag.evaluation.run import Report
from rag.evaluation.scoring import Quotation, Row

ROW = Row(
    id="1", question="?", kind="", answerable=True, abstained=False, confidence=0.9, right=True,
    would_be_right=True, fact_recall=1.0, fact_recall_first=1.0, first_document=True,
    quotations=(Quotation("a", "text", True, True),), missing=(), answer="text [1]", latency_ms=10,
)  # fmt: skip


def rows(count: int, seed: int = 0, **changes: Any) -> list[Row]:
    rng = np.random.default_rng(seed)
    made = []
    for number in range(count):
        answerable = bool(rng.random() < 0.6)
        # Rounded, so that there are ties.
        confidence = round(float(np.clip(rng.normal(0.6 if answerable else 0.4, 0.2), 0, 1)), 1)
        made.append(
            replace(
                ROW,
                id=str(number),
                answerable=answerable,
                confidence=confidence,
                abstained=confidence < 0.5,
                fact_recall=float(rng.random()) if answerable else None,
                would_be_right=answerable,
                right=answerable == (confidence >= 0.5),
                latency_ms=float(rng.random()),
                **changes,
            )
        )
    return made


def test_auroc_is_that_of_scikit_learn() -> None:
    some = rows(300)
    expected = roc_auc_score([r.answerable for r in some], [r.confidence for r in some])
    assert figures(some)["auroc"].value == pytest.approx(expected)


def test_means_and_percentiles_are_those_of_numpy() -> None:
    some = rows(200)
    recalls = [r.fact_recall for r in some if r.fact_recall is not None]
    found = figures(some)
    assert found["fact_recall"].value == pytest.approx(np.mean(recalls))
    assert found["fact_recall"].count == len(recalls)
    latencies = [r.latency_ms for r in some]
    assert found["latency_p95_ms"].value == pytest.approx(np.percentile(latencies, 95))


def test_an_interval_is_as_wide_as_theory_says() -> None:
    some = [replace(ROW, id=str(i), answerable=False, abstained=i % 4 > 0) for i in range(400)]
    figure = figures(some)["abstained"]
    half = 1.96 * np.sqrt(0.75 * 0.25 / 400)
    assert figure.low == pytest.approx(0.75 - half, abs=0.01)
    assert figure.high == pytest.approx(0.75 + half, abs=0.01)


def test_a_share_that_no_resample_doubts_is_not_certain() -> None:
    some = [replace(ROW, id=str(i)) for i in range(10)]
    figure = figures(some)["answered"]
    assert (figure.value, figure.high) == (1.0, 1.0)
    assert figure.low == pytest.approx(0.722, abs=0.001)  # Wilson's interval of 10 of 10


def test_the_same_rows_give_the_same_intervals() -> None:
    assert figures(rows(50)) == figures(rows(50))


def test_what_no_row_says_is_no_figure() -> None:
    some = [replace(ROW, fact_recall=None, fact_recall_first=None, first_document=None)]
    found = figures(some)
    assert not {"fact_recall", "first_document", "auroc", "abstained"} & set(found)
    assert found["answered"].value == 1.0


def test_quotations_count_one_by_one() -> None:
    wrong, right = Quotation("a", "x", False, True), Quotation("a", "y", True, False)
    some = [replace(ROW, quotations=(right, wrong, wrong)), replace(ROW, id="2")]
    found = figures(some)
    assert found["quotation_precision"].value == pytest.approx(2 / 4)
    assert found["exactness"].value == pytest.approx(3 / 4)
    assert found["quotations_per_answer"].value == pytest.approx(2.0)


def test_unanswerable_kinds_are_told_apart() -> None:
    some = [
        replace(ROW, id=str(i), answerable=False, abstained=i < 3, kind="near" if i % 2 else "far")
        for i in range(4)
    ]
    found = figures(some)
    assert (found["abstained_far"].value, found["abstained_near"].value) == (1.0, 0.5)


def test_honest_confidence_has_no_calibration_error() -> None:
    some = [
        replace(ROW, id=f"{tenth} {i}", confidence=tenth / 10, answerable=i < tenth)
        for tenth in range(1, 11)
        for i in range(10)
    ]
    assert figures(some)["calibration_error"].value == pytest.approx(0.0)
    shy = [replace(row, confidence=row.confidence - 0.1) for row in some]
    assert figures(shy)["calibration_error"].value == pytest.approx(0.1)
    assert [one.answerable for one in reliability(some)] == pytest.approx(
        [tenth / 10 for tenth in range(1, 11)]
    )


def test_the_order_of_equal_confidences_moves_nothing() -> None:
    some = [
        replace(ROW, id=str(i), confidence=0.5, answerable=i < 30, would_be_right=i < 30)
        for i in range(60)
    ]
    mixed = [some[i // 2 + 30 * (i % 2)] for i in range(60)]
    for order in (some, mixed, some[::-1]):
        assert figures(order)["calibration_error"].value == pytest.approx(0.0)
        assert area_under_risk(order) == pytest.approx(0.5)


def test_few_questions_give_no_calibration_error() -> None:
    assert "calibration_error" not in figures(rows(49))
    figure = figures(rows(200))["calibration_error"]
    assert 0 <= figure.low <= figure.value <= figure.high


def test_risk_rises_only_with_wrong_answers() -> None:
    some = [replace(ROW, id=str(i), confidence=1 - i / 10, would_be_right=i != 1) for i in range(4)]
    coverages, risks = zip(*risk_coverage(some), strict=True)
    assert coverages == pytest.approx((0.25, 0.5, 0.75, 1))
    assert risks == pytest.approx((0, 0.5, 1 / 3, 0.25))
    assert area_under_risk(some) == pytest.approx((0 + 0.5 + 1 / 3 + 0.25) / 4)


# -- two runs ------------------------------------------------------------------------------


def report(some: list[Row]) -> Report:
    return Report("gold", {}, figures(some), tuple(some))


def test_a_run_differs_from_itself_in_nothing() -> None:
    comparison = compare(report(rows(60)), report(rows(60)))
    assert all((d.value, d.low, d.high) == (0, 0, 0) for d in comparison.differences.values())
    assert comparison.won == comparison.lost == ()


def test_flips_and_paired_differences() -> None:
    before = rows(60)
    after = [replace(before[0], right=not before[0].right), *before[1:]]
    comparison = compare(report(before), report(list(reversed(after))))
    flipped = comparison.won if after[0].right else comparison.lost
    assert [row.id for row in flipped] == ["0"]
    assert abs(comparison.differences["right"].value) == pytest.approx(1 / 60)
    # Paired: fifty-nine questions say the same in both, so that the interval is narrow.
    assert comparison.differences["right"].high - comparison.differences["right"].low < 0.07


def test_questions_of_one_run_alone_are_left_out() -> None:
    comparison = compare(report(rows(60)), report(rows(50)))
    assert (comparison.shared, comparison.only) == (50, 10)


def test_runs_that_share_nothing_are_not_compared() -> None:
    other = [replace(row, question="another") for row in rows(5)]  # under the same ids
    with pytest.raises(UsageError, match="share no question"):
        compare(report(rows(5)), report(other))
