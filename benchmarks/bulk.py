"""Index many records: seconds, what an unchanged or changed corpus costs, and memory.

    python -m benchmarks.bulk ../shared/data/scifact/corpus.jsonl
    python -m benchmarks.bulk ../shared/data/scifact/corpus.jsonl --memory 5000 50000

The first form indexes the file, indexes it again unchanged, and again with one record changed
(a process each; the start of a process that does nothing is printed beside them). The second
indexes growing corpora, made of the file's sentences drawn at random into new records of a title
and a short text (two passages each), and prints the peak memory (resident, of both processes)
without the vectors' own.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rag.sentences import split_sentences

_INDEX = "import sys; from rag.cli.main import main; sys.exit(main(sys.argv[1:]))"


def main() -> None:
    """Time or weigh."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, help="JSON lines of records")
    parser.add_argument("--memory", type=int, nargs="+", metavar="PASSAGES")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.corpus.open(encoding="utf-8")]
    with tempfile.TemporaryDirectory() as folder:
        if arguments.memory:
            _weigh(rows, arguments.memory, Path(folder))
        else:
            _time(rows, Path(folder))


def _time(rows: list[dict[str, object]], folder: Path) -> None:
    corpus = folder / "corpus.jsonl"
    _write(rows, corpus)
    idle, _ = _run(["--version"])
    print(f"{len(rows):,} records; a process that does nothing takes {idle:.2f} s")
    for what in ("new", "unchanged", "one record changed"):
        if what == "one record changed":
            rows[len(rows) // 2]["text"] = "Nothing of what stood here before stands here now."
            _write(rows, corpus)
        seconds, peak = _run(["index", str(corpus), "--index", str(folder / "index"), "--quiet"])
        print(f"{what:20} {seconds:7.2f} s   peak {peak:,.0f} MB")
    print(f"{_passages(folder / 'index'):,} passages")


def _weigh(rows: list[dict[str, object]], sizes: list[int], folder: Path) -> None:
    texts = [str(row["text"]) for row in rows]
    sentences = [text[a:b] for text in texts for a, b in split_sentences(text)]
    base = 0.0
    for size in sizes:
        corpus, index = folder / f"{size}.jsonl", folder / f"index-{size}"
        _write(_drawn(sentences, size), corpus)
        _, peak = _run(["index", str(corpus), "--index", str(index), "--quiet"])
        count = _passages(index)
        vectors = count * 384 * 4 / 1e6
        base = base or peak - vectors
        print(
            f"{count:,} passages: peak {peak:,.0f} MB, {peak - vectors:,.0f} MB beyond the vectors "
            f"({vectors:,.0f} MB); {(peak - vectors) / base:.2f} times the first",
            flush=True,
        )


def _drawn(sentences: list[str], passages: int) -> Iterator[dict[str, object]]:
    """Records of two passages each: a title, and a sentence of at most 30 words."""
    rng = random.Random(11)
    short = [sentence for sentence in sentences if len(sentence.split()) <= 30]
    for number in range(passages // 2):
        text = f"{rng.choice(short)} {number}."
        yield {"_id": str(number), "title": f"Record {number}", "text": text}


def _write(rows: Iterator[dict[str, object]] | list[dict[str, object]], target: Path) -> None:
    with target.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)


def _passages(index: Path) -> int:
    connection = sqlite3.connect(index / "corpus.sqlite")
    count: int = connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    connection.close()
    return count


def _run(arguments: list[str]) -> tuple[float, float]:
    """Seconds, and the peak of both processes' resident memory in MB (Linux)."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", _INDEX, *arguments], stdout=subprocess.DEVNULL
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"rag {' '.join(arguments)} ended with {process.returncode}")
    return time.perf_counter() - start, peak


def _resident(pid: int) -> float:
    """The highest resident memory so far of a process and its children together, in MB."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        pids = [pid, *map(int, children.read_text().split())]
        return sum(_status(one) for one in pids) / 1000
    except (OSError, ValueError):
        return 0.0


def _status(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return float(line.split()[1])
    return 0.0


if __name__ == "__main__":
    main()
