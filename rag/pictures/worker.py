"""The process in which a page is drawn: what the file does to it stays in it.

It reads one request as JSON, and answers with a line of JSON and the bytes of the PNG.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from rag.errors import PictureError


def serve() -> None:
    """Answer the one request on standard input, and end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the asking process ends this one
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not break the answer
    request = json.load(sys.stdin.buffer)
    _bound(float(request.pop("seconds")), int(request.pop("memory_mb")))
    head, png = _answer(request)
    answers.write(json.dumps(head).encode() + b"\n" + png)
    answers.flush()
    os._exit(0)  # nothing is left to be tidied: closing a document may take long


def _answer(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    # The library is loaded behind the bounds.
    from rag.pictures.drawing import draw

    try:
        picture = draw(**request)
    except PictureError as error:
        return {"error": str(error)}, b""
    except MemoryError:
        return {"error": f"page {request['page']} takes too much memory to draw"}, b""
    marks = [[box.left, box.top, box.right, box.bottom] for box in picture.marks]
    head = {
        "error": "",
        "width": picture.width,
        "height": picture.height,
        "pages": picture.pages,
        "marks": marks,
    }
    return head, picture.png


def _bound(seconds: float, memory_mb: int) -> None:
    """Where the system can: no more memory than that, no files written, no core left behind.

    The asking process keeps the time; the bound on it here ends a process whose asker was
    killed.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    bounds = {
        resource.RLIMIT_AS: memory_mb * 1_000_000,
        resource.RLIMIT_CPU: int(2 * seconds) + 1,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in bounds.items():
        _, most = resource.getrlimit(kind)
        if most != resource.RLIM_INFINITY:
            limit = min(limit, most)
        resource.setrlimit(kind, (limit, most))
