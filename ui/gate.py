"""What the server lets in and out: this page, to this machine, and nothing from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# Gradio's page needs inline scripts and `Function`; what it never needs is another host.
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; "
    "form-action 'self'; frame-ancestors 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
# Gradio can take files, hand files out and fetch from other servers; this window does neither.
CLOSED = ("/gradio_api/upload", "/gradio_api/file", "/gradio_api/proxy", "/gradio_api/stream")


class Gate:
    """ASGI middleware: closed doors answer 404, foreign host names 403, pages carry HEADERS.

    Foreign host names are refused where the server listens on loopback alone: a page elsewhere
    could otherwise have its own name resolve to this machine and read the corpus.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str] = ()) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    @classmethod
    def middleware(cls, host: str) -> list[Middleware]:
        """The gate for a server on `host`, as FastAPI takes it."""
        listens_locally = host in LOOPBACK or f"[{host}]" in LOOPBACK
        return [Middleware(cls, hosts=LOOPBACK if listens_locally else ())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = Headers(scope=scope).get("host", "").rsplit(":", 1)[0]
        if self.hosts and name and name.lower() not in self.hosts:
            await PlainTextResponse("Not this host.", 403)(scope, receive, send)
        elif scope["path"].startswith(CLOSED):
            await PlainTextResponse("Not here.", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(HEADERS)
        await send(message)

    return send_with_headers


def reach_loopback_directly() -> None:
    """Keep Gradio's own call to the page it serves off any proxy that the environment names."""
    for name in ("NO_PROXY", "no_proxy"):
        known = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys([*known, "127.0.0.1", "localhost"]))
