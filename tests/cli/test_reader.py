"""The options --reader and --reranker: which verbs have them; a folder's model asks nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.processes import assert_one_line
from tests.reading.models import save_headless_model, save_marking_model, save_score_model

QUESTION = "Which antigens do monoclonal antibodies target?"


@pytest.mark.parametrize(
    ("option", "said"),
    [("--reader", "nothing holds no reader"), ("--reranker", "the reranker nothing cannot be")],
)
@pytest.mark.parametrize(
    "verb", ["ask", *(pytest.param(v, marks=pytest.mark.slow) for v in ("batch", "eval", "serve"))]
)
def test_each_verb_that_answers_has_the_option(
    seed_index: Path, rag: Run, tmp_path: Path, verb: str, option: str, said: str
) -> None:
    (tmp_path / "gold.jsonl").write_text(f'{{"question": "{QUESTION}", "answers": []}}\n')
    asked: dict[str, list[object]] = {
        "ask": [QUESTION],
        "batch": ["gold.jsonl", "-o", "out.jsonl"],
        "eval": ["gold.jsonl"],
        "serve": ["--port", 0],
    }
    (tmp_path / "nothing").mkdir()
    done = rag(verb, *asked[verb], option, "nothing", "--index", seed_index, "--quiet")
    assert said in assert_one_line(done, 1)


def test_a_hub_that_cannot_be_reached_is_said_in_one_line(
    seed_index: Path, tmp_path: Path, rag: Run
) -> None:
    environment = {
        **os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path),
        "RAG_READER": "nobody/no-such-model",
    }  # fmt: skip
    line = assert_one_line(rag("ask", QUESTION, "--index", seed_index, env=environment), 1)
    assert "nobody/no-such-model" in line


ALONE = """
import sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise SystemExit(f"{event} {arguments}")

sys.addaudithook(refuse)
from rag.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("save", [save_marking_model, save_score_model])
def test_a_model_in_a_folder_asks_nobody(
    seed_index: Path, tmp_path: Path, save: Callable[[Path], Path]
) -> None:
    folder = save(tmp_path / "model")
    (tmp_path / "rag.toml").write_text(f'reader = "{folder.as_posix()}"\nthreshold = 0\n')
    command = [sys.executable, "-c", ALONE, "ask", QUESTION, "--index", str(seed_index)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "[1]" in done.stdout


@pytest.mark.parametrize("option", ["--reader", "--reranker"])
def test_a_model_without_a_head_is_refused_in_one_line(
    seed_index: Path, rag: Run, tmp_path: Path, option: str
) -> None:
    folder = save_headless_model(tmp_path / "bare", "BertModel")
    line = assert_one_line(rag("ask", QUESTION, option, folder, "--index", seed_index), 1)
    assert "BertModel" in line
