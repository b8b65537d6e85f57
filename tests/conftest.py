"""What the tests share: the seed corpus, indexed once with the real model."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import Assistant, Settings, build_index
from tests.processes import restricted

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
    """A copy of the seed index that a test may damage.

    Its model, which is large, is another name of the same files: to be deleted or replaced,
    never written into.
    """
    return Path(shutil.copytree(seed_index, tmp_path / "index", copy_function=_copy_or_link))


def _copy_or_link(source: str, target: str) -> str:
    if Path(source).name in ("model.onnx", "model.weights"):
        with contextlib.suppress(OSError):
            os.link(source, target)
            return target
    return str(shutil.copy2(source, target))


@pytest.fixture(scope="session")
def assistant(seed_index: Path) -> Iterator[Assistant]:
    """An assistant over the seed corpus."""
    with Assistant.open(seed_index) as opened:
        yield opened


@pytest.fixture
def rag(tmp_path: Path) -> Run:
    """Runs `rag` in a process of its own, in an empty working folder.

    `prelude` is Python that runs first: see `tests/processes.py`.
    """

    def run(
        *arguments: object, prelude: str = "", **options: object
    ) -> subprocess.CompletedProcess[str]:
        settings: dict[str, object] = {"cwd": tmp_path, "timeout": 120} | options
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            restricted(prelude, arguments),
            capture_output=True,
            text=True,
            **settings,
        )

    return run
