"""Files that a browser gives: what is taken, and where it is kept under which name.

They are kept beside the index, in a folder of documents like any other: the index can be deleted
and built again from it, and what lies inside an index's own folder is never indexed. A file keeps
the name that the person gave it, made harmless: it is what documents, citations and gold sets go
by. Where that name is another file's already, a mark made of the content stands behind it; nothing
that is kept is ever overwritten.

A process that is killed while it adds leaves what it was given here: a copy that is whole and not
in the index was dropped in to be indexed, so it is offered (`left_over`) and never deleted, and
`rag index` of the folder takes it; half a copy (`remove_half_copies`) goes.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import time
import unicodedata
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rag.errors import StorageError, UsageError
from rag.loaders.files import printable
from rag.loaders.manifest import NAME as MANIFEST
from rag.settings import Settings

MOST_FILES = 200  # at once
MOST_BYTES = 500_000_000  # of them together
_LONGEST_NAME = 200  # characters that are shown of a name
_LONGEST_FILE = 200  # bytes of a name on the disk: file systems take 255, some fewer
_MARK = 6  # hex digits of the content's hash that tell two files of one name apart
_PART = ".part"
_SETTLED = 300  # seconds after which nobody is writing a file any more
SUFFIXES = (
    *("pdf", "docx", "html", "htm", "xhtml", "md", "markdown", "txt", "xml", "nbib", "ris"),
    *("json", "jsonl", "ndjson", "csv", "tsv"),
)
_SUFFIX = re.compile(rf"\.(?:{'|'.join(SUFFIXES)})(?:\.gz)?\Z")

# What some system refuses in a name, and what parts a file from its record in a document's id.
_NEEDLESS = re.compile(r'[<>:"|?*#]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]|conin\$|conout\$) *(?:\.|\Z)", re.I)
# Names by which a folder's files are something else than documents.
_MEANT_OTHERWISE = (MANIFEST, "queries.jsonl")


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
            dropped.append(Dropped(lies, _shown(name)))
    return dropped


def _shown(name: str) -> str:
    """A name on one line, without marks that nobody sees or that turn its letters round."""
    name = unicodedata.normalize("NFC", re.sub(r"\s", " ", name))
    seen = "".join(char for char in name if unicodedata.category(char) != "Cf")
    return printable(seen)[-_LONGEST_NAME:]


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


def keep(dropped: Dropped, folder: Path, taken: Collection[str] = ()) -> tuple[Path, bool]:
    """Keep a file under its own name, made harmless; where, and whether it was not there before.

    The same content is kept once, under the name under which it came first. `taken` are names
    that stand for other files in the index. Raises StorageError.
    """
    part = folder / f".{uuid.uuid4().hex}{_PART}"  # hidden: never indexed
    try:
        folder.mkdir(parents=True, exist_ok=True)
        digest = _digest(dropped.path)
        kept = kept_files(folder)
        if same := _find_same(dropped, digest, kept):
            return same, False
        names = {_folded(name) for name in (*taken, *(path.name for path in kept))}
        free = (name for name in _names(dropped, digest) if _folded(name) not in names)
        try:
            shutil.copyfile(dropped.path, part)
            return part.replace(folder / next(free)), True
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"{dropped.name} could not be kept in {folder} ({error.strerror or error}): "
            "free some space or mend its permissions"
        ) from error


def kept_files(folder: Path) -> list[Path]:
    """The files that are kept, by name."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in found if not path.name.startswith(".") and path.is_file())


def left_over(folder: Path, indexed: Collection[str]) -> list[Path]:
    """Whole copies of which no document is `indexed`, by the names that documents have of files.

    Those of the last minutes are left out: some process may be about to index them.
    """
    before = time.time() - _SETTLED
    return [
        path
        for path in kept_files(folder)
        if not {path.name, second_name(path)} & set(indexed) and path.stat().st_mtime < before
    ]


def second_name(path: Path) -> str:
    """What `rag index` calls a kept file where a folder given earlier has one of its name."""
    return f"{path.parent.name}/{path.name}"


def remove_half_copies(folder: Path) -> None:
    """Take away what processes that were killed while they copied have left."""
    for path in folder.glob(f".*{_PART}"):
        with suppress(OSError):  # gone meanwhile
            if path.stat().st_mtime < time.time() - _SETTLED:
                path.unlink()


def _find_same(dropped: Dropped, digest: str, kept: Sequence[Path]) -> Path | None:
    """The kept file with this content, of this kind."""
    size = dropped.path.stat().st_size
    likely = (path for path in kept if path.name.lower().endswith(dropped.suffix))
    return next((p for p in likely if p.stat().st_size == size and _digest(p) == digest), None)


def _names(dropped: Dropped, digest: str) -> Iterator[str]:
    """The harmless name, then those with ever longer marks."""
    name = _shown(dropped.name.replace("\\", "/").rpartition("/")[2])
    name = _NEEDLESS.sub("_", name).replace("\N{REPLACEMENT CHARACTER}", "").lstrip(" .")
    suffix = name[-len(dropped.suffix) :]
    if not suffix.isascii() or suffix.lower() != dropped.suffix:  # of ".pdf" the dot is gone
        name, suffix = "", dropped.suffix
    stem = name.removesuffix(suffix) or digest[:_MARK]
    room = _LONGEST_FILE - len(suffix)
    stem = f"_{stem}" if _DEVICE.match(stem) else stem
    plain = _cut(stem, room) + suffix
    if plain.lower() not in _MEANT_OTHERWISE:
        yield plain
    for length in (_MARK, 2 * _MARK, len(digest)):
        yield f"{_cut(stem, room - length - 1)}~{digest[:length]}{suffix}"
    while True:  # whoever gives the name can have taken all of these
        yield f"{uuid.uuid4().hex}{suffix}"


def _cut(text: str, size: int) -> str:
    """As much of a text as fits into `size` bytes."""
    return text.encode("utf-8", "ignore")[:size].decode("utf-8", "ignore")


def _folded(name: str) -> str:
    """What is one name to the file system that minds least."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
