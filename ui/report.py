"""A report of `rag.evaluation` -> HTML. Pure, but for the plots that the report's page draws.

Questions and the names of gold sets come from anybody's files: every character passes through
`escape`, and the report's own page stands in a frame that runs no script and has no origin.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.errors import UsageError
from rag.evaluation import Figure, Report
from rag.evaluation.files import report_to_csv, report_to_json
from rag.evaluation.page import report_to_html
from rag.evaluation.tables import meaning, show
from ui.links import download, escape


def progress(done: int, total: int) -> str:
    """How far a run is; `total` 0 while the questions are read."""
    if not total:
        return '<p class="cw-progress" role="status">Reading the questions…</p>'
    return (
        f'<p class="cw-progress" role="status">{done} of {total}</p>'
        f'<progress aria-label="Questions asked" max="{total}" value="{done}"></progress>'
    )


def said(line: str, notes: Sequence[str] = ()) -> str:
    """What came of a run, and what is to be known of its gold set."""
    return f'<p class="cw-progress" role="status">{escape(line)}</p>{_listed(notes)}'


def mistakes(line: str, lines: Sequence[str] = ()) -> str:
    """Why there is no run: a line, and what is wrong with the gold set, a line each."""
    return f'<div class="cw-notice" role="alert"><p>{escape(line)}</p>{_listed(lines)}</div>'


def _listed(lines: Sequence[str]) -> str:
    items = "".join(f'<li dir="auto">{escape(line)}</li>' for line in lines)
    return f'<ul class="cw-lines">{items}</ul>' if lines else ""


def report_to_view(report: Report) -> str:
    """The page that `rag eval --html` writes, in a frame, and the report as files to take away.

    Without matplotlib the figures alone, and how to get it.
    """
    files = [
        ("JSON", "json", "application/json", report_to_json(report)),
        ("CSV", "csv", "text/csv", report_to_csv(report)),
    ]
    try:
        page = report_to_html(report)
    except UsageError as error:
        shown = f'{_table(report)}<p class="cw-hint">{escape(str(error))}</p>'
    else:
        files.insert(0, ("HTML", "html", "text/html", page))
        shown = (
            '<iframe class="cw-report" title="Report of the evaluation" sandbox="" '
            f'srcdoc="{escape(page)}"></iframe>'
        )
    links = " ".join(_link(report.gold, *file) for file in files)
    return f'<p class="cw-downloads">Download the report: {links}</p>{shown}'


def _link(gold: str, words: str, suffix: str, kind: str, text: str) -> str:
    return download(f"{gold.rsplit('.', 1)[0]}-report.{suffix}", kind, text, words)


def _table(report: Report) -> str:
    count = len(report.rows)
    rows = "".join(map(_row, report.figures.values()))
    return (
        f'<table class="cw-figures"><caption>{escape(report.gold)}: {count} questions</caption>'
        '<thead><tr><th scope="col">Figure</th><th scope="col">Value</th>'
        '<th scope="col">95 % interval</th><th scope="col">n</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(figure: Figure) -> str:
    name = figure.name
    value, low, high = (show(one, name) for one in (figure.value, figure.low, figure.high))
    return (
        f'<tr><th scope="row">{escape(meaning(name) or name)}</th><td>{value}</td>'
        f"<td>{low} to {high}</td><td>{figure.count}</td></tr>"
    )
