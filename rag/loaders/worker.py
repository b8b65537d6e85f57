"""The process in which files are read: what they do to their reader stays in it.

It answers one request a line: with documents and lost records, a line each, between them with
`{"pages": [done, total]}`, and then with `{"end": reason}`, empty where all went well. See `wire`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any, BinaryIO

from rag.errors import LoadError
from rag.loaders.load import read_file
from rag.loaders.pages import PagesRead
from rag.loaders.wire import (
    encode,
    file_from_wire,
    fingerprint,
    fingerprints,
    item_to_wire,
)


def serve(*, seconds: int, memory_mb: int) -> None:
    """Answer requests on standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the asking process ends this one
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not break the conversation
    _bound_memory(memory_mb)
    for line in requests:
        _bound_time(seconds)
        request = json.loads(line)
        reason = _answer(request, answers, memory_mb)
        _say(answers, {"end": reason})


def _answer(request: dict[str, Any], answers: BinaryIO, memory_mb: int) -> str:
    """Read one file; why it could not be read, or not to its end."""
    known = fingerprints(request["known"])

    def wanted(id: str, hash: str) -> bool:
        return fingerprint(id, hash) not in known

    def reached(pages: PagesRead) -> None:
        _say(answers, {"pages": [pages.done, pages.total]})

    try:
        file = file_from_wire(request["file"])
        most = request["max_bytes"]
        for item in read_file(file, max_bytes=most, wanted=wanted, reached=reached):
            _say(answers, item_to_wire(item))
    except LoadError as error:
        if isinstance(error.__cause__, MemoryError):
            return f"takes more than {memory_mb:,} MB to read (setting max_file_memory_mb)"
        return str(error)
    except MemoryError:
        return f"takes more than {memory_mb:,} MB to read (setting max_file_memory_mb)"
    return ""


def _say(answers: BinaryIO, message: dict[str, Any]) -> None:
    answers.write(encode(message))
    answers.flush()


def _bound_memory(memory_mb: int) -> None:
    """Where the system can: an allocation beyond it fails, as on a machine with no more."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_mb * 1_000_000
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def _bound_time(seconds: int) -> None:
    """The asking process keeps the time; this ends a reader whose asker was killed."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(used.ru_utime + used.ru_stime) + 2 * seconds + 1
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, most))
