"""One call of a chat model: text as it comes, bounded in time, tried again, left at any moment.

The model is read in a thread of its own, so that any model can be given up: one that hangs,
and one whose answer nobody waits for any more.
"""

from __future__ import annotations

import contextvars
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.generation.tracing import untraced

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Messages = Sequence[tuple[str, str]]  # role and text

ATTEMPTS = 3
_GLANCE = 0.2  # seconds between two looks at whether the answer is still waited for
_PAUSE = 0.5  # seconds before the second attempt; twice that before the third
_TOKENS = ("input_tokens", "output_tokens")
_CUT = frozenset(["length", "max_tokens", "content_filter"])
_REASONS = ("finish_reason", "stop_reason", "done_reason")  # what providers call them
# Of the clients that providers build on, by name: none of them need be installed.
_LOST = frozenset(["APIConnectionError", "TransportError", "ConnectionError"])
_SLOW = frozenset(["TimeoutError", "TimeoutException", "APITimeoutError"])


class WritingError(ModelError):
    """A model that gives no answer; the message is what it did instead, without its name."""


class Call:
    """A call that is made once: `text` gives what the model writes."""

    def __init__(
        self,
        model: BaseChatModel,
        messages: Messages,
        *,
        seconds: float,
        tracing: bool = False,
        stopping: threading.Event | None = None,
    ) -> None:
        """`seconds` are for all attempts together. `stopping`, once set, ends the text."""
        self.usage: Counter[str] = Counter()
        self.is_cut = False  # whether the text ends before the model did: at its limit, or stopped
        self.is_ended = False  # whether the model said why it ended
        self._stopping = stopping or threading.Event()
        self._model, self._messages, self._tracing = model, list(messages), tracing
        self._seconds = seconds

    def text(self) -> Generator[str, None, None]:
        """Pieces of text. Raises WritingError. To close the iterator is to stop the model.

        Only what has not begun to answer is tried again.
        """
        deadline = time.monotonic() + self._seconds
        for attempt in count(1):
            begun = False
            try:
                for piece in self._attempt(deadline):
                    begun = True
                    yield piece
                return
            except Exception as error:  # each provider raises types of its own
                pause = _pause(error, attempt)
                in_time = time.monotonic() + pause < deadline
                if begun or attempt == ATTEMPTS or not (_is_transient(error) and in_time):
                    raise WritingError(_told(error, self._seconds)) from error
            if self._stopping.wait(pause):
                self.is_cut = True
                return

    def _attempt(self, deadline: float) -> Iterator[str]:
        chunks: queue.SimpleQueue[Any] = queue.SimpleQueue()
        left = threading.Event()
        # A thread begins with an empty context: nobody's tracer is in it, unless it may be.
        context = contextvars.copy_context() if self._tracing else contextvars.Context()
        threading.Thread(
            target=context.run, args=(self._pump, chunks, left), name="model", daemon=True
        ).start()
        try:
            while True:
                chunk = self._next(chunks, deadline)
                if chunk is None:
                    return
                if isinstance(chunk, Exception):
                    raise chunk
                self._note(chunk)
                if chunk.text:
                    yield str(chunk.text)
        finally:
            left.set()

    def _next(self, chunks: queue.SimpleQueue[Any], deadline: float) -> Any:
        while not self._stopping.is_set():
            left = deadline - time.monotonic()
            try:
                return chunks.get(timeout=max(min(left, _GLANCE), 0))
            except queue.Empty:
                if left <= 0:
                    raise TimeoutError from None
        self.is_cut = True
        return None

    def _pump(self, chunks: queue.SimpleQueue[Any], left: threading.Event) -> None:
        """Put the model's chunks in the queue, then None or the error that ended them."""
        try:
            # `stream` is a generator in LangChain's base class, typed as an iterator.
            stream: Any = self._model.stream(self._messages)
            with untraced(self._tracing), closing(stream):
                for chunk in stream:
                    chunks.put(chunk)
                    if left.is_set():
                        return
            chunks.put(None)
        except Exception as error:
            chunks.put(error)

    def _note(self, chunk: Any) -> None:
        used = chunk.usage_metadata or {}
        self.usage.update({name: used[name] for name in _TOKENS if used.get(name)})
        said = chunk.response_metadata
        reasons = [said[name] for name in _REASONS if said.get(name)]
        self.is_ended |= bool(reasons)
        self.is_cut |= not _CUT.isdisjoint(reasons)


def _pause(error: Exception, attempt: int) -> float:
    """Seconds before the next attempt: as long as the server asks for, or ever longer."""
    usual: float = _PAUSE * 2 ** (attempt - 1) * random.uniform(0.8, 1.2)
    try:
        asked: float = float(error.response.headers["retry-after"])  # type: ignore[attr-defined]
    except Exception:  # no response, none with headers, none with a number
        return usual
    return max(asked, usual)


def _is_transient(error: Exception) -> bool:
    status = _status(error)
    if status is None:
        return bool(_names(error) & _LOST)
    return status in (408, 409, 429) or status >= 500


def _told(error: Exception, seconds: float) -> str:
    """What went wrong, in our words: a server's own may hold anything, and parts of the key."""
    if isinstance(error, WritingError):
        return str(error)
    match _status(error):
        case 401 | 403:
            return "refused the key"
        case 404:
            return "is not known there (status 404): look at its name and address"
        case 429:
            return "is at its limit (status 429)"
        case int(status) if status < 400:
            return f"wants the passages sent elsewhere (status {status})"
        case int(status):
            return f"failed (status {status})"
    if _names(error) & _SLOW:
        return f"took more than {seconds:g} s"
    if _names(error) & _LOST:
        return "cannot be reached"
    return f"failed ({type(error).__name__})"


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status >= 300 else None


def _names(error: Exception) -> set[str]:
    return {one.__name__ for one in type(error).__mro__}
