"""Naming a model: settings, options of the command, and what it says."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.openai_server import OpenAIServer, Reply
from rag import Settings
from rag.errors import UsageError
from tests.conftest import Run
from tests.generation.test_written_answers import QUESTION, copying
from tests.processes import assert_one_line


@pytest.mark.parametrize(
    ("given", "is_allowed"), [("true", True), ("0", False), (True, True), ("No", False)]
)
def test_leave_for_tracing_is_yes_or_no(
    given: object, is_allowed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.load(tracing=given).tracing is is_allowed
    monkeypatch.setenv("RAG_TRACING", str(given))
    assert Settings.load().tracing is is_allowed


@pytest.mark.parametrize(
    "wrong",
    [
        {"tracing": "perhaps"}, {"tracing": 2}, {"unsupported": "keep"},
        {"model_price_in": float("nan")}, {"model_price_out": "inf"}, {"model_price_in": -1},
        {"model_seconds": 10**12}, {"model_seconds": "9" * 401},
    ],
)  # fmt: skip
def test_other_values_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        Settings.load(**wrong)


def test_the_command_says_where_passages_go(rag: Run, seed_index: Path) -> None:
    pytest.importorskip("langchain_openai", reason="the extra `openai` is not installed")
    with OpenAIServer(Reply(copying)) as server:
        done = rag(
            "ask", "--index", seed_index, "--model", "openai:x", "--model-url", server.url, QUESTION
        )
    assert done.returncode == 0, done.stderr
    assert "go to this machine" in done.stderr
    assert "[1]" in done.stdout


@pytest.mark.skipif(
    importlib.util.find_spec("langchain_mistralai") is not None, reason="it is installed"
)
def test_a_missing_package_is_named(rag: Run, seed_index: Path) -> None:
    done = rag("ask", "--index", seed_index, "--model", "mistralai:x", QUESTION)
    assert "pip install langchain-mistralai" in assert_one_line(done, 1)


def test_on_a_terminal_the_answer_stands_once(seed_index: Path) -> None:
    pytest.importorskip("langchain_openai", reason="the extra `openai` is not installed")
    pty = pytest.importorskip("pty", reason="this system has no terminals of this kind")
    with OpenAIServer(Reply(copying, between=0.002)) as server:
        screen, terminal = pty.openpty()
        command = [
            sys.executable, "-m", "rag", "ask", "--index", seed_index, "--model", "openai:x",
            "--model-url", server.url, QUESTION,
        ]  # fmt: skip
        done = subprocess.Popen(command, stdout=terminal, stderr=subprocess.DEVNULL)
        os.close(terminal)
        shown = b""
        with suppress(OSError):  # Linux' way to say that the other end is closed
            while piece := os.read(screen, 4096):
                shown += piece
        os.close(screen)
    assert done.wait(60) == 0
    answer, _, sources = shown.decode().replace("\r\n", "\n").partition("\n\n")
    assert answer.count("[1]") == 1
    assert sources.startswith("[1] ")
    assert "120 input tokens, 17 output tokens" in sources


def test_the_doctor_tries_the_chat_model(rag: Run, seed_index: Path) -> None:
    pytest.importorskip("langchain_openai", reason="the extra `openai` is not installed")
    done = rag(
        "doctor", "--index", seed_index,
        prelude="import os; os.environ['RAG_MODEL'] = 'openai:x'; "
        "os.environ['RAG_MODEL_URL'] = 'http://me:secret@localhost:9/v1'",
    )  # fmt: skip
    assert "ok    chat model: openai:x opens; passages would go to this machine" in done.stdout
    assert "secret" not in done.stdout
