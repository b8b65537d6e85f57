"""The files that a user's paths stand for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.errors import UsageError
from rag.loaders.manifest import NAME, ManifestTable, read_manifest
from rag.types import Record

_BEIR = ("corpus.jsonl", "queries.jsonl")
_QUESTIONS = "questions of a test set, not documents: name the file itself to index it"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to index and the name it goes by: its path relative to the indexed folder.

    `stated` are the records that a manifest gives it: see `ManifestTable.stated`. `problem`
    says what is wrong with a file before it is read: with a link, or with a manifest, which is
    listed only then; `usable` that the rest of it holds.
    """

    path: Path
    name: str
    stated: Mapping[str, Record] = field(default_factory=dict)
    problem: str = ""
    usable: bool = True


def find_files(paths: Sequence[Path], *, outside: Path | None = None) -> Iterator[SourceFile]:
    """The files under the paths, folder by folder in name order, each once; hidden ones are not.

    `outside` is a folder, the index's own, whose files are not meant. Raises UsageError, before
    the first file, for a path that does not exist. A file goes by its path relative to the
    folder that was given; where a folder given earlier has a file of that name, so many of the
    folders above are named as tell them apart.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist: give a file or a folder of documents")
    roots = [_Root(path) for path in _without_repeats(paths)]
    apart = outside.resolve() if outside else None
    return _find(roots, apart)


@dataclass(frozen=True, slots=True)
class _Root:
    """A path that was given. A file's names are relative to the folder that it lies in."""

    path: Path

    @property
    def folder(self) -> Path:
        return self.path if self.path.is_dir() else self.path.parent

    def has(self, relative: Path) -> bool:
        """Whether one of this root's files has this relative name."""
        if self.path.is_dir():
            return (self.path / relative).is_file()
        return self.path.name == str(relative)


def _without_repeats(paths: Sequence[Path]) -> list[Path]:
    """The paths that do not lie inside another of them, each once."""
    resolved = {path.resolve(): path for path in reversed(paths)}
    kept = [r for r in resolved if not any(other in r.parents for other in resolved)]
    order = {path.resolve(): place for place, path in reversed(list(enumerate(paths)))}
    return [resolved[one] for one in sorted(kept, key=order.__getitem__)]


def _find(roots: Sequence[_Root], apart: Path | None) -> Iterator[SourceFile]:
    for place, root in enumerate(roots):
        for file in _files_of(root, apart):
            if _is_link_into(file.path, roots):
                continue
            name = _name(file.path.relative_to(root.folder), root, roots[:place])
            if file.path.is_symlink() and file.path != root.path and file.path.exists():
                # A folder from elsewhere must not lend us the rest of the disk.
                problem = "a link out of the folder: give the file that it leads to"
                file = replace(file, problem=problem, usable=False)
            yield replace(file, name=name)


def _files_of(root: _Root, apart: Path | None) -> Iterator[SourceFile]:
    """The files of a root, not named yet."""
    if not root.path.is_dir():
        yield SourceFile(root.path, "", read_manifest(root.folder).stated(root.path.name))
        return
    tables: dict[Path, ManifestTable] = {}
    for folder, names in _walk(root.path):
        if apart and (folder.resolve() == apart or apart in folder.resolve().parents):
            continue
        tables = {one: table for one, table in tables.items() if one in folder.parents}
        tables[folder] = read_manifest(folder)
        if problems := tables[folder].problems:
            usable = bool(tables[folder].records)
            yield SourceFile(folder / NAME, "", problem="; ".join(problems), usable=usable)
        for name in names:
            if name != NAME:
                path = folder / name
                problem = _QUESTIONS if _asks(path) else ""
                stated = _stated(path, tables)
                yield SourceFile(path, "", stated, problem=problem, usable=not problem)


def _asks(path: Path) -> bool:
    """Whether a file holds the questions or the judgements of a set in BEIR's layout.

    Beside its `corpus.jsonl` they lie in `queries.jsonl` and `qrels/`: indexed, a question
    would be the best answer to itself.
    """
    judged = path.parent.name == "qrels" and (path.parent.parent / _BEIR[0]).is_file()
    asked = path.name == _BEIR[1] and (path.parent / _BEIR[0]).is_file()
    return judged or asked


def _is_link_into(path: Path, roots: Sequence[_Root]) -> bool:
    """Whether this is a second name of a file that is found by its own."""
    if not path.is_symlink():
        return False
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # a link to nowhere, or to itself: reported when read
        return False
    found = (root.path.resolve() for root in roots if root.path != path)
    return any(one in (target, *target.parents) for one in found)


def _stated(path: Path, tables: Mapping[Path, ManifestTable]) -> dict[str, Record]:
    """What the manifests of a file's folder and of those above say; the nearest wins."""
    stated: dict[str, Record] = {}
    for folder, table in tables.items():
        if table.records:
            stated |= table.stated(path.relative_to(folder).as_posix())
    return stated


def _name(relative: Path, root: _Root, earlier: Sequence[_Root]) -> str:
    """The relative path, with as many folders above as tell it from earlier roots' files."""
    parents = [parent.name for parent in (root.folder.resolve(), *root.folder.resolve().parents)]
    name, depth = relative, 0
    while any(other.has(name) for other in earlier) and depth < len(parents):
        name = Path(parents[depth]) / name
        depth += 1
    return _printable(name)


def _walk(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Folders and the names of their files; links to folders are not followed: loops end."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield Path(root), sorted(name for name in files if not name.startswith("."))


def printable(text: str) -> str:
    """The text with characters that would break a line or a terminal replaced."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _printable(path: Path) -> str:
    """The name with characters that would break a line or a terminal replaced.

    A mark made from the true name tells two apart that would look alike then.
    """
    raw = os.fsencode(path.as_posix())
    safe = printable(raw.decode("utf-8", "replace"))
    if safe == path.as_posix():
        return safe
    stem, dot, suffix = safe.rpartition(".")
    mark = f"~{hashlib.sha256(raw).hexdigest()[:6]}"
    return f"{stem}{mark}.{suffix}" if dot and "/" not in suffix else f"{safe}{mark}"
