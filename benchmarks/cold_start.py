"""Seconds from the shell to the printed answer, on an existing index.

    python -m benchmarks.cold_start --index index [--runs 9] [--question …]

Each run is a fresh process of `rag ask`; one run before counting warms the disk cache.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from statistics import median


def main() -> None:
    """Time fresh processes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--index", default="index")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--question", default="what targets relapsed B-ALL?")
    arguments = parser.parse_args()
    command = [sys.executable, "-m", "rag", "ask", arguments.question, "--index", arguments.index]
    seconds = [_time(command) for _ in range(arguments.runs + 1)][1:]
    print(
        f"rag ask, {arguments.runs} fresh processes: median {median(seconds):.2f} s, "
        f"least {min(seconds):.2f} s, most {max(seconds):.2f} s"
    )


def _time(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
