"""Failures of the served window, told in the terminal: each kind whole once, then as a count.

Gradio and Uvicorn print a traceback for every message that fails, and whoever can send a message
can send malformed ones for ever.
"""

from __future__ import annotations

import html
import logging
import time
import traceback
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import gradio as gr
from gradio.route_utils import FnIndexInferError
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from rag.errors import CitewellError

P = ParamSpec("P")
R = TypeVar("R")
PERIOD = 600.0  # seconds in which one kind of failure is told once
MOST = 200  # kinds that are told apart; what comes after counts as one more
_LONGEST = 4_000  # characters of a traceback at each end: errors can list a whole corpus
_LONGEST_LINE = 300
_SAID = "Something went wrong here; the server's log says what."
_log = logging.getLogger("citewell.window")


class ToldError(gr.Error):
    """A line for who asked, as text: the page shows errors as HTML, what a document says too."""

    def __init__(self, line: str) -> None:
        """`line` is escaped as far as an element's content needs it."""
        super().__init__(html.escape(line, quote=False), print_exception=False)


class Repeats(logging.Filter):
    """Lets the first record of a kind pass, and then one line every PERIOD with their number.

    A kind is where an exception was raised, or what a plain record says before its values are
    filled in.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        super().__init__()
        self._clock = clock
        self._told: dict[tuple[object, ...], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; what is written is shortened."""
        kind = _kind(record)
        if kind not in self._told and len(self._told) >= MOST:
            kind = ("others",)
        now = self._clock()
        last, held = self._told.get(kind, (-PERIOD, 0))
        if now - last < PERIOD:
            self._told[kind] = (last, held + 1)
            return False
        if kind in self._told:
            _as_count(record, held + 1)
        elif record.exc_info:
            record.exc_text = _shortened("".join(traceback.format_exception(*record.exc_info)))
        self._told[kind] = (now, 0)
        return True


class Lines(Repeats):
    """The same, and a failure is a line from the first time on: for those of other libraries."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; what is written is one line."""
        if not super().filter(record):
            return False
        error = record.exc_info[1] if record.exc_info else None
        said = f"{record.getMessage()}: {error!r}" if error else record.getMessage()
        record.msg = " ".join(said.split())[:_LONGEST_LINE]
        record.args, record.exc_info, record.exc_text = (), None, None
        return True


_REPEATS, _LINES = Repeats(), Lines()


def count_repeats() -> None:
    """Have the loggers that tell of failed requests tell each kind once, then count."""
    for name in ("uvicorn.error", "asyncio", _log.name):
        logging.getLogger(name).addFilter(_REPEATS)


def tell_in_lines(package: str) -> None:
    """Have the loggers of a package that is imported tell their failures in a line each."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == package:
            logging.getLogger(name).addFilter(_LINES)


async def not_here(_: Request, __: Exception) -> PlainTextResponse:
    """The answer to who calls what the page does not have."""
    return PlainTextResponse("Not here.", 404)


# Of an app: Gradio leaves a name that is none to the server, as a failure of its own.
ANSWERED = {FnIndexInferError: not_here}


def log_failures(page: gr.Blocks) -> None:
    """Send what fails in a page's events to the log, where Gradio would print it unbounded.

    Who asked is told in a sentence that something failed, or what an error of ours says. What
    Gradio's own errors say is told to nobody: they hold what was sent, or a corpus.
    """
    page.process_api = _logged(page.process_api)  # type: ignore[method-assign]


def _logged(process: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    @wraps(process)
    async def processed(*given: P.args, **named: P.kwargs) -> R:
        try:
            return await process(*given, **named)
        except ToldError:
            raise
        except CitewellError as error:
            raise ToldError(str(error)) from error
        except Exception as error:  # whatever a message, or one of the rooms, can make go wrong
            _log.error("A message failed", exc_info=error)
            raise ToldError(_SAID) from error

    return processed


def _kind(record: logging.LogRecord) -> tuple[object, ...]:
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return (record.name, record.levelno, str(record.msg)[:100])
    while error.__cause__:  # libraries wrap what failed, all at the same place
        error = error.__cause__
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    place = (last.tb_frame.f_code.co_filename, last.tb_lineno) if last else ()
    return (record.name, type(error), *place)


def _as_count(record: logging.LogRecord, number: int) -> None:
    error = record.exc_info[1] if record.exc_info else None
    said = f"{record.msg}: {type(error).__name__}" if error else str(record.msg)
    record.msg = f"{said.splitlines()[0][:200]} (as before; {number} more of them)"
    record.args, record.exc_info, record.exc_text = (), None, None


def _shortened(text: str) -> str:
    if len(text) <= 2 * _LONGEST:
        return text.rstrip("\n")
    return f"{text[:_LONGEST]}\n[…]\n{text[-_LONGEST:]}".rstrip("\n")
