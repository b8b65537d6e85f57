"""Files of JSON lines: a row a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def read_rows(file: Path) -> Iterator[Any]:
    """The value of each line; only line feeds end lines. Raises OSError, ValueError."""
    with file.open(encoding="utf-8", newline="\n") as stream:
        yield from map(json.loads, stream)


def drop_unfinished(file: Path) -> None:
    """Cut off what follows the last line feed: a line that a kill left half written."""
    if file.exists():
        with file.open("rb+") as stream:
            stream.truncate(stream.read().rfind(b"\n") + 1)
