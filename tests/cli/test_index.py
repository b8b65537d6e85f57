"""`rag index` and `rag remove` from the outside: what they print, write and end with."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.processes import assert_one_line, need_posix

TEXT = "Kettles\n\nAbstract\n\nA copper kettle hums at 41 decibels before it boils.\n"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "good.txt").write_text(TEXT, encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\x00\x01")
    (folder / "empty.xml").write_text("<PubmedArticleSet></PubmedArticleSet>", encoding="utf-8")
    return folder


def test_skips_are_told_and_counted_and_no_failure(docs: Path, tmp_path: Path, rag: Run) -> None:
    done = rag("index", docs, "--index", tmp_path / "i")
    assert done.returncode == 0
    assert done.stdout == ""
    assert "skipped bad.txt: a binary file" in done.stderr
    assert "skipped empty.xml: an empty set" in done.stderr
    assert "3 files: 1 added, 2 skipped" in done.stderr
    assert "the index holds 1 documents, 2 passages" in done.stderr
    assert "left out: a binary file (bad.txt)" in done.stderr


def test_strict_fails_where_something_was_left_out(docs: Path, tmp_path: Path, rag: Run) -> None:
    done = rag("index", docs, "--index", tmp_path / "i", "--strict", "--quiet")
    assert "2 of 3 files" in assert_one_line(done, 1)
    for name in ("bad.txt", "empty.xml"):
        (docs / name).unlink()
    assert rag("index", docs, "--index", tmp_path / "i", "--strict").returncode == 0


def test_a_page_without_text_is_something_left_out(tmp_path: Path, rag: Run) -> None:
    from tests.loaders.test_pdf_files import FIRST, pdf

    (tmp_path / "docs").mkdir()
    path = tmp_path / "docs" / "a.jsonl"
    path.write_text('{"id": "1", "text": "A kettle hums."}\n{broken\n', encoding="utf-8")
    (tmp_path / "docs" / "a.pdf").write_bytes(pdf(FIRST))
    done = rag("index", tmp_path / "docs", "--index", tmp_path / "i", "--strict")
    assert done.returncode == 1
    assert "line 2: not JSON" in done.stderr
    assert "1 of 2 files" in done.stderr


def test_nothing_readable_is_a_failure(docs: Path, tmp_path: Path, rag: Run) -> None:
    (docs / "good.txt").unlink()
    done = rag("index", docs, "--index", tmp_path / "i", "--quiet")
    assert "none of 2 files" in assert_one_line(done, 1)


def test_the_report_has_a_line_a_file(docs: Path, tmp_path: Path, rag: Run) -> None:
    report = tmp_path / "out.jsonl"
    rag("index", docs, "--index", tmp_path / "i", "--report", report)
    lines = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert [list(line) for line in lines] == 3 * [
        ["file", "status", "document_ids", "passages", "reason"]
    ]
    by_file = {line["file"]: line for line in lines}
    assert by_file["good.txt"] == {
        "file": "good.txt",
        "status": "added",
        "document_ids": ["good.txt"],
        "passages": 2,
        "reason": "",
    }
    assert by_file["bad.txt"]["status"] == "skipped"


def test_a_document_is_shown_and_removed(docs: Path, tmp_path: Path, rag: Run) -> None:
    index = tmp_path / "i"
    (docs / "page.txt").write_text(
        "Skip to main content\n\nTrams\n\nAbstract\n\nTrams ring twice.\n", encoding="utf-8"
    )
    rag("index", docs, "--index", index)
    assert "Skip" not in rag("documents", "--show", "page.txt", "--index", index).stdout
    removed = rag("documents", "--removed", "page.txt", "--index", index).stdout
    assert "skip link\tSkip to main content" in removed
    assert rag("remove", "page.txt", "--index", index).stdout == "removed page.txt\n"
    listed = rag("documents", "--json", "--index", index).stdout.splitlines()
    assert [json.loads(line)["id"] for line in listed] == ["good.txt"]
    assert "page.txt" in assert_one_line(rag("remove", "page.txt", "--index", index), 2)


def test_documents_in_json_name_all_sources_and_linked_works(
    docs: Path, tmp_path: Path, rag: Run
) -> None:
    (docs / "copy.txt").write_text(TEXT, encoding="utf-8")
    rag("index", docs, "--index", tmp_path / "i")
    (line,) = rag("documents", "--json", "--index", tmp_path / "i").stdout.splitlines()
    one = json.loads(line)
    assert (one["source"], one["sources"], one["linked"]) == (
        "copy.txt",
        ["copy.txt", "good.txt"],
        [],
    )


def test_a_terminal_sees_a_bar_and_then_the_table(docs: Path, tmp_path: Path) -> None:
    need_posix()
    for number in range(40):
        (docs / f"{number}.txt").write_text(TEXT.replace("41", str(number)), encoding="utf-8")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    command = [sys.executable, "-m", "rag", "index", str(docs), "--index", str(tmp_path / "i")]
    process = subprocess.Popen(command, stderr=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            block = os.read(ours, 4096)
        except OSError:  # the terminal is closed when its process has ended
            break
        if not block:
            break
        shown += block
    assert process.wait() == 0
    text = shown.decode()
    assert "indexing:" in text
    assert "left" in text
    assert "43 files: 41 added, 2 skipped" in text
