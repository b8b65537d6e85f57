"""What the server lets in and out: this page, to this machine, and nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.bodies import (
    RefusedError,
    check_message,
    is_read,
    paced,
    read_body,
    replayed,
    session_of,
)
from ui.doors import TOOLS, Door, door, plain, takes_query
from ui.sessions import Sessions, is_name, named_outside
from ui.signing_in import MOST_BYTES as SIGNING_BYTES
from ui.signing_in import SignIn
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
LOGIN, LOGOUT = "/login", "/logout"
UPLOADS = "/gradio_api/upload"
# What else takes a body, the forms that it takes, and its most bytes.
_FORM = ("application/x-www-form-urlencoded", "multipart/form-data")  # programs', the page's
_JSON = ("application/json",)
FORMS = {
    LOGIN: (_FORM, SIGNING_BYTES),
    "/gradio_api/component_server": (_JSON, 100_000),
    "/gradio_api/cancel": (_JSON, 100_000),
    "/gradio_api/reset": (_JSON, 100_000),
}
_SAME_SITE = re.compile(r"SameSite=\w+", re.IGNORECASE)
_WRAPPING = 1_000_000  # bytes of a request that are none of its files


class Gate:
    """ASGI middleware: closed doors answer 404, foreign host names 403, pages carry HEADERS.

    Foreign host names are refused where the server listens on loopback alone: a page elsewhere
    could otherwise have its own name resolve to this machine and read the corpus. `uploads` opens
    the door for files: from this server's own page, and no more than is kept. With `accounts`,
    only the page to sign in on is open to who has not (401), and each session serves one user.
    `tools` opens the door for MCP.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Sequence[str] = (),
        *,
        uploads: bool = False,
        accounts: bool = False,
        tools: bool = False,
    ) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.uploads = uploads
        self.accounts = accounts
        self.tools = tools
        self._sessions = Sessions()
        self._sign_in = SignIn()

    @classmethod
    def middleware(
        cls, host: str, *, uploads: bool = False, accounts: bool = False, tools: bool = False
    ) -> list[Middleware]:
        """The gate for a server on `host`, as FastAPI takes it."""
        hosts = LOOPBACK if is_loopback(host) else ()
        return [Middleware(cls, hosts=hosts, uploads=uploads, accounts=accounts, tools=tools)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or not."""
        if scope["type"] == "websocket":  # none of the page's
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            sent = _with_headers(send)
            try:
                await self._let_in(scope, receive, sent)
            except RefusedError as refused:
                refusal = PlainTextResponse(refused.reason, refused.status, refused.headers)
                await refusal(scope, receive, sent)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path, headers = scope["method"], plain(scope["path"]), Headers(scope=scope)
        self._check_origin(headers)
        if path == LOGOUT:
            _check_gone_to(headers)
        user = self._user_at(method, path, scope)
        if not takes_query(path):
            scope = {**scope, "query_string": b""}
        for name in named_outside(path, scope["query_string"]):
            self._claim(user, name)
        if method == "POST":
            self._check_form(path, headers)
        if path == LOGIN:
            await self._sign_in(self.app, scope, receive, send)
        elif is_read(method, path):
            body = await read_body(receive)
            session = await to_thread.run_sync(session_of, body, headers.get("host", ""))
            if session:
                self._claim(user, session)
            await self.app(scope, replayed(body, receive), send)
        elif method == "POST" and TOOLS.fullmatch(path):
            body = await read_body(receive)
            await to_thread.run_sync(check_message, body)
            await self.app(scope, replayed(body, receive), send)
        elif path == UPLOADS:
            await self.app(scope, paced(receive), send)
        else:
            await self.app(scope, receive, send)

    def _check_origin(self, headers: Headers) -> None:
        host, origin = headers.get("host", "").lower(), headers.get("origin")
        name = host.rsplit(":", 1)[0]
        if self.hosts and name and name not in self.hosts:
            raise RefusedError(403, "Not this host.")
        if origin and (_host_of(origin) or None) != host:  # another page's script or form
            raise RefusedError(403, "Not from this page.")

    def _user_at(self, method: str, path: str, scope: Scope) -> str:
        """Who asks at an open door; "" for anyone. Raises RefusedError where it is closed."""
        found = door(method, path, accounts=self.accounts, uploads=self.uploads, tools=self.tools)
        if found is Door.CLOSED:
            raise RefusedError(404, "Not here.")
        if not self.accounts or found is Door.PUBLIC:
            return ""
        user = _signed_in(scope)
        if user is None:
            raise RefusedError(401, "Sign in first.")
        return user

    def _claim(self, user: str, session: str) -> None:
        if not is_name(session):
            raise RefusedError(400, "Not in this form.")
        if self.accounts and not self._sessions.claim(user, session):
            raise RefusedError(403, "Another's session.")

    def _check_form(self, path: str, headers: Headers) -> None:
        if path == UPLOADS:
            _check_upload(headers)
        elif path in FORMS:
            forms, most = FORMS[path]
            if not headers.get("content-type", "").startswith(forms):
                raise RefusedError(415, "Not in this form.")
            size = _told_size(headers, "")
            if size is None or size > most:
                raise RefusedError(413, "Too much at once.")


def _check_gone_to(headers: Headers) -> None:
    """Refuse what a person did not go to, such as a picture at this address, as browsers tell."""
    site, kind = (headers.get(f"sec-fetch-{name}") for name in ("site", "dest"))
    if site not in (None, "same-origin", "none") or kind not in (None, "document", "empty"):
        raise RefusedError(403, "Not from this page.")


def _check_upload(headers: Headers) -> None:
    size = _told_size(headers, "0")
    if "transfer-encoding" in headers or size is None:
        raise RefusedError(411, "Its length is not told.")
    if size > MOST_BYTES + _WRAPPING:
        raise RefusedError(413, "Too much at once.")


def _told_size(headers: Headers, untold: str) -> int | None:
    """How many bytes a request says it has; None where that is no number."""
    size = headers.get("content-length", untold)
    return int(size) if re.fullmatch(r"[0-9]{1,18}", size) else None


def _signed_in(scope: Scope) -> str | None:
    """Whose log-in cookie this is, as Gradio looks it up; some of its routes do not."""
    app, cookies = scope["app"], Request(scope).cookies
    for kind in ("access-token", "access-token-unsecure"):
        if token := cookies.get(f"{kind}-{app.cookie_id}"):
            user = app.tokens.get(token)
            return None if user is None else str(user)
    return None


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


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
