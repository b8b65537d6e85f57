"""Files read in a process of their own, within bounds of time and memory.

A file may be made to harm its reader: to run for ever, to fill the memory, to crash a library.
Then the process ends, the file is reported with the reason, and the next gets a new process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rag.cleaning import LostRecord
from rag.errors import LoadError
from rag.loaders.files import SourceFile
from rag.loaders.load import Loaded
from rag.loaders.pages import PagesRead
from rag.loaders.wire import encode, file_to_wire, fingerprint, item_from_wire
from rag.settings import Settings

_WORKER = (
    "import json, sys; paths, options = map(json.loads, sys.argv[1:]); sys.path[:] = paths; "
    "from rag.loaders.worker import serve; serve(**options)"
)


class BoundedReader:
    """Reads files as `read_file` does, one at a time; a context manager."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.max_bytes = settings.max_file_mb * 1_000_000
        self._process: subprocess.Popen[bytes] | None = None
        self._clock: _Clock | None = None

    def __enter__(self) -> BoundedReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """The process that reads; None before the first file and after the last."""
        return self._process.pid if self._process else None

    def read(
        self,
        file: SourceFile,
        known: Iterable[tuple[str, str]] = (),
        *,
        reached: Callable[[PagesRead], None] = lambda _: None,
    ) -> Iterator[Loaded | LostRecord]:
        """See `read_file`. Raises LoadError, also for a file that takes too much.

        `known` are ids and content hashes of documents that are not wanted; `reached` is told
        how many pages are read of a file that has them. The time is that between two documents
        of a file, however many pages they have, so that a large file may take long.
        """
        marks = "".join(fingerprint(id, hash) for id, hash in known)
        self._say({"file": file_to_wire(file), "max_bytes": self.max_bytes, "known": marks})
        ended = False
        try:
            while "end" not in (message := self._listen(reached)):
                yield item_from_wire(message)
            ended = True
        finally:
            if not ended:  # left alone in the middle: what is still to come is not wanted
                self.close()
        if message["end"]:
            if "max_file_memory_mb" in message["end"]:
                self.close()  # its heap stays as large as it has grown
            raise LoadError(message["end"])

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._clock:
            self._clock.stop()
            self._clock = None

    def _say(self, message: Any) -> None:
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        try:
            process.stdin.write(encode(message))
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it has died: listening says why

    def _listen(self, reached: Callable[[PagesRead], None]) -> dict[str, Any]:
        """What is said next of documents; of pages it tells `reached`, on the same clock."""
        process, clock = self._process, self._clock
        assert process is not None
        assert process.stdout is not None
        assert clock is not None
        with clock:
            while (line := process.stdout.readline()).endswith(b"\n"):
                message: dict[str, Any] = json.loads(line)
                if "pages" not in message:
                    return message
                reached(PagesRead(*message["pages"]))
        seconds = self._settings.max_file_seconds
        status = process.wait()
        if clock.rang:
            raise LoadError(f"takes more than {seconds} s to read (setting max_file_seconds)")
        raise LoadError(f"its reader died ({_ending(status)}): the file may be damaged")

    def _start(self) -> subprocess.Popen[bytes]:
        options = json.dumps(
            {
                "seconds": self._settings.max_file_seconds,
                "memory_mb": self._settings.max_file_memory_mb,
            }
        )
        process = subprocess.Popen(
            # -P and no "": a folder of documents may hold files named like Python's modules.
            [sys.executable, "-P", "-c", _WORKER, json.dumps([*filter(None, sys.path)]), options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._clock = _Clock(process.kill, self._settings.max_file_seconds)
        return process


class _Clock:
    """Calls `alarm` where what runs inside `with` takes longer than `seconds`."""

    def __init__(self, alarm: Callable[[], None], seconds: float) -> None:
        self.rang = False
        self._alarm, self._seconds = alarm, seconds
        self._deadline: float | None = None
        self._stopped = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> None:
        self._deadline = time.monotonic() + self._seconds

    def __exit__(self, *_: object) -> None:
        self._deadline = None

    def stop(self) -> None:
        """Watch no longer."""
        self._stopped.set()

    def _watch(self) -> None:
        while not self._stopped.wait(min(self._seconds / 4, 0.5)):
            deadline = self._deadline
            if deadline is not None and time.monotonic() > deadline:
                self.rang = True
                self._alarm()
                return


def _ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
