"""An index with something missing, cut or foreign: mended where it is derived, else said so."""

from __future__ import annotations

import json
import pickle
import shutil
import sqlite3
from pathlib import Path

import pytest

from rag import Assistant, Settings, build_index
from rag.errors import (
    CitewellError,
    IndexDamagedError,
    IndexFormatError,
    IndexMissingError,
    StoreError,
)
from rag.store import FORMAT
from tests.conftest import Run
from tests.processes import assert_one_line
from tests.seeds import CORPUS, CZECH

QUESTION = "Which antigens do monoclonal antibodies target?"


def answers(index: Path) -> tuple[str, ...]:
    """What an index answers, by words and by meaning."""
    with Assistant.open(index) as assistant:
        hits = assistant.search("leukemia in children", 20)
        found = [f"{hit.passage.document_id}:{hit.passage.start}:{hit.score:.4f}" for hit in hits]
        return (assistant.ask(QUESTION).text, *found)


# -- corpus.sqlite ---------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.01, 0.3, 0.7, 0.99])
def test_a_truncated_database_is_said_to_be(index_copy: Path, share: float) -> None:
    database = index_copy / "corpus.sqlite"
    content = database.read_bytes()
    database.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(IndexDamagedError, match=r"corpus\.sqlite.*--rebuild"):
        Assistant.open(index_copy)


def test_a_database_that_lacks_its_last_bytes_is_said_to_be(index_copy: Path) -> None:
    database = index_copy / "corpus.sqlite"
    database.write_bytes(database.read_bytes()[:-1])
    with pytest.raises(IndexDamagedError):
        Assistant.open(index_copy)


@pytest.mark.parametrize("content", [b"a,b,c\n1,2,3\n", bytes(8192), b"SQLite format 3\0" * 600])
def test_a_foreign_file_is_no_database(index_copy: Path, content: bytes) -> None:
    (index_copy / "corpus.sqlite").write_bytes(content)
    with pytest.raises(IndexDamagedError):
        Assistant.open(index_copy)


def test_another_programs_database_is_not_ours(index_copy: Path) -> None:
    (index_copy / "corpus.sqlite").unlink()
    with sqlite3.connect(index_copy / "corpus.sqlite") as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="rebuild"):
        Assistant.open(index_copy)


def test_a_database_that_is_gone_is_said_to_be(index_copy: Path) -> None:
    (index_copy / "corpus.sqlite").unlink()
    with pytest.raises(IndexMissingError, match=r"corpus\.sqlite"):
        Assistant.open(index_copy)


@pytest.mark.parametrize("place", [0.1, 0.25, 0.4, 0.55, 0.7, 0.85])
def test_garbage_inside_a_database_never_escapes_as_a_traceback(
    index_copy: Path, place: float
) -> None:
    database = index_copy / "corpus.sqlite"
    content = bytearray(database.read_bytes())
    start = int(len(content) * place) // 4096 * 4096
    content[start : start + 16384] = bytes(range(256)) * 64
    database.write_bytes(content)
    try:
        with Assistant.open(index_copy) as assistant:
            assistant.ask(QUESTION)
            for summary in assistant.documents():
                assistant.document(summary.id)
    except CitewellError as error:
        assert "rebuild" in str(error)  # noqa: PT017 - either outcome is right


def test_the_command_says_it_in_one_line(index_copy: Path, rag: Run) -> None:
    (index_copy / "corpus.sqlite").write_bytes(b"junk")
    line = assert_one_line(rag("ask", QUESTION, "--index", index_copy), 1)
    assert "corpus.sqlite" in line
    assert f"--index {index_copy} --rebuild" in line


def test_the_advised_rebuild_mends_it(index_copy: Path, seed_index: Path) -> None:
    (index_copy / "corpus.sqlite").write_bytes(b"junk")
    build_index([CORPUS], Settings.load(index=index_copy), rebuild=True)
    assert answers(index_copy) == answers(seed_index)


# -- vectors.faiss ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        None,
        lambda content: b"",
        lambda content: content[:10],
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: b"junk" * 1000,
        lambda content: pickle.dumps(["a", "pickle"]),
    ],
    ids=["gone", "empty", "header", "half", "last byte", "junk", "pickle"],
)
def test_vectors_that_do_not_fit_are_made_anew_in_silence(
    index_copy: Path, seed_index: Path, damage: object, capfd: pytest.CaptureFixture[str]
) -> None:
    file = index_copy / "vectors.faiss"
    whole = file.read_bytes()
    file.unlink()
    if callable(damage):
        file.write_bytes(damage(whole))
    assert answers(index_copy) == answers(seed_index)
    assert capfd.readouterr() == ("", "")
    assert file.read_bytes() == whole


