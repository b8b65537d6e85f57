"""Work in a thread of its own, to its end, and what it tells on the way.

Gradio may take every step of a generator on another thread, and drops it when its page closes;
an index is held by the thread that writes to it, until it has written.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue

from rag.errors import CitewellError
from rag.indexing import FileReport

FAILURE = "Something went wrong; the terminal that runs Citewell says what."
_PACE = 0.5  # seconds: lines come no faster
_TICK = 5.0  # seconds after which a line that has not changed is told again, with its age

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """How far it has come: a line, at the end the files' reports, or why it cannot be done.

    `seconds` have passed since the start.
    """

    line: str = ""
    seconds: int = 0
    reports: tuple[FileReport, ...] = ()
    error: str = ""


Tell = Callable[[Told], None]


def in_thread(work: Callable[[Tell], None]) -> Iterator[Told]:
    """What the work tells, and its error as the last.

    Of lines that come fast the newest, and one that stays for long again and again: a file may
    take a minute.
    """
    told: SimpleQueue[Told | None] = SimpleQueue()

    def run() -> None:
        try:
            work(told.put)
        except CitewellError as error:
            told.put(Told(error=str(error)))
        except Exception:
            logger.exception("the index could not be written to")
            told.put(Told(error=FAILURE))
        finally:
            told.put(None)

    began = time.monotonic()
    threading.Thread(target=run, name="citewell-writing", daemon=True).start()
    newest, wait, ended = Told(), 0.0, False
    while not ended:
        fresh, ended = _newest(told, wait)
        if fresh or not ended:
            newest = fresh or newest
            yield replace(newest, seconds=int(time.monotonic() - began))
        wait = _PACE


def _newest(told: SimpleQueue[Told | None], pace: float) -> tuple[Told | None, bool]:
    """The last of what comes within `pace` seconds, or the first after; and whether it ends.

    None where nothing comes for long, or nothing but the end.
    """
    newest: Told | None = None
    start = time.monotonic()
    while (left := start + (pace if newest else _TICK) - time.monotonic()) > 0:
        try:
            one = told.get(timeout=left)
        except Empty:
            break
        if one is None:
            return newest, True
        newest = one
    return newest, False
