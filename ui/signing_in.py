"""Signing in, slowed: nobody guesses passwords for long, and nobody is locked out by who does."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import secrets
import time
from collections.abc import Callable
from urllib.parse import urlencode

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.bodies import RefusedError, read_body, replayed
from ui.throttle import Pace, Throttle

COOKIE = "citewell-device"
MOST_BYTES = 8_000  # of the form
_KEPT = 30 * 24 * 3600  # seconds that a browser keeps the cookie
_DEVICE = _ADDRESS = Pace(free=5, longest=900)
_NAME = Pace(free=20, longest=60)


class SignIn:
    """ASGI, for `POST /login`: a form goes on to Gradio, or is answered 429 with `Retry-After`.

    Failures are counted by the address that they come from (an IPv6 network counts as one) and by
    the name, known or not: a name that is none waits as long as one that is, and costs the same
    hash (`Accounts`). From one address a handful of passwords is tried in the first minute, and
    then four an hour; from ever so many addresses one a minute for each name.

    So that whoever guesses cannot lock the true owner out, a browser that has signed in gets a
    cookie which says so (OWASP's "device cookies"). With it only that browser's own failures
    count, whatever others do to the name, or from the same address. Without it, which is a new
    browser or one that was here before the server's last start, an owner waits a minute at most
    where the name alone is attacked, and a quarter of an hour at most where the address has
    failed; one who asks early is told how long, and makes no wait longer. So a wait ends unless
    the attack goes on, and then it may take luck to be first: who runs the server can restart it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self._throttle = Throttle(clock)
        self._secret = secrets.token_bytes(32)

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a try through to `app`, or raise RefusedError."""
        name, password = await _read_form(scope, receive)
        keys = self._keys(scope, name)
        if wait := self._throttle.admit(keys):
            seconds = math.ceil(wait)
            raise RefusedError(
                429,
                f"Too many tries with a wrong name or password: try again in {seconds} seconds.",
                {"retry-after": str(seconds)},
            )

        async def send_watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                self._throttle.forgive(keys)
                headers = MutableHeaders(scope=message)
                headers.append("set-cookie", self._cookie(name, scope["scheme"]))
            await send(message)

        # Gradio is given the name that was counted, in a form that can be read in one way only.
        body = urlencode({"username": name, "password": password}).encode()
        await app(_as_form(scope, len(body)), replayed(body, receive), send_watched)

    def _keys(self, scope: Scope, name: str) -> list[tuple[bytes, Pace]]:
        nonce, _, mark = Request(scope).cookies.get(COOKIE, "").partition(".")
        if nonce and hmac.compare_digest(mark.encode(), self._mark(nonce, name).encode()):
            return [(_key("device", nonce), _DEVICE)]
        client = scope.get("client") or ("",)
        return [(_key("address", network(client[0])), _ADDRESS), (_key("name", name), _NAME)]

    def _cookie(self, name: str, scheme: str) -> str:
        nonce = secrets.token_hex(16)
        safe = "; Secure" if scheme == "https" else ""
        return (
            f"{COOKIE}={nonce}.{self._mark(nonce, name)}; Path=/login; Max-Age={_KEPT}; "
            f"HttpOnly; SameSite=Strict{safe}"
        )

    def _mark(self, nonce: str, name: str) -> str:
        told = f"{nonce}:{name}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, told, hashlib.sha256).hexdigest()


def network(address: str) -> str:
    """What is counted as one address: of IPv6 the half that a network has to itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))


async def _read_form(scope: Scope, receive: Receive) -> tuple[str, str]:
    """The one name, as Gradio takes it, and the one password. Raises RefusedError."""
    body = await read_body(receive, MOST_BYTES)
    request = Request(scope, replayed(body, receive))
    try:
        async with request.form(max_files=0, max_fields=10) as form:
            names, passwords = form.getlist("username"), form.getlist("password")
    except HTTPException:
        names = passwords = []
    if len(names) != 1 or len(passwords) != 1:
        raise RefusedError(400, "One name and one password.")
    return str(names[0]).strip(), str(passwords[0])


def _as_form(scope: Scope, length: int) -> Scope:
    told = (b"content-type", b"content-length")
    headers = [(name, value) for name, value in scope["headers"] if name.lower() not in told]
    headers.append((b"content-type", b"application/x-www-form-urlencoded"))
    headers.append((b"content-length", str(length).encode()))
    return {**scope, "headers": headers}


def _key(kind: str, value: str) -> bytes:
    told = f"{kind}:{value}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=16).digest()
