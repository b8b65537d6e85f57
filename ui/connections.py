"""Connections that bring nothing: closed after a while, where Uvicorn waits for ever."""

from __future__ import annotations

import asyncio
from typing import Any

PATIENCE = 20.0  # seconds for the head of a request to come
MOST = 500  # connections at once; a tab holds two to six


def bound(config: Any) -> None:
    """Bound the connections of a Uvicorn server by its `Config`, those that are yet to come."""
    config.limit_concurrency = MOST
    config.http_protocol_class = patient(config.http_protocol_class)


def patient(protocol: type[Any], patience: float = PATIENCE) -> type[Any]:
    """A Uvicorn protocol of HTTP that closes a connection on which no request begins in time.

    A peer that sends the head of a request a byte a minute would hold its connection for ever.
    What comes after the head is not timed here: an answer may be long, and `ui.bodies` times
    messages.
    """

    class Patient(protocol):  # type: ignore[misc]
        _timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if _is_busy(self):
                self._stop()
            elif self._timer is None:
                self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop()
            super().connection_lost(exc)

        def _wait(self) -> None:
            self._timer = self.loop.call_later(patience, self._give_up)

        def _stop(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _give_up(self) -> None:
            self._timer = None
            if not _is_busy(self) and self.transport.get_protocol() is self:
                self.transport.abort()

    return Patient


def _is_busy(protocol: Any) -> bool:
    """Whether a request has begun, and is not answered yet."""
    return protocol.cycle is not None and not protocol.cycle.response_complete
