"""What a browser's messages may not hold: the address of a file that the server should fetch.

Gradio fetches a file that a message names by a web address, for any of a page's fields. This
server asks nothing of other hosts, whoever wants it to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import anyio
import orjson
from starlette.formparsers import MultiPartException
from starlette.types import Message, Receive

from ui.sessions import is_name

MOST_BYTES = 6_000_000  # of a message: the conversations that a browser keeps travel in it
MOST_DEPTH = 100  # of objects and lists in each other; what reads them next calls itself for each
PATIENCE = 120.0  # seconds for a message to come
PAUSE = 20.0  # seconds between two pieces of an upload
LEAST, OVER = 10_000, 60.0  # bytes a second that an upload comes with, over so many seconds
_READ = re.compile(
    r"/gradio_api/(?:queue/join|cancel|reset|component_server|(?:run|call)/.+)", re.DOTALL
)


class RefusedError(Exception):
    """A request that goes no further: the status and the line that it is answered with."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = dict(headers or {})


def is_read(method: str, path: str) -> bool:
    """Whether what is sent to a plain path is a message of the page's fields."""
    return method == "POST" and bool(_READ.fullmatch(path))


async def read_body(receive: Receive, most: int = MOST_BYTES) -> bytes:
    """The whole body of a request. Raises RefusedError for one too large or too slow."""
    body = bytearray()
    try:
        with anyio.fail_after(PATIENCE):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > most:
                    raise RefusedError(413, "Too much at once.")
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise RefusedError(408, "Too slow.") from None


def replayed(body: bytes, receive: Receive) -> Receive:
    """What gives the body that was read once more, and then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


def paced(
    receive: Receive, *, pause: float = PAUSE, least: float = LEAST, over: float = OVER
) -> Receive:
    """What receives a long body for as long as it keeps coming.

    Raises MultiPartException, after which Gradio deletes what it has written of the files, where
    nothing comes for `pause` seconds, or fewer than `least` bytes a second over `over` seconds of
    waiting.
    """
    waited, got, is_whole = 0.0, 0, False

    async def receive_next() -> Message:
        nonlocal waited, got, is_whole
        if is_whole:  # from now on it is waited for who hangs up
            return await receive()
        began = anyio.current_time()
        try:
            with anyio.fail_after(pause):
                message = await receive()
        except TimeoutError:
            raise MultiPartException("Too slow.") from None
        waited, got = waited + anyio.current_time() - began, got + len(message.get("body", b""))
        is_whole = not message.get("more_body")
        if waited >= over and not is_whole:
            if got < least * waited:
                raise MultiPartException("Too slow.")
            waited, got = 0.0, 0
        return message

    return receive_next


def session_of(body: bytes, own: str) -> str | None:
    """The session that a message names, if any. `own` is this server's host.

    Raises RefusedError for what is no message or names a file elsewhere. Gradio's parser reads
    more than this one does (other encodings, NaN): what this one cannot look into goes no further.
    """
    try:
        told = orjson.loads(body)
    except ValueError:
        told = None
    session = told.get("session_hash") if isinstance(told, dict) else ""
    if session is not None and not is_name(session):
        raise RefusedError(400, "Not in this form.")
    check_depth(told)
    if names_an_address(told, own):
        raise RefusedError(400, "Nothing is fetched.")
    return session


def check_message(body: bytes) -> None:
    """Raise RefusedError for what is no JSON, or too deep for those who read it next."""
    try:
        told = json.loads(body)
    except RecursionError:
        raise RefusedError(400, "Too deep.") from None
    except ValueError:
        raise RefusedError(400, "Not in this form.") from None
    check_depth(told)


def check_depth(told: Any) -> None:
    """Raise RefusedError for objects and lists in each other that are too many."""
    level, depth = [told], 0
    while level := [one for one in level if isinstance(one, dict | list)]:
        level = [part for one in level for part in (one.values() if isinstance(one, dict) else one)]
        depth += 1
        if depth > MOST_DEPTH:
            raise RefusedError(400, "Too deep.")


def names_an_address(told: Any, own: str) -> bool:
    """Whether a message has a field whose file is at a web address.

    `own` is this server's host, where the files that it was sent lie.
    """
    waiting = [told]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if _fetches(one, own.lower()):
                return True
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


def _fetches(values: dict[str, Any], own: str) -> bool:
    """Whether an object is a file's, as Gradio knows it by its path, and lies elsewhere."""
    path, url = values.get("path"), values.get("url")
    if not isinstance(path, str):
        return False  # such as a citation, whose url is its document's
    return _is_address(path) or (
        isinstance(url, str) and _is_address(url) and not _is_own(url, own)
    )


def _is_address(name: str) -> bool:
    return bool(re.match(r"\s*(?:[a-z][a-z0-9+.-]+:|[/\\]{2})", name, re.IGNORECASE))


def _is_own(url: str, own: str) -> bool:
    try:
        return urlsplit(url).netloc.lower() == own
    except ValueError:
        return False
