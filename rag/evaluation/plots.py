"""The report's plots, as SVG text. matplotlib is asked for here alone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.errors import UsageError
from rag.evaluation.curves import reliability, risk_coverage
from rag.evaluation.scoring import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NOW, _BEFORE, _GUIDE = "#1f6feb", "#8a8f98", "#b8bcc4"


def reliability_plot(rows: Sequence[Row], earlier: Sequence[Row] = ()) -> str:
    """Share of answerable questions against confidence: on the diagonal, doubts are worth trust."""
    figure, axes = _start("confidence", "share that is answerable", "Reliability")
    axes.plot([0, 1], [0, 1], color=_GUIDE, linestyle="--", label="perfectly calibrated")
    for color, name, some in ((_BEFORE, "earlier", earlier), (_NOW, "this run", rows)):
        if some:
            bins = reliability(some)
            points = [one.confidence for one in bins], [one.answerable for one in bins]
            axes.plot(*points, color=color, marker="o", label=name, clip_on=False)
    return _finish(figure, axes)


def risk_coverage_plot(rows: Sequence[Row], threshold: float, earlier: Sequence[Row] = ()) -> str:
    """Share of wrong answers against share answered, as the threshold falls."""
    figure, axes = _start("share of questions answered", "share of those wrong", "Risk–coverage")
    for color, name, some in ((_BEFORE, "earlier", earlier), (_NOW, "this run", rows)):
        if some:
            coverage, risk = zip(*risk_coverage(some), strict=True)
            axes.plot(coverage, risk, color=color, label=name)
    share = sum(row.confidence >= threshold for row in rows) / len(rows)
    axes.axvline(share, color=_GUIDE, linestyle="--", label=f"threshold {threshold:g}")
    return _finish(figure, axes)


def _start(across: str, up: str, title: str) -> tuple[Figure, Axes]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UsageError(
            "the report's plots need matplotlib: pip install 'citewell[report]'"
        ) from error
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    axes.set(xlabel=across, ylabel=up, title=title, xlim=(0, 1), ylim=(0, 1))
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _finish(figure: Figure, axes: Axes) -> str:
    from matplotlib import rc_context

    axes.legend(frameon=False)
    output = io.StringIO()
    # No date and a fixed salt: the same run gives the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "citewell"}):
        figure.savefig(output, format="svg", metadata={"Date": None}, transparent=True)
    text = output.getvalue()
    return text[text.index("<svg") :]
