"""What leaves the machine: nothing without a model, nothing by tracing, and where to is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.openai_server import OpenAIServer, Reply
from rag.errors import ModelError, UsageError
from rag.generation import destination, open_model
from rag.settings import Settings
from tests.generation.conftest import Writing
from tests.generation.test_written_answers import QUESTION, copying
from tests.seeds import ROOT

PROVIDERS = {"openai", "anthropic", "ollama", "langsmith", "langchain", "langchain_core", "httpx"}
_WITHOUT_A_MODEL = """
import json, sys
told = []
def hook(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        told.append([event, repr(arguments)])
sys.addaudithook(hook)
from rag.cli.main import main
main(sys.argv[1:])
print(json.dumps([told, sorted({name.split(".")[0] for name in sys.modules})]))
"""
_TRACED = """
import asyncio, sys
from rag import Assistant
index, url, tracing, question = sys.argv[1:]
with Assistant.open(index, model="openai:x", model_url=url, tracing=tracing) as assistant:
    answer = assistant.ask(question)
    assistant.as_retriever(limit=2).invoke(question)
    asyncio.run(assistant.as_retriever(limit=2).ainvoke(question))
    asyncio.run(assistant.as_retriever(limit=2).abatch([question]))
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
print(answer.generated)
"""


def run(code: str, *arguments: object, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ | variables,
    )  # fmt: skip
    return done.stdout.splitlines()[-1]


@contextmanager
def tracing_endpoint() -> Iterator[tuple[str, list[str]]]:
    """An address that takes traces, and the paths that anything was sent to."""
    taken: list[str] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            taken.append(self.path)
            self._reply()

        def do_GET(self) -> None:
            self._reply()

        def _reply(self) -> None:
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_without_a_model_no_provider_is_loaded_and_no_socket_opened(seed_index: Path) -> None:
    told, loaded = json.loads(run(_WITHOUT_A_MODEL, "ask", "--index", seed_index, QUESTION))
    assert told == []
    assert PROVIDERS & set(loaded) == set()


def test_indexing_opens_no_socket(seed_index: Path, tmp_path: Path) -> None:
    """Whatever encodes, and whatever comes with its package."""
    text = tmp_path / "note.txt"
    text.write_text("Blinatumomab binds CD19.", encoding="utf-8")
    told, _ = json.loads(run(_WITHOUT_A_MODEL, "index", text, "--index", tmp_path / "index"))
    assert told == []


@pytest.mark.parametrize("tracing", ["false", "true"])
def test_tracing_of_the_environment_needs_leave(seed_index: Path, tracing: str) -> None:
    pytest.importorskip("langchain_openai", reason="the extra `openai` is not installed")
    with tracing_endpoint() as (address, taken), OpenAIServer(Reply(copying)) as server:
        variables = {
            "LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true",
            "LANGSMITH_ENDPOINT": address, "LANGCHAIN_ENDPOINT": address,
            "LANGSMITH_API_KEY": "x", "LANGSMITH_GATEWAY": "",
        }  # fmt: skip
        assert run(_TRACED, seed_index, server.url, tracing, QUESTION, **variables) == "True"
        assert bool(taken) is (tracing == "true"), taken


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1:9/v1", "this machine"),
        ("http://localhost:9/v1", "this machine"),
        ("http://[::1]:9/v1", "this machine"),
        ("https://llm.hospital.example/v1", "llm.hospital.example"),
        ("", "api.openai.com"),
    ],
)
def test_where_passages_go_is_said(url: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai", reason="the extra `openai` is not installed")
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "LANGSMITH_GATEWAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    assert destination(open_model(Settings(model="openai:x", model_url=url))) == host


def test_a_gateway_of_the_environment_needs_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    with pytest.raises(ModelError, match="LANGSMITH_GATEWAY"):
        open_model(Settings(model="openai:x"))


def test_the_address_is_the_one_that_the_environment_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai", reason="the extra `openai` is not installed")
    monkeypatch.delenv("OPENAI_API_BASE", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://proxy.example/v1")
    assert destination(open_model(Settings(model="openai:x"))) == "proxy.example"


def test_a_server_that_points_elsewhere_is_not_followed(writing: Writing) -> None:
    with OpenAIServer(Reply(copying)) as elsewhere:
        moved = {"location": f"{elsewhere.url}/chat/completions"}
        for status in (302, 307, 308):
            assistant, _ = writing(Reply("", status=status, headers=moved))
            answer = assistant.ask(QUESTION)
            assert f"sent elsewhere (status {status})" in answer.notice
        assert elsewhere.requests == []


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_what_goes_to_this_machine_passes_no_proxy(
    writing: Writing, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "")
    with OpenAIServer(Reply(copying)) as proxy:
        monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        assistant, server = writing(Reply(copying))
        assert assistant.destination() == "this machine"
        assert assistant.ask(QUESTION).generated
        assert len(server.requests) == 1
        assert proxy.requests == []


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "OPENAI_PROXY"])
def test_a_proxy_on_the_way_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai", reason="the extra `openai` is not installed")
    for variable in ("NO_PROXY", "no_proxy", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    monkeypatch.setenv(name, "http://proxy.example:8080")
    said = destination(open_model(Settings(model="openai:x")))
    assert said == "api.openai.com through the proxy proxy.example"


@pytest.mark.parametrize("url", ["localhost:9/v1", "ftp://x/v1", "http://", "x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="http://HOST"):
        open_model(Settings(model="openai:x", model_url=url))
