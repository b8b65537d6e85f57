"""Answering against abstaining at scale: with the document in the index, and with it taken out.

    python -m benchmarks.abstention ../shared/data [--limit 200] [--html FOLDER] [--json FOLDER]

PubMedQA's official test questions over all 1,000 abstracts, COVID-QA's measured articles over
all 98, SQuAD 2.0's measured articles with the questions that people wrote to be unanswerable.
None of these questions is trained or fitted on. The last lines pool all sets.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rag.evaluation import Report, Row, evaluate
from rag.evaluation.curves import area_under_risk
from rag.evaluation.figures import figures
from rag.evaluation.files import report_to_json
from rag.evaluation.page import report_to_html
from training.question_sets import QuestionSet, covid_qa, pubmedqa, squad2

READERS = {"pubmedqa": pubmedqa, "covid_qa": covid_qa, "squad2": squad2}
SHOWN = (
    "auroc", "calibration_error", "answered", "abstained", "first_document",
    "quotation_precision", "latency_p50_ms",
)  # fmt: skip


def main() -> None:
    """Ask every set, print its figures, then the pooled ones."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="questions a set (default: all)")
    parser.add_argument("--sets", nargs="+", choices=READERS, default=list(READERS))
    parser.add_argument("--part", choices=("fit", "measure"), default="measure")
    parser.add_argument("--html", type=Path, help="a folder for reports")
    parser.add_argument("--json", type=Path, help="a folder for reports that `--against` reads")
    arguments = parser.parse_args()
    rows: list[Row] = []
    reports = []
    for name in arguments.sets:
        try:
            questions = READERS[name](arguments.data, arguments.part, arguments.limit)
        except (OSError, StopIteration) as error:
            sys.exit(f"benchmarks.abstention: no {name} in {arguments.data} ({error})")
        report = measure(questions)
        reports.append((name, report))
        rows += report.rows
        _print(name, report.rows)
    _print("pooled", rows)
    for folder, suffix, write in (
        (arguments.json, "json", report_to_json),
        (arguments.html, "html", report_to_html),
    ):
        for name, report in reports if folder else ():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.{suffix}").write_text(write(report), encoding="utf-8")


def measure(questions: QuestionSet) -> Report:
    """Index a set's files and ask its questions."""
    with tempfile.TemporaryDirectory() as folder, questions.index(Path(folder)) as assistant:
        return evaluate(assistant, questions.gold, progress=_progress)


def _print(name: str, rows: Sequence[Row]) -> None:
    found = figures(rows)
    print(f"\n{name}: {len(rows)} questions, {sum(row.answerable for row in rows)} answerable")
    for figure in (found[name] for name in SHOWN if name in found):
        interval = f"{figure.low:.3f} to {figure.high:.3f}"
        print(f"  {figure.name:22} {figure.value:8.3f}  {interval:20} n {figure.count}")
    print(f"  {'mean_risk':22} {area_under_risk(rows):8.3f}  over all coverages")


def _progress(done: int, total: int) -> None:
    if done % 100 == 0 or done == total:
        print(json.dumps({"asked": done, "of": total}), file=sys.stderr)


if __name__ == "__main__":
    main()
