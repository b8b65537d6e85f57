"""`rag index` and `rag remove`: a bar on a terminal, plain lines in a log, a table at the end."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from rag.cli.progress import show_progress
from rag.cli.terminal import terminal
from rag.errors import UsageError
from rag.indexing import FileReport, Status, count_index, index_files, remove_documents
from rag.settings import Settings

_MOST_EXAMPLES = 3  # files named for a reason in the table


def run(arguments: Namespace, settings: Settings) -> int:
    """Index, report, and say how it ended: 0 when something is indexed, else 1.

    With `--strict` also 1 where anything was left out.
    """
    tally = _Tally()
    start = time.perf_counter()
    with (
        open_report(arguments.report) as write,
        show_progress(arguments.paths, settings, quiet=arguments.quiet) as shown,
    ):
        reports = index_files(
            arguments.paths,
            settings,
            rebuild=arguments.rebuild,
            sync=arguments.sync,
            progress=shown.advance,
        )
        for report in reports:
            write(report)
            tally.add(report)
            shown.tell(report)
    if not arguments.quiet:
        table = tally.table(count_index(settings), time.perf_counter() - start)
        print(terminal(table), file=sys.stderr)
    return tally.status(strict=arguments.strict)


def remove(arguments: Namespace, settings: Settings) -> int:
    """Take documents out and name them."""
    removed = remove_documents(arguments.ids, settings)
    if not arguments.quiet:
        for id in removed:
            print(terminal(f"removed {id}"))
        if not removed:
            print("nothing removed: the texts stand in other files too")
    return 0


@contextlib.contextmanager
def open_report(target: Path | None) -> Iterator[Callable[[FileReport], None]]:
    """Writes a JSON line a file, as each is done: a killed run leaves what it had reported."""
    if target is None:
        yield lambda report: None
        return
    try:
        stream = target.open("w", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"--report {target} cannot be written: {error.strerror or error}"
        ) from error
    with stream:
        yield lambda report: _write(stream, report)


def _write(stream: TextIO, report: FileReport) -> None:
    line = {
        "file": report.file,
        "status": report.status,
        "document_ids": report.document_ids,
        "passages": report.passages,
        "reason": report.reason,
    }
    stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    stream.flush()


@dataclass(slots=True)
class _Tally:
    """What a run came to, in numbers: it does not grow with the files."""

    files: Counter[Status] = field(default_factory=Counter)
    incomplete: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, report: FileReport) -> None:
        """Count a file."""
        self.files[report.status] += 1
        self.incomplete += report.incomplete
        if report.incomplete:
            self.reasons[report.reason] += 1
            named = self.examples.setdefault(report.reason, [])
            if len(named) < _MOST_EXAMPLES:
                named.append(report.file)

    def status(self, *, strict: bool) -> int:
        """The exit status; a line on stderr where it is not 0."""
        total, skipped = sum(self.files.values()), self.files[Status.SKIPPED]
        if skipped == total:
            reason, _ = self.reasons.most_common(1)[0]
            line = f"none of {total} files could be read: {self.examples[reason][0]}: {reason}"
        elif strict and self.incomplete:
            line = f"{self.incomplete} of {total} files were left out, whole or in part (--strict)"
        else:
            return 0
        print(terminal(f"rag: {line}"), file=sys.stderr)
        return 1

    def table(self, held: tuple[int, int], seconds: float) -> str:
        """The numbers, and each reason for which something was left out.

        `held` are the documents and passages of the index as it is now.
        """
        counts = ", ".join(f"{self.files[one]:,} {one}" for one in Status if self.files[one])
        lines = [
            f"{sum(self.files.values()):,} files: {counts}; {seconds:.1f} s",
            f"  the index holds {held[0]:,} documents, {held[1]:,} passages",
        ]
        for reason, count in self.reasons.most_common(20):
            named = ", ".join(self.examples[reason])
            more = f" and {count - len(self.examples[reason]):,} more" if count > 3 else ""
            lines.append(f"  left out: {reason} ({named}{more})")
        if len(self.reasons) > 20:
            lines.append(f"  and {len(self.reasons) - 20:,} more reasons: --report tells all")
        return "\n".join(lines)
