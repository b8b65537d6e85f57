"""Claims and abstracts: counts by hand, and the runner over a small set with the real reader."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ir_measures", reason="the extra 'benchmarks' is not installed")

from benchmarks.beir import QUERIES, BeirDocument, read_collection, write_folder
from benchmarks.claim_pairs import POOLINGS, Pair, PairReading, coverages, read, read_pairs
from benchmarks.claims import (
    best_threshold,
    by_claim,
    choose,
    count_sentences,
    count_stances,
)
from rag.reading.network import ReaderNetwork
from tests.seeds import ROOT
from training.reader.examples import Stance, windows

TEXT = "Tides follow the moon. Bread needs yeast. Bees dance for flowers."
KETTLES = BeirDocument(
    "1", "Kettles", "Forty kettles were heated. Copper kettles hum louder than steel ones. End."
)
BREAD = BeirDocument("2", "Bread", "Ten doughs were kept warm. Salt slows the rise of dough.")


def make_pair(*rationales: set[int], claim: str = "c", stance: int = Stance.SUPPORTS) -> Pair:
    places = ((0, 22), (23, 41), (42, 65))
    return Pair(claim, "The moon moves the sea.", "", TEXT, places,
                tuple(map(frozenset, rationales)), Stance(stance))  # fmt: skip


def reading(pair: Pair, *evidence: float, stances: tuple[list[float], list[float]]) -> PairReading:
    pooled = dict(zip(POOLINGS, map(np.array, stances), strict=True))
    return PairReading(pair, np.array(evidence), pooled)


def test_sentences_are_counted_by_themselves_and_by_whole_rationales() -> None:
    pairs = [make_pair({0, 1}), make_pair({0, 1}, {2}), make_pair({2, 9})]
    chosen = [frozenset({0}), frozenset({0, 2}), frozenset({2})]
    assert count_sentences(pairs, chosen).tolist() == [
        [1, 1, 2, 0],  # half of a rationale is right by itself, and not as a whole
        [2, 2, 3, 1],
        [1, 1, 2, 0],  # a sentence beyond the abstract's end cannot be found
    ]


def test_confusions_are_laid_flat_and_chances_are_shared() -> None:
    given = np.array([[0.0, 1.0], [0.5, 0.5]])
    assert count_stances([0, 1], given).tolist() == [[0, 1, 0, 0], [0, 0, 0.5, 0.5]]


def test_a_claims_pairs_are_one_item() -> None:
    pairs = [make_pair(claim=claim) for claim in ("b", "a", "b")]
    assert by_claim(pairs, np.array([[1.0], [2.0], [4.0]])).tolist() == [[2], [5]]


def test_the_threshold_is_where_f1_is_greatest() -> None:
    neither = ([0.0] * 3, [0.0] * 3)
    pairs = [
        reading(make_pair({0}), 2.0, -1.0, -3.0, stances=neither),
        reading(make_pair({1}), -0.5, 0.5, -4.0, stances=neither),
    ]
    # Of 2.0 right, 0.5 right, -0.5 wrong, … the first two give an F1 of 1.
    assert best_threshold(pairs) == 0.0
    assert best_threshold([reading(make_pair({0, 1, 2}), 1.0, 2.0, 0.0, stances=neither)]) < 0


def test_the_pooling_is_the_one_that_is_right_more_often() -> None:
    supports, contradicts = [0.0, 1.0, -1.0], [0.0, -1.0, 1.0]
    pairs = [
        reading(make_pair({0}), 1.0, 0.0, 0.0, stances=(contradicts, supports)),
        reading(
            make_pair({0}, stance=Stance.CONTRADICTS), 1.0, 0.0, 0.0,
            stances=(contradicts, contradicts),
        ),
    ]  # fmt: skip
    assert choose(pairs)["stance"] == "windows summed"


def test_a_sentence_is_read_in_the_window_that_it_stands_in() -> None:
    filler = " ".join(f"The {number}th kettle was filled with cold water." for number in range(30))
    text = f"{filler} Copper kettles hum louder than steel ones."
    places = tuple((text.index(part), text.index(part) + len(part)) for part in (filler, "Copper"))
    pair = Pair("c", "Copper kettles are loud.", "Kettles", text, places)
    network = ReaderNetwork()
    spans = windows(text)
    assert len(spans) > 1
    found = read(network, pair)
    (last,) = network.read(pair.statement, [(pair.title, text[slice(*spans[-1])])])
    start, end = (place - spans[-1][0] for place in places[1])
    # int8 moves with the batch's padding, a little; another window's reading is far off.
    assert found.evidence[1] == pytest.approx(last.evidence(start, end)[0], abs=1.0)
    assert set(found.stances) == set(POOLINGS)


def test_coverage_finds_the_sentence_that_says_the_same() -> None:
    assert int(coverages(make_pair()).argmax()) == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    queries = {"7": "Copper kettles are louder than steel.", "8": "Salt makes dough rise faster."}
    relevant = {"7": "1", "8": "2"}
    write_folder(tmp_path, [KETTLES, BREAD], queries, {"train": relevant, "test": relevant})
    evidence = {
        "7": {"1": [{"sentences": [1], "label": "SUPPORT"}]},
        "8": {"2": [{"sentences": [1], "label": "CONTRADICT"}]},
    }
    rows = [{"_id": id, "text": text, "metadata": evidence[id]} for id, text in queries.items()]
    (tmp_path / QUERIES).write_text("\n".join(map(json.dumps, rows)))
    grades = (tmp_path / "qrels/train.tsv").read_text()
    # Cited, and says nothing of the claim.
    (tmp_path / "qrels/train.tsv").write_text(f"{grades}7\t2\t1\n")
    return tmp_path


def test_pairs_have_their_evidence_and_cited_abstracts_without_any_are_undecided(
    folder: Path,
) -> None:
    pairs = list(read_pairs(read_collection(folder, "train"), folder / QUERIES))
    stances = [(one.claim, one.title, one.stance) for one in pairs]
    assert stances == [
        ("7", "Kettles", Stance.SUPPORTS),
        ("7", "Bread", Stance.UNDECIDED),
        ("8", "Bread", Stance.CONTRADICTS),
    ]
    assert [pairs[0].written[i] for i in pairs[0].relevant] == [
        "Copper kettles hum louder than steel ones."
    ]


def test_the_runner_prints_and_writes_every_row(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.claims", str(folder), "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    facts = json.loads((tmp_path / "train.json").read_text())
    assert facts["pairs"] == {
        "undecided": 1, "supports": 1, "contradicts": 1, "sentences_beyond_the_end": 0,
    }  # fmt: skip
    everything = facts["sentences"]["all sentences"]
    assert everything["recall"]["value"] == 1
    assert everything["precision"]["value"] == pytest.approx(2 / 5)
    assert facts["stance"]["any at random"]["macro F1"]["value"] == pytest.approx(0.5)
    assert facts["stance of three"]["reader, best window"]["macro F1"]["count"] == 2  # claims
    assert "best by cosine" in done.stdout
    assert str(tmp_path) not in json.dumps(facts)
