"""What the tests share: the seed corpus, indexed once with the real model."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import Assistant, Settings, build_index

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def seed_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed corpus, indexed. Read-only: a test that damages an index copies it first."""
    folder = tmp_path_factory.mktemp("seeds") / "index"
    build_index([CORPUS], Settings.load(index=folder))
    return folder


@pytest.fixture
def index_copy(seed_index: Path, tmp_path: Path) -> Path:
    """A copy of the seed index that a test may damage."""
    return Path(shutil.copytree(seed_index, tmp_path / "index"))


@pytest.fixture(scope="session")
def assistant(seed_index: Path) -> Iterator[Assistant]:
    """An assistant over the seed corpus."""
    with Assistant.open(seed_index) as opened:
        yield opened


@pytest.fixture
def rag(tmp_path: Path) -> Run:
    """Runs `rag` in a process of its own, in an empty working folder."""

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        settings: dict[str, object] = {"cwd": tmp_path, "timeout": 120} | options
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            [sys.executable, "-m", "rag", *map(str, arguments)],
            capture_output=True,
            text=True,
            **settings,
        )

    return run
