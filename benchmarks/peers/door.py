"""The one door through which every pipeline goes: a job as JSON in, a run and its costs out.

Standard library only, like what it imports: each pipeline runs in an environment of its own,
into which nothing of the project is installed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Protocol

from benchmarks.beir import BeirDocument, read_documents
from benchmarks.trec import write_run

# Whatever cuts documents up is asked for so many pieces a document that is wanted.
PIECES = 4


@dataclass(frozen=True, slots=True)
class Job:
    """What to index, where to keep it, with which model; what to ask, and how deep."""

    corpus: Path
    queries: dict[str, str]
    model: str
    folder: Path
    depth: int

    @classmethod
    def read(cls, file: Path) -> Job:
        """A job as the runner writes it."""
        job = json.loads(file.read_text(encoding="utf-8"))
        paths = {name: Path(job[name]) for name in ("corpus", "folder")}
        return cls(**paths, queries=job["queries"], model=job["model"], depth=job["depth"])


class Pipeline(Protocol):
    """What a peer's script makes of its library."""

    def index(self, documents: Sequence[BeirDocument]) -> None:
        """Take in the documents."""

    def search(self, question: str, limit: int) -> Iterable[tuple[str, float]]:
        """Ids of documents and their scores, best first; a document may come more than once.

        `limit` is how many documents are wanted.
        """


def go(name: str, make: Callable[[Job], Pipeline], packages: Sequence[str]) -> None:
    """Do the job that the command line names: write `NAME.run` and `NAME.json` beside it.

    Loading the model is timed apart from indexing, and the first question is asked once
    before any is timed.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("job", type=Path)
    file = parser.parse_args().job
    job = Job.read(file)
    documents = list(read_documents(job.corpus))
    start = time.perf_counter()
    pipeline = make(job)
    loaded = time.perf_counter()
    pipeline.index(documents)
    indexed = time.perf_counter()
    run, latencies = _ask(pipeline, job)
    write_run(file.with_name(f"{name}.run"), run, name)
    facts = {
        "load_seconds": loaded - start,
        "index_seconds": indexed - loaded,
        "latencies_ms": latencies,
        "versions": {package: metadata.version(package) for package in packages},
    }
    file.with_name(f"{name}.json").write_text(json.dumps(facts), encoding="utf-8")


def _ask(pipeline: Pipeline, job: Job) -> tuple[dict[str, list[tuple[str, float]]], list[float]]:
    run = {}
    latencies = []
    list(pipeline.search(next(iter(job.queries.values())), job.depth))
    for query, question in job.queries.items():
        start = time.perf_counter()
        found = list(pipeline.search(question, job.depth))
        latencies.append(1000 * (time.perf_counter() - start))
        first: dict[str, float] = {}
        for id, score in found:
            first.setdefault(id, score)
        run[query] = list(first.items())[: job.depth]
    return run, latencies
