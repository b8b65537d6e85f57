"""A server on loopback that speaks OpenAI's wire format and answers by a script."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

Passages = list[dict[str, Any]]
USAGE = {"prompt_tokens": 120, "completion_tokens": 17, "total_tokens": 137}


@dataclass(frozen=True)
class Reply:
    """What is said to one request: a text, or one made from the passages of the prompt."""

    text: str | Callable[[Passages], str] = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0  # seconds before anything is sent
    between: float = 0.0  # … and between pieces
    finish: str | None = "stop"
    breaks_after: int | None = None  # pieces after which the connection is cut


class OpenAIServer:
    """Gives the replies in order, the last one for ever. A context manager."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[dict[str, Any]] = []
        self.pieces = 0  # sent
        self.ended = threading.Event()  # the last reply was sent, or could not be
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        """Its base URL, as a client takes it."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> OpenAIServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def next_reply(self) -> Reply:
        """What the next request gets."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def passages_of(messages: list[tuple[str, str]]) -> Passages:
    """The passages that a prompt holds, as any model can read them."""
    lines = "\n".join(text for _, text in messages).splitlines()
    return [json.loads(line) for line in lines if line.startswith('{"passage"')]


def _handler(server: OpenAIServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.requests.append(body | {"key": self.headers.get("authorization")})
            reply = server.next_reply()
            with suppress(OSError):
                self._send(body, reply)
            server.ended.set()

        def _send(self, body: dict[str, Any], reply: Reply) -> None:
            server.closing.wait(reply.wait)
            text = reply.text
            if callable(text):
                text = text(passages_of([(m["role"], m["content"]) for m in body["messages"]]))
            if reply.status != 200:
                self._send_json({"error": {"message": text, "type": "x"}}, reply)
            elif body.get("stream"):
                self._stream(text, reply)
            else:
                message = {"role": "assistant", "content": text}
                choice = {"index": 0, "message": message, "finish_reason": reply.finish}
                self._send_json(_envelope([choice], "chat.completion") | {"usage": USAGE}, reply)

        def _send_json(self, form: dict[str, Any], reply: Reply) -> None:
            content = json.dumps(form).encode()
            self.send_response(reply.status)
            for name, value in {**reply.headers, "content-length": str(len(content))}.items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(content)

        def _stream(self, text: str, reply: Reply) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            pieces = [text[at : at + 7] for at in range(0, len(text), 7)]
            for number, piece in enumerate(pieces):
                if number == reply.breaks_after:
                    self._event("{broken")
                    return
                self._chunk({"content": piece}, None)
                server.pieces += 1
                if reply.between and server.closing.wait(reply.between):
                    return
            self._chunk({}, reply.finish)
            self._event(json.dumps(_envelope([], "chat.completion.chunk") | {"usage": USAGE}))
            self._event("[DONE]")

        def _chunk(self, delta: dict[str, str], finish: str | None) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            self._event(json.dumps(_envelope([choice], "chat.completion.chunk")))

        def _event(self, data: str) -> None:
            self.wfile.write(f"data: {data}\n\n".encode())
            self.wfile.flush()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    return Handler


def _envelope(choices: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return {"id": "1", "object": kind, "created": 1, "model": "scripted", "choices": choices}
