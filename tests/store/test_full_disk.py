"""No room and no right to write: one clear line, and nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant
from tests.conftest import Run
from tests.processes import AS_ORDINARY_USER, assert_one_line, need_posix, no_file_over

QUESTION = "Which antigens do monoclonal antibodies target?"


@pytest.fixture
def one_text(tmp_path: Path) -> Path:
    target = tmp_path / "one"
    target.mkdir()
    target.joinpath("a.txt").write_text("Tea\n\nAbstract\n\n" + "Tea is warm and dark. " * 40_000)
    return target


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own of 96 MB: the model's 91 MB and little more."""
    need_posix()
    target = tmp_path / "disk"
    target.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=96m", "none", str(target)]
    if os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield target
    finally:
        subprocess.run(["umount", str(target)], check=True)


def assert_whole(index: Path) -> None:
    """The five seeds are there and answer."""
    with Assistant.open(index) as assistant:
        assert len([s for s in assistant.documents() if s.id.startswith("00")]) == 5
        assert "CD19" in assistant.ask(QUESTION).text


def fill(disk: Path, leave: int) -> Path:
    status = os.statvfs(disk)
    free = status.f_bavail * status.f_frsize
    filler = disk / "filler"
    filler.write_bytes(bytes(max(0, free - leave)))
    return filler


def test_a_full_disk_is_said_in_one_line(
    small_disk: Path, seed_index: Path, one_text: Path, rag: Run
) -> None:
    index = Path(shutil.copytree(seed_index, small_disk / "index"))
    filler = fill(small_disk, 300_000)
    line = assert_one_line(rag("index", one_text, "--index", index, "--quiet"), 1)
    assert "free some space" in line
    assert_whole(index)
    filler.unlink()
    assert rag("index", one_text, "--index", index, "--quiet").returncode == 0
    assert_whole(index)


def test_a_disk_too_small_for_the_model_is_said_in_one_line(
    small_disk: Path, one_text: Path, rag: Run
) -> None:
    filler = fill(small_disk, 40_000_000)
    line = assert_one_line(rag("index", one_text, "--index", small_disk / "index", "--quiet"), 1)
    assert "free some space" in line
    filler.unlink()
    assert rag("index", one_text, "--index", small_disk / "index", "--quiet").returncode == 0


def test_an_index_on_a_full_disk_can_be_asked(small_disk: Path, seed_index: Path, rag: Run) -> None:
    index = Path(shutil.copytree(seed_index, small_disk / "index"))
    for name in ("vectors.faiss", "corpus.sqlite-wal", "corpus.sqlite-shm"):
        (index / name).unlink(missing_ok=True)
    fill(small_disk, 0)
    done = rag("ask", QUESTION, "--index", index)
    assert done.returncode == 0, done.stderr
    assert "CD19" in done.stdout


def test_a_database_that_may_not_grow_loses_nothing(
    index_copy: Path, one_text: Path, rag: Run
) -> None:
    need_posix()
    limit = (index_copy / "corpus.sqlite").stat().st_size + 50_000
    line = assert_one_line(
        rag("index", one_text, "--index", index_copy, "--quiet", prelude=no_file_over(limit)), 1
    )
    assert "free some space" in line
    assert_whole(index_copy)
    assert rag("index", one_text, "--index", index_copy, "--quiet").returncode == 0


def test_a_report_that_cannot_be_written_is_said_in_one_line(
    index_copy: Path, one_text: Path, tmp_path: Path, rag: Run
) -> None:
    report = tmp_path / "nowhere" / "report.jsonl"
    done = rag("index", one_text, "--index", index_copy, "--quiet", "--report", report)
    assert "report.jsonl" in assert_one_line(done, 2)


# -- read-only -------------------------------------------------------------------------------


@pytest.fixture
def read_only(index_copy: Path) -> Iterator[Path]:
    need_posix()
    for path in index_copy.iterdir():
        if not path.name.startswith("model."):  # another name of a file that others use
            path.chmod(0o444)
    index_copy.chmod(0o555)
    yield index_copy
    index_copy.chmod(0o755)


def test_a_read_only_index_can_be_asked(read_only: Path, rag: Run) -> None:
    before = sorted(path.name for path in read_only.iterdir())
    for _ in range(2):
        done = rag("ask", QUESTION, "--index", read_only, prelude=AS_ORDINARY_USER)
        assert done.returncode == 0, done.stderr
        assert "CD19" in done.stdout
        assert done.stderr == ""
    assert sorted(path.name for path in read_only.iterdir()) == before


def test_a_read_only_index_without_vectors_can_be_asked(index_copy: Path, rag: Run) -> None:
    need_posix()
    (index_copy / "vectors.faiss").unlink()
    index_copy.chmod(0o555)
    try:
        done = rag("ask", QUESTION, "--index", index_copy, prelude=AS_ORDINARY_USER)
    finally:
        index_copy.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert "CD19" in done.stdout


def test_writing_to_a_read_only_index_is_said_in_one_line(
    read_only: Path, one_text: Path, rag: Run
) -> None:
    done = rag("index", one_text, "--index", read_only, "--quiet", prelude=AS_ORDINARY_USER)
    assert "permissions" in assert_one_line(done, 1)


def test_files_that_may_not_be_read_are_skipped(tmp_path: Path, rag: Run) -> None:
    need_posix()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Tea\n\nAbstract\n\nTea is warm.\n")
    (tmp_path / "docs" / "b.txt").write_text("Secret\n")
    (tmp_path / "docs" / "b.txt").chmod(0)
    done = rag("index", tmp_path / "docs", "--index", tmp_path / "i", prelude=AS_ORDINARY_USER)
    assert done.returncode == 0
    assert "skipped b.txt: cannot be read: Permission denied" in done.stderr
