"""What the rows of a benchmark came to: a table on the screen, JSON beside it."""

from __future__ import annotations

import json
import os
import platform
import resource
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.beir import Collection
from benchmarks.measures import Mean, Scores, means


@dataclass(frozen=True)
class Outcome:
    """A row: what it found of each query, how long that took, and what else is known of it.

    `costs` are further columns by their names, such as megabytes.
    """

    name: str
    scores: Scores
    latencies_ms: Sequence[float]
    costs: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def means(self) -> dict[str, Mean]:
        """Each measure's mean over the queries."""
        return means(self.scores)

    @property
    def latency(self) -> dict[str, float]:
        """Milliseconds a query: the median, and what 95 of 100 stay below."""
        p50, p95 = np.percentile(self.latencies_ms, [50, 95])
        return {"p50": float(p50), "p95": float(p95)}

    def to_dict(self) -> dict[str, Any]:
        """What the JSON keeps."""
        measured = {name: asdict(mean) for name, mean in self.means.items()}
        return {"measures": measured, "latency_ms": self.latency, **self.costs}


def table(outcomes: Sequence[Outcome], measures: Sequence[str]) -> str:
    """A line a row, as a Markdown table; intervals in brackets."""
    costs = list(dict.fromkeys(name for one in outcomes for name in one.costs))
    header = ["", *measures, *costs, "p50, p95 ms"]
    lines = [header, ["---"] * len(header)]
    for one in outcomes:
        cells = [_interval(one.means[name]) for name in measures]
        cells += [f"{one.costs[name]:,.0f}" if name in one.costs else "" for name in costs]
        lines.append([one.name, *cells, "{p50:.1f}, {p95:.1f}".format(**one.latency)])
    return markdown(lines)


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """A table of its lines' cells, the heading and the rule below it first."""
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def spread(values: Sequence[float]) -> dict[str, float]:
    """The median, and what 95 and 99 of 100 stay below."""
    p50, p95, p99 = np.percentile(values, [50, 95, 99]).tolist()
    return {"p50": p50, "p95": p95, "p99": p99}


def machine() -> str:
    """What figures are of."""
    return f"{platform.machine()}, {os.cpu_count()} cores"


def write_json(file: Path, collection: Collection, facts: Mapping[str, Any]) -> None:
    """Write what a run came to: the collection and the machine, then the facts."""
    known = {
        "collection": collection.name,
        "split": collection.split,
        "documents": len(collection.documents),
        "queries": len(collection.queries),
        "machine": machine(),
        "python": platform.python_version(),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(known | dict(facts), indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def peak_mb() -> float:
    """The highest resident memory of this process so far.

    Linux tells it of the process alone; `getrusage` counts what stood there before it began.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1000
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def versions(*packages: str) -> dict[str, str]:
    """The installed versions of packages."""
    return {name: metadata.version(name) for name in packages}


def _interval(mean: Mean) -> str:
    figures = (f"{value:.3f}".removeprefix("0") for value in (mean.value, mean.low, mean.high))
    return "{} ({} to {})".format(*figures)
