"""Models of other kinds than OpenAI's: a folder, Ollama's and Anthropic's servers on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from benchmarks.openai_server import Passages, passages_of
from rag import Assistant, Settings, build_index
from rag.errors import ModelError, UsageError
from rag.generation import destination, open_model
from tests.generation.models import save_chat_model
from tests.generation.test_written_answers import QUESTION, assert_sound, copying

FACT = "Veltramab binds CD19 on malignant lymphoblasts."
ASKED = "What does veltramab bind?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("local")
    (folder / "a.txt").write_text(f"{FACT} It is given weekly.", encoding="utf-8")
    build_index([folder / "a.txt"], Settings.load(index=folder / "index"))
    return folder / "index"


@pytest.mark.parametrize("with_template", [True, False])
def test_a_folder_of_transformers_writes(index: Path, tmp_path: Path, with_template: bool) -> None:
    folder = save_chat_model(tmp_path / "model", [*FACT.split(), "[1]"])
    if not with_template:
        (folder / "chat_template.jinja").unlink()
    with Assistant.open(index, model=str(folder)) as assistant:
        assert assistant.destination() == "this machine"
        answer = assistant.ask(ASKED)
        assert_sound(answer, assistant)
        assert answer.text == f"{FACT} [1]"
        assert answer.usage["output_tokens"] >= len(FACT.split()) + 2


def test_a_context_that_is_too_small_leaves_the_quotations(index: Path, tmp_path: Path) -> None:
    folder = save_chat_model(tmp_path / "model", ["word"], context=16)
    with Assistant.open(index, model=str(folder)) as assistant:
        answer = assistant.ask(ASKED)
    assert "lower model_tokens" in answer.notice
    assert FACT in answer.citations[0].quote


def test_a_folder_that_holds_no_model_is_refused_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be opened") as failure:
        open_model(Settings(model=str(tmp_path)))
    assert "\n" not in str(failure.value)


def test_a_name_without_a_provider_is_refused() -> None:
    with pytest.raises(UsageError, match="openai:NAME"):
        open_model(Settings(model="llama3"))


def said_by_ollama(body: dict[str, Any]) -> Iterator[bytes]:
    text = copying(passages_in(body["messages"]))
    for at in range(0, len(text), 9):
        message = {"role": "assistant", "content": text[at : at + 9]}
        yield json.dumps({"model": "m", "message": message, "done": False}).encode() + b"\n"
    last = {"role": "assistant", "content": ""}
    counts = {"prompt_eval_count": 11, "eval_count": 5}
    done = {"model": "m", "message": last, "done": True, "done_reason": "stop", **counts}
    yield json.dumps(done).encode() + b"\n"


def said_by_anthropic(body: dict[str, Any]) -> Iterator[bytes]:
    system = [{"role": "system", "content": body["system"]}]
    text = copying(passages_in([*system, *body["messages"]]))

    def event(kind: str, **more: Any) -> bytes:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n".encode()

    message = {
        "id": "m", "type": "message", "role": "assistant", "model": "m", "content": [],
        "stop_reason": None, "stop_sequence": None,
        "usage": {"input_tokens": 11, "output_tokens": 1},
    }  # fmt: skip
    yield event("message_start", message=message)
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for at in range(0, len(text), 9):
        delta = {"type": "text_delta", "text": text[at : at + 9]}
        yield event("content_block_delta", index=0, delta=delta)
    yield event("content_block_stop", index=0)
    delta = {"stop_reason": "end_turn", "stop_sequence": None}
    yield event("message_delta", delta=delta, usage={"input_tokens": 11, "output_tokens": 5})
    yield event("message_stop")


PROVIDERS = {
    "ollama": (said_by_ollama, "application/x-ndjson"),
    "anthropic": (said_by_anthropic, "text/event-stream"),
}


def passages_in(messages: list[dict[str, Any]]) -> Passages:
    """Content is a text, or a list of parts."""
    return passages_of(
        [
            (one["role"], part if isinstance(part, str) else part["text"])
            for one in messages
            for part in ([one["content"]] if isinstance(one["content"], str) else one["content"])
        ]
    )


@contextmanager
def serving(provider: str) -> Iterator[str]:
    said, kind = PROVIDERS[provider]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-type", kind)
            self.end_headers()
            for piece in said(body):
                self.wfile.write(piece)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_other_providers_write(
    provider: str, seed_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(f"langchain_{provider}", reason=f"the extra `{provider}` is missing")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "x")
    with serving(provider) as url:
        named = {"model": f"{provider}:m", "model_url": url}
        with Assistant.open(seed_index, **named) as assistant:
            assert assistant.destination() == "this machine"
            answer = assistant.ask(QUESTION)
            assert answer.notice == ""
            assert_sound(answer, assistant)
            assert answer.usage == {"input_tokens": 11, "output_tokens": 5}


@pytest.mark.parametrize(
    ("name", "host"),
    [("ollama:m", "this machine"), ("anthropic:m", "api.anthropic.com")],
)
def test_their_own_addresses_are_said(
    name: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(f"langchain_{name.split(':')[0]}", reason="the extra is missing")
    for variable in ("OLLAMA_HOST", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "x")
    assert destination(open_model(Settings(model=name))) == host
