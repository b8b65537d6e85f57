"""The curves of `benchmarks.growth`, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

_INK, _GRID = "#333333", "#dddddd"


def plot(rows: Sequence[dict[str, Any]], target: Path) -> None:
    """Four curves over the number of passages: search, recall, memory, disk."""
    from matplotlib.figure import Figure

    sizes = [row["passages"] for row in rows]
    disk = [(row["texts"] + row["words"] + row["vectors"]) / 1000 for row in rows]
    panels: list[tuple[str, list[tuple[str, list[float]]]]] = [
        (
            "milliseconds a search",
            [
                ("p50", [row["search_ms"]["p50"] for row in rows]),
                ("p95", [row["search_ms"]["p95"] for row in rows]),
                ("nearest vectors", [row["nearest_ms"] for row in rows]),
            ],
        ),
        ("recall@10 of exact search", [("recall@10", [row["recall"] for row in rows])]),
        ("peak memory, MB", [("memory", [row["peak_mb"] for row in rows])]),
        ("kB on disk a passage", [("disk", disk)]),
    ]
    figure = Figure(figsize=(11, 2.8), layout="constrained")
    for axes, (title, curves) in zip(figure.subplots(1, len(panels)), panels, strict=True):
        for name, values in curves:
            axes.plot(sizes, values, marker="o", label=name)
        axes.set_xscale("log")
        axes.set_ylim(bottom=0, top=1.02 if "recall" in title else None)
        axes.set_title(title, fontsize=9, color=_INK)
        axes.set_xlabel("passages", fontsize=8, color=_INK)
        axes.tick_params(labelsize=8, colors=_INK)
        axes.grid(color=_GRID, linewidth=0.5)
        if len(curves) > 1:
            axes.legend(fontsize=7, frameon=False)
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, metadata={"Date": None})
