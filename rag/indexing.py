"""Files into the store: loaded, cut into passages, encoded in batches, kept one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from rag.abbreviations import expand, find_abbreviations
from rag.embedding.onnx import OnnxEncoder
from rag.errors import LoadError, UsageError
from rag.loaders import SourceFile, find_files, load_file
from rag.passages import split_document
from rag.settings import Settings
from rag.store import Manifest, SqliteStore
from rag.store.folder import clear, is_stale, open_manifest, storage_errors, writing
from rag.types import Document, Passage

_BATCH = 64  # passages encoded at a time


class Status(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class FileReport:
    """A file's line in the report."""

    file: str
    status: Status
    document_ids: tuple[str, ...] = ()
    passages: int = 0
    reason: str = ""


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


def build_index(
    paths: Sequence[Path],
    settings: Settings,
    *,
    rebuild: bool = False,
    sync: bool = False,
    progress: Callable[[FileReport, int], None] | None = None,
) -> IndexReport:
    """Index the files under `paths` into `settings.index`; unchanged ones are left as they are.

    `sync` makes the index hold just these files: documents of files that are gone go too, and
    an index of another version or model is built anew. `rebuild` always builds anew.

    A document is written in one transaction: killed at any moment, the index holds every
    document that was reported. `progress` is called with each file's report and the number of
    files in all. Raises UsageError, ModelError or StoreError; files that cannot be read are
    reported and skipped.
    """
    files = find_files(paths, outside=settings.index)
    if not files:
        raise UsageError(f"no files in {', '.join(map(str, paths))}: give a folder of documents")
    folder = settings.index
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with writing(folder):
            if rebuild or (sync and is_stale(folder, settings)):
                clear(folder)
            manifest = open_manifest(folder, settings)
            store = SqliteStore(folder, manifest.model.dimension, writable=True)
            try:
                indexer = _Indexer(store, OnnxEncoder(folder, manifest.model), manifest, settings)
                report = indexer.run(files, progress)
                if sync:
                    report.files += indexer.remove_gone(files)
                store.flush()
            finally:
                store.close()
    return report


class _Indexer:
    """One run over files. Documents wait until a batch of passages is full."""

    def __init__(
        self, store: SqliteStore, encoder: OnnxEncoder, manifest: Manifest, settings: Settings
    ) -> None:
        self.store, self.encoder, self.settings = store, encoder, settings
        self.words = manifest.passage_words
        self.report = IndexReport()
        self.waiting: list[tuple[Document, list[Passage], Status]] = []
        self.revisit: set[str] = set()

    def run(
        self, files: Sequence[SourceFile], progress: Callable[[FileReport, int], None] | None
    ) -> IndexReport:
        """Do all files; `revisit` holds those whose text went with a document that changed."""
        by_name = {file.name: file for file in files}
        for report in self._reports(files, by_name):
            self.report.files.append(report)
            if progress:
                progress(report, len(files))
        return self.report

    def _reports(
        self, files: Sequence[SourceFile], by_name: Mapping[str, SourceFile]
    ) -> Iterator[FileReport]:
        for file in files:
            yield from self._take(file)
        yield from self._write_waiting()
        again = [by_name[name] for name in sorted(self.revisit) if name in by_name]
        for file in again:
            self.report.files = [one for one in self.report.files if one.file != file.name]
            yield from self._take(file)
        yield from self._write_waiting()

    def remove_gone(self, files: Sequence[SourceFile]) -> Iterator[FileReport]:
        """Remove what no file holds any more."""
        names = {file.name for file in files}
        for summary in self.store.documents():
            for source in set(self.store.document(summary.id).sources) - names:
                if self.store.drop_source(summary.id, source):
                    yield FileReport(summary.source, Status.REMOVED, (summary.id,))

    def _take(self, file: SourceFile) -> Iterator[FileReport]:
        """Load a file; yield the reports that are final by now."""
        try:
            documents = load_file(file, max_bytes=self.settings.max_file_mb * 1_000_000)
        except LoadError as error:
            yield FileReport(file.name, Status.SKIPPED, reason=str(error))
            return
        held = set()
        for document in documents:
            known = self.store.content_hash(document.id)
            if known == document.content_hash:
                passages = split_document(document, passage_words=self.words)
                yield FileReport(file.name, Status.UNCHANGED, (document.id,), len(passages))
                held.add(document.id)
                continue
            if self._may_change_twins(document):
                yield from self._write_waiting()
            if twin := self.store.twin(document):
                self.store.add_source(twin, document.source)
                reason = f"the same text as {twin}"
                yield FileReport(file.name, Status.UNCHANGED, (twin,), reason=reason)
                held.add(twin)
            else:
                split = split_document(document, passage_words=self.words)
                status = Status.REPLACED if known else Status.ADDED
                self.waiting.append((document, split, status))
                held.add(document.id)
        for document_id in set(self.store.documents_of(file.name)) - held:
            self.store.drop_source(document_id, file.name)
        if sum(len(passages) for _, passages, _ in self.waiting) >= _BATCH:
            yield from self._write_waiting()

    def _may_change_twins(self, document: Document) -> bool:
        """Whether a document that waits has this text, or replaces one that has."""
        twin = self.store.twin(document)
        return any(other.id == twin or other.text == document.text for other, _, _ in self.waiting)

    def _write_waiting(self) -> Iterator[FileReport]:
        abbreviations = [find_abbreviations(document.text) for document, _, _ in self.waiting]
        encoded = [
            [embedded_text(passage, known) for passage in passages]
            for (_, passages, _), known in zip(self.waiting, abbreviations, strict=True)
        ]
        texts = {_hash(text): text for group in encoded for text in group}
        fresh = self.store.missing_vectors(list(texts))
        vectors = dict(
            zip(fresh, self.encoder.encode([self._prompted(texts[h]) for h in fresh]), strict=True)
        )
        for (document, passages, status), group, known in zip(
            self.waiting, encoded, abbreviations, strict=True
        ):
            hashes = [_hash(text) for text in group]
            mine = {hash: vectors[hash] for hash in hashes if hash in vectors}
            if status is Status.REPLACED:
                self.revisit |= set(self.store.document(document.id).sources) - {document.source}
            self.store.add(document, passages, hashes, mine, known)
            yield FileReport(document.source, status, (document.id,), len(passages))
        self.waiting.clear()

    def _prompted(self, text: str) -> str:
        return self.encoder.card.document_prompt + text


def embedded_text(passage: Passage, abbreviations: Mapping[str, str]) -> str:
    """What is encoded of a passage: with its title and section, abbreviations written out."""
    context = [passage.title] if passage.title and passage.title not in passage.text else []
    if passage.section:
        context.append(passage.section)
    return expand("\n".join([*context, passage.text]), abbreviations).text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
