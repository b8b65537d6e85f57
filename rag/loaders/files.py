"""The files that a user's paths stand for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import UsageError

# A table beside the documents that says what they are; not a document.
RESERVED = frozenset({"manifest.csv"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to index and the name it goes by: its path relative to the indexed folder."""

    path: Path
    name: str


def find_files(paths: Sequence[Path]) -> Iterator[SourceFile]:
    """The files under the paths, in name order, each once; hidden ones are passed over.

    Raises UsageError for a path that does not exist. Two folders that hold files of the same
    relative name are told apart by the folders' own names.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist: give a file or a folder of documents")
    folders = [path for path in paths if path.is_dir()]
    seen: set[Path] = set()
    for path in paths:
        for file in _walk(path) if path.is_dir() else [path]:
            resolved = file.resolve()
            if resolved in seen or file.name in RESERVED:
                continue
            seen.add(resolved)
            name = file.relative_to(path).as_posix() if path.is_dir() else file.name
            if path.is_dir() and len(folders) > 1:
                name = f"{path.resolve().name}/{name}"
            yield SourceFile(file, _printable(name))


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder; links to folders are not followed, so that loops end."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(root) / name


def _printable(name: str) -> str:
    """The name with characters that would break a line or a terminal replaced."""
    safe = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in safe)
