"""`rag eval`: a gold set asked of an index, the figures printed and kept."""

from __future__ import annotations

import math
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rag.assistant import Assistant
from rag.cli.terminal import terminal
from rag.errors import UsageError
from rag.evaluation.comparison import Comparison, check_comparable, compare
from rag.evaluation.files import read_report, report_to_csv, report_to_json
from rag.evaluation.gold import GoldQuestion, check_documents, read_gold
from rag.evaluation.run import Report, evaluate
from rag.evaluation.tables import MEANINGS, comparison_lines, evidence_notes, report_lines, show

HIGHER_IS_WORSE = ("calibration_error", "latency_p50_ms", "latency_p95_ms")
STANDARD_OUTPUT = Path("-")


def run(assistant: Assistant, arguments: Namespace) -> int:
    """Ask, write, print; 1 where a figure misses its bound.

    All that can be known to be wrong is said before the first question is asked.
    """
    bounds = [_bound(text) for text in arguments.min]
    _check_outputs(arguments)
    gold = _read(assistant, arguments)
    earlier = read_report(arguments.against) if arguments.against else None
    if earlier:
        check_comparable(earlier, gold)
    report = evaluate(assistant, gold, progress=_progress(arguments.quiet))
    report = replace(report, gold=arguments.gold.name)
    comparison = compare(earlier, report) if earlier else None
    missed = _missed(report, bounds)
    _write_files(arguments, report, earlier, comparison)
    for line in missed:
        print(f"rag: {line}", file=sys.stderr)
    try:
        if STANDARD_OUTPUT not in _targets(arguments):
            _print(report, comparison)
    except BrokenPipeError:  # nobody reads on; the bounds hold all the same
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1 if missed else 0


def _read(assistant: Assistant, arguments: Namespace) -> list[GoldQuestion]:
    gold = read_gold(arguments.gold, notify=None if arguments.quiet else _note)
    gold = check_documents(gold, [one.id for one in assistant.documents()], arguments.gold)
    for note in () if arguments.quiet else evidence_notes(gold, assistant.document):
        _note(note)
    return gold


def _note(note: str) -> None:
    print(terminal(f"rag: {note}"), file=sys.stderr)


def _print(report: Report, comparison: Comparison | None) -> None:
    for line in report_lines(report):
        print(terminal(line))
    for line in ("", *comparison_lines(comparison)) if comparison else ():
        print(terminal(line))
    sys.stdout.flush()


# -- bounds -----------------------------------------------------------------------------------


def _bound(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    name = name.strip()
    try:
        bound = float(value)
    except ValueError:
        bound = math.nan
    if not math.isfinite(bound):
        raise UsageError(f"--min {text}: write a figure and its bound, fact_recall=0.9")
    if name not in MEANINGS and not name.startswith("abstained_"):
        raise UsageError(f"--min {name}: no such figure; there are {', '.join(MEANINGS)}")
    return name, bound


def _missed(report: Report, bounds: Sequence[tuple[str, float]]) -> list[str]:
    """A line for each bound that is missed; a figure that nothing counts for misses any."""
    lines = []
    for name, bound in bounds:
        worse = name in HIGHER_IS_WORSE
        if name not in report.figures:
            lines.append(f"{name} has no value here: too few questions of this run count for it")
            continue
        value = report[name]
        if not (value <= bound if worse else value >= bound):
            side = "above" if worse else "below"
            lines.append(f"{name} is {show(value, name)}, {side} the bound {bound:g}")
    return lines


# -- files ------------------------------------------------------------------------------------


def _targets(arguments: Namespace) -> list[Path]:
    return [path for path in (arguments.json, arguments.csv, arguments.html) if path]


def _check_outputs(arguments: Namespace) -> None:
    """Raise UsageError for outputs that could not be written once all is asked."""
    targets = _targets(arguments)
    for path in targets:
        if targets.count(path) > 1:
            raise UsageError(f"two outputs are to be written to {path}: give each its own")
        if path == STANDARD_OUTPUT:
            continue
        if path.is_dir() or not path.parent.is_dir():
            raise UsageError(f"{path} cannot be written: name a file in a folder that is there")
        if path.exists() and arguments.gold.exists() and path.samefile(arguments.gold):
            raise UsageError(f"{path} is the gold set: write the report to another file")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise UsageError(f"{path} cannot be written: it is read-only")
    if arguments.html:
        from rag.evaluation.plots import reliability_plot

        reliability_plot(())  # says where the plotting library is missing


def _write_files(
    arguments: Namespace, report: Report, earlier: Report | None, comparison: Comparison | None
) -> None:
    if arguments.json:
        _write(arguments.json, report_to_json(report) + "\n")
    if arguments.csv:
        _write(arguments.csv, report_to_csv(report))
    if arguments.html:
        from rag.evaluation.page import report_to_html

        _write(arguments.html, report_to_html(report, earlier, comparison))


def _write(target: Path, text: str) -> None:
    """All of the text or, where the disk is full, what stood there before."""
    if target == STANDARD_OUTPUT:
        sys.stdout.write(text)
    elif target.exists() and not target.is_file():  # /dev/null and its like
        target.write_text(text, encoding="utf-8")
    else:
        new = target.with_name(f"{target.name}.new")
        new.write_text(text, encoding="utf-8")
        new.replace(target)


def _progress(quiet: bool) -> Callable[[int, int], None] | None:
    if quiet or not sys.stderr.isatty():
        return None

    def show_progress(done: int, total: int) -> None:
        end = "\n" if done == total else ""
        print(f"\rasked {done} of {total}", end=end, file=sys.stderr, flush=True)

    return show_progress
