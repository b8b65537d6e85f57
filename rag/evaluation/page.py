"""A report as one HTML file that opens offline: no script, no request, everything escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.evaluation.comparison import Comparison
from rag.evaluation.curves import area_under_risk
from rag.evaluation.plots import reliability_plot, risk_coverage_plot
from rag.evaluation.run import Report
from rag.evaluation.tables import meaning, show

if TYPE_CHECKING:
    from jinja2 import Template


def report_to_html(
    report: Report, earlier: Report | None = None, comparison: Comparison | None = None
) -> str:
    """The page; with an earlier run, also what changed. Raises UsageError without matplotlib."""
    before = earlier.rows if earlier else ()
    threshold = float(report.settings["threshold"])
    return _template().render(
        report=report,
        earlier=earlier,
        comparison=comparison,
        reliability=reliability_plot(report.rows, before),
        risk_coverage=risk_coverage_plot(report.rows, threshold, before),
        area_under_risk=area_under_risk(report.rows),
        wrong=[row for row in report.rows if not row.right],
        right=[row for row in report.rows if row.right],
        meaning=meaning,
        show=show,
    )


def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("rag.evaluation", "."), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("report.html.jinja")
