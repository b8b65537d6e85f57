"""Ever longer waits for who fails again and again; pure but for the clock."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

MOST = 10_000  # keys that are remembered: those that failed last
_FORGOTTEN = 3600.0  # seconds of peace after which a key's failures are forgotten


class Pace(NamedTuple):
    """How a key is slowed: after `free` failures by 1, 2, 4 … seconds, never over `longest`."""

    free: int
    longest: float

    def wait(self, failures: int) -> float:
        """Seconds to wait after so many failures."""
        over = failures - self.free
        return min(2.0 ** min(over - 1, 30), self.longest) if over > 0 else 0.0


class _Failures(NamedTuple):
    number: int = 0
    until: float = 0.0  # no try before


class Throttle:
    """Who has failed how often, by key; a try counts as a failure until it is forgiven.

    So many tries at the same moment are slowed as are those one after the other.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self._clock = clock
        self._failed: OrderedDict[bytes, _Failures] = OrderedDict()

    def __len__(self) -> int:
        return len(self._failed)

    def admit(self, keys: Sequence[tuple[bytes, Pace]]) -> float:
        """Seconds to wait before a try that has all these keys; 0 admits it, and counts it.

        A try that is not admitted does not count: asking early makes no wait longer.
        """
        now = self._clock()
        known = [self._of(key, now) for key, _ in keys]
        wait = max((one.until - now for one in known), default=0.0)
        if wait > 0:
            return wait
        for (key, pace), failures in zip(keys, known, strict=True):
            number = failures.number + 1
            self._failed[key] = _Failures(number, now + pace.wait(number))
            self._failed.move_to_end(key)
        while len(self._failed) > MOST:
            self._failed.popitem(last=False)
        return 0.0

    def forgive(self, keys: Sequence[tuple[bytes, Pace]]) -> None:
        """Take a try back that has succeeded; what failed before stays counted.

        Else who has a password of their own could try others' between their own successes.
        """
        for key, _ in keys:
            failures = self._failed.pop(key, _Failures())
            if failures.number > 1:
                self._failed[key] = _Failures(failures.number - 1, self._clock())

    def _of(self, key: bytes, now: float) -> _Failures:
        failures = self._failed.get(key, _Failures())
        return _Failures() if now - failures.until > _FORGOTTEN else failures
