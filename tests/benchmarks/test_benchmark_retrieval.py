"""The runners over a real index of a small collection."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ir_measures", reason="the extra 'benchmarks' is not installed")

from benchmarks.beir import BeirDocument, write_folder
from benchmarks.outcomes import Outcome
from benchmarks.retrieval import compare, rank_documents, same_texts
from benchmarks.trec import read_run
from rag import Hit, Passage
from tests.seeds import ROOT

DOCUMENTS = [
    BeirDocument("1", "Tides", "The moon pulls at the sea. High water comes twice a day."),
    BeirDocument("2", "Bread", "Yeast makes dough rise. It turns sugar into gas."),
    BeirDocument("3", "Bees", "A dance tells other bees where flowers are."),
    BeirDocument("4", "Bees", "A dance tells other bees  where flowers are."),
]
QUERIES = {"q1": "Why does dough rise?", "q2": "How do bees tell where flowers are?"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    write_folder(folder, DOCUMENTS, QUERIES, {"test": {"q1": "2", "q2": "4"}})
    return folder


def run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True
    )


def test_the_index_is_built_once_and_every_figure_is_written(folder: Path, tmp_path: Path) -> None:
    index, out = str(tmp_path / "index"), str(tmp_path / "out")
    common = (str(folder), "--index", index, "--out", out, "--rows", "fusion")
    first = run("benchmarks.retrieval", *common)
    assert first.returncode == 0, first.stderr
    built = (tmp_path / "index/corpus.sqlite").stat().st_mtime_ns
    assert run("benchmarks.retrieval", *common).returncode == 0
    assert (tmp_path / "index/corpus.sqlite").stat().st_mtime_ns == built
    found = read_run(tmp_path / "out/test.fusion.run")
    assert found["q1"][0][0] == "2"
    assert {id for id, _ in found["q2"][:2]} == {"3", "4"}  # one text, held once by the index
    facts = json.loads((tmp_path / "out/test.json").read_text())
    assert facts["rows"]["fusion"]["measures"]["Recall@10"]["value"] == 1.0
    assert str(tmp_path) not in json.dumps(facts)


@pytest.mark.slow  # a benchmark whole, in a process of its own
def test_citewell_goes_through_the_peers_door(folder: Path, tmp_path: Path) -> None:
    done = run("benchmarks.peers", str(folder), "--only", "citewell", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    row = json.loads((tmp_path / "test.peers.json").read_text())["rows"]["citewell"]
    assert row["measures"]["Recall@100"]["value"] == 1.0
    assert row["peak MB"] > 50
    assert row["latency_ms"]["p50"] > 0


def test_a_document_stands_where_its_first_passage_stands() -> None:
    hits = [hit("a.jsonl#2", 0.5), hit("a.jsonl#1", 0.9), hit("a.jsonl#2", 0.1)]
    assert rank_documents(hits, {}) == [("2", 0.5), ("1", 0.9)]
    assert rank_documents(hits, {"2": ["2", "7"]}, 2) == [("2", 0.5), ("7", 0.5)]


def test_same_texts_are_found_whatever_their_white_space() -> None:
    assert same_texts(DOCUMENTS) == {"3": ["3", "4"], "4": ["3", "4"]}


def test_fusion_is_compared_with_the_better_of_its_parts() -> None:
    import numpy as np

    def row(name: str, value: float) -> Outcome:
        scores = {name: np.full(5, value) for name in ("nDCG@10", "Recall@100")}
        return Outcome(name, scores, [1.0])

    found = compare([row("words", 0.4), row("vectors", 0.5), row("fusion", 0.7), row("more", 0.6)])
    pairs = {(one["first"], one["second"], round(one["value"], 6)) for one in found}
    assert pairs == {("fusion", "vectors", 0.2), ("more", "fusion", -0.1)}
    assert compare([row("words", 0.4)]) == []


def hit(document: str, score: float) -> Hit:
    return Hit(Passage(document, 0, 1, "x", ()), score)
