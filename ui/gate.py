"""What the server lets in and out: this page, to this machine, and nothing from elsewhere."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.bodies import TooLargeError, is_read, names_an_address, read_body, replayed
from ui.uploads import MOST_BYTES

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
# Gradio can hand files out and fetch from other servers; this window does neither. It takes files
# where it may write, and then as much at once as it would keep.
CLOSED = (
    "/gradio_api/file",
    "/gradio_api/process_recording",
    "/gradio_api/proxy",
    "/gradio_api/stream",
)
UPLOADS = "/gradio_api/upload"
# What else takes a body, the form that it takes, and its most bytes.
FORMS = {
    "/login": ("application/x-www-form-urlencoded", 8_000),
    "/gradio_api/component_server": ("application/json", 100_000),
    "/gradio_api/cancel": ("application/json", 100_000),
}
_SAME_SITE = re.compile(r"SameSite=\w+", re.IGNORECASE)
_WRAPPING = 1_000_000  # bytes of a request that are none of its files


class Gate:
    """ASGI middleware: closed doors answer 404, foreign host names 403, pages carry HEADERS.

    Foreign host names are refused where the server listens on loopback alone: a page elsewhere
    could otherwise have its own name resolve to this machine and read the corpus. `uploads` opens
    the door for files: from this server's own page, and no more than is kept.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str] = (), *, uploads: bool = False) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.uploads = uploads

    @classmethod
    def middleware(cls, host: str, *, uploads: bool = False) -> list[Middleware]:
        """The gate for a server on `host`, as FastAPI takes it."""
        hosts = LOOPBACK if is_loopback(host) else ()
        return [Middleware(cls, hosts=hosts, uploads=uploads)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if refusal := self._refusal(scope["method"], scope["path"], Headers(scope=scope)):
            await refusal(scope, receive, send)
        elif is_read(scope["method"], scope["path"]):
            await self._look_into(scope, receive, send)
        else:
            await self.app(scope, receive, _with_headers(send))

    async def _look_into(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(receive)
        except TooLargeError:
            await PlainTextResponse("Too much at once.", 413)(scope, receive, send)
            return
        own = Headers(scope=scope).get("host", "")
        if await to_thread.run_sync(names_an_address, body, own):
            await PlainTextResponse("Nothing is fetched.", 400)(scope, receive, send)
        else:
            await self.app(scope, replayed(body, receive), _with_headers(send))

    def _refusal(self, method: str, path: str, headers: Headers) -> PlainTextResponse | None:
        host, origin = headers.get("host", "").lower(), headers.get("origin")
        name = host.rsplit(":", 1)[0]
        if self.hosts and name and name not in self.hosts:
            return PlainTextResponse("Not this host.", 403)
        if origin and urlsplit(origin).netloc.lower() != host:  # another page's script or form
            return PlainTextResponse("Not from this page.", 403)
        if method == "POST" and path.rstrip("/") in FORMS:
            return _form_refusal(*FORMS[path.rstrip("/")], headers)
        if path.startswith(CLOSED) or (path.startswith(UPLOADS) and not self.uploads):
            return PlainTextResponse("Not here.", 404)
        return self._upload_refusal(headers) if path.startswith(UPLOADS) else None

    def _upload_refusal(self, headers: Headers) -> PlainTextResponse | None:
        size = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not re.fullmatch(r"[0-9]{1,18}", size):
            return PlainTextResponse("Its length is not told.", 411)
        if int(size) > MOST_BYTES + _WRAPPING:
            return PlainTextResponse("Too much at once.", 413)
        return None


def _form_refusal(form: str, most: int, headers: Headers) -> PlainTextResponse | None:
    size = headers.get("content-length", "")
    if not headers.get("content-type", "").startswith(form):
        return PlainTextResponse("Not in this form.", 415)
    if not re.fullmatch(r"[0-9]{1,18}", size) or int(size) > most:
        return PlainTextResponse("Too much at once.", 413)
    return None


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            cookies = headers.getlist("set-cookie")
            if cookies:  # Gradio lets pages of other sites send its log-in cookie
                del headers["set-cookie"]
                for cookie in cookies:
                    headers.append("set-cookie", _SAME_SITE.sub("SameSite=Strict", cookie))
        await send(message)

    return send_with_headers


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own, which nobody else reaches."""
    return host in LOOPBACK or f"[{host}]" in LOOPBACK


def reach_loopback_directly() -> None:
    """Keep Gradio's own call to the page it serves off any proxy that the environment names."""
    for name in ("NO_PROXY", "no_proxy"):
        known = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys([*known, "127.0.0.1", "localhost"]))
