"""Text that has to stand in one line, whatever it holds."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

WRITTEN = "Written by a model from the quotations below, each sentence checked against them."
# What turns the direction of all that follows in the line, our own words too.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(text: str) -> str:
    """White space and line ends of every kind as single spaces, control characters left out.

    Marks that turn the direction of writing go too; those that join letters or say how a single
    one is written stay.

    >>> one_line(" a title\\r\\nER  - \\u2028of\\x1b two\\u202e lines ")
    'a title ER - of two lines'
    """
    kept = (char for char in text if char.isspace() or not _breaks(char))
    return " ".join("".join(kept).split())


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends with a mark of its own; "" for an empty one."""
    bare = text.rstrip(". ")
    return f"{bare}." if bare and not bare.endswith(("?", "!")) else bare


def _breaks(char: str) -> bool:
    return char in _TURNING or unicodedata.category(char) in ("Cc", "Cs")


def used(usage: Mapping[str, float]) -> str:
    """What a model took, in a line.

    >>> used({"input_tokens": 1200, "cost": 0.0036})
    '1,200 input tokens, 0.0036 cost'
    """
    return ", ".join(f"{count:,.6g} {name.replace('_', ' ')}" for name, count in usage.items())
