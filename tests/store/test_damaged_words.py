"""A file of words that is damaged, foreign or of another version: made anew, and nothing lost."""

from __future__ import annotations

import contextlib
import json
import pickle
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rag import Assistant
from rag.filters import Filters
from rag.store import SqliteStore
from rag.store.words import FILE, WordIndex
from tests.conftest import Run
from tests.processes import AS_ORDINARY_USER, need_posix
from tests.store.small import DIMENSION, QUERIES, TEXTS, built, content, read, write

Damage = Callable[[Path], None]


def _content(change: Callable[[bytes], bytes]) -> Damage:
    return lambda file: void(file.write_bytes(change(file.read_bytes())))


def _arrays(**changes: object) -> Damage:
    """The file with some arrays replaced, or left out where they are None."""

    def damage(file: Path) -> None:
        with np.load(file) as loaded:
            values = {name: loaded[name] for name in loaded.files} | changes
        np.savez(file, **{name: value for name, value in values.items() if value is not None})

    return damage


def void(_: object) -> None:
    return None


def _flipped(share: float) -> Damage:
    def flip(content: bytes) -> bytes:
        place = int(len(content) * share)
        return (
            content[:place]
            + bytes(255 - byte for byte in content[place : place + 64])
            + content[place + 64 :]
        )

    return _content(flip)


def _changed(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Damage:
    def damage(file: Path) -> None:
        with np.load(file) as loaded:
            changed = change(loaded[name])
        _arrays(**{name: changed})(file)

    return damage


def _as_type(name: str, kind: type) -> Damage:
    return _changed(name, lambda array: array.astype(kind))


def _turned(name: str) -> Damage:
    return _changed(name, lambda array: array[::-1].copy())


DAMAGES: dict[str, Damage] = {
    "gone": lambda file: file.unlink(),
    "empty": _content(lambda content: b""),
    "header": _content(lambda content: content[:10]),
    "half": _content(lambda content: content[: len(content) // 2]),
    "last byte": _content(lambda content: content[:-1]),
    "junk": _content(lambda content: b"junk" * 1000),
    "pickle": _content(lambda content: pickle.dumps(["a", "pickle"])),
    "other arrays": lambda file: np.savez(file, songs=np.arange(3)),
    "another version": _arrays(version=np.array(0)),
    "no version": _arrays(version=None),
    "an array less": _arrays(counts=None),
    "an array more": _arrays(songs=np.arange(3)),
    "a short array": _arrays(lengths=np.zeros(1, dtype=np.int32)),
    "fewer rows": _arrays(rows=np.zeros(1, dtype=np.int32)),
    "fewer terms": _arrays(terms=np.frombuffer(b"one\ntwo", dtype=np.uint8)),
    "no bytes of text": _arrays(terms=np.array([255, 254], dtype=np.uint8)),
    "floats": _as_type("rows", np.float64),
    "texts": _as_type("documents", np.str_),
    "unsorted": _turned("ids"),
    "backwards": _turned("starts"),
    "lengths below nothing": _changed("lengths", lambda array: -array),
    "objects": lambda file: np.savez(file, version=np.array([{}], dtype=object)),
} | {f"flipped at {share}": _flipped(share) for share in (0.0, 0.01, 0.3, 0.6, 0.9, 0.98, 0.995)}


def matches(folder: Path) -> list[list[float]]:
    """What the store in a folder gives for each of the queries."""
    with contextlib.closing(SqliteStore(folder, DIMENSION)) as store:
        scope = store.scope(Filters())
        return [scope.match(terms).tolist() for terms in QUERIES.values()]


@pytest.fixture
def copied(small_store: SqliteStore, tmp_path: Path) -> Path:
    """What the store needs of its folder, in one of its own."""
    for name in ("corpus.sqlite", "vectors.faiss", FILE):
        shutil.copy(small_store.folder / name, tmp_path)
    return tmp_path


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_words_that_do_not_fit_are_made_anew_in_silence(
    small_store: SqliteStore, copied: Path, damage: Damage, capfd: pytest.CaptureFixture[str]
) -> None:
    damage(copied / FILE)
    assert matches(copied) == matches(small_store.folder)
    assert capfd.readouterr() == ("", "")
    assert content(read(copied)) == content(read(small_store.folder))
    assert not list(copied.glob(f"{FILE}.*"))


def test_no_byte_that_is_changed_gives_another_answer(
    small_store: SqliteStore, copied: Path
) -> None:
    whole, rng = (copied / FILE).read_bytes(), random.Random(20190110)
    expected = content(read(small_store.folder))
    lost = 0
    for _ in range(300):
        changed = bytearray(whole)
        for _ in range(rng.choice((1, 1, 2, 8))):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        (copied / FILE).write_bytes(changed)
        found = WordIndex.read(copied)
        lost += found is None
        assert found is None or content(found) == expected
    assert lost > 100


def test_the_words_of_another_store_are_not_used(
    small_store: SqliteStore, copied: Path, tmp_path: Path
) -> None:
    """It has the same numbers for other passages, and fewer."""
    built(write(tmp_path / "docs", b=TEXTS["b.txt"]), tmp_path / "other")
    shutil.copy(tmp_path / "other" / FILE, copied)
    assert matches(copied) == matches(small_store.folder)


@pytest.mark.parametrize("damage", ["gone", "half"])
def test_a_folder_that_cannot_be_written_answers_all_the_same(
    index_copy: Path, rag: Run, damage: str, assistant: Assistant
) -> None:
    need_posix()
    DAMAGES[damage](index_copy / FILE)
    index_copy.chmod(0o555)
    try:
        done = rag("search", "--json", "CD19", "--index", index_copy, prelude=AS_ORDINARY_USER)
    finally:
        index_copy.chmod(0o755)
    assert (done.returncode, done.stderr) == (0, "")
    expected = [(h.passage.document_id, h.passage.start) for h in assistant.search("CD19")]
    hits = map(json.loads, done.stdout.splitlines())
    assert [(hit["document_id"], hit["start"]) for hit in hits] == expected
    assert (index_copy / FILE).is_file() == (damage != "gone")
