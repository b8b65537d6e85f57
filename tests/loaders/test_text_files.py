"""Text files: what is read, and what is refused with a reason that says the mend."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.errors import LoadError
from rag.loaders import SourceFile, load_file
from rag.types import Document

TEXT = "Überschrift: naïve façade\n\nDie Prüfung kostete 5 € und dauerte – 28. 8. 2018 – lang.\n"


def load(path: Path, max_bytes: int = 1_000_000) -> Document:
    (document,) = load_file(SourceFile(path, path.name), max_bytes=max_bytes)
    return document


def written(folder: Path, content: bytes, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def refusal(path: Path, max_bytes: int = 1_000_000) -> str:
    with pytest.raises(LoadError) as caught:
        load(path, max_bytes)
    reason = str(caught.value)
    assert "\n" not in reason
    return reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_texts_are_read(tmp_path: Path, encoding: str) -> None:
    text = load(written(tmp_path, TEXT.encode(encoding))).text
    assert "Die Prüfung kostete 5 € und dauerte – 28. 8. 2018 – lang." in text
    assert "\ufeff" not in text


def test_big_endian_utf_16_is_read(tmp_path: Path) -> None:
    content = b"\xfe\xff" + TEXT.encode("utf-16-be")
    assert "5 € und" in load(written(tmp_path, content)).text


@pytest.mark.parametrize("name", ["notes", "notes.md", "notes.rst", "notes.dat", "notes.pdf"])
def test_the_content_says_what_a_file_is_and_not_its_suffix(tmp_path: Path, name: str) -> None:
    assert "5 € und" in load(written(tmp_path, TEXT.encode(), name)).text


def test_the_document_goes_by_the_files_name_and_hash(tmp_path: Path) -> None:
    first = load(written(tmp_path, TEXT.encode()))
    assert (first.id, first.source, first.sources) == ("a.txt", "a.txt", ("a.txt",))
    assert load(written(tmp_path, TEXT.encode())).content_hash == first.content_hash
    assert load(written(tmp_path, b"Another text.")).content_hash != first.content_hash


def test_latin_1_is_refused_and_not_guessed(tmp_path: Path) -> None:
    reason = refusal(written(tmp_path, "naïve façade".encode("latin-1")))
    assert "UTF-8" in reason
    assert "byte 2" in reason


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 8,
        b"\x7fELF\x02\x01\x01\x00" + bytes(64),
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"text and then\x00a NUL",
        b"\x00" * 100,
    ],
)
def test_binary_files_are_refused(tmp_path: Path, content: bytes) -> None:
    assert "binary" in refusal(written(tmp_path, content))


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", "\u00a0\u2003\n".encode(), b"\xef\xbb\xbf"])
def test_a_file_without_text_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "no text" in refusal(written(tmp_path, content))


@pytest.mark.parametrize("content", [b"--- *** ---\n", b"Skip to main content\n"])
def test_a_file_of_nothing_to_quote_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "no text" in refusal(written(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\x1f\x8b\x08" + bytes(60), "gzip"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(60), "archive"),
        (bytes(257) + b"ustar" + bytes(60), "archive"),
        (b"{\\rtf1 text}", "RTF"),
        (b"<?xml version='1.0'?><plan><task/></plan>", "<plan>"),
    ],
)
def test_formats_that_are_not_read_are_named(tmp_path: Path, content: bytes, word: str) -> None:
    assert word in refusal(written(tmp_path, content))


def test_a_file_over_the_limit_is_refused_by_name_of_the_setting(tmp_path: Path) -> None:
    reason = refusal(written(tmp_path, b"word " * 1000), max_bytes=100)
    assert "max_file_mb" in reason


@pytest.mark.skipif(os.name == "nt", reason="no such permissions on Windows")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT.encode())
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("run as root, who may read every file")
    assert "ermission" in refusal(path)


def test_a_folder_or_a_broken_link_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert "regular file" in refusal(tmp_path / "gone")
    assert "regular file" in refusal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "regular file" in refusal(tmp_path / "pipe.txt")


def test_a_line_of_a_megabyte_is_read(tmp_path: Path) -> None:
    text = "Title\n\n" + "A sentence of eight words stands here again. " * 20_000
    assert len(load(written(tmp_path, text.encode())).text) > 800_000
