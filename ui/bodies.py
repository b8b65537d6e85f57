"""What a browser's messages may not hold: the address of a file that the server should fetch.

Gradio fetches a file that a message names by a web address, for any of a page's fields. This
server asks nothing of other hosts, whoever wants it to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import anyio
import orjson
from starlette.types import Message, Receive

from ui.sessions import is_name

MOST_BYTES = 6_000_000  # of a message: the conversations that a browser keeps travel in it
PATIENCE = 120.0  # seconds for a message to come
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
    if names_an_address(told, own):
        raise RefusedError(400, "Nothing is fetched.")
    return session


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
