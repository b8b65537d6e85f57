"""Indexes of any size, made of the passages of a real one.

Documents have three passages each: first each passage of the real index as it is, once; then
each new passage has half of the sentences of two passages drawn at random, and for its vector
the mean of theirs with some noise, at unit length. So words keep their frequencies, and vectors
lie where real ones lie, rather than evenly in all directions.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag import Document, Passage
from rag.embedding.model import MODEL_FILES
from rag.filters import Filters
from rag.sentences import split_sentences
from rag.store import Entry, Manifest, SqliteStore, WritableStore
from rag.types import Block, Record, Unit

NOISE = 0.25  # length of the noise beside a unit vector's
BATCH = 2000  # documents a transaction
PASSAGES = 3  # a document


@dataclass(frozen=True)
class Source:
    """What documents are made of: texts, and their vectors, shape (texts, dimension)."""

    titles: list[str]
    texts: list[str]
    vectors: NDArray[np.float32]

    @cached_property
    def sentences(self) -> list[list[str]]:
        """The sentences of each text."""
        return [[text[a:b] for a, b in split_sentences(text)] for text in self.texts]


def read_source(index: Path) -> Source:
    """The prose of an index."""
    manifest = Manifest.read(index)
    with contextlib.closing(sqlite3.connect(index / "corpus.sqlite")) as connection:
        found = connection.execute("SELECT id FROM passages WHERE kind = ? ORDER BY id", ("prose",))
        ids = [row[0] for row in found]
    with contextlib.closing(SqliteStore(index, manifest.model.dimension)) as store:
        passages = store.passages(ids)
        vectors = store.scope(Filters()).vectors(np.array(ids, dtype=np.int64))
    return Source([passages[i].title for i in ids], [passages[i].text for i in ids], vectors)


def grow(index: Path, target: Path, source: Source, size: int) -> None:
    """Write an index of about `size` passages into `target`."""
    for name in ("manifest.json", *MODEL_FILES):
        shutil.copy(index / name, target / name)
    store = WritableStore(target, source.vectors.shape[1])
    with contextlib.closing(store):
        made = _documents(source, size)
        while part := list(islice(made, BATCH)):
            with store.transaction() as writer:
                for entry, vectors in part:
                    writer.add_vectors(dict(zip(entry.hashes, vectors, strict=True)))
                    writer.put(entry)
        store.flush()


def _documents(source: Source, size: int) -> Iterator[tuple[Entry, NDArray[np.float32]]]:
    """Entries with their vectors: those of the source first, then mixtures, three passages each."""
    chance = np.random.default_rng(0)
    order = chance.permutation(len(source.texts))
    for number, start in enumerate(range(0, size, PASSAGES)):
        places = range(start, min(start + PASSAGES, size))
        if places[-1] < len(order):
            texts = [source.texts[order[place]] for place in places]
            vectors = source.vectors[order[list(places)]]
        else:
            pairs = [chance.integers(len(order), size=2) for _ in places]
            texts = [_mixed(source.sentences[a] + source.sentences[b], chance) for a, b in pairs]
            vectors = _between(source.vectors[np.array(pairs)], chance)
        title = source.titles[int(chance.integers(len(order)))]
        yield _entry(f"{number}.txt", title, texts), vectors


def _mixed(sentences: list[str], chance: np.random.Generator) -> str:
    kept = chance.permutation(len(sentences))[: max(1, len(sentences) // 2)]
    return " ".join(sentences[place] for place in kept)


def _between(pairs: NDArray[np.float32], chance: np.random.Generator) -> NDArray[np.float32]:
    """The means of pairs, shape (passages, 2, dimension), with noise, at unit length."""
    noise = chance.standard_normal(pairs[:, 0].shape, dtype=np.float32)
    noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    mixed = pairs.mean(axis=1) + noise
    vectors: NDArray[np.float32] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return vectors


def _entry(name: str, title: str, texts: list[str]) -> Entry:
    whole = "\n\n".join(texts)
    starts = np.cumsum([0] + [len(text) + 2 for text in texts[:-1]]).tolist()
    spans = [(start, start + len(text)) for start, text in zip(starts, texts, strict=True)]
    document = Document(
        name, whole, name, name, Record(title=title), tuple(Block(*span) for span in spans)
    )
    passages = [
        Passage(name, start, end, whole[start:end], (Unit(start, end),), title=title)
        for start, end in spans
    ]
    hashes = [hashlib.sha256(f"{name} {start}".encode()).hexdigest()[:32] for start in starts]
    return Entry(document, passages, hashes, {})
