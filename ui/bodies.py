"""What a browser's messages may not hold: the address of a file that the server should fetch.

Gradio fetches a file that a message names by a web address, for any of a page's fields. This
server asks nothing of other hosts, whoever wants it to.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.types import Message, Receive

MOST_BYTES = 6_000_000  # of a message: the conversations that a browser keeps travel in it
_READ = ("/gradio_api/queue/", "/gradio_api/run/", "/gradio_api/call/", "/gradio_api/api/")


class TooLargeError(Exception):
    """A message of more bytes than any of the page's."""


def is_read(method: str, path: str) -> bool:
    """Whether what is sent there is a message of the page's fields."""
    return method == "POST" and path.startswith(_READ)


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request. Raises TooLargeError."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise TooLargeError
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """What gives the body that was read once more, and then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


def names_an_address(body: bytes, own: str) -> bool:
    """Whether a message has a field whose file is at a web address.

    `own` is this server's host, where the files that it was sent lie.
    """
    try:
        return _has_address(orjson.loads(body), own.lower())
    except ValueError:
        return False  # Gradio refuses it


def _has_address(value: Any, own: str) -> bool:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if _fetches(one, own):
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
