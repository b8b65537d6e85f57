"""What each part of the search finds, on a collection in BEIR's layout.

    python -m benchmarks.retrieval FOLDER [--split test] [--rows fusion …] [--queries 100]

The corpus is indexed once and kept (`--index`). Each row of the table is a way to search it;
a document stands where its first passage stands. Under `--out` lie a TREC run of every row and
`SPLIT.json` with all figures. Intervals and comparisons are bootstraps over the queries.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.beir import CORPUS, BeirDocument, Collection, read_collection
from benchmarks.measures import difference, score
from benchmarks.outcomes import Outcome, table, versions, write_json
from benchmarks.trec import write_run
from benchmarks.variants import VARIANTS
from rag import Assistant, CitewellError, Hit, Settings
from rag.cli.progress import show_progress
from rag.indexing import index_files
from rag.query import MAX_QUESTION
from rag.search import DEFAULT_WEIGHTS, Weights

DEPTH = 100  # documents a query
SINGLE, FUSED = ("words", "vectors"), "fusion"  # the rows that comparisons are about
SHOWN = ("nDCG@10", "Recall@1", "Recall@10", "Recall@100", "MRR@10")
COMPARED = ("nDCG@10", "Recall@100")
PACKAGES = ("citewell", "faiss-cpu", "ir-measures", "numpy", "onnxruntime", "tokenizers")


def main() -> None:
    """Index, search by every row, print and write."""
    arguments = _arguments()
    name = arguments.folder.resolve().name
    out = arguments.out or Path("build/benchmarks") / name
    index = arguments.index or Path("build/benchmarks") / name / "index"
    try:
        collection = read_collection(arguments.folder, arguments.split)
        if arguments.queries:
            collection = collection.first_queries(arguments.queries)
        build(arguments.folder / CORPUS, Settings.load(index=index))
        outcomes = []
        for row in arguments.rows or VARIANTS:
            with VARIANTS[row].open(index, arguments.reranker) as assistant:
                outcomes.append(_measure(row, collection, assistant, out))
                settings = _settings(assistant)
    except (CitewellError, OSError, ValueError) as error:
        sys.exit(f"benchmarks.retrieval: {error}")
    comparisons = compare(outcomes)
    print(table(outcomes, SHOWN))
    for one in comparisons:
        print(
            "{first} less {second}, {measure}: {value:+.4f} ({low:+.4f} to {high:+.4f}), "
            "P(difference < 0) {below_zero:.4f}".format(**one)
        )
    facts = {
        "settings": settings,
        "versions": versions(*PACKAGES),
        "rows": {one.name: one.to_dict() for one in outcomes},
        "comparisons": comparisons,
    }
    write_json(out / f"{collection.split}.json", collection, facts)


def search(assistant: Assistant, question: str, weights: Weights = DEFAULT_WEIGHTS) -> list[Hit]:
    """The best passage of each of the best documents."""
    question = question[:MAX_QUESTION]  # an encoder sees less of it
    return assistant.search(question, DEPTH, by_document=True, weights=weights)


def build(corpus: Path, settings: Settings) -> None:
    """Bring the index to the corpus: nothing is done where it is there already.

    Raises CitewellError, and ValueError where records of the corpus could not be read.
    """
    with show_progress([corpus], settings, quiet=False) as shown:
        for report in index_files([corpus], settings, sync=True, progress=shown.advance):
            shown.tell(report)
            if report.incomplete:
                raise ValueError(f"{report.file} was not read whole: {report.reason}")


def rank_documents(
    hits: Iterable[Hit], same: Mapping[str, Sequence[str]], depth: int = DEPTH
) -> list[tuple[str, float]]:
    """Documents of the corpus in the order of their first passages, with those's scores.

    `same` gives of each document's id those of all with its text: the index holds one of them.
    """
    found: dict[str, float] = {}
    for hit in hits:
        _, _, record = hit.passage.document_id.partition("#")
        for id in same.get(record, (record,)):
            found.setdefault(id, hit.score)
    return list(found.items())[:depth]


def same_texts(documents: Iterable[BeirDocument]) -> dict[str, list[str]]:
    """Of each document that has its text in common with others, the ids of all of them."""
    ids: dict[str, list[str]] = defaultdict(list)
    for document in documents:
        ids[" ".join(document.contents.split())].append(document.id)
    return {id: group for group in ids.values() if len(group) > 1 for id in group}


def compare(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Fusion less the better of words and vectors; then its variants less fusion."""
    rows = {one.name: one for one in outcomes}
    if FUSED not in rows:
        return []
    found = []
    for measure in COMPARED:
        single = [rows[name] for name in SINGLE if name in rows]
        pairs = [(rows[name], rows[FUSED]) for name in rows if name not in (*SINGLE, FUSED)]
        if single:
            pairs = [(rows[FUSED], max(single, key=lambda one: one.means[measure].value)), *pairs]
        for first, second in pairs:
            value = asdict(difference(first.scores[measure], second.scores[measure]))
            found.append({"first": first.name, "second": second.name, "measure": measure, **value})
    return found


def _measure(name: str, collection: Collection, assistant: Assistant, out: Path) -> Outcome:
    same = same_texts(collection.documents)
    weights = VARIANTS[name].weights
    search(assistant, next(iter(collection.queries.values())), weights)  # what is loaded once
    run: dict[str, list[tuple[str, float]]] = {}
    latencies = []
    for query, question in collection.queries.items():
        start = time.perf_counter()
        hits = search(assistant, question, weights)
        latencies.append(1000 * (time.perf_counter() - start))
        run[query] = rank_documents(hits, same)
    write_run(out / f"{collection.split}.{'-'.join(name.split())}.run", run, name)
    return Outcome(name, score(collection.qrels, run), latencies)


def _settings(assistant: Assistant) -> dict[str, str | int | float]:
    """What was set, without the machine's folders."""
    chosen = asdict(assistant.settings).items()
    shown = {name: value for name, value in chosen if not isinstance(value, Path)}
    return shown | {"embedding_model": Path(assistant.settings.embedding_model).name}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="corpus.jsonl, queries.jsonl and qrels/")
    parser.add_argument("--split", default="test")
    parser.add_argument("--index", type=Path, help="where the index is kept")
    parser.add_argument("--out", type=Path, help="where runs and figures go")
    parser.add_argument(
        "--rows", nargs="+", choices=VARIANTS, metavar="ROW", help="; ".join(VARIANTS)
    )
    parser.add_argument("--reranker", default="reader", help="of the last row (default: reader)")
    parser.add_argument("--queries", type=int, default=0, help="the first so many (default: all)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