def test_the_vectors_of_another_index_are_not_used(
    index_copy: Path, seed_index: Path, tmp_path: Path
) -> None:
    shutil.copytree(CORPUS, tmp_path / "part", ignore=shutil.ignore_patterns(CZECH))
    build_index([tmp_path / "part"], Settings.load(index=tmp_path / "other"))
    shutil.copy(tmp_path / "other" / "vectors.faiss", index_copy)
    assert answers(index_copy) == answers(seed_index)


# -- the model -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["model.onnx", "model.weights", "tokenizer.json"])
def test_a_model_file_that_is_gone_is_made_anew(index_copy: Path, rag: Run, name: str) -> None:
    (index_copy / name).unlink()
    done = rag("ask", QUESTION, "--index", index_copy)
    assert done.returncode == 0
    assert "CD19" in done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("rag: ")
    assert name in done.stderr
    assert (index_copy / name).is_file()
    assert rag("ask", QUESTION, "--index", index_copy).stderr == ""


def test_quiet_is_quiet_about_it(index_copy: Path, rag: Run) -> None:
    (index_copy / "model.onnx").unlink()
    done = rag("ask", QUESTION, "--index", index_copy, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_model_file_that_is_none_is_said_in_one_line(index_copy: Path, rag: Run) -> None:
    for name in ("model.onnx", "model.weights"):
        kept = (index_copy / name).read_bytes()
        (index_copy / name).unlink()
        (index_copy / name).write_bytes(kept[:9])
        assert_one_line_of(rag, index_copy)
        (index_copy / name).write_bytes(kept)


def assert_one_line_of(rag: Run, index_copy: Path) -> None:
    assert "model.onnx" in assert_one_line(rag("ask", QUESTION, "--index", index_copy), 1)


# -- manifest.json ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "", "junk", "[]", "null", "7", "{}", "\x00\xff",
        json.dumps({"format": FORMAT}), json.dumps({"format": FORMAT, "model": {}}),
        json.dumps({"format": FORMAT, "model": [], "passage_words": 110}),
        json.dumps({"format": FORMAT, "model": {"name": "x"}, "passage_words": "many"}),
    ],
)  # fmt: skip
def test_a_manifest_that_is_none_is_said_to_be(index_copy: Path, content: str) -> None:
    (index_copy / "manifest.json").write_text(content, encoding="latin-1")
    with pytest.raises(IndexDamagedError, match=r"manifest\.json.*--rebuild"):
        Assistant.open(index_copy)


def test_a_manifest_of_another_format_is_said_to_be(index_copy: Path) -> None:
    manifest = index_copy / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 999}))
    with pytest.raises(IndexFormatError, match="format 999"):
        Assistant.open(index_copy)


def test_an_index_of_another_model_is_not_asked(index_copy: Path) -> None:
    with pytest.raises(IndexFormatError, match="RAG_EMBEDDING_MODEL=all-MiniLM-L6-v2"):
        Assistant.open(index_copy, embedding_model="another-model")


def test_an_index_of_another_model_is_not_written_to(index_copy: Path) -> None:
    before = (index_copy / "corpus.sqlite").read_bytes()
    with pytest.raises(IndexFormatError):
        build_index([CORPUS], Settings.load(index=index_copy, embedding_model="another-model"))
    assert (index_copy / "corpus.sqlite").read_bytes() == before


def test_sync_rebuilds_what_another_version_built(index_copy: Path, seed_index: Path) -> None:
    manifest = index_copy / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 0}))
    build_index([CORPUS], Settings.load(index=index_copy), sync=True)
    assert answers(index_copy) == answers(seed_index)


def test_no_index_is_said_in_one_line(tmp_path: Path, rag: Run) -> None:
    line = assert_one_line(rag("ask", QUESTION, "--index", tmp_path / "none"), 1)
    assert "rag index PATH" in line


def test_a_folder_of_other_files_is_not_taken_for_an_index(tmp_path: Path, rag: Run) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "cat.jpg").write_bytes(b"cat")
    assert "cat.jpg" in assert_one_line(rag("index", CORPUS, "--index", folder), 2)
    assert [path.name for path in folder.iterdir() if not path.name.startswith(".")] == ["cat.jpg"]
