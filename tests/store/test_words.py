"""The store's words: each word of a text is found by its stem, and counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.filters import Filters
from rag.loaders import find_files, load_file
from rag.store import Manifest, SqliteStore
from rag.terms import stem, stems, words
from rag.types import SearchTerm
from tests.seeds import CORPUS, NAMES, load


@pytest.fixture(scope="module")
def store(seed_index: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(seed_index, Manifest.read(seed_index).model.dimension)
    yield opened
    opened.close()


def found(store: SqliteStore, *stems: str) -> list[int]:
    """The passages that hold any of the stems, as few as tell whether there are some."""
    scope = store.scope(Filters())
    matches = scope.match([SearchTerm(((stem,),)) for stem in stems])
    return [id for kind in (False, True) for id in scope.best(matches, 3, references=kind)]


@pytest.mark.parametrize("name", NAMES)
def test_each_word_is_found_by_its_stem(store: SqliteStore, name: str) -> None:
    lost = [
        word.written
        for word in {w.written.lower(): w for w in words(load(name).text)}.values()
        if not found(store, word.stem)
    ]
    assert lost == []


@pytest.mark.parametrize("name", NAMES)
def test_each_word_is_known_to_the_vocabulary(store: SqliteStore, name: str) -> None:
    """Else a question's word counts as one that the corpus does not hold."""
    written = sorted(set(stems(load(name).text)))
    known = store.document_frequencies(written)
    assert [stem for stem in written if not known.get(stem)] == []


def test_frequencies_count_passages(store: SqliteStore) -> None:
    assert store.document_frequencies(["nowhere"]).get("nowhere", 0) == 0
    passages = len(store)
    counts = store.document_frequencies([stem("leukemia"), stem("nelarabine")])
    assert 1 <= counts[stem("nelarabine")] <= counts[stem("leukemia")] <= passages


@pytest.mark.parametrize("query", [[], [""], ['"'], ["*"], ["a b"], ["\n"], ["\udce9"]])
def test_what_is_no_word_is_found_nowhere(store: SqliteStore, query: list[str]) -> None:
    assert found(store, *query) == []


def test_a_thousand_words_may_be_asked_for(store: SqliteStore) -> None:
    many = [f"w{number}" for number in range(1500)]
    assert found(store, *many) == []
    assert found(store, *many, stem("leukemia"))
    assert set(store.document_frequencies([*many, stem("leukemia")])) == {stem("leukemia")}


def test_a_document_comes_back_as_it_went_in(store: SqliteStore) -> None:
    for file in find_files([CORPUS]):
        (document,) = load_file(file, max_bytes=1_000_000)
        assert store.document(document.id) == document


def test_a_document_that_is_not_there_is_a_key_error(store: SqliteStore) -> None:
    with pytest.raises(KeyError):
        store.document("nothing.txt")
