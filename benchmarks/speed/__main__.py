"""How fast it encodes, indexes and answers, beside other libraries and the machine's limit.

    python -m benchmarks.speed ../shared/data/scifact --index INDEX [--json FILE]
        [--parts encoding asking peers]

`INDEX` is one of `corpus.jsonl` of that folder (`rag index`), of which an index of 5,000 passages
is made to be asked. `encoding` encodes 1,000 of its passages with each runtime; `asking` asks;
`peers` runs `benchmarks.peers` on its first documents. `python -m benchmarks.speed.report FILE`
puts what the JSON file holds into `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.beir import read_collection
from benchmarks.outcomes import machine, versions
from benchmarks.speed import asking, encoding
from benchmarks.speed.report import tables
from rag.settings import Settings

PARTS = ("encoding", "asking", "peers")
_PACKAGES = ("onnxruntime", "sentence-transformers", "torch", "faiss-cpu", "openvino")


def main() -> None:
    """Measure, print, write."""
    arguments = _arguments()
    known = json.loads(arguments.json.read_text("utf-8")) if arguments.keep else {}
    facts = known | {"settings": _settings()}
    for part in arguments.parts:
        print(f"{part} …", file=sys.stderr, flush=True)
        facts[part] = _measure(part, arguments)
    print(tables(facts))
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _measure(part: str, arguments: argparse.Namespace) -> dict[str, Any]:
    if part == "encoding":
        return encoding.measure(encoding.passages(arguments.index, arguments.texts))
    if part == "asking":
        queries = read_collection(arguments.folder, "test").queries
        questions = list(queries.values())[: arguments.questions]
        return asking.measure(arguments.index, questions, arguments.passages, arguments.runs)
    return _peers(arguments)


def _peers(arguments: argparse.Namespace) -> dict[str, Any]:
    """The costs of each pipeline, Citewell's among them, one after the other."""
    with tempfile.TemporaryDirectory() as out:
        options = ["--documents", str(arguments.documents), "--queries", "100", "--out", out]
        command = [sys.executable, "-m", "benchmarks.peers", str(arguments.folder), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (file,) = Path(out).glob("*.peers.json")
        rows = json.loads(file.read_text("utf-8"))["rows"]
    names = ("loading s", "indexing s", "documents/s", "peak MB", "latency_ms")
    return {
        "documents": arguments.documents,
        "rows": {name: {key: row[key] for key in names} for name, row in rows.items()},
    }


def _settings() -> dict[str, Any]:
    """The machine, the commit and the versions that figures are of."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], check=False, capture_output=True, text=True
    )
    default = Settings()
    return {
        "commit": commit.stdout.strip(),
        "machine": machine(),
        "python": platform.python_version(),
        "versions": versions(*_PACKAGES),
        "passage_words": default.passage_words,
        "read_passages": default.read_passages,
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="corpus.jsonl, queries.jsonl and qrels/")
    parser.add_argument("--index", type=Path, default=Path("index"), help="of that corpus")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, metavar="PART")
    parser.add_argument("--texts", type=int, default=1000, help="passages encoded")
    parser.add_argument("--passages", type=int, default=5000, help="of the index that is asked")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--runs", type=int, default=9, help="starts from the shell")
    parser.add_argument("--documents", type=int, default=1000, help="that peers index")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", action="store_true", help="what FILE has of the other parts")
    return parser.parse_args()


if __name__ == "__main__":
    main()
