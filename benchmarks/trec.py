"""Runs as TREC writes them: `query Q0 document rank score tag`, a line a document found.

Standard library only: the peers' environments read and write them too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

# Of each query the documents found, best first, each with its score.
Run = Mapping[str, Sequence[tuple[str, float]]]


def write_run(file: Path, run: Run, tag: str) -> None:
    """Write a run; ids and the tag hold no white space."""
    file.parent.mkdir(parents=True, exist_ok=True)
    name = "-".join(tag.split())
    with file.open("w", encoding="utf-8") as stream:
        for query, found in run.items():
            for rank, (document, score) in enumerate(found, start=1):
                stream.write(f"{query} Q0 {document} {rank} {score:.6f} {name}\n")


def read_run(file: Path) -> dict[str, list[tuple[str, float]]]:
    """A run in the order of its ranks."""
    found: dict[str, list[tuple[int, str, float]]] = defaultdict(list)
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            query, _, document, rank, score, _ = line.split()
            found[query].append((int(rank), document, float(score)))
    return {
        query: [(document, score) for _, document, score in sorted(ranked)]
        for query, ranked in found.items()
    }
