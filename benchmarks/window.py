"""What a person waits for in the window, and whether many windows at once stay apart.

    python -m benchmarks.window INDEX [--questions GOLD.jsonl] [--json FILE]

A server process (`rag serve`) and a real browser, both on this machine, over loopback:
the first load until the question box can be typed in; a click on [n] until its source is in
view; and 20 windows, most of them over the wire as the page speaks, asked two questions a second
together for a minute. Every answer is held against the session that asked it, and its
quotations against those that `Assistant.ask` gives alone, afterwards. The exit status is 1 where
something failed or was not the session's own. The aims are printed beside the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.outcomes import versions
from benchmarks.window_browser import NARROW, WIDE, chromium, time_clicks, time_loads
from benchmarks.window_load import Asked, Load, Wrong, check, put_under_load, questions_of
from benchmarks.window_server import Server

AIMS = {"load": 2000.0, "click": 300.0, "answer": 3000.0}  # milliseconds; of answers the p95
SHOWN = 5  # lines of what went wrong
Rows = dict[str, dict[str, float]]


def main() -> int:
    """Measure, print; the exit status."""
    arguments = _parser().parse_args()
    questions = questions_of(arguments.index, arguments.questions, arguments.sessions)
    with Server(arguments.index) as server:
        rows, asked = asyncio.run(measure(server.address, questions, arguments))
    wrong = check(arguments.index, asked)
    print("\n" + table(rows))
    facts = {
        "asked": len(asked),
        "errors": len(wrong.errors),
        "of another session": len(wrong.foreign),
        "other quotations than alone": len(wrong.different),
        "server peak MB": round(server.peak_mb),
    }
    print("\n" + "; ".join(f"{name} {value:,}" for name, value in facts.items()))
    _complain(wrong)
    if arguments.json:
        write_json(arguments.json, arguments, {"milliseconds": rows, **facts})
    return 1 if wrong else 0


async def measure(
    address: str, questions: Sequence[str], arguments: Namespace
) -> tuple[Rows, list[Asked]]:
    """Loads, clicks and load, one after the other: their figures, and what was asked under load."""
    rows: Rows = {}
    load = Load(arguments.sessions, arguments.browsers, arguments.rate, arguments.seconds)
    async with chromium() as browser:
        if browser:
            cold, warm = await time_loads(browser, address, arguments.loads)
            rows["first load, cold"] = figures(cold, AIMS["load"])
            rows["first load, warm"] = figures(warm, AIMS["load"])
            for name, size in (("wide", WIDE), ("narrow", NARROW)):
                taken = await time_clicks(browser, address, questions, size, arguments.clicks)
                rows[f"click to source, {name}"] = figures(taken, AIMS["click"])
        await put_under_load(address, None, questions, Load(1, 0, 1, 1))  # the reader is loaded
        asked = await put_under_load(address, browser, questions, load)
    answered = [1000 * one.seconds for one in asked if one.seen]
    rows[f"answer, {load.sessions} sessions"] = figures(answered, AIMS["answer"])
    return rows, asked


def figures(milliseconds: Sequence[float | None], aim: float) -> dict[str, float]:
    """The spread of some times; `missing` counts those that never came."""
    came = [one for one in milliseconds if one is not None]
    spread = np.percentile(came, [50, 95, 99, 100]) if came else np.full(4, np.nan)
    rounded = (round(float(one), 1) for one in spread)
    named = dict(zip(("median", "p95", "p99", "most"), rounded, strict=True))
    return {**named, "of": len(came), "missing": len(milliseconds) - len(came), "aim": aim}


def table(rows: Rows) -> str:
    """A line a row, as a Markdown table."""
    names = ["median", "p95", "p99", "most", "of", "missing", "aim"]
    lines = [["ms", *names], ["---"] * (len(names) + 1)]
    lines += [[name, *(f"{row[one]:,.0f}" for one in names)] for name, row in rows.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_json(file: Path, arguments: Namespace, facts: dict[str, Any]) -> None:
    """Write the machine, the options and the figures."""
    known = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "versions": versions("gradio", "onnxruntime"),
        "options": {
            name: value
            for name, value in vars(arguments).items()
            if not isinstance(value, Path) and name != "json"
        },
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(known | facts, indent=1) + "\n", encoding="utf-8")


def _complain(wrong: Wrong) -> None:
    for name in ("errors", "foreign", "different"):
        lines: tuple[str, ...] = getattr(wrong, name)
        for line in lines[:SHOWN]:
            print(f"{name}: {line}", file=sys.stderr)
        if len(lines) > SHOWN:
            print(f"{name}: and {len(lines) - SHOWN} more", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.window",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("--questions", type=Path, help="a gold set; else the corpus's examples")
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--browsers", type=int, default=2, help="so many of them in the browser")
    parser.add_argument("--rate", type=float, default=2.0, help="questions a second, together")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--loads", type=int, default=5)
    parser.add_argument("--clicks", type=int, default=20)
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    return parser


if __name__ == "__main__":
    sys.exit(main())
