"""What indexing tells: of a file, of a run, and on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class FileReport:
    """A file's line in the report.

    `document_ids` are the documents that hold its texts now (of a removed file: held). `reason`
    says why it was skipped, or what of it could not be read: `incomplete` then.
    """

    file: str
    status: Status
    document_ids: tuple[str, ...] = ()
    passages: int = 0
    reason: str = ""
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: files done, what was added, and bytes of files behind it.

    `doing` says what takes its time now: the file that is read, with its page where it has
    pages, or how many passages are being encoded; "" between two of them.
    """

    files: int
    documents: int
    passages: int
    bytes: int
    doing: str = ""


@dataclass(slots=True)
class IndexReport:
    """What indexing did; `files` in the order in which they were done."""

    files: list[FileReport] = field(default_factory=list)

    def count(self, status: Status) -> int:
        """How many files ended so."""
        return sum(report.status is status for report in self.files)

    @property
    def skipped(self) -> list[FileReport]:
        """The files that could not be read, each with its reason."""
        return [report for report in self.files if report.status is Status.SKIPPED]

    @property
    def passages(self) -> int:
        """Passages of all files that are in the index now."""
        return sum(report.passages for report in self.files)
