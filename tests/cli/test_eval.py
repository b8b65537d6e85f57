"""`rag eval` in a process of its own, over the real index of the seeds."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.conftest import Run

B_ALL, BOVINE = "002_d54f38cab2bba060.txt", "What do bovine leukaemia viruses eat?"
GOLD = [
    {
        "id": "one",
        "question": "From which cells does acute lymphoblastic leukemia arise?",
        "answers": [["lymphoid precursor cells"]],
        "documents": [B_ALL],
        "evidence": ["malignant proliferation of lymphoid precursor cells"],
    },
    {"id": "two", "question": BOVINE, "answers": [], "kind": "far"},
    {"id": "three", "question": "=1+1 <script>alert(1)</script> <b>?", "answers": []},
]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    file = tmp_path / "gold.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in GOLD), encoding="utf-8")
    return file


def test_figures_are_printed_and_kept(rag: Run, seed_index: Path, gold: Path) -> None:
    done = rag("eval", gold, "--index", seed_index, "--json", "run.json", "--csv", "run.csv")
    assert done.returncode == 0, done.stderr
    assert "3 questions, 1 answerable; 5 documents" in done.stdout
    for name in ("fact_recall", "answered", "abstained_far", "auroc", "latency_p95_ms"):
        assert f"\n{name} " in done.stdout
    kept = json.loads((gold.parent / "run.json").read_text(encoding="utf-8"))
    assert kept["figures"]["exactness"]["value"] == 1.0
    assert [row["id"] for row in kept["rows"]] == ["one", "two", "three"]
    with (gold.parent / "run.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[2]["question"].startswith("'=1+1")  # no spreadsheet computes it


def test_a_report_opens_offline_and_obeys_nothing(rag: Run, seed_index: Path, gold: Path) -> None:
    arguments = ("eval", gold, "--index", seed_index, "--quiet")
    rag(*arguments, "--json", "run.json", "--threshold", "0.99")
    done = rag(*arguments, "--html", "report.html", "--against", "run.json")
    assert done.returncode == 0, done.stderr
    assert "difference to the earlier run, over 3 shared questions" in done.stdout
    page = (gold.parent / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert not any(f'{mark}="http' in page for mark in ("src", "href"))


def test_a_missed_bound_fails(rag: Run, seed_index: Path, gold: Path) -> None:
    done = rag("eval", gold, "--index", seed_index, "--min", "fact_recall=1.1")
    assert done.returncode == 1
    assert "below the bound 1.1" in done.stderr
    done = rag("eval", gold, "--index", seed_index, "--min", "latency_p50_ms=0.001")
    assert done.returncode == 1
    assert "above the bound 0.001" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--min", "fact_recal=0.9"], "no such figure; there are fact_recall"),
        (["--min", "fact_recall=nan"], "write a figure and its bound"),
        (["--json", "missing/run.json"], "name a file in a folder that is there"),
        (["--html", "."], "name a file in a folder that is there"),
        (["--csv", "gold.jsonl"], "gold.jsonl is the gold set"),
        (["--json", "-", "--csv", "-"], "two outputs are to be written to -"),
        (["--json", "run", "--html", "run"], "two outputs are to be written to run"),
        (["--min", "fact_recall"], "write a figure and its bound"),
        (["--against", "missing.json"], "missing.json cannot be read"),
        (["--against", "gold.jsonl"], "gold.jsonl is not a report"),
    ],
)
def test_misuse_is_said(
    rag: Run, seed_index: Path, gold: Path, arguments: list[str], said: str
) -> None:
    done = rag("eval", gold, "--index", seed_index, *arguments)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"question": "Why?", "answrs": []}', "line 4: unknown key 'answrs'"),
        ('{"question": "Why?"}', "line 4: no 'answers'"),
        (json.dumps(GOLD[0]), "line 4: the same question as line 1"),
        (
            json.dumps({**GOLD[0], "id": "x", "question": "Why?", "documents": ["002_d54.txt"]}),
            "line 4: '002_d54.txt' is not in the index; did you mean",
        ),
    ],
)
def test_a_mistake_in_the_gold_set_is_said_with_its_line(
    rag: Run, seed_index: Path, gold: Path, line: str, said: str
) -> None:
    gold.write_text(gold.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    done = rag("eval", gold, "--index", seed_index)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"gold.jsonl: {said}" in done.stderr


def test_what_cannot_be_compared_is_said_before_anything_is_asked(
    rag: Run, seed_index: Path, gold: Path
) -> None:
    rag("eval", gold, "--index", seed_index, "--json", "run.json")
    other = gold.with_name("other.jsonl")
    other.write_text('{"question": "Why?", "answers": []}\n', encoding="utf-8")
    done = rag("eval", other, "--index", seed_index, "--against", "run.json", "--json", "new.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "asked none of these questions" in done.stderr
    kept = json.loads((gold.parent / "run.json").read_text(encoding="utf-8"))
    kept["rows"][0]["confidence"] = "high"
    (gold.parent / "run.json").write_text(json.dumps(kept), encoding="utf-8")
    done = rag("eval", gold, "--index", seed_index, "--against", "run.json")
    assert (done.returncode, "is not a report" in done.stderr) == (2, True)


def test_a_closed_pipe_loses_neither_files_nor_bounds(
    rag: Run, seed_index: Path, gold: Path
) -> None:
    closed = "import os, sys; r, w = os.pipe(); os.close(r); os.dup2(w, 1)"
    done = rag(
        "eval", gold, "--index", seed_index, "--json", "run.json", "--min", "right=2",
        prelude=closed,
    )  # fmt: skip
    assert done.returncode == 1
    assert "below the bound 2" in done.stderr
    assert (gold.parent / "run.json").exists()


def test_evidence_that_stands_nowhere_is_noted(rag: Run, seed_index: Path, gold: Path) -> None:
    row = {**GOLD[0], "evidence": ["words that no document holds"]}
    gold.write_text(json.dumps(row) + "\n", encoding="utf-8")
    done = rag("eval", gold, "--index", seed_index)
    assert "line 1: this evidence does not stand in 002_d54f38cab2bba060.txt: 'words" in done.stderr


def test_json_alone_goes_to_standard_output(rag: Run, seed_index: Path, gold: Path) -> None:
    done = rag("eval", gold, "--index", seed_index, "--json")
    assert json.loads(done.stdout)["gold"] == "gold.jsonl"
