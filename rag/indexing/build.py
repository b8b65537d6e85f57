"""Paths in, an index out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

from rag.embedding.fastest import check_runtime
from rag.errors import UsageError
from rag.indexing.reports import FileReport, IndexReport, Progress
from rag.indexing.run import Run
from rag.loaders import BoundedReader, find_files
from rag.settings import Settings
from rag.store import Manifest, SqliteStore, WritableStore
from rag.store.folder import clear, is_stale, open_manifest, storage_errors, writing


def build_index(
    paths: Sequence[Path],
    settings: Settings,
    *,
    rebuild: bool = False,
    sync: bool = False,
    progress: Callable[[FileReport], None] | None = None,
) -> IndexReport:
    """Index the files under `paths` and report on each: see `index_files`.

    `progress` is called with each file's report as it is made.
    """
    report = IndexReport()
    for one in index_files(paths, settings, rebuild=rebuild, sync=sync):
        report.files.append(one)
        if progress:
            progress(one)
    return report


def index_files(
    paths: Sequence[Path],
    settings: Settings,
    *,
    rebuild: bool = False,
    sync: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Generator[FileReport]:
    """Index the files under `paths` into `settings.index`, and yield what became of each.

    Files that have not changed since they were indexed are left as they are. `sync` makes the
    index hold just these files: documents of files that are gone go too, and an index of
    another version or model is built anew. `rebuild` always builds anew.

    A document is written whole or not at all, and before its file is reported: killed at any
    moment, the index holds every document that was reported, and the same call goes on. Raises
    UsageError, ModelError or StoreError; files that cannot be read are reported and skipped.
    """
    folder = settings.index
    found = find_files(paths, outside=folder)
    first = next(found, None)
    if first is None:
        raise UsageError(f"no files in {', '.join(map(str, paths))}: give a folder of documents")
    check_runtime(settings.runtime)  # before anything is made
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with writing(folder):
            if rebuild or (sync and is_stale(folder, settings)):
                clear(folder)
            manifest = open_manifest(folder, settings)
            store = WritableStore(folder, manifest.model.dimension)
            with contextlib.closing(store), BoundedReader(settings) as reader:
                run = Run(store, reader, manifest, progress, settings.runtime)
                yield from run.take(first)
                for file in found:
                    yield from run.take(file)
                yield from run.finish(remove_gone=sync)


def make_index(settings: Settings) -> None:
    """An index without documents, where there is none yet. Raises UsageError or StoreError."""
    folder = settings.index
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with writing(folder):
            manifest = open_manifest(folder, settings)
            with contextlib.closing(WritableStore(folder, manifest.model.dimension)) as store:
                store.flush()


def remove_documents(ids: Sequence[str], settings: Settings) -> list[str]:
    """Take documents out of the index: by their ids, or all records of a file by its name.

    Returns the ids of the documents that are gone; of a file of records, one that stands in
    another file too stays. Raises UsageError, before anything is removed, for a name that
    is not there. A file that still lies in an indexed folder comes back when the folder is
    indexed again.
    """
    folder = settings.index
    manifest = Manifest.read(folder)
    with storage_errors(folder), writing(folder):
        store = WritableStore(folder, manifest.model.dimension)
        with contextlib.closing(store):
            unknown = [name for name in ids if not (store.holder(name) or store.places(name))]
            if unknown:
                raise UsageError(
                    f"no document {unknown[0]!r} in the index: `rag documents` lists them"
                )
            removed: list[str] = []
            with store.transaction() as writer:
                for name in ids:
                    if writer.remove(name):
                        removed.append(name)
                    else:
                        removed += writer.drop_file(name)
                writer.delete_unused_vectors()
            store.purge()
            store.flush()
    return removed


def count_index(settings: Settings) -> tuple[int, int]:
    """Documents and passages that an index holds."""
    manifest = Manifest.read(settings.index)
    with contextlib.closing(SqliteStore(settings.index, manifest.model.dimension)) as store:
        return store.count_documents(), len(store)
