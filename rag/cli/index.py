"""`rag index`: progress on a terminal, plain lines in a log, a table at the end."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from rag.indexing import FileReport, IndexReport, Status, build_index
from rag.settings import Settings


def run(arguments: Namespace, settings: Settings) -> int:
    """Index, report, and say how it ended: 0 when something is indexed, else 1."""
    start = time.perf_counter()
    progress = None if arguments.quiet else _progress()
    report = build_index(
        arguments.paths,
        settings,
        rebuild=arguments.rebuild,
        sync=arguments.sync,
        progress=progress,
    )
    if arguments.report:
        write_report(report, arguments.report)
    if not arguments.quiet:
        print(_table(report, time.perf_counter() - start), file=sys.stderr)
    indexed = len(report.files) - len(report.skipped)
    if not indexed:
        print(
            f"rag: none of {len(report.files)} files could be read: {report.skipped[0].file}: "
            f"{report.skipped[0].reason}",
            file=sys.stderr,
        )
    return 0 if indexed else 1


def write_report(report: IndexReport, target: Path) -> None:
    """A JSON line a file."""
    lines = (
        json.dumps(
            {
                "file": one.file,
                "status": one.status,
                "document_ids": one.document_ids,
                "passages": one.passages,
                "reason": one.reason,
            },
            ensure_ascii=False,
        )
        for one in report.files
    )
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _progress() -> Callable[[FileReport, int], None]:
    """A bar on a terminal; elsewhere a line a skipped file."""
    if not sys.stderr.isatty():
        return _print_skipped
    from tqdm import tqdm

    bar: tqdm[None] = tqdm(total=0, unit=" files", desc="indexing", leave=False)

    def advance(report: FileReport, total: int) -> None:
        bar.total = total
        bar.update()
        if report.status is Status.SKIPPED:
            bar.write(f"skipped {report.file}: {report.reason}", file=sys.stderr)
        if bar.n >= total:
            bar.close()

    return advance


def _print_skipped(report: FileReport, total: int) -> None:
    if report.status is Status.SKIPPED:
        print(f"skipped {report.file}: {report.reason}", file=sys.stderr, flush=True)


def _table(report: IndexReport, seconds: float) -> str:
    rows = [(str(status), report.count(status)) for status in Status]
    counts = ", ".join(f"{count} {name}" for name, count in rows if count)
    return f"{len(report.files)} files: {counts}; {report.passages:,} passages; {seconds:.1f} s"
