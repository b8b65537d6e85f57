"""One run over files: read, cut into passages, encoded in batches, kept batch by batch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from rag.abbreviations import expand, find_abbreviations
from rag.cleaning import LostRecord
from rag.embedding.encoder import Encoder
from rag.embedding.fastest import open_fastest
from rag.errors import LoadError
from rag.indexing.reports import FileReport, Progress, Status
from rag.loaders import BoundedReader, Loaded, SourceFile, file_hash
from rag.loaders.pages import PagesRead
from rag.passages import split_document
from rag.store import Entry, KnownFile, Manifest, WritableStore
from rag.types import Document, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BATCH = 256  # passages encoded and kept at a time
_MOST_NOTES = 5  # of one file that a report tells; the rest is counted


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A document that waits to be kept, and what is to be encoded of it, by hash."""

    entry: Entry
    texts: Mapping[str, str]


@dataclass(slots=True)
class _FileState:
    """A file that is being taken in."""

    file: SourceFile
    hash: str
    before: Mapping[str, str]  # the places that it had, each with the hash of what stood there
    changed: bool = False
    ids: dict[str, None] = field(default_factory=dict)  # the places that it has now, in order
    gone: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    noted: int = 0

    def note(self, line: str) -> None:
        """Keep what could not be read; of many such, the first few and their number."""
        self.noted += 1
        if self.noted <= _MOST_NOTES:
            self.notes.append(line)

    @property
    def reason(self) -> str:
        """The notes in one line."""
        left = self.noted - len(self.notes)
        more = [f"and {left:,} more"] if left else []
        return "; ".join([*self.notes, *more])


