"""What the window does to an index: add, remove, index again. Each runs in a thread, to its end.

Gradio may take every step of a generator on another thread, and drops it when its page closes;
an index is held by the thread that writes to it, until it has written.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from rag.errors import CitewellError, IndexLockedError
from rag.indexing import (
    FileReport,
    Progress,
    Status,
    index_again,
    index_files,
    remove_documents,
)
from ui.uploads import Dropped, check_together, keep, refusal, uploads_folder

if TYPE_CHECKING:
    from rag import Assistant

FAILURE = "Something went wrong; the terminal that runs Citewell says what."

logger = logging.getLogger(__name__)
_Follow = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Told:
    """How far it has come: a line, at the end the files' reports, or why it cannot be done."""

    line: str = ""
    reports: tuple[FileReport, ...] = ()
    error: str = ""


_Tell = Callable[[Told], None]


class Writer:
    """Changes the index of an assistant; `line` says how far it has come, "" while idle."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant, self.settings = assistant, assistant.settings
        self.folder = uploads_folder(assistant.settings)
        self.line = ""
        self._busy = threading.Lock()

    def add(self, dropped: Sequence[Dropped]) -> Iterator[Told]:
        """Keep what was dropped, and index it; what cannot be read is not kept."""

        def work(tell: _Tell) -> None:
            try:
                with self._alone():
                    tell(Told(reports=tuple(self._add(dropped, tell))))
            finally:
                for one in dropped:
                    one.discard()

        return _in_thread(work)

    def index_again(self) -> Iterator[Told]:
        """Read every file of the index again where it lies."""
        files = self._files()

        def work(tell: _Tell) -> None:
            def indexed(follow: _Follow) -> Generator[FileReport]:
                return index_again(files, self.settings, progress=follow)

            with self._alone():
                tell(Told(reports=tuple(self._followed(indexed, len(files), tell))))

        return _in_thread(work)

    def remove(self, id: str) -> list[str]:
        """Take a document out, and the copy of its file that was kept here; the ids that went.

        Raises UsageError and StoreError.
        """
        with self._alone():
            sources = self.assistant.document(id).sources
            gone = remove_documents([id], self.settings)
            left = {name for one in self.assistant.documents() for name in one.sources}
            for name in set(sources) - left:
                if Path(name).name == name:
                    (self.folder / name).unlink(missing_ok=True)
            return gone

    def _add(self, dropped: Sequence[Dropped], tell: _Tell) -> list[FileReport]:
        check_together(dropped)
        reports: list[FileReport] = []
        names: dict[Path, str] = {}  # of the files that are kept, as they were given
        fresh: set[str] = set()
        try:
            for one in dropped:
                if reason := refusal(one, self.settings):
                    reports.append(_report(one.name, Status.SKIPPED, reason))
                    continue
                path, is_new = keep(one, self.folder)
                if path in names:
                    same = f"the same file as {names[path]}"
                    reports.append(_report(one.name, Status.UNCHANGED, same))
                    continue
                names[path] = one.name
                fresh |= {path.name} if is_new else set()
            for report in self._indexed(list(names), tell):
                fresh -= {report.file} if report.document_ids else set()
                reports.append(replace(report, file=names[self.folder / report.file]))
        finally:
            for name in fresh:
                (self.folder / name).unlink(missing_ok=True)
        return reports

    def _indexed(self, paths: Sequence[Path], tell: _Tell) -> Iterator[FileReport]:
        def indexed(follow: _Follow) -> Generator[FileReport]:
            return index_files(paths, self.settings, progress=follow)

        return self._followed(indexed, len(paths), tell) if paths else iter(())

    def _followed(
        self, indexed: Callable[[_Follow], Generator[FileReport]], total: int, tell: _Tell
    ) -> Iterator[FileReport]:
        def follow(come: Progress) -> None:
            files = "1 file" if total == 1 else f"{total:,} files"
            self.line = f"{come.files:,} of {files}, {come.passages:,} passages"
            tell(Told(self.line))

        follow(Progress(0, 0, 0, 0))
        yield from indexed(follow)

    def _files(self) -> dict[str, Path]:
        """Where the files of the index lay, by their names in it."""
        files: dict[str, Path] = {}
        for one in self.assistant.documents():
            for name in one.sources:
                place = one.id if name == one.source else name
                if name not in files and (path := self.assistant.path(place)):
                    files[name] = path
        return files

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._busy.acquire(blocking=False):
            how_far = f" ({self.line})" if self.line else ""
            raise IndexLockedError(
                f"this window is writing to the index already{how_far}: wait until it has ended"
            )
        try:
            yield
        finally:
            self.line = ""
            self._busy.release()


def _report(name: str, status: Status, reason: str) -> FileReport:
    return FileReport(name, status, reason=reason, incomplete=status is Status.SKIPPED)


def _in_thread(work: Callable[[_Tell], None]) -> Iterator[Told]:
    """What the work tells, and its error as the last; of lines that come fast, the newest."""
    told: SimpleQueue[Told | None] = SimpleQueue()

    def run() -> None:
        try:
            work(told.put)
        except CitewellError as error:
            told.put(Told(error=str(error)))
        except Exception:
            logger.exception("the index could not be written to")
            told.put(Told(error=FAILURE))
        finally:
            told.put(None)

    threading.Thread(target=run, name="citewell-writing", daemon=True).start()
    while (one := told.get()) is not None:
        newest, is_last = _newest(told, one)
        yield newest
        if is_last:
            return


def _newest(told: SimpleQueue[Told | None], one: Told) -> tuple[Told, bool]:
    """The last of what waits, and whether nothing follows."""
    while True:
        try:
            following = told.get_nowait()
        except Empty:
            return one, False
        if following is None:
            return one, True
        one = following
