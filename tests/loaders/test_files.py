"""The files that a user's paths stand for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.loaders import find_files


def names(*paths: Path) -> list[str]:
    return [file.name for file in find_files(paths)]


def write(folder: Path, *files: str) -> None:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("text", encoding="utf-8")


def test_a_folder_gives_its_files_by_their_relative_names(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a.txt", "sub/c.txt")
    assert sorted(names(tmp_path)) == ["a.txt", "b.txt", "sub/c.txt"]


def test_the_order_is_the_same_each_time(tmp_path: Path) -> None:
    write(tmp_path, *(f"{number}.txt" for number in (3, 1, 2)), "z/1.txt", "a/1.txt")
    assert names(tmp_path) == names(tmp_path)
    assert [name for name in names(tmp_path) if "/" not in name] == ["1.txt", "2.txt", "3.txt"]


def test_a_file_goes_by_its_own_name(tmp_path: Path) -> None:
    write(tmp_path, "deep/down/a.txt")
    assert names(tmp_path / "deep" / "down" / "a.txt") == ["a.txt"]


def test_a_file_that_is_named_twice_comes_once(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    assert names(tmp_path, tmp_path, tmp_path / "a.txt") in (["a.txt"], [f"{tmp_path.name}/a.txt"])


def test_two_folders_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, "one/a.txt", "two/a.txt")
    assert names(tmp_path / "one", tmp_path / "two") == ["a.txt", "two/a.txt"]


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Else the second would take the first one's place in the index."""
    write(tmp_path, "one/a.txt", "two/a.txt")
    found = names(tmp_path / "one" / "a.txt", tmp_path / "two" / "a.txt")
    assert len(set(found)) == 2


def test_two_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, "x/papers/a.txt", "y/papers/a.txt")
    found = names(tmp_path / "x" / "papers", tmp_path / "y" / "papers")
    assert len(set(found)) == 2


def test_hidden_files_and_the_manifest_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", ".b.txt", ".git/c.txt")
    (tmp_path / "manifest.csv").write_text("file,title\na.txt,A\n", encoding="utf-8")
    assert names(tmp_path) == ["a.txt"]


def test_the_questions_of_a_test_set_are_no_documents(tmp_path: Path) -> None:
    write(tmp_path, "set/corpus.jsonl", "set/queries.jsonl", "set/qrels/test.tsv")
    write(tmp_path, "mine/queries.jsonl", "mine/qrels/a.txt")
    problems = {file.name: bool(file.problem) for file in find_files([tmp_path])}
    assert problems == {
        "mine/queries.jsonl": False,
        "mine/qrels/a.txt": False,
        "set/corpus.jsonl": False,
        "set/queries.jsonl": True,
        "set/qrels/test.tsv": True,
    }
    (given,) = find_files([tmp_path / "set" / "queries.jsonl"])
    assert given.problem == ""


def test_a_path_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere does not exist"):
        names(tmp_path / "nowhere")


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path, "sub/a.txt")
    (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    assert names(tmp_path) == ["sub/a.txt"]


def test_a_file_reached_by_two_links_comes_once(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert len(names(tmp_path)) == 1


def test_a_link_out_of_the_folder_is_named_and_not_read(tmp_path: Path) -> None:
    """A folder of papers from elsewhere must not lend us the rest of the disk."""
    write(tmp_path, "secret.txt", "docs/a.txt")
    (tmp_path / "docs" / "b.txt").symlink_to(tmp_path / "secret.txt")
    problems = {file.name: file.problem for file in find_files([tmp_path / "docs"])}
    assert problems["a.txt"] == ""
    assert "link out of the folder" in problems["b.txt"]
    given = list(find_files([tmp_path / "docs" / "b.txt"]))
    assert [file.problem for file in given] == [""]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("bad", ["line\nbreak.txt", "esc\x1b[31m.txt", b"latin-\xe9.txt"])
def test_a_name_that_would_break_a_line_is_made_printable(tmp_path: Path, bad: str | bytes) -> None:
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), os.fsencode(bad))))
    path.write_text("text", encoding="utf-8")
    (name,) = names(tmp_path)
    assert name.isprintable()
    assert name.encode("utf-8")
    assert name.endswith(".txt")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_differ_only_in_unprintable_signs_are_told_apart(tmp_path: Path) -> None:
    """Else the second would take the first one's place in the index."""
    write(tmp_path, "a\nb.txt", "a\tb.txt")
    assert len(set(names(tmp_path))) == 2
