"""`rag serve` as a process of its own on a free port, and how much memory it takes at most."""

from __future__ import annotations

import socket
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from benchmarks.peers.resident import watch

_EVERY = 0.5  # seconds between two looks at the memory


class Server:
    """A window that is served for as long as the context holds; its peak is known afterwards."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self.address = ""
        self.peak_mb = 0.0

    def __enter__(self) -> Server:
        """Serve, and wait until it answers. Exits where it does not start."""
        port = _free_port()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "rag", "serve"),
                *("--index", str(self.index), "--port", str(port)),
            ],
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout
        if not self._process.stdout.readline():  # it says where it answers, or has ended
            raise SystemExit(f"rag serve ended with {self._process.wait()}")
        self.address = f"http://127.0.0.1:{port}/"
        self._watching = ThreadPoolExecutor(1)
        self._peak: Future[float] = self._watching.submit(watch, self._process, _EVERY)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, however it stands."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self.peak_mb = self._peak.result()
        self._watching.shutdown()
        assert self._process.stdout
        self._process.stdout.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
