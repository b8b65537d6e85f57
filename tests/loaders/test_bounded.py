"""Files that harm their reader: it ends, the reason is told, and the next file is read."""

from __future__ import annotations

import gzip
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Settings
from rag.cleaning import LostRecord
from rag.errors import LoadError
from rag.loaders import BoundedReader, Loaded, SourceFile, load_file
from rag.types import Document
from tests.processes import need_posix
from tests.seeds import CORPUS, NAMES

GOOD = "Kettles\n\nAbstract\n\nA copper kettle hums at 41 decibels before it boils.\n"


@pytest.fixture
def reader() -> Iterator[BoundedReader]:
    with BoundedReader(Settings.load()) as opened:
        yield opened


def everything(reader: BoundedReader, path: Path) -> list[Loaded | LostRecord]:
    return list(reader.read(SourceFile(path, path.name)))


def documents(reader: BoundedReader, path: Path) -> list[Document]:
    items = everything(reader, path)
    return [item.document for item in items if isinstance(item, Loaded) and item.document]


def good(folder: Path) -> Path:
    path = folder / "good.txt"
    path.write_text(GOOD, encoding="utf-8")
    return path


def reason(reader: BoundedReader, path: Path) -> str:
    with pytest.raises(LoadError) as caught:
        everything(reader, path)
    return str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_it_gives_what_the_loader_gives(reader: BoundedReader, name: str) -> None:
    file = SourceFile(CORPUS / name, name)
    (item,) = reader.read(file)
    assert isinstance(item, Loaded)
    assert [item.document] == list(load_file(file, max_bytes=10_000_000))


def test_only_what_is_wanted_is_cleaned_and_sent(reader: BoundedReader, tmp_path: Path) -> None:
    rows = "".join(f'{{"id": "{key}", "text": "Text {key}."}}\n' for key in "abc")
    (tmp_path / "c.jsonl").write_text(rows, encoding="utf-8")
    file = SourceFile(tmp_path / "c.jsonl", "c.jsonl")
    first = [item for item in reader.read(file) if isinstance(item, Loaded) and item.document]
    known = [(i.id, i.document.content_hash) for i in first if i.document and "#b" not in i.id]
    items = list(reader.read(file, known))
    assert [item.id for item in items if isinstance(item, Loaded)] == [
        "c.jsonl#a",
        "c.jsonl#b",
        "c.jsonl#c",
    ]
    assert [isinstance(i, Loaded) and i.document is not None for i in items] == [False, True, False]


def test_a_file_that_is_left_in_the_middle_does_not_mix_with_the_next(
    reader: BoundedReader, tmp_path: Path
) -> None:
    rows = "".join(f'{{"id": "{n}", "text": "Text {n}."}}\n' for n in range(500))
    (tmp_path / "c.jsonl").write_text(rows, encoding="utf-8")
    for _ in reader.read(SourceFile(tmp_path / "c.jsonl", "c.jsonl")):
        break
    assert [one.id for one in documents(reader, good(tmp_path))] == ["good.txt"]


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    """Empty lines for ever: nothing is too large, and nothing comes."""
    path = tmp_path / "endless.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(b'{"text": "One."}\n')
        for _ in range(90):
            stream.write(b"\n" * 1_000_000)
    with BoundedReader(Settings.load(max_file_seconds=1)) as reader:
        start = time.monotonic()
        assert "max_file_seconds" in reason(reader, path)
        assert time.monotonic() - start < 20
        assert documents(reader, good(tmp_path))


def test_a_file_that_takes_too_much_memory_is_given_up(tmp_path: Path) -> None:
    need_posix()
    path = tmp_path / "large.json"
    path.write_text("[" + ",".join(['{"text": "x"}'] * 2_000_000) + "]", encoding="utf-8")
    with BoundedReader(Settings.load(max_file_memory_mb=400)) as reader:
        assert "max_file_memory_mb" in reason(reader, path)
        assert documents(reader, good(tmp_path))


def test_a_reader_that_is_killed_is_told_and_replaced(
    reader: BoundedReader, tmp_path: Path
) -> None:
    need_posix()
    # More than a pipe holds: the reader waits in the middle until its answers are taken.
    rows = "".join(f'{{"id": "{n}", "text": "Text {n}."}}\n' for n in range(5_000))
    (tmp_path / "c.jsonl").write_text(rows, encoding="utf-8")
    items = reader.read(SourceFile(tmp_path / "c.jsonl", "c.jsonl"))
    next(items)
    assert reader.process_id is not None
    os.kill(reader.process_id, signal.SIGSEGV)
    with pytest.raises(LoadError, match="its reader died"):
        list(items)
    assert documents(reader, good(tmp_path))


def test_a_file_of_another_place_cannot_lend_code_to_the_reader(
    reader: BoundedReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A corpus may hold a file named like a module of Python's."""
    (tmp_path / "json.py").write_text("raise SystemExit('hijacked')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert documents(reader, good(tmp_path))


def test_closing_ends_the_process(tmp_path: Path) -> None:
    need_posix()
    with BoundedReader(Settings.load()) as reader:
        documents(reader, good(tmp_path))
        process_id = reader.process_id
    assert process_id is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)
