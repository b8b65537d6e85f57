"""What the window does to an index: add, remove, index again; and whether it can."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IndexLockedError
from rag.indexing import FileReport, Progress, Status, index_again, remove_documents
from rag.store import DocumentSummary
from rag.store.folder import other_writer
from ui.telling import Tell, Told, in_thread
from ui.uploads import (
    Dropped,
    check_together,
    keep,
    left_over,
    refusal,
    remove_half_copies,
    second_name,
    uploads_folder,
)

if TYPE_CHECKING:
    from rag import Assistant
    from rag.types import Document


@dataclass(frozen=True, slots=True)
class Standing:
    """What is to be known of an index before one writes to it: nothing, where all is empty.

    `line` says how far this window has come with writing, `locked` who else writes; `left_over`
    are files that were dropped in and are not in the index, in `folder`.
    """

    line: str = ""
    locked: str = ""
    left_over: tuple[str, ...] = ()
    folder: Path = Path()

    @property
    def is_busy(self) -> bool:
        """Whether somebody writes: it will be another soon."""
        return bool(self.line or self.locked)


class Writer:
    """Changes the index of an assistant; `line` says how far it has come, "" while idle."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant, self.settings = assistant, assistant.settings
        self.folder = uploads_folder(assistant.settings)
        self.line = ""
        self._busy = threading.Lock()

    def add(self, dropped: Sequence[Dropped]) -> Iterator[Told]:
        """Keep what was dropped, and index it; what cannot be read is not kept."""

        def work(tell: Tell) -> None:
            try:
                with self._alone():
                    tell(Told(reports=tuple(self._add(dropped, tell))))
            finally:
                for one in dropped:
                    one.discard()

        return in_thread(work)

    def index_again(self) -> Iterator[Told]:
        """Read every file of the index again where it lies, and what is left over (`Standing`)."""

        def work(tell: Tell) -> None:
            with self._alone():
                files = self._files()
                left = left_over(self.folder, files)
                files |= {self._name(path, files): path for path in left}
                tell(Told(reports=tuple(self._followed(files, tell))))

        return in_thread(work)

    def standing(self, documents: Sequence[DocumentSummary]) -> Standing:
        """What is to be said beside a list of the index's documents."""
        if self._busy.locked():
            return Standing(line=self.line or "at work")
        if locked := other_writer(self.settings.index):
            return Standing(locked=locked)
        names = {name for one in documents for name in one.sources}
        left = tuple(path.name for path in left_over(self.folder, names))
        return Standing(left_over=left, folder=self.folder)

    def tidy(self) -> None:
        """Take away what a window that was killed left half done."""
        remove_half_copies(self.folder)

    def remove(self, id: str) -> list[str]:
        """Take a document out, and the copy of its file that was kept here; the ids that went.

        Raises UsageError and StoreError.
        """
        with self._alone():
            one = self.assistant.document(id)
            files = {name: self._path(one, name) for name in one.sources}
            gone = remove_documents([id], self.settings)
            left = {name for one in self.assistant.documents() for name in one.sources}
            for name, path in files.items():
                if name not in left and path and self._is_kept(path):
                    path.unlink(missing_ok=True)
            return gone

    def _add(self, dropped: Sequence[Dropped], tell: Tell) -> list[FileReport]:
        check_together(dropped)
        known = self._files()
        taken = {name for one in self.assistant.documents() for name in one.sources}
        reports: list[FileReport] = []
        given: dict[Path, str] = {}  # the names of the files that are kept, as they came
        fresh: dict[str, Path] = {}
        try:
            for one in dropped:
                if reason := refusal(one, self.settings):
                    reports.append(_report(one.name, Status.SKIPPED, reason))
                    continue
                path, is_new = keep(one, self.folder, taken)
                if path in given:
                    same = f"the same file as {given[path]}"
                    reports.append(_report(one.name, Status.UNCHANGED, same))
                    continue
                given[path] = one.name
                fresh |= {path.name: path} if is_new else {}
            files = {self._name(path, known): path for path in given}
            for report in self._followed(files, tell) if files else ():
                if report.document_ids:
                    fresh.pop(report.file, None)
                reports.append(_as_given(report, given[files[report.file]]))
        finally:
            for path in fresh.values():
                path.unlink(missing_ok=True)
        return reports

    def _followed(self, files: Mapping[str, Path], tell: Tell) -> Iterator[FileReport]:
        """Index files by name, and tell how far it is."""
        total = "1 file" if len(files) == 1 else f"{len(files):,} files"

        def follow(come: Progress) -> None:
            doing = f"; {come.doing}" if come.doing else ""
            passages = f", {come.passages:,} passages" if come.passages else ""
            self.line = f"{come.files:,} of {total}{passages}{doing}"
            tell(Told(self.line))

        follow(Progress(0, 0, 0, 0))
        yield from index_again(files, self.settings, progress=follow)

    def _files(self) -> dict[str, Path]:
        """Where the files of the index lay, by their names in it."""
        files: dict[str, Path] = {}
        for one in self.assistant.documents():
            for name in one.sources:
                if name not in files and (path := self._path(one, name)):
                    files[name] = path
        return files

    def _path(self, one: DocumentSummary | Document, name: str) -> Path | None:
        """Where a file of a document lay."""
        return self.assistant.path(one.id if name == one.source else name)

    def _name(self, path: Path, files: Mapping[str, Path]) -> str:
        """The name that a kept file has in the index; where it has none, one that is free."""
        for name, known in files.items():
            if known.name == path.name and self._is_kept(known):
                return name
        return second_name(path) if path.name in files else path.name

    def _is_kept(self, path: Path) -> bool:
        return path.resolve().parent == self.folder.resolve()

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


def _as_given(report: FileReport, name: str) -> FileReport:
    """A report by the name under which the file came, with the one that it goes by."""
    if report.file == name or not report.document_ids:
        return replace(report, file=name)
    reason = "; ".join(filter(None, [f"it goes by {report.file}", report.reason]))
    return replace(report, file=name, reason=reason)