class Run:
    """Takes files one after the other. Documents wait until a batch of passages is full."""

    def __init__(
        self,
        store: WritableStore,
        reader: BoundedReader,
        manifest: Manifest,
        progress: Callable[[Progress], None] | None,
        runtime: str = "",
    ) -> None:
        self.store, self.reader, self.manifest, self.progress = store, reader, manifest, progress
        self.runtime = runtime
        self.words = manifest.passage_words
        self.waiting: list[_Waiting] = []
        self.finished: list[_FileState] = []  # read to their end, their documents waiting
        self.files = self.documents = self.passages = self.bytes = 0  # behind this run
        self.position = 0  # bytes into the file that is read

    @cached_property
    def encoder(self) -> Encoder:
        """Loaded for the first passage: looking whether files have changed needs none."""
        return open_fastest(self.store.folder, self.manifest.model, self.runtime)

    def take(self, file: SourceFile) -> Iterator[FileReport]:
        """Read a file; yield the reports that are final by now."""
        yield from self._take(file)
        self.files, self.position = self.files + 1, 0
        with suppress(OSError):
            self.bytes += file.path.stat().st_size
        self._tell()

    def _take(self, file: SourceFile) -> Iterator[FileReport]:
        self.store.note_seen(file.name)
        if file.problem:
            status = Status.UNCHANGED if file.usable else Status.SKIPPED
            yield FileReport(file.name, status, reason=file.problem, incomplete=True)
            return
        try:
            hash = file_hash(file, max_bytes=self.reader.max_bytes)
        except LoadError as error:
            yield _skipped(file, error)
            return
        known = self.store.known_file(file.name)
        if known and known.hash == hash:
            if known.path != _path(file):
                with self.store.transaction() as writer:
                    writer.note_file(file.name, hash, known.notes, _path(file))
            yield _unchanged(file.name, known)
        else:
            yield from self._read(_FileState(file, hash, self.store.places(file.name)))

    def _tell(self, doing: str = "") -> None:
        """Say how far it is, and what is done now."""
        if self.progress:
            behind = self.bytes + self.position
            self.progress(Progress(self.files, self.documents, self.passages, behind, doing))

    def _tell_pages(self, file: SourceFile, pages: PagesRead) -> None:
        with suppress(OSError):
            self.position = file.path.stat().st_size * pages.done // pages.total
        self._tell(f"reading {file.name}, {pages}")

    def finish(self, *, remove_gone: bool) -> Iterator[FileReport]:
        """Write what waits, take out what no file holds any more, derive what is derived."""
        yield from self._write_waiting()
        if remove_gone:
            yield from self._remove_gone()
        self.store.flush()

    def _read(self, state: _FileState) -> Iterator[FileReport]:
        """The documents of a file into the waiting line, and the file itself behind them."""
        self._tell(f"reading {state.file.name}")
        reached = partial(self._tell_pages, state.file)
        try:
            for item in self.reader.read(state.file, state.before.items(), reached=reached):
                yield from self._take_item(item, state)
            state.gone = [id for id in state.before if id not in state.ids]
        except LoadError as error:
            if not state.ids:
                yield _skipped(state.file, error)
                return
            state.hash = ""  # to be read again: it has given only its first documents
            state.note(str(error))
        self.finished.append(state)
        if not self.waiting:
            yield from self._write_waiting()

    def _take_item(self, item: Loaded | LostRecord, state: _FileState) -> Iterator[FileReport]:
        if isinstance(item, LostRecord):
            state.note(f"{item.place}: {item.reason}")
            return
        state.ids[item.id] = None
        for note in item.notes:
            state.note(note if item.id == state.file.name else f"{item.id}: {note}")
        if item.document is None:
            return
        state.changed = True
        self.waiting.append(self._prepare(item.document))
        if sum(len(one.entry.passages) for one in self.waiting) >= _BATCH:
            yield from self._write_waiting()
        self.position = item.position
        self._tell()

    def _prepare(self, document: Document) -> _Waiting:
        passages = split_document(document, passage_words=self.words)
        abbreviations = find_abbreviations(document.text)
        texts = [embedded_text(passage, abbreviations) for passage in passages]
        hashes = [_hash(text) for text in texts]
        return _Waiting(
            Entry(document, passages, hashes, abbreviations), dict(zip(hashes, texts, strict=True))
        )

    def _write_waiting(self) -> Iterator[FileReport]:
        """Encode and keep what waits, and the files that it completes, in one transaction."""
        entries = [one.entry for one in self.waiting]
        vectors = self._encode({hash: t for one in self.waiting for hash, t in one.texts.items()})
        with self.store.transaction() as writer:
            writer.add_vectors(vectors)
            for entry in entries:
                writer.put(entry)
            for state in self.finished:
                for id in state.gone:
                    writer.drop(id)
                writer.note_file(state.file.name, state.hash, state.reason, _path(state.file))
        self.documents += len(entries)
        self.passages += sum(len(entry.passages) for entry in entries)
        self.waiting.clear()
        done, self.finished = self.finished, []
        yield from map(self._report, done)

    def _encode(self, texts: Mapping[str, str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that are not kept yet, by the hash of the text that is encoded."""
        fresh = sorted(self.store.missing_vectors(list(texts)))
        if not fresh:
            return {}
        self._tell(f"indexing passages ({len(fresh):,})")
        prompt = self.encoder.card.document_prompt
        vectors = self.encoder.encode([prompt + texts[hash] for hash in fresh])
        return dict(zip(fresh, vectors, strict=True))

    def _report(self, state: _FileState) -> FileReport:
        """What became of a file that is kept now."""
        held = dict(filter(None, map(self.store.holder, state.ids)))
        twins = [id for id in held if id not in state.ids]
        reason = state.reason
        if twins and len(state.ids) == 1:
            reason = "; ".join(filter(None, [f"the same text as {twins[0]}", reason]))
        if not (state.changed or state.gone) or (len(twins) == len(held) and not state.before):
            status = Status.UNCHANGED
        else:
            status = Status.REPLACED if state.before else Status.ADDED
        passages = sum(held[id] for id in held if id not in twins)
        return FileReport(
            state.file.name, status, tuple(held), passages, reason, bool(state.reason)
        )

    def _remove_gone(self) -> Iterator[FileReport]:
        names = self.store.gone_files()
        for name in names:
            with self.store.transaction() as writer:
                places = self.store.places(name)
                removed = tuple(id for id in places if writer.drop(id))
                writer.forget_file(name)
            reason = "" if len(removed) == len(places) else "its text stands in another file too"
            yield FileReport(name, Status.REMOVED, removed, reason=reason)
        if names:
            with self.store.transaction() as writer:
                writer.delete_unused_vectors()
            self.store.purge()


def _path(file: SourceFile) -> str:
    """Where a file lies; "" where its name is not text, which the database cannot hold."""
    path = str(file.path.absolute())
    return path if path.encode(errors="replace").decode() == path else ""


def _skipped(file: SourceFile, error: LoadError) -> FileReport:
    return FileReport(file.name, Status.SKIPPED, reason=str(error), incomplete=True)


def _unchanged(name: str, known: KnownFile) -> FileReport:
    return FileReport(
        name, Status.UNCHANGED, known.document_ids, known.passages, known.notes, bool(known.notes)
    )


def embedded_text(passage: Passage, abbreviations: Mapping[str, str]) -> str:
    """What is encoded of a passage: with its title and section, abbreviations written out."""
    context = [passage.title] if passage.title and passage.title not in passage.text else []
    if passage.section:
        context.append(passage.section)
    return expand("\n".join([*context, passage.text]), abbreviations).text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
