"""An index's folder: what may lie in it, who may write to it, and what to say when it is full."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from rag.embedding.export import HALF_EXPORTED, export
from rag.embedding.model import MODEL_FILES, missing_files
from rag.errors import (
    IndexFormatError,
    IndexLockedError,
    IndexMissingError,
    StorageError,
    StoreError,
    UsageError,
)
from rag.settings import Settings
from rag.store import vectors, words
from rag.store.manifest import Manifest

DERIVED_FILES = (vectors.FILE, words.FILE)
OWN_FILES = ("manifest.json", "corpus.sqlite", *DERIVED_FILES, *MODEL_FILES)
_NOTE = ".writer"  # lies in an index while somebody writes to it


def ensure_model(
    folder: Path,
    manifest: Manifest,
    settings: Settings,
    notify: Callable[[str], None] | None = None,
) -> None:
    """Make the model's files anew where they are gone, and tell `notify` so in one line."""
    gone = missing_files(folder)
    if not gone:
        return
    if notify:
        notify(f"{folder / gone[0]} is gone: making it anew, this takes a moment")
    with storage_errors(folder):
        card = export(manifest.model.name, folder, cache=settings.model_cache)
    if manifest.model.sha256 != card.sha256:
        raise IndexFormatError(
            f"the model {card.name} has changed since the index in {folder} was built: "
            f"rebuild it with `rag index PATH --index {folder} --rebuild`"
        )


def is_stale(folder: Path, settings: Settings) -> bool:
    """Whether the folder holds an index of another version, model or passage size."""
    try:
        manifest = Manifest.read(folder)
        manifest.check_model(settings, folder)
    except IndexMissingError:
        return False
    except IndexFormatError:
        return True
    return manifest.passage_words != settings.passage_words


def open_manifest(folder: Path, settings: Settings) -> Manifest:
    """The index's manifest; a new index's, with its model's files, where there is none."""
    if Manifest.stands_in(folder):
        manifest = Manifest.read(folder)
        manifest.check_model(settings, folder)
        ensure_model(folder, manifest, settings)
        return manifest
    foreign = [path.name for path in folder.iterdir() if not _may_stand(path)]
    if foreign:
        raise UsageError(
            f"{folder} holds other files ({foreign[0]}): give --index an empty or new folder"
        )
    card = export(settings.embedding_model, folder, cache=settings.model_cache)
    for name in ("corpus.sqlite", "corpus.sqlite-wal", "corpus.sqlite-shm", *DERIVED_FILES):
        (folder / name).unlink(missing_ok=True)
    manifest = Manifest(card, settings.passage_words)
    manifest.write(folder)
    return manifest


def _may_stand(path: Path) -> bool:
    """Whether a file in an index folder is ours, or does no harm there."""
    ours = any(path.name.startswith(name) for name in OWN_FILES)
    return ours or path.name.startswith(".") or path.name in ("README.md", "feedback.jsonl", "lock")


def clear(folder: Path) -> None:
    """Take away the index in a folder, and nothing else that lies there."""
    for path in folder.iterdir():
        if path.is_file() and any(path.name.startswith(name) for name in OWN_FILES):
            path.unlink()


def remove_half_written(folder: Path) -> None:
    """Take away what a process that was killed left of a derived file, or of a model.

    A derived file may hold words of a document that has been removed since.
    """
    for path in folder.glob(f"{HALF_EXPORTED}*"):
        shutil.rmtree(path, ignore_errors=True)
    for name in DERIVED_FILES:
        for path in folder.glob(f"{name}.*"):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the index for writing; a second writer is told who holds it."""
    note = folder / _NOTE
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        holder = note.read_text(encoding="utf-8").strip() if note.is_file() else "another process"
        raise IndexLockedError(
            f"{holder} is writing to the index in {folder}: wait until it has ended"
        ) from error
    try:
        note.write_text(f"process {os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def other_writer(folder: Path) -> str:
    """Why nobody here can write to an index now; "" where one can.

    The lock is tried only where a writer's note lies, so that no writer that is about to start
    finds it taken; one that was killed leaves its note, and trying takes that away.
    """
    if not (folder / _NOTE).is_file():
        return ""
    try:
        with writing(folder):
            return ""
    except IndexLockedError as error:
        return str(error)
    except OSError:  # nothing here can be written to
        return ""


@contextlib.contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """The system's errors of writing as StorageError, with the room that is left."""
    try:
        yield
    except StoreError:
        raise
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", None) or error
        free = shutil.disk_usage(folder).free // 1_000_000 if folder.exists() else 0
        raise StorageError(
            f"the index in {folder} could not be written ({reason}; {free:,} MB free): "
            "free some space or mend its permissions, then run the same command again"
        ) from error
