"""Real processes with less than their parent has: no right to every file, no room, no cache."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

# Takes from root what other users never have: writing and reading whatever they like.
AS_ORDINARY_USER = """
import ctypes, os
if os.geteuid() == 0:
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
"""
_GO_ON = """
import os, sys
os.execv(sys.executable, [sys.executable, "-m", "rag", *sys.argv[1:]])
"""


def no_file_over(size: int) -> str:
    """A prelude under which no file can grow beyond `size` bytes, as on a full disk."""
    return (
        "import resource, signal\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    )


def restricted(prelude: str, arguments: Sequence[object]) -> list[str]:
    """The command `rag ARGUMENTS` in a process that ran `prelude` first."""
    start = ["-c", prelude + _GO_ON] if prelude else ["-m", "rag"]
    return [sys.executable, *start, *map(str, arguments)]


def need_posix() -> None:
    if os.name != "posix" or sys.platform == "darwin":
        pytest.skip("restricts a process in Linux's way")


def assert_one_line(done: subprocess.CompletedProcess[str], status: int) -> str:
    """The one line of stderr of a command that failed as it should."""
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("rag: ")
    return lines[0]
