"""Pages drawn in a process of their own, within bounds of time, memory and size.

A PDF may be made to harm its reader, and the library that draws it is written in C++. Each
picture gets a new process: starting one takes less time than drawing.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from rag.errors import PictureError, UsageError
from rag.pictures.picture import Box, Limits, PagePicture

MOST_WIDTH = 4000  # pixels

_WORKER = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from rag.pictures.worker import serve; serve()"
)
_MOST_HEAD = 1_000_000  # bytes before the PNG: a mark takes twenty


def picture_of(
    file: Path,
    page: int,
    quote: str,
    *,
    width: int = 1000,
    near: float | None = None,
    limits: Limits | None = None,
) -> PagePicture:
    """A page (from 1) of a PDF, and where on it a quotation from its `Document.text` stands.

    `width` is the picture's in pixels; a page that is very tall is drawn narrower. Of several
    places where the same words stand, the first is marked, or the one nearest to `near`, a share
    (0..1) of the page's text. A file packed with gzip is drawn too. Raises UsageError for a width
    or a share that cannot be, PictureError for a file or a page that cannot be drawn within
    `limits`.
    """
    if not 1 <= width <= MOST_WIDTH:
        raise UsageError(f"width must lie between 1 and {MOST_WIDTH:,} pixels, not {width}")
    if near is not None and not 0 <= near <= 1:
        raise UsageError(f"near must lie between 0 and 1, not {near}")
    limits = limits or Limits()
    _check(file)
    request = {
        "file": str(file.absolute()),
        "page": page,
        "quote": quote,
        "width": width,
        "near": near,
        "seconds": limits.seconds,
        "memory_mb": limits.memory_mb,
    }
    head, png = _answer(json.dumps(request).encode(), page, limits)
    if head["error"]:
        raise PictureError(head["error"])
    marks = tuple(Box(*mark) for mark in head["marks"])
    return PagePicture(png, head["width"], head["height"], head["pages"], marks)


def _check(file: Path) -> None:
    try:
        if not file.exists():
            raise PictureError(f"{file.name} is no longer there: index its folder again")
        if not file.is_file():  # a pipe or a device may never end
            raise PictureError(f"{file.name} is not a regular file")
    except (OSError, ValueError) as error:
        raise PictureError(f"the file cannot be read: {error}") from error


def _answer(request: bytes, page: int, limits: Limits) -> tuple[dict[str, Any], bytes]:
    """What the process says: a line of JSON, then the PNG. Raises PictureError where it fails."""
    process = subprocess.Popen(
        # -P and no "": a folder of documents may hold files named like Python's modules.
        [sys.executable, "-P", "-c", _WORKER, json.dumps([*filter(None, sys.path)])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    rang = threading.Event()

    def ring() -> None:
        rang.set()
        process.kill()

    clock = threading.Timer(limits.seconds, ring)
    clock.start()
    try:
        line, png = _exchange(process, request, limits.png_bytes)
    finally:
        clock.cancel()
        process.kill()
        process.wait()
    if line.endswith(b"\n") and not rang.is_set() and len(png) <= limits.png_bytes:
        head: dict[str, Any] = json.loads(line)
        return head, png
    raise PictureError(_reason(page, limits, rang.is_set(), len(png)))


def _exchange(process: subprocess.Popen[bytes], request: bytes, most: int) -> tuple[bytes, bytes]:
    """The request said, and what comes back: a line, and a little more than `most` bytes."""
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdout as stdout:
        # A process that has died takes nothing: what it has said, if anything, tells.
        with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
            stdin.write(request)
        return stdout.readline(_MOST_HEAD), stdout.read(most + 1)


def _reason(page: int, limits: Limits, rang: bool, size: int) -> str:
    if rang:
        return f"page {page} takes more than {limits.seconds:g} s to draw: open the file itself"
    if size > limits.png_bytes:
        return f"the picture of page {page} is larger than {limits.png_bytes / 1e6:g} MB"
    return (
        f"drawing page {page} failed: the file may be damaged, "
        f"or need more than {limits.memory_mb:,} MB"
    )
