"""Several processes and one index: who may write, who may read, and what a kill leaves."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from rag import Assistant, Settings, build_index
from rag.errors import IndexLockedError, IndexMissingError
from tests.conftest import Run
from tests.processes import assert_one_line
from tests.seeds import CORPUS

# Indexes a folder; prints each document when it is reported, and waits for a line when told to.
INDEXER = """
import sys
from pathlib import Path
from rag import Settings, build_index

def report(one):
    print(*one.document_ids, sep="\\n", flush=True)
    if sys.argv[3] == "wait":
        sys.stdin.readline()

build_index([Path(sys.argv[1])], Settings.load(index=Path(sys.argv[2])), progress=report)
print("done", flush=True)
"""


def start(folder: Path, index: Path, mode: str = "run") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", INDEXER, str(folder), str(index), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def writing(folder: Path, index: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has written one document and holds the index."""
    with start(folder, index, "wait") as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline()
            yield process
        finally:
            process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty-six short texts, each of which fills some passages."""
    target = tmp_path / "docs"
    target.mkdir()
    for number in range(36):
        sections = "".join(
            f"## Part {part}\n\nDevice {number} has {part} springs. Spring {part} of device "
            f"{number} broke after {number * 31 + part} days.\n\n"
            for part in range(8)
        )
        (target / f"{number:02}.txt").write_text(f"Device {number}\n\n{sections}", encoding="utf-8")
    return target


def documents(index: Path) -> set[str]:
    with Assistant.open(index) as assistant:
        return {summary.id for summary in assistant.documents()}


# -- locks -----------------------------------------------------------------------------------


def test_a_second_writer_is_told_who_writes(index_copy: Path, folder: Path, rag: Run) -> None:
    with writing(folder, index_copy) as process:
        line = assert_one_line(rag("index", CORPUS, "--index", index_copy), 1)
        assert f"process {process.pid}" in line
        with pytest.raises(IndexLockedError, match=str(process.pid)):
            build_index([CORPUS], Settings.load(index=index_copy))


def test_a_killed_writer_holds_nothing(index_copy: Path, folder: Path) -> None:
    with writing(folder, index_copy):
        pass
    report = build_index([CORPUS], Settings.load(index=index_copy))
    assert {str(one.status) for one in report.files} == {"unchanged"}


def test_a_reader_answers_while_a_writer_writes(index_copy: Path, folder: Path) -> None:
    with writing(folder, index_copy), Assistant.open(index_copy) as assistant:
        assert not assistant.ask("Which antigens do monoclonal antibodies target?").abstained
        assert "00.txt" in {summary.id for summary in assistant.documents()}
        assert assistant.search("springs of device 0", 1)[0].passage.document_id == "00.txt"


def test_an_open_reader_outlives_a_sync(index_copy: Path, folder: Path) -> None:
    """The documents that it found a moment ago are gone; it still answers from what there is."""
    with Assistant.open(index_copy) as assistant:
        assistant.ask("Which antigens do monoclonal antibodies target?")
        build_index([folder], Settings.load(index=index_copy), sync=True)
        answer = assistant.ask("After how many days did spring 3 of device 5 break?")
        for citation in (*answer.citations, *answer.nearest):
            text = assistant.document(citation.document_id).text
            assert text[citation.start : citation.end] == citation.quote
        hits = assistant.search("spring 3 of device 5 broke", 10)
        assert hits
        assert all(hit.passage.document_id in documents(index_copy) for hit in hits)


# -- kill -9 ---------------------------------------------------------------------------------


def killed(folder: Path, index: Path, rng: random.Random) -> list[str]:
    """The documents that a process reported before it was killed at some moment."""
    with start(folder, index) as process:
        assert process.stdout is not None
        reported: list[str] = []
        if rng.random() < 0.5:  # while it loads, encodes or writes
            with suppress(subprocess.TimeoutExpired):
                process.wait(rng.uniform(0.3, 1.8))
        else:  # right after it has reported something
            for _ in range(rng.randrange(1, 20)):
                reported += [process.stdout.readline().strip()]
        process.kill()
        reported += process.stdout.read().split("\n")
    return [one for one in reported if one and one != "done"]


@pytest.mark.timeout(120)
def test_nothing_that_was_reported_is_lost_by_a_kill(folder: Path, tmp_path: Path) -> None:
    index, rng, reported = tmp_path / "index", random.Random(20190110), set[str]()
    for _ in range(6):
        reported |= set(killed(folder, index, rng)) - {""}
        with suppress(IndexMissingError):
            assert reported <= documents(index)
        assert not reported or (index / "manifest.json").exists()
    assert reported
    done = subprocess.run(
        [sys.executable, "-c", INDEXER, str(folder), str(index), "run"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("done\n")
    assert documents(index) == {path.name for path in folder.iterdir()}
    with Assistant.open(index) as assistant:
        (hit,) = assistant.search("Spring 7 of device 35 broke", 1)
        assert "1092 days" in hit.passage.text
    leftovers = {path.name for path in index.iterdir() if path.name.endswith(".new")}
    assert leftovers <= {"model.onnx.new", "tokenizer.json.new"}
