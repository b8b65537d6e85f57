"""Files by given names: those of an index, read again where they lie, and new ones."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

from rag.errors import UsageError
from rag.indexing.reports import FileReport, Progress
from rag.indexing.run import Run
from rag.loaders import BoundedReader, SourceFile
from rag.loaders.manifest import read_manifest
from rag.settings import Settings
from rag.store import Manifest, WritableStore
from rag.store.folder import open_manifest, storage_errors, writing
from rag.types import Record


def index_again(
    files: Mapping[str, Path],
    settings: Settings,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> Generator[FileReport]:
    """Index files by the names that they have in the index, or are to have; yield what became.

    Nothing else in their folders is looked at, and what has gone from the disk stays in the
    index: its report says that it cannot be read. Raises UsageError, ModelError or StoreError.
    """
    if not files:
        raise UsageError("no file of this index is known: index its folder with `rag index`")
    folder = settings.index
    Manifest.read(folder)
    with storage_errors(folder), writing(folder):
        manifest = open_manifest(folder, settings)
        store = WritableStore(folder, manifest.model.dimension)
        with contextlib.closing(store), BoundedReader(settings) as reader:
            run = Run(store, reader, manifest, progress, settings.runtime)
            for name, path in files.items():
                yield from run.take(SourceFile(path, name, _stated(path, name)))
            yield from run.finish(remove_gone=False)


def _stated(path: Path, name: str) -> dict[str, Record]:
    """What the manifests from the indexed folder down to the file's own say; the nearest wins."""
    depth = len(Path(name).parts) if path.as_posix().endswith(f"/{name}") else 1
    stated: dict[str, Record] = {}
    for folder in reversed(path.parents[:depth]):
        stated |= read_manifest(folder).stated(path.relative_to(folder).as_posix())
    return stated
