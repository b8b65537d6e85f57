"""The word index is kept up step by step, and is as one made anew at each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rag import Assistant, Settings
from rag.indexing import remove_documents
from rag.store.words import WordIndex
from tests.store.small import TEXTS, anew, built, content, read, write


def found(index: Path) -> dict[tuple[str, int], float]:
    """What a search gives: places and scores, whatever ids the passages go by."""
    with Assistant.open(index) as assistant:
        hits = assistant.search("How loud does the copper kettle hum in the yard?", 50)
        return {(hit.passage.document_id, hit.passage.start): hit.score for hit in hits}


def test_an_index_changed_step_by_step_is_as_one_made_anew(tmp_path: Path) -> None:
    docs, index = tmp_path / "docs", tmp_path / "index"

    def check(words: WordIndex, name: str) -> None:
        assert content(words) == content(anew(index)), name
        built(docs, tmp_path / name)
        # What a vector is encoded beside shows in its last digits.
        assert found(index) == pytest.approx(found(tmp_path / name), abs=1e-3), name

    write(docs, b=TEXTS["b.txt"], d=TEXTS["d.txt"])
    check(built(docs, index), "first")
    write(docs, a=TEXTS["a.txt"], c=TEXTS["c.txt"])
    check(built(docs, index), "added")
    write(docs, b=TEXTS["b.txt"].replace("warm", "cold, and the ember glows"))
    replaced = built(docs, index)
    check(replaced, "replaced")
    assert "warm" not in replaced.terms
    assert "ember" in replaced.terms
    (docs / "d.txt").unlink()
    remove_documents(["d.txt"], Settings.load(index=index))
    check(read(index), "removed")
    assert "ox" not in read(index).terms
    (docs / "a.txt").unlink()
    check(built(docs, index, sync=True), "synced")


def test_an_index_of_nothing_is_one(tmp_path: Path) -> None:
    docs, index = write(tmp_path / "docs", b=TEXTS["b.txt"]), tmp_path / "index"
    built(docs, index)
    remove_documents(["b.txt"], Settings.load(index=index))
    words = read(index)
    assert content(words) == content(anew(index))
    assert words.terms == ()
    assert words.fits(0, 0, 0)
    with Assistant.open(index) as assistant:
        assert assistant.search("iron stove", 3) == []
        assert assistant.ask("Is an iron stove warm?").abstained
    assert len(built(docs, index).ids) == 1


def test_nothing_of_a_removed_text_stays_in_any_file(tmp_path: Path) -> None:
    docs, index = tmp_path / "docs", tmp_path / "index"
    secret = "Zebulon Quixley\n\nThe patient Quixley slept in the Xylotheque."
    built(write(docs, a=TEXTS["a.txt"], s=secret), index)
    assert any(b"quixlei" in path.read_bytes() for path in index.glob("words*"))
    remove_documents(["s.txt"], Settings.load(index=index))
    for path in index.iterdir():
        kept = path.read_bytes().lower()
        assert not any(word in kept for word in (b"quixle", b"xylothe", b"zebulon")), path.name


def test_words_of_a_database_that_is_gone_are_not_taken_for_anothers(tmp_path: Path) -> None:
    """Its numbers begin anew, and the file's words are of other passages."""
    docs, index = write(tmp_path / "docs", b=TEXTS["b.txt"]), tmp_path / "index"
    built(docs, index)
    for path in index.glob("corpus.sqlite*"):
        path.unlink()
    (docs / "b.txt").unlink()
    write(docs, a=TEXTS["a.txt"], c=TEXTS["c.txt"])
    assert content(built(docs, index)) == content(anew(index))


def test_an_earlier_database_put_back_has_its_own_words(tmp_path: Path) -> None:
    """Numbers that it gives from then on stood for other passages before."""
    docs, index = write(tmp_path / "docs", b=TEXTS["b.txt"]), tmp_path / "index"
    built(docs, index)
    shutil.copy(index / "corpus.sqlite", tmp_path)
    built(write(docs, a=TEXTS["a.txt"]), index)
    shutil.copy(tmp_path / "corpus.sqlite", index)
    (docs / "a.txt").unlink()
    assert content(built(write(docs, c=TEXTS["c.txt"]), index)) == content(anew(index))
