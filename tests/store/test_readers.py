"""Threads and processes that search while another process adds and removes documents."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rag import Assistant, Settings, build_index
from rag.errors import UsageError
from rag.store import SqliteStore

NAMES = "kettle tram drum lantern violin plough".split()
STAYING = len(NAMES)
COMING = 12
DIMENSION = 384  # of the default model's vectors

# Adds all documents, takes out those that are not to stay, and adds them again.
WRITER = """
import sys
from pathlib import Path
from rag import Settings, build_index
from rag.indexing import remove_documents

settings = Settings.load(index=Path(sys.argv[2]))
build_index([Path(sys.argv[1])], settings)
for number in range(int(sys.argv[3]), int(sys.argv[3]) + 4):
    remove_documents([f"{number:02}.txt"], settings)
build_index([Path(sys.argv[1])], settings)
"""
READER = """
import sys, threading
from pathlib import Path
from rag import Assistant
from tests.store.test_readers import look

over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
with Assistant.open(Path(sys.argv[1])) as assistant:
    print("open", flush=True)
    print(look(assistant, over), flush=True)
"""
ROOT = Path(__file__).parent.parent.parent


def look(assistant: Assistant, over: threading.Event) -> int:
    """Search until it is over; how often. Fails where a hit is not what stands in its place."""
    times = 0
    while times < 5 or not over.is_set():
        device = times % STAYING
        hits = assistant.search(f"When did the springs of the {NAMES[device]} break?", 12)
        assert hits[0].passage.document_id == f"{device:02}.txt"
        for hit in hits:
            passage = hit.passage
            try:
                text = assistant.document(passage.document_id).text
            except UsageError:
                assert int(passage.document_id[:2]) >= STAYING
                continue
            assert text[passage.start : passage.end] == passage.text
            assert name_of(int(passage.document_id[:2])) in passage.text.lower()
        times += 1
    return times


def name_of(number: int) -> str:
    return NAMES[number] if number < STAYING else f"device {number}"


def write(folder: Path, numbers: range) -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        parts = "".join(
            f"## Part {part}\n\nThe {name_of(number)} has {part} springs. Spring {part} of the "
            f"{name_of(number)} broke after {number * 31 + part} days.\n\n"
            for part in range(8)
        )
        (folder / f"{number:02}.txt").write_text(f"The {name_of(number)}\n\n{parts}", "utf-8")


def test_words_and_vectors_are_of_one_moment(tmp_path: Path) -> None:
    """A document comes between the making of the one and of the other."""
    docs, index = tmp_path / "docs", tmp_path / "index"
    write(docs, range(2))
    build_index([docs], Settings.load(index=index))
    for name in ("vectors.faiss", "words.npz"):
        (index / name).unlink()
    write(docs, range(2, 4))
    came = []

    def add_documents(statement: str) -> None:
        if "vectors v" in statement and "LIMIT" not in statement and not came:
            came.append(build_index([docs], Settings.load(index=index)))

    with contextlib.closing(SqliteStore(index, DIMENSION)) as store:
        before = len(store)
        store._database.connection.set_trace_callback(add_documents)
        first = store.snapshot
        assert came
        assert first.vectors.vectors(first.words.ids).shape == (before, DIMENSION)
        second = store.snapshot
        assert second.vectors.vectors(second.words.ids).shape == (len(store), DIMENSION)
        assert len(store) == 2 * before


@pytest.mark.timeout(180)
def test_readers_find_right_passages_while_a_writer_writes(tmp_path: Path) -> None:
    docs, index = tmp_path / "docs", tmp_path / "index"
    write(docs, range(STAYING))
    build_index([docs], Settings.load(index=index))
    write(docs, range(STAYING, STAYING + COMING))
    over, counts, failures = threading.Event(), list[int](), list[BaseException]()

    def search_here(assistant: Assistant) -> None:
        try:
            counts.append(look(assistant, over))
        except BaseException as error:
            failures.append(error)

    with Assistant.open(index) as assistant:
        threads = [threading.Thread(target=search_here, args=(assistant,)) for _ in range(2)]
        readers = [
            subprocess.Popen(
                [sys.executable, "-c", READER, str(index)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=ROOT,
                text=True,
            )
            for _ in range(2)
        ]
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "open\n"
        for thread in threads:
            thread.start()
        written = subprocess.run(
            [sys.executable, "-c", WRITER, str(docs), str(index), str(STAYING)],
            capture_output=True,
            text=True,
        )
        over.set()
        for thread in threads:
            thread.join()
        outcomes = [reader.communicate(timeout=60) for reader in readers]
        assert (written.returncode, written.stderr) == (0, "")
        assert failures == []
        assert [error for _, error in outcomes] == ["", ""]
        counts += [int(output) for output, _ in outcomes]
        assert len(counts) == 4
        assert min(counts) >= 5
        # What was open all the while sees all that is there now.
        last = STAYING + COMING - 1
        (hit,) = assistant.search(f"When did a spring of device {last} break?", 1)
        assert hit.passage.document_id == f"{last:02}.txt"
        assert len(assistant.search("spring", 10_000)) == len(assistant._store)
    with Assistant.open(index) as fresh, Assistant.open(index) as assistant:
        assert [h.passage.id for h in fresh.search("broke", 20)] == [
            h.passage.id for h in assistant.search("broke", 20)
        ]
    assert not [path.name for path in index.iterdir() if path.name.count(".") > 1]
