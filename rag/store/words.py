"""Which words stand in which passages: derived from the texts, and searched by BM25."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.store.matching import Matcher
from rag.types import SearchTerm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.store.bm25 import Scores

FILE = "words.npz"
VERSION = 4  # of what is taken for a word; a file of another is made anew
_TYPES = {
    "starts": np.int64, "rows": np.int32, "counts": np.uint8, "ids": np.int64,
    "documents": np.int64, "references": np.bool_, "lengths": np.int32, "marks": np.uint64,
}  # fmt: skip


@dataclass(frozen=True)
class WordIndex:
    """Postings: the passages that hold each term, and how often.

    A passage is a row, in the order of ids. `starts[t]:starts[t + 1]` are the places of term
    `t` in `rows` and `counts`. `documents` are the keys of the passages' documents, which have
    no other passages between them. `marks` tell what an id stood for from what it stands for in
    another store.
    """

    terms: tuple[str, ...]
    starts: NDArray[np.int64]  # (terms + 1,)
    rows: NDArray[np.int32]  # (postings,), ascending within a term
    counts: NDArray[np.uint8]  # (postings,)
    ids: NDArray[np.int64]  # (passages,), ascending
    documents: NDArray[np.int64]  # (passages,)
    references: NDArray[np.bool_]  # (passages,): entries of citation lists
    lengths: NDArray[np.int32]  # (passages,), words
    marks: NDArray[np.uint64]  # (passages,): of the hash of what is encoded
    # Short forms with their long forms, settled here: that takes longer than an answer.
    abbreviations: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> WordIndex | None:
        """The file's index; None where it is missing, damaged or another version's."""
        try:
            # Opened here: NumPy leaves open what it cannot read.
            with (
                (folder / FILE).open("rb") as stream,
                np.load(stream, allow_pickle=False) as file,
            ):
                values = {name: file[name] for name in file.files}
            if int(values.pop("version")) != VERSION:
                return None
            terms = values.pop("terms").tobytes().decode("utf-8", "surrogatepass")
            settled = json.loads(values.pop("abbreviations").tobytes())
            found = cls(
                terms=tuple(terms.split("\n")) if terms else (), abbreviations=settled, **values
            )
            return found if found._is_whole() else None
        except Exception:  # NumPy, zipfile, zlib and the parser of headers raise their own
            return None

    def write(self, folder: Path) -> None:
        """Write the file as a whole or not at all. Raises OSError."""
        values: dict[str, Any] = {name: getattr(self, name) for name in _TYPES}
        settled = json.dumps(self.abbreviations).encode("ascii")
        encoded = "\n".join(self.terms).encode("utf-8", "surrogatepass")
        fresh = folder / f"{FILE}.{os.getpid()}.{threading.get_ident()}"
        try:
            with fresh.open("wb") as stream:
                np.savez(
                    stream,
                    allow_pickle=False,
                    version=np.array(VERSION),
                    terms=np.frombuffer(encoded, dtype=np.uint8),
                    abbreviations=np.frombuffer(settled, dtype=np.uint8),
                    **values,
                )
            os.replace(fresh, folder / FILE)
        finally:
            with contextlib.suppress(FileNotFoundError):
                fresh.unlink()

    def _is_whole(self) -> bool:
        """Whether the arrays are of one index, and in order."""
        arrays = {name: getattr(self, name) for name in _TYPES}
        if any(a.dtype != _TYPES[name] or a.ndim != 1 for name, a in arrays.items()):
            return False
        columns = (self.documents, self.references, self.lengths, self.marks)
        return bool(
            isinstance(self.abbreviations, dict)
            and all(isinstance(long, str) for long in self.abbreviations.values())
            and all(len(column) == len(self.ids) for column in columns)
            and len(self.starts) == len(self.terms) + 1 == len(set(self.terms)) + 1
            and self.starts[0] == 0
            and (np.diff(self.starts) > 0).all()
            and len(self.rows) == len(self.counts) == self.starts[-1]
            and (np.diff(self.ids) > 0).all()
            and (np.diff(self.documents) >= 0).all()
            and (self.lengths >= 0).all()
            and (not len(self.rows) or 0 <= self.rows.min() <= self.rows.max() < len(self.ids))
        )

    def fits(self, count: int, highest: int, mark: int) -> bool:
        """Whether this holds just the passages of a store that counts `count` up to `highest`,
        which has this mark.
        """
        if not count:
            return not len(self.ids)
        last = (len(self.ids), int(self.ids[-1]), int(self.marks[-1])) if len(self.ids) else ()
        return last == (count, highest, mark)

    @cached_property
    def frequencies(self) -> Mapping[str, int]:
        """In how many passages each term stands."""
        return dict(zip(self.terms, np.diff(self.starts).tolist(), strict=True))

    def places(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of passages that are here, by id."""
        return np.searchsorted(self.ids, ids)

    def holds(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the ids are here."""
        if not len(self.ids):
            return np.zeros(len(ids), dtype=bool)
        found: NDArray[np.bool_] = self.ids[np.minimum(self.places(ids), len(self.ids) - 1)] == ids
        return found

    def scores(self, terms: Sequence[SearchTerm]) -> tuple[Scores, Scores]:
        """See `Matcher`."""
        return self._matcher.scores(terms)

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self)
