"""Progress of indexing: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.cli.terminal import terminal
from rag.indexing import FileReport, Progress, Status
from rag.loaders import find_files
from rag.settings import Settings

_SECONDS_BETWEEN_LINES = 10.0


@contextlib.contextmanager
def show_progress(paths: Sequence[Path], settings: Settings, *, quiet: bool) -> Iterator[Silence]:
    """What suits where stderr goes: a terminal, a log, or nothing with `quiet`."""
    if quiet:
        yield Silence()
    elif sys.stderr.isatty():
        with _Bar(_bytes_of(paths, settings)) as bar:
            yield bar
    else:
        yield _Lines(_bytes_of(paths, settings))


def _bytes_of(paths: Sequence[Path], settings: Settings) -> int:
    total = 0
    for file in find_files(paths, outside=settings.index):
        with contextlib.suppress(OSError):
            total += file.path.stat().st_size
    return total


class Silence:
    """Shows nothing; what shows something goes from here."""

    def advance(self, progress: Progress) -> None:
        """A document was read, or a file is done."""

    def tell(self, report: FileReport) -> None:
        """What became of a file is known."""


class _Bar(Silence):
    """tqdm's bar over bytes, with documents and passages beside it."""

    def __init__(self, total: int) -> None:
        from tqdm import tqdm

        form = (
            "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} "
            "[{remaining} left, {rate_fmt}{postfix}]"
        )
        self._bar: Any = tqdm(
            total=total, unit="B", unit_scale=True, desc="indexing", leave=False, bar_format=form,
            dynamic_ncols=True, smoothing=0.05,
        )  # fmt: skip

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def advance(self, progress: Progress) -> None:
        """Move on to the bytes that were read."""
        self._bar.set_postfix_str(
            f"{progress.documents:,} documents, {progress.passages:,} passages", refresh=False
        )
        self._bar.update(min(progress.bytes, self._bar.total) - self._bar.n)

    def tell(self, report: FileReport) -> None:
        """Name what was skipped above the bar."""
        if report.status is Status.SKIPPED:
            self._bar.write(terminal(_skipped(report)), file=sys.stderr)


class _Lines(Silence):
    """Lines for a log: what was skipped, and every ten seconds how far it is."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._start = self._last = time.monotonic()

    def advance(self, progress: Progress) -> None:
        """Say how far it is, if that is some time ago."""
        now = time.monotonic()
        if now - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last, spent = now, now - self._start
        share = min(progress.bytes / self._total, 1) if self._total else 1.0
        left = f", {_duration(spent / share - spent)} left" if share > 0 else ""
        print(
            f"indexing: {share:.0%}, {progress.files:,} files done, {progress.documents:,} "
            f"documents and {progress.passages:,} passages added, "
            f"{progress.passages / spent:.0f} passages/s{left}",
            file=sys.stderr,
            flush=True,
        )

    def tell(self, report: FileReport) -> None:
        """Name what was skipped."""
        if report.status is Status.SKIPPED:
            print(terminal(_skipped(report)), file=sys.stderr, flush=True)


def _skipped(report: FileReport) -> str:
    return f"skipped {report.file}: {report.reason}"


def _duration(seconds: float) -> str:
    """Seconds in the unit that suits them.

    >>> _duration(59), _duration(3599), _duration(7300)
    ('59 s', '60 min', '2.0 h')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"
