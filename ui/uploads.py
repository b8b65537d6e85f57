"""Files that a browser gives: what is taken, and where it is kept.

They are kept beside the index, in a folder of documents like any other: the index can be deleted
and built again from it, and what lies inside an index's own folder is never indexed. A file goes
by its content's hash there; no name that a browser says is ever part of a path.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rag.errors import StorageError, UsageError
from rag.loaders.files import printable
from rag.settings import Settings

MOST_FILES = 200  # at once
MOST_BYTES = 500_000_000  # of them together
_LONGEST_NAME = 200  # characters that are shown of a name
_HASH = 12  # hex digits in a name of ours
SUFFIXES = (
    *("pdf", "docx", "html", "htm", "xhtml", "md", "markdown", "txt", "xml", "nbib", "ris"),
    *("json", "jsonl", "ndjson", "csv", "tsv"),
)
_SUFFIX = re.compile(rf"\.(?:{'|'.join(SUFFIXES)})(?:\.gz)?\Z")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file as it came: where it lies for now, and the name that the person gave it."""

    path: Path
    name: str

    @property
    def suffix(self) -> str:
        """The suffix in small letters, with ".gz" where that follows; "" for no kind of ours."""
        found = _SUFFIX.search(self.name.lower())
        return found.group() if found else ""

    def discard(self) -> None:
        """Take the file, and its folder if nothing else lies in it, from where it lies for now."""
        self.path.unlink(missing_ok=True)
        with suppress(OSError):
            self.path.parent.rmdir()


def uploads_folder(settings: Settings) -> Path:
    """Where the files of an index are kept: beside its folder, and named after it."""
    folder = settings.index.resolve()
    return folder.with_name(f"{folder.name}-uploads")


def read_dropped(files: object, folder: Path) -> list[Dropped]:
    """What a browser says it has sent; only what lies in the server's `folder` for uploads."""
    told = files if isinstance(files, list) else []
    dropped = []
    for one in told:
        path = one.get("path") if isinstance(one, dict) else None
        if not isinstance(path, str) or "\x00" in path:
            continue
        lies = Path(path).resolve()
        if lies.is_file() and folder.resolve() in lies.parents:
            given = one.get("orig_name")
            name = given if isinstance(given, str) and given.strip() else lies.name
            dropped.append(Dropped(lies, printable(name)[-_LONGEST_NAME:]))
    return dropped


def check_together(dropped: Sequence[Dropped]) -> None:
    """Raise UsageError for too many files at once, or too much."""
    if len(dropped) > MOST_FILES:
        raise UsageError(f"{len(dropped)} files at once: at most {MOST_FILES}, in several goes")
    size = sum(one.path.stat().st_size for one in dropped)
    if size > MOST_BYTES:
        raise UsageError(
            f"{size / 1e6:,.0f} MB together: at most {MOST_BYTES / 1e6:,.0f} MB, in several goes"
        )


def refusal(dropped: Dropped, settings: Settings) -> str:
    """Why a file is not taken; "" where it is."""
    if not dropped.suffix:
        return f"not a kind of file that is read: give one of {', '.join(SUFFIXES)}"
    size = dropped.path.stat().st_size
    if size > settings.max_file_mb * 1_000_000:
        return (
            f"{size / 1e6:,.1f} MB is over the limit of {settings.max_file_mb} MB "
            "(setting max_file_mb)"
        )
    return ""


def keep(dropped: Dropped, folder: Path) -> tuple[Path, bool]:
    """Keep a file under a name made of its content; where, and whether it was not there before.

    Raises StorageError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        digest = _digest(dropped.path)
        target = folder / f"{digest[:_HASH]}{dropped.suffix}"
        is_new = not target.exists()
        if is_new or _digest(target) != digest:
            part = folder / f".{target.name}.{os.getpid()}.part"  # hidden: never indexed
            shutil.copyfile(dropped.path, part)
            os.replace(part, target)
    except OSError as error:
        raise StorageError(
            f"{dropped.name} could not be kept in {folder} ({error.strerror or error}): "
            "free some space or mend its permissions"
        ) from error
    return target, is_new


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
