"""Settings: the file, then the environment, then the call."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag import Settings
from rag.errors import UsageError


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RAG_INDEX", raising=False)
    monkeypatch.delenv("RAG_THRESHOLD", raising=False)


def test_later_origins_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().index == Path("index")
    (tmp_path / "rag.toml").write_text('index = "a"\nthreshold = 0.1\npassage_words = 50\n')
    assert Settings.load().index == Path("a")
    monkeypatch.setenv("RAG_INDEX", "b")
    monkeypatch.setenv("RAG_THRESHOLD", "0.2")
    assert (Settings.load().index, Settings.load().threshold) == (Path("b"), 0.2)
    settings = Settings.load(index="c", threshold=None)
    assert (settings.index, settings.threshold, settings.passage_words) == (Path("c"), 0.2, 50)


def test_a_reader_and_a_reranker_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (Settings.load().reader, Settings.load().reranker) == ("", "")
    (tmp_path / "rag.toml").write_text('reader = "a"\nreranker = "b"\n')
    assert (Settings.load().reader, Settings.load().reranker) == ("a", "b")
    monkeypatch.setenv("RAG_READER", "c")
    assert (Settings.load().reader, Settings.load().reranker) == ("c", "b")
    assert Settings.load(reader="d").reader == "d"


@pytest.mark.parametrize(
    "toml", ["nonsense = 1", "threshold = 7", 'threshold = "high"', "passage_words = 0", "= oops",
             "[index]\na = 1"],
)  # fmt: skip
def test_a_wrong_file_is_named(tmp_path: Path, toml: str) -> None:
    (tmp_path / "rag.toml").write_text(toml)
    with pytest.raises(UsageError, match=r"rag\.toml"):
        Settings.load()


def test_a_wrong_argument_is_named() -> None:
    with pytest.raises(UsageError, match="'speed'"):
        Settings.load(speed=3)


@pytest.mark.parametrize("name", ["reader", "reranker", "embedding_model", "index"])
@pytest.mark.parametrize("value", [object(), 7, True, b"a", ["a"]])
def test_what_is_named_takes_a_text_or_a_path(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"the call: {name} .*a text or a path"):
        Settings.load(**{name: value})
    assert str(getattr(Settings.load(**{name: Path("a")}), name)) == "a"


@pytest.mark.parametrize("value", [3.5, float("nan"), float("inf"), "3.5", True, object()])
def test_a_whole_number_has_no_fraction(value: object) -> None:
    with pytest.raises(UsageError, match="the call: read_passages has the wrong form"):
        Settings.load(read_passages=value)


def test_numbers_come_in_any_form_that_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text("read_passages = 3.0\nthreshold = 1\n")
    assert (Settings.load().read_passages, Settings.load().threshold) == (3, 1.0)
    given = Settings.load(read_passages=np.int64(5), threshold=np.float32(0.5))
    assert (given.read_passages, given.threshold) == (5, 0.5)
