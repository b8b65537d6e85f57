"""The files that a user's paths stand for."""

from __future__ import annotations

import os
from collections import Counter
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


def find_files(paths: Sequence[Path], *, outside: Path | None = None) -> list[SourceFile]:
    """The files under the paths, in name order, each once; hidden ones are passed over.

    `outside` is a folder, the index's own, whose files are not meant. Raises UsageError for a
    path that does not exist. A file goes by its path relative to the folder that was given;
    where two would go by one name, so many of the folders above are named as tell them apart.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist: give a file or a folder of documents")
    apart = outside.resolve() if outside else None
    found: dict[Path, Path] = {}
    bases: dict[Path, Path] = {}
    for path in paths:
        base = path if path.is_dir() else path.parent
        for file in _walk(path) if path.is_dir() else [path]:
            resolved = file.resolve()
            if file.name not in RESERVED and not (apart and apart in resolved.parents):
                found.setdefault(resolved, base.resolve() / file.relative_to(base))
                bases.setdefault(resolved, base.resolve())
    return _named(found, bases)


def _named(found: dict[Path, Path], bases: dict[Path, Path]) -> list[SourceFile]:
    names = {key: _printable(path.relative_to(bases[key])) for key, path in found.items()}
    depth = 0
    while clashes := _clashes(names):
        depth += 1
        for key in clashes:
            base = bases[key]
            above = base.parents[min(depth, len(base.parents)) - 1] if base.parents else base
            longer = _printable(found[key].relative_to(above))
            names[key] = longer if depth < 40 else f"{longer} ({list(found).index(key)})"
    return [SourceFile(found[key], name) for key, name in names.items()]


def _clashes(names: dict[Path, str]) -> list[Path]:
    """The files, after the first, that go by a name that another goes by."""
    times = Counter(names.values())
    return [key for key, name in names.items() if times[name] > 1]


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder; links to folders are not followed, so that loops end."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(root) / name


def _printable(path: Path) -> str:
    """The name with characters that would break a line or a terminal replaced."""
    safe = path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in safe)
