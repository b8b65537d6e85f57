"""Every loader fed with damaged files: a reason or documents, never anything else.

Time-boxed: as many damaged files as the seconds allow, the same ones first each time.
"""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Settings
from rag.cleaning import LostRecord
from rag.errors import LoadError
from rag.loaders import BoundedReader, SourceFile
from rag.passages import split_document
from rag.types import Document
from tests.loaders.samples import SAMPLES

SECONDS = 2.0  # a format
TOKENS = [
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"<", b">", b"&", b"&#0;", b"&#xD800;", b"]]>", b"<!--",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b'"', b"'", b"\\", b"\r", b"\n\n\n", b"{", b"}", b"[" * 500,
    b"</p>", b"<div>" * 300, b"endobj", b"stream\n", b"%PDF-1.7", b"PMID- ", b"PK\x03\x04",
    b"9" * 400,
    "\u202e\u0000\U0010ffff".encode(), b"(" * 300, b"<table><tr>" * 50, b"-", b"\x1f\x8b",
]  # fmt: skip


def damaged(content: bytes, rng: random.Random) -> bytes:
    """The content with one to six things done to it."""
    data = bytearray(content)
    for _ in range(rng.randrange(1, 7)):
        at, length = rng.randrange(len(data) + 1), rng.randrange(1, 40)
        match rng.randrange(6):
            case 0:
                data[at : at + length] = b""
            case 1:
                data[at:at] = rng.choice(TOKENS)
            case 2:
                data[at : at + length] = rng.randbytes(length)
            case 3:
                data[at:at] = data[at : at + 10 * length] * rng.randrange(1, 4)
            case 4 if len(data) > 10:
                del data[at:]
            case _ if at < len(data):
                data[at] ^= 1 << rng.randrange(8)
    return bytes(data)


def check(document: Document) -> None:
    """What every document keeps, whatever it was made of."""
    json.dumps(document.text).encode()
    assert document.text.encode("utf-8")
    assert "\x00" not in document.text
    ends = [0]
    for block in document.blocks:
        assert ends[-1] <= block.start <= block.end <= len(document.text)
        ends.append(block.end)
    for passage in split_document(document, passage_words=110):
        assert document.text[passage.start : passage.end] == passage.text
        assert all(passage.start <= u.start < u.end <= passage.end for u in passage.units)
    assert list(document.pages) == sorted(document.pages)


def everything(reader: BoundedReader, path: Path) -> Iterator[Document | str]:
    """Documents, and the reasons why others are none."""
    try:
        for item in reader.read(SourceFile(path, path.name)):
            if isinstance(item, LostRecord):
                yield item.reason
            elif item.document:
                yield item.document
    except LoadError as error:
        yield str(error)


@pytest.fixture(scope="module")
def reader() -> Iterator[BoundedReader]:
    with BoundedReader(Settings.load(max_file_seconds=20, max_file_mb=5)) as opened:
        yield opened


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_damaged_file_gives_documents_or_a_reason(
    reader: BoundedReader, tmp_path: Path, name: str
) -> None:
    rng, path, ends = random.Random(name), tmp_path / name, time.monotonic() + SECONDS
    files = 0
    while time.monotonic() < ends or not files:
        path.write_bytes(damaged(SAMPLES[name], rng))
        files += 1
        told = list(everything(reader, path))
        assert told
        for item in told:
            if isinstance(item, Document):
                check(item)
            else:  # one line; the bounds are a last resort: files as small as these need them not
                assert item.isprintable()
                assert "reader died" not in item
                assert "max_file_seconds" not in item


@pytest.mark.parametrize("name", sorted(SAMPLES))
@pytest.mark.parametrize("packed", [False, True])
def test_the_whole_file_is_read(
    reader: BoundedReader, tmp_path: Path, name: str, packed: bool
) -> None:
    """Else the test above would test nothing."""
    content = SAMPLES[name]
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(content) if packed else content)
    texts = [one.text for one in everything(reader, path) if isinstance(one, Document)]
    assert "The copper kettle hums at 41 decibels before it boils." in " ".join(texts)
