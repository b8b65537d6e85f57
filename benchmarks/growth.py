"""How search, memory and disk grow with the number of passages.

    python -m benchmarks.growth INDEX QUERIES.jsonl --passages 10000 100000 1000000
        [--json FILE] [--plot FILE.svg]

Indexes of these sizes are made of INDEX (`benchmarks.grown` says how), and asked in a fresh
process each: seconds until the first hits, then milliseconds a search (`Assistant.search`, ten
hits, no reranker, one question after the other), of that encoding and finding the nearest
vectors; recall@10 of those against exact search; the greatest memory of the process; and the
files' sizes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.grown import grow, read_source
from benchmarks.growth_plot import plot
from benchmarks.outcomes import machine, peak_mb, spread
from rag import Assistant
from rag.embedding.encoder import Encoder
from rag.filters import Filters
from rag.store import Manifest, SqliteStore
from rag.store.folder import DERIVED_FILES

LIMIT = 10
WARMING = 20  # questions asked before any is timed
EXACT = 100  # questions that are compared with exact search
_AT_ONCE = 50_000  # vectors
_TABLE = (
    ("passages", "{passages:,}"),
    ("p50", "{search_ms[p50]:.1f}"),
    ("p95", "{search_ms[p95]:.1f}"),
    ("p99", "{search_ms[p99]:.1f}"),
    ("encoding", "{encode_ms:.1f}"),
    ("nearest", "{nearest_ms:.1f}"),
    ("recall@10", "{recall:.3f}"),
    ("first hits, s", "{first_s:.2f}"),
    ("peak memory, MB", "{peak_mb:,.0f}"),
    ("texts, words, vectors: bytes a passage", "{texts:,.0f}, {words:,.0f}, {vectors:,.0f}"),
    ("made in, s", "{made_s:,.0f}"),
)


def main() -> None:
    """Grow, ask, print."""
    arguments = _arguments()
    if arguments.measure:
        print(json.dumps(_measure(arguments.index, _questions(arguments))))
        return
    source = read_source(arguments.index)
    rows = []
    names = [name for name, _ in _TABLE]
    print(f"| {' | '.join(names)} |\n|{'---|' * len(names)}")
    for size in arguments.passages:
        with tempfile.TemporaryDirectory(dir=arguments.scratch) as folder:
            index = Path(folder)
            start = time.perf_counter()
            grow(arguments.index, index, source, size)
            made = time.perf_counter() - start
            rows.append({"passages": size, "made_s": made, **_asked(index, arguments)})
        print(f"| {' | '.join(form.format(**rows[-1]) for _, form in _TABLE)} |", flush=True)
    if arguments.json:
        _write(arguments.json, rows)
    if arguments.plot:
        plot(rows, arguments.plot)


def _asked(index: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """What asking an index comes to, in a process of its own."""
    options = ["--measure", "--questions", str(arguments.questions)]
    command = [sys.executable, "-m", "benchmarks.growth", str(index), str(arguments.queries)]
    done = subprocess.run([*command, *options], check=True, capture_output=True, text=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _measure(index: Path, questions: Sequence[str]) -> dict[str, Any]:
    start = time.perf_counter()
    with Assistant.open(index) as assistant:
        assistant.search(questions[0], LIMIT)
        first = time.perf_counter() - start
        for question in questions[:WARMING]:
            assistant.search(question, LIMIT)
        took = [_time(partial(assistant.search, q, LIMIT)) for q in questions]
    manifest = Manifest.read(index)
    encoder = Encoder(index, manifest.model)
    encoded = [_time(partial(encoder.embed_query, q)) for q in questions]
    peak = peak_mb()
    store = SqliteStore(index, manifest.model.dimension)
    nearest, recall = _nearest(store, encoder.encode(questions[:EXACT]))
    count = len(store)
    store.close()
    words, vectors = ((index / name).stat().st_size / count for name in DERIVED_FILES[::-1])
    return {
        "search_ms": spread(took),
        "encode_ms": float(np.median(encoded)),
        "nearest_ms": nearest,
        "recall": recall,
        "first_s": first,
        "peak_mb": peak,
        "texts": (index / "corpus.sqlite").stat().st_size / count,
        "words": words,
        "vectors": vectors,
    }


def _nearest(store: SqliteStore, questions: NDArray[np.float32]) -> tuple[float, float]:
    """Milliseconds of finding a question's ten nearest, and the share found of the exact ones."""
    scope = store.scope(Filters())
    ids = store.snapshot.words.ids
    ids = ids[~scope.outline(ids)[1]]  # references are searched apart
    similarities = np.concatenate(
        [
            scope.vectors(ids[start : start + _AT_ONCE]) @ questions.T
            for start in range(0, len(ids), _AT_ONCE)
        ]
    )
    times, shares = [], []
    for number, question in enumerate(questions):
        start = time.perf_counter()
        found, _ = scope.nearest(question, LIMIT, references=False)
        times.append(1000 * (time.perf_counter() - start))
        exact = ids[np.argpartition(-similarities[:, number], LIMIT)[:LIMIT]]
        shares.append(len(np.intersect1d(found, exact)) / LIMIT)
    return float(np.median(times)), float(np.mean(shares))


def _time(call: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - start)


def _questions(arguments: argparse.Namespace) -> list[str]:
    lines = arguments.queries.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[: arguments.questions]]


def _write(file: Path, rows: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n", "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("queries", type=Path, help='JSON lines with a "text"')
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--scratch", type=Path, help="where the indexes are made: 5 GB a million")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
