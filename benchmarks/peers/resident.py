"""How much memory a process and its children took at most (Linux)."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path


def watch(process: subprocess.Popen[bytes], every: float = 0.05) -> float:
    """Wait for a process; the highest sum of resident peaks, in MB; 0 where /proc has none.

    Each process counts with its own peak so far, so that one that ends between two looks is
    missed by at most its last moments.
    """
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(_peak(pid) for pid in _family(process.pid)) / 1000)
        time.sleep(every)
    return peak


def _family(pid: int) -> list[int]:
    """A process and all that came of it."""
    family = [pid]
    for one in family:
        try:
            for children in Path(f"/proc/{one}/task").glob("*/children"):
                family += map(int, children.read_text().split())
        except OSError:  # it has ended
            continue
    return family


def _peak(pid: int) -> float:
    """The highest resident memory of a process so far, in kB."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0.0)
