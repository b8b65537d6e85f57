"""Files of JSON lines, a row a line, and samples of what they hold."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

Row = dict[str, Any]
T = TypeVar("T")


def read_rows(file: Path) -> Iterator[Any]:
    """The value of each line; only line feeds end lines. Raises OSError, ValueError."""
    with file.open(encoding="utf-8", newline="\n") as stream:
        yield from map(json.loads, stream)


def drop_unfinished(file: Path) -> None:
    """Cut off what follows the last line feed: a line that a kill left half written."""
    if file.exists():
        with file.open("rb+") as stream:
            stream.truncate(stream.read().rfind(b"\n") + 1)


def sample(items: Sequence[T], limit: int) -> list[T]:
    """So many of the items (0: all), shuffled; always the same."""
    return random.Random(0).sample(items, min(limit or len(items), len(items)))
