"""From the shell to an answer, milliseconds an answer, answers a second for many."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.grown import grow, read_source
from benchmarks.outcomes import peak_mb, spread
from rag import Assistant


def measure(source: Path, questions: Sequence[str], passages: int, runs: int) -> dict[str, Any]:
    """An index of so many passages made of `source`, and what asking it takes."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder)
        grow(source, index, read_source(source), passages)
        cold = [_from_the_shell(index, questions[0]) for _ in range(runs + 1)][1:]
        lines = "\n".join(questions)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.speed.asking", str(index)],
            check=True, capture_output=True, text=True, input=lines,
        )  # fmt: skip
        warm: dict[str, Any] = json.loads(done.stdout)
        size = sum(file.stat().st_size for file in index.iterdir() if file.stem != "model")
    return {
        "passages": passages,
        "bytes_a_passage": size / passages,
        "cold_s": spread(cold),
        **warm,
    }


def _from_the_shell(index: Path, question: str) -> float:
    """Seconds of a fresh `rag ask`; one run before counting warms the disk's cache."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "rag", "ask", question, "--index", str(index)],
        check=False,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def _warm(index: Path, questions: Sequence[str]) -> dict[str, Any]:
    start = time.perf_counter()
    with Assistant.open(index) as assistant:
        assistant.ask(questions[0])
        first = time.perf_counter() - start
        took, alone = [], []
        for question in questions:
            start = time.perf_counter()
            alone.append(assistant.ask(question))
            took.append(time.perf_counter() - start)
        start = time.perf_counter()
        together = assistant.ask_many(questions)
        batch = time.perf_counter() - start
    same = sum(
        (a.text, a.citations) == (b.text, b.citations) for a, b in zip(alone, together, strict=True)
    )
    return {
        "questions": len(questions),
        "first_s": first,
        "ask_ms": {name: 1000 * value for name, value in spread(took).items()},
        "many_a_second": len(questions) / batch,
        "many_times_loop": sum(took) / batch,
        "same_answers": same,
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    print(json.dumps(_warm(Path(sys.argv[1]), sys.stdin.read().splitlines())))
