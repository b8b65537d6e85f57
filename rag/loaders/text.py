"""Bytes to characters, without guessing: a wrong guess would put wrong letters in quotations."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from rag.cleaning import Extract
from rag.errors import LoadError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\v\x1c\x1d\x1e\x1f\x1b\b")


def marked_encoding(content: bytes) -> str:
    """The encoding that a byte-order mark tells; "" where there is none."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), "")


def decode(content: bytes) -> str:
    """The text of UTF-8 bytes, or of UTF-16/32 with a byte-order mark.

    Raises LoadError for anything else, naming the place.
    """
    encoding = marked_encoding(content) or "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if _is_binary(content):
            raise LoadError("a binary file") from error
        raise LoadError(
            f"not {encoding.upper()} text (byte {error.start:,}): save it as UTF-8"
        ) from error
    if _CONTROL.intersection(text):
        raise LoadError("a binary file")
    return text


def read_text(stream: BinaryIO) -> Iterator[Extract]:
    """A plain text or a page saved as text: one document."""
    yield Extract(decode(stream.read()))


def _is_binary(content: bytes) -> bool:
    return any(byte < 9 for byte in content[:65536])
