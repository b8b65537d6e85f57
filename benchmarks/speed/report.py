"""The tables of `benchmarks.speed`, made of its JSON.

python -m benchmarks.speed.report benchmarks/results/speed.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.outcomes import markdown

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- speed: made by benchmarks.speed.report -->", "<!-- /speed -->"


def main() -> None:
    """Write the tables into the README."""
    facts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    README.write_text(with_tables(README.read_text(encoding="utf-8"), facts), encoding="utf-8")


def with_tables(text: str, facts: Mapping[str, Any]) -> str:
    """A text with what stands between its marks made anew."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{tables(facts)}\n\n{END}{after}"


def tables(facts: Mapping[str, Any]) -> str:
    """Markdown, a table a part."""
    makers = {"encoding": _encoding, "asking": _asking, "peers": _peers}
    settings = facts["settings"]
    versions = ", ".join(f"{name} {version}" for name, version in settings["versions"].items())
    where = f"Commit {settings['commit']}, {settings['machine']}; {versions}."
    return "\n\n".join(
        [where, *(make(facts[name]) for name, make in makers.items() if name in facts)]
    )


def _encoding(facts: Mapping[str, Any]) -> str:
    limits = ", ".join(f"{name} {rate:,.0f}" for name, rate in facts["limits_gflops"].items())
    rows = [
        [
            name,
            f"{row['passages_a_second']:,.0f}",
            f"{row['times_stock']:.2f}",
            f"{row['gflops']:,.0f}",
            f"{100 * row['of_limit']:.0f} %",
            f"{row['least_cosine']:.5f}",
        ]
        for name, row in facts["rows"].items()
    ]
    head = ["encoding", "passages/s", "times the first", "GFLOP/s", "of the limit", "least cosine"]
    said = (
        f"{facts['passages']:,} passages of {facts['tokens_a_passage']:.0f} tokens; the limit is "
        f"that of plain matrix products in the same shapes and precision, GFLOP/s: {limits}."
    )
    return f"{_table(head, rows)}\n\n{said}"


def _asking(facts: Mapping[str, Any]) -> str:
    cold, ask = facts["cold_s"], facts["ask_ms"]
    rows = [
        ["`rag ask` from the shell to the answer, s", *_three(cold, 2)],
        ["`Assistant.ask`, warm, ms", *_three(ask, 0)],
        ["`Assistant.open` and the first answer, s", f"{facts['first_s']:.2f}", "", ""],
        ["`ask_many`, questions a second", f"{facts['many_a_second']:.1f}", "", ""],
        ["… times as many as `ask` in a loop", f"{facts['many_times_loop']:.2f}", "", ""],
        ["peak memory, MB", f"{facts['peak_mb']:,.0f}", "", ""],
        ["bytes a passage on disk", f"{facts['bytes_a_passage']:,.0f}", "", ""],
    ]
    said = (
        f"An index of {facts['passages']:,} passages, {facts['questions']} questions; "
        f"{facts['same_answers']} answers of `ask_many` are those of `ask`."
    )
    return f"{_table(['asking', 'p50', 'p95', 'p99'], rows)}\n\n{said}"


def _peers(facts: Mapping[str, Any]) -> str:
    own = facts["rows"].get("citewell", {}).get("documents/s", 0.0)
    rows = [
        [
            name,
            f"{row['documents/s']:.1f}",
            f"{own / row['documents/s']:.2f}" if own else "",
            f"{row['peak MB']:,.0f}",
            f"{row['latency_ms']['p50']:.0f}, {row['latency_ms']['p95']:.0f}",
        ]
        for name, row in facts["rows"].items()
    ]
    head = ["indexing", "documents/s", "Citewell is … times as fast", "peak MB", "search, ms"]
    said = (
        f"The first {facts['documents']:,} documents of the corpus, the same embedding model; the "
        "search is 100 documents deep (p50, p95)."
    )
    return f"{_table(head, rows)}\n\n{said}"


def _three(spread: Mapping[str, float], digits: int) -> list[str]:
    return [f"{spread[name]:.{digits}f}" for name in ("p50", "p95", "p99")]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return markdown([head, ["---"] * len(head), *rows])


if __name__ == "__main__":
    main()
