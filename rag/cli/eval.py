"""`rag eval`: a gold set asked of an index, the figures printed and kept."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.assistant import Assistant
from rag.cli.terminal import terminal
from rag.errors import UsageError
from rag.evaluation.comparison import compare
from rag.evaluation.files import read_report, report_to_csv, report_to_json
from rag.evaluation.run import Report, evaluate
from rag.evaluation.tables import comparison_lines, report_lines, show

HIGHER_IS_WORSE = ("calibration_error", "latency_p50_ms", "latency_p95_ms")
STANDARD_OUTPUT = Path("-")


def run(assistant: Assistant, arguments: Namespace) -> int:
    """Ask, print, write; 1 where a figure misses its bound."""
    bounds = [_bound(text) for text in arguments.min]
    earlier = read_report(arguments.against) if arguments.against else None
    if arguments.html:
        from rag.evaluation.page import report_to_html

        _check_plots()
    report = evaluate(assistant, arguments.gold, progress=_progress(arguments.quiet))
    comparison = compare(earlier, report) if earlier else None
    lines = list(report_lines(report))
    if comparison:
        lines += ["", *comparison_lines(comparison)]
    taken = STANDARD_OUTPUT in (arguments.json, arguments.csv)
    for line in lines if not taken else ():
        print(terminal(line))
    if arguments.json:
        _write(arguments.json, report_to_json(report) + "\n")
    if arguments.csv:
        _write(arguments.csv, report_to_csv(report))
    if arguments.html:
        _write(arguments.html, report_to_html(report, earlier, comparison))
    return _check(report, bounds)


def _bound(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError:
        raise UsageError(f"--min {text}: write a figure and its bound, fact_recall=0.9") from None


def _check(report: Report, bounds: Sequence[tuple[str, float]]) -> int:
    missed = 0
    for name, bound in bounds:
        if name not in report.figures:
            known = ", ".join(report.figures)
            raise UsageError(f"--min {name}: no such figure in this run; there are {known}")
        value = report[name]
        short = value > bound if name in HIGHER_IS_WORSE else value < bound
        if short:
            missed += 1
            side = "above" if name in HIGHER_IS_WORSE else "below"
            print(
                f"rag: {name} is {show(value, name)}, {side} the bound {bound:g}", file=sys.stderr
            )
    return 1 if missed else 0


def _check_plots() -> None:
    """Say that the plotting library is missing before the questions are asked, not after."""
    from rag.evaluation.plots import reliability_plot

    reliability_plot(())


def _progress(quiet: bool) -> Callable[[int, int], None] | None:
    if quiet or not sys.stderr.isatty():
        return None

    def show_progress(done: int, total: int) -> None:
        end = "\n" if done == total else ""
        print(f"\rasked {done} of {total}", end=end, file=sys.stderr, flush=True)

    return show_progress


def _write(target: Path, text: str) -> None:
    if target == STANDARD_OUTPUT:
        sys.stdout.write(text)
    else:
        target.write_text(text, encoding="utf-8")
