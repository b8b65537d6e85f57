"""How the reader's logits and the search's score are best weighed: development queries alone.

    python -m benchmarks.reranking ../shared/data [--index FOLDER]

The queries are SciFact's training claims and our own questions of the parts that do not train
(`fit`), over all of SciFact's abstracts. The first passages of each search are read; a row is a
score to rank them by, alone and with so much of the search's score added: nDCG@10 of the
document that each query was written over or cites. `rag/reranking.py` holds what was chosen.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.measures import score
from benchmarks.retrieval import build
from rag import Assistant, CitewellError, Settings
from rag.reading.network import ReaderNetwork, Reading, titled
from rag.types import Hit
from training import splits
from training.written import questions

DEPTH = Settings().rerank_passages  # passages read
WEIGHTS = (0.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0)
LIMIT = 160  # queries a set
Qrels = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Read:
    """A passage that was found for a query, and what the reader says of it."""

    document: str
    searched: float
    reading: Reading


def _decides(reading: Reading) -> float:
    undecided, *decided = reading.stance
    return float(np.logaddexp.reduce(decided)) - undecided


LOGITS: Mapping[str, Callable[[Reading], float]] = {
    "answers": lambda one: one.answers,
    "relevant": lambda one: one.relevant or 0.0,
    "answers and relevant, mean": lambda one: (one.answers + (one.relevant or 0.0)) / 2,
    "decides": _decides,
    "relevant and decides, mean": lambda one: ((one.relevant or 0.0) + _decides(one)) / 2,
}


def main() -> None:
    """Read every query's passages once, then rank them each way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the folder of public sets")
    parser.add_argument("--index", type=Path, default=Path("build/scifact"))
    parser.add_argument("--limit", type=int, default=LIMIT, help="queries a set (0: all)")
    arguments = parser.parse_args()
    try:
        build(arguments.data / "scifact/corpus.jsonl", Settings.load(index=arguments.index))
        with Assistant.open(arguments.index) as assistant:
            for name, asked in _sets(arguments.data).items():
                chosen = dict(list(asked.items())[: arguments.limit or None])
                _print(name, {q: dict.fromkeys(ds, 1) for q, ds in chosen.items()}, assistant)
    except (CitewellError, OSError, ValueError) as error:
        sys.exit(f"benchmarks.reranking: {error}")


def _sets(data: Path) -> dict[str, dict[str, list[str]]]:
    """Of each set, its queries' texts with their documents."""
    lines = (data / "scifact/queries.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {row["_id"]: row["text"] for row in map(json.loads, lines)}
    claims: dict[str, list[str]] = {}
    for claim, abstract in splits.scifact(data, "fit"):
        claims.setdefault(texts[claim], []).append(abstract)
    own = {
        one.wording: [one.document.partition(":")[2]]
        for one in questions(data, "fit", "scifact")
        if one.evidence
    }
    return {"claims": claims, "our own questions": own}


def _print(name: str, qrels: Qrels, assistant: Assistant) -> None:
    network = ReaderNetwork()
    read = {query: _read(query, assistant, network) for query in tqdm(qrels, desc=name)}
    print(f"\n{name}: {len(qrels)} queries, nDCG@10; search alone {_ndcg(qrels, read, _by_search)}")
    print("| ranked by | " + " | ".join(f"+ {weight:g}" for weight in WEIGHTS) + " |")
    print("|---" * (len(WEIGHTS) + 1) + "|")
    for logit, of in LOGITS.items():
        cells = [_ndcg(qrels, read, _weighed(of, weight)) for weight in WEIGHTS]
        print(f"| {logit} | {' | '.join(cells)} |")


def _read(query: str, assistant: Assistant, network: ReaderNetwork) -> list[Read]:
    hits: Sequence[Hit] = assistant.search(query, DEPTH)
    readings = network.read(query, [titled(hit.passage) for hit in hits])
    return [
        Read(hit.passage.document_id.partition("#")[2], hit.score, reading)
        for hit, reading in zip(hits, readings, strict=True)
    ]


def _by_search(one: Read) -> float:
    return one.searched


def _weighed(of: Callable[[Reading], float], weight: float) -> Callable[[Read], float]:
    return lambda one: of(one.reading) + weight * one.searched


def _ndcg(qrels: Qrels, read: Mapping[str, Sequence[Read]], by: Callable[[Read], float]) -> str:
    run = {}
    for query, passages in read.items():
        best: dict[str, float] = {}
        for one in sorted(passages, key=by, reverse=True):
            best.setdefault(one.document, by(one))
        run[query] = list(best.items())
    return f"{score(qrels, run)['nDCG@10'].mean():.3f}"


if __name__ == "__main__":
    main()
