"""Reports as lines for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.evaluation.comparison import Comparison
from rag.evaluation.figures import Figure
from rag.evaluation.folding import SqueezedText
from rag.evaluation.gold import GoldQuestion, where
from rag.evaluation.run import Report
from rag.types import Document

# What each figure is, in words; those that are not here are named by themselves.
MEANINGS = {
    "fact_recall": "share of a question's facts in the quotations",
    "fact_recall_first": "… in the first quotation alone",
    "first_document": "first quotation from a right document",
    "quotation_precision": "quotations that overlap the evidence (answerable)",
    "quotations_per_answer": "quotations an answer",
    "exactness": "quotations that are exact slices",
    "answered": "answered, of the answerable",
    "abstained": "abstained, of the unanswerable",
    "right": "all facts found, or rightly abstained",
    "auroc": "confidence tells answerable from not",
    "calibration_error": "confidence less outcome, mean of ten bins (50 questions on)",
    "latency_p50_ms": "milliseconds an answer, half are faster",
    "latency_p95_ms": "milliseconds an answer, 95 of 100 are faster",
}


def report_lines(report: Report) -> Iterator[str]:
    """The figures, a line each, with 95 % intervals."""
    answerable = sum(row.answerable for row in report.rows)
    yield (
        f"{report.gold}: {len(report.rows)} questions, {answerable} answerable; "
        f"{report.settings.get('documents')} documents, threshold "
        f"{report.settings.get('threshold')}"
    )
    yield f"{'figure':22} {'value':>8}  {'95 % interval':17} {'n':>5}"
    for figure in report.figures.values():
        yield f"{_line(figure)}  {meaning(figure.name)}"


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """The differences, a line each, then the questions that flipped."""
    yield f"difference to the earlier run, over {comparison.shared} shared questions"
    if comparison.only:
        yield f"({comparison.only} questions stand in one run alone and are left out)"
    for figure in comparison.differences.values():
        sure = figure.low > 0 or figure.high < 0
        yield f"{_line(figure, signed=True)}{'  beyond chance' if sure else ''}"
    for name, rows in (("now right", comparison.won), ("now wrong", comparison.lost)):
        yield f"{name}: {len(rows)}"
        yield from (f"  [{row.id}] {row.question}" for row in rows)


def evidence_notes(
    gold: Sequence[GoldQuestion], document: Callable[[str], Document]
) -> Iterator[str]:
    """A line for each question whose evidence stands in none of its documents.

    Such evidence is most often a typing mistake, and no quotation can overlap it.
    """
    texts: dict[str, SqueezedText] = {}
    for one in gold:
        for name in one.documents:
            if name not in texts:
                texts[name] = SqueezedText(document(name).text)
        lost = [e for e in one.evidence if not any(texts[d].find(e) for d in one.documents)]
        if lost and one.documents:
            start = lost[0] if len(lost[0]) <= 80 else f"{lost[0][:80].rsplit(' ', 1)[0]} …"
            yield f"{where(one)}: this evidence does not stand in {one.documents[0]}: {start!r}"


def meaning(name: str) -> str:
    """A figure in words."""
    if name.startswith("abstained_"):
        return f"abstained, of kind “{name.removeprefix('abstained_')}”"
    return MEANINGS.get(name, "")


def show(value: float, name: str, *, signed: bool = False) -> str:
    """A value with the digits that its figure deserves."""
    digits = 0 if name.endswith("_ms") else 2 if name == "quotations_per_answer" else 3
    return f"{value:{'+' if signed else ''}.{digits}f}"


def _line(figure: Figure, *, signed: bool = False) -> str:
    low, high = (show(value, figure.name, signed=signed) for value in (figure.low, figure.high))
    value = show(figure.value, figure.name, signed=signed)
    return f"{figure.name:22} {value:>8}  {f'{low} to {high}':17} {figure.count:>5}"
