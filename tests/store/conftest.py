"""What tests of the store share: a store over a few short texts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from rag.store import SqliteStore
from tests.store.small import DIMENSION, TEXTS, built, write


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    """The texts' store. Read-only: a test that damages one copies its files first."""
    folder = tmp_path_factory.mktemp("words")
    for name, text in TEXTS.items():
        write(folder / "docs", **{name.removesuffix(".txt"): text})
    built(folder / "docs", folder / "index")
    with contextlib.closing(SqliteStore(folder / "index", DIMENSION)) as opened:
        yield opened
