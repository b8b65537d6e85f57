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
    files = list(find_files(paths))
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

    def run(
        self, files: Sequence[SourceFile], progress: Callable[[FileReport, int], None] | None
    ) -> IndexReport:
        for file in files:
            for report in self._take(file):
                self.report.files.append(report)
                if progress:
                    progress(report, len(files))
        for report in self._write_waiting():
            self.report.files.append(report)
            if progress:
                progress(report, len(files))
        return self.report

    def remove_gone(self, files: Sequence[SourceFile]) -> Iterator[FileReport]:
        """Remove the documents none of whose sources is among the files."""
        names = {file.name for file in files}
        for summary in self.store.documents():
            if not names & set(self.store.document(summary.id).sources):
                self.store.remove(summary.id)
                yield FileReport(summary.source, Status.REMOVED, (summary.id,))

    def _take(self, file: SourceFile) -> Iterator[FileReport]:
        """Load a file; yield the reports that are final by now."""
        try:
            documents = load_file(file, max_bytes=self.settings.max_file_mb * 1_000_000)
        except LoadError as error:
            yield FileReport(file.name, Status.SKIPPED, reason=str(error))
            return
        for document in documents:
            known = self.store.content_hash(document.id)
            if known == document.content_hash:
                passages = len(split_document(document, passage_words=self.words))
                yield FileReport(file.name, Status.UNCHANGED, (document.id,), passages)
            elif twin := self.store.twin(document) or self._waiting_twin(document):
                yield from self._write_waiting()
                self.store.add_source(twin, document.source)
                reason = f"the same text as {twin}"
                yield FileReport(file.name, Status.UNCHANGED, (twin,), reason=reason)
            else:
                passages_ = split_document(document, passage_words=self.words)
                status = Status.REPLACED if known else Status.ADDED
                self.waiting.append((document, passages_, status))
        if sum(len(passages) for _, passages, _ in self.waiting) >= _BATCH:
            yield from self._write_waiting()

    def _waiting_twin(self, document: Document) -> str | None:
        return next((other.id for other, _, _ in self.waiting if other.text == document.text), None)

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
