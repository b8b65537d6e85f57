"""`manifest.csv`: what it says wins over what was found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.loaders import SourceFile, file_hash, find_files, load_file
from rag.types import Document

TEXT = "Kettles and noise\n\nAbstract\n\nA copper kettle hums at 41 decibels before it boils.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "sub" / "b.txt").write_text(TEXT.replace("41", "42"), encoding="utf-8")
    return tmp_path


def manifest(folder: Path, text: str) -> None:
    (folder / "manifest.csv").write_text(text, encoding="utf-8")


def load(path: Path) -> dict[str, Document]:
    files = [file for file in find_files([path]) if not file.problem]
    return {d.id: d for file in files for d in load_file(file, max_bytes=1_000_000)}


def problems(path: Path) -> list[str]:
    return [file.problem for file in find_files([path]) if file.problem]


def test_what_it_says_wins_and_what_it_leaves_out_stays(folder: Path) -> None:
    manifest(folder, "file,origin,authors,year\na.txt,somewhere,Berg A; Lind B,2019\n")
    record = load(folder)["a.txt"].record
    assert record.title == "Kettles and noise"
    assert (record.authors, record.year) == (("Berg A", "Lind B"), 2019)


def test_authors_may_be_left_open(folder: Path) -> None:
    manifest(folder, "file,authors\na.txt,Ada Berg et al.\n")
    assert load(folder)["a.txt"].record.authors == ("Ada Berg", "et al.")


def test_the_text_stays_as_it_is(folder: Path) -> None:
    before = load(folder)["a.txt"].text
    manifest(folder, "file,title\na.txt,Another title\n")
    document = load(folder)["a.txt"]
    assert (document.text, document.record.title) == (before, "Another title")


def test_the_nearest_manifest_wins(folder: Path) -> None:
    manifest(folder, "file,title,journal\nsub/b.txt,From above,Tea Sci\n")
    manifest(folder / "sub", "file,title\nb.txt,From beside\n")
    assert load(folder)["sub/b.txt"].record.title == "From beside"


def test_a_file_that_is_named_alone_has_its_manifest_too(folder: Path) -> None:
    manifest(folder, "file,title\na.txt,Another title\n")
    assert load(folder / "a.txt")["a.txt"].record.title == "Another title"


def test_a_record_of_many_is_named_by_its_key(folder: Path) -> None:
    rows = [{"id": key, "title": key, "text": f"The text of {key}."} for key in ("x", "y")]
    (folder / "c.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    manifest(folder, "file,year\nc.jsonl#y,1999\n")
    found = load(folder)
    assert found["c.jsonl#x"].record.year is None
    assert found["c.jsonl#y"].record.year == 1999


def test_a_changed_row_changes_its_file_alone(folder: Path) -> None:
    def hashes() -> dict[str, str]:
        return {file.name: file_hash(file, max_bytes=9999) for file in find_files([folder])}

    before = hashes()
    manifest(folder, "file,year\na.txt,2001\n")
    after = hashes()
    assert before["a.txt"] != after["a.txt"]
    assert before["sub/b.txt"] == after["sub/b.txt"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title,year\nx,2001\n", ["no column named 'file'"]),
        ("file,year\na.txt,soon\n", ["row 2", "'soon' is no year"]),
        ("file,year\nnowhere.txt,2001\n", ["row 2", "no file nowhere.txt"]),
        ("file,year\na.txt,2001\na.txt,2002\n", ["row 3", "again"]),
        ("file,year\n,2001\n", ["row 2", "no file named"]),
        ("\x00\x01", ["binary"]),
    ],
)
def test_its_mistakes_are_told_and_the_files_read(
    folder: Path, text: str, words: list[str]
) -> None:
    manifest(folder, text)
    told = " ".join(problems(folder))
    assert all(word in told for word in words), told
    assert set(load(folder)) == {"a.txt", "sub/b.txt"}


def test_without_one_nothing_is_stated(folder: Path) -> None:
    assert SourceFile(folder / "a.txt", "a.txt") in list(find_files([folder]))


def test_of_a_thousand_problems_a_few_are_told_and_the_rest_is_counted(tmp_path: Path) -> None:
    rows = "".join(f'"no{number}\n{"x" * 200}.txt",T\n' for number in range(1_000))
    (tmp_path / "manifest.csv").write_text("file,title\n" + rows)
    told = problems(tmp_path)
    assert len(" ".join(told)) < 10_000
    assert "and 980 more" in told[-1]
    assert not any("\n" in line for line in told)
