"""Features of every candidate unit of the development questions, with its label.

    python -m training.reader_features ../shared/data features.jsonl [--limit 400]

A line a question: `{"set", "id", "question", "record", "answerable", "units": [[label,
passage, {features}]]}`, the passage as its place among those read. Resumes where the file stops.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from rag.assistant import Assistant
from rag.evaluation.folding import squeezed, stands_in
from rag.evaluation.gold import GoldQuestion, check_documents
from rag.filters import Filters
from rag.reading import CalibratedReader
from rag.reading.features import Candidate
from training import question_sets
from training.question_sets import QuestionSet
from training.rows import drop_unfinished, read_rows

SHORT = 20  # characters of evidence that is a few words
SETS = ("seeds", "records", "pages", "written", "renamed", "pubmedqa", "covid_qa", "squad2")


def main() -> None:
    """Collect the features of all sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--limit", type=int, default=400, help="questions a set")
    parser.add_argument("--part", default="fit", help="of the public sets: fit or measure")
    parser.add_argument("--sets", nargs="*", default=SETS)
    arguments = parser.parse_args()
    done = _done(arguments.output)
    with arguments.output.open("a", encoding="utf-8") as output:
        for name in arguments.sets:
            _collect(_read(name, arguments), done, output)


def _read(name: str, arguments: argparse.Namespace) -> QuestionSet:
    if name == "seeds":
        return question_sets.seeds(Path("corpus"), Path("tests/gold/seeds_dev.jsonl"))
    if name == "records":
        return question_sets.records(arguments.data)
    read: Callable[[Path, str, int], QuestionSet] = getattr(question_sets, name)
    return read(arguments.data, arguments.part, arguments.limit)


def _done(output: Path) -> set[tuple[str, str]]:
    """The questions whose line is whole; a line that a kill left half is dropped."""
    drop_unfinished(output)
    return {(row["set"], row["id"]) for row in read_rows(output)} if output.exists() else set()


def _collect(questions: QuestionSet, done: set[tuple[str, str]], output: TextIO) -> None:
    asked = [one for one in questions.gold if (questions.name, one.id) not in done]
    if not asked:
        return
    with tempfile.TemporaryDirectory() as folder, questions.index(Path(folder)) as assistant:
        known = [document.id for document in assistant.documents()]
        for number, question in enumerate(check_documents(asked, known)):
            print(json.dumps(_line(assistant, questions.name, question)), file=output, flush=True)
            if number % 100 == 0:
                print(questions.name, number, "of", len(asked), file=sys.stderr)


def _line(assistant: Assistant, name: str, question: GoldQuestion) -> dict[str, Any]:
    limit = assistant.settings.read_passages
    filters = Filters(without=question.without)
    query, hits = assistant._find(question.question, limit, filters=filters)
    reader = assistant._named.reader
    assert isinstance(reader, CalibratedReader)
    candidates = reader.candidates(query, hits)
    places = {hit.passage.id: place for place, hit in enumerate(hits)}
    return {
        "set": name,
        "id": question.id,
        "question": question.question,
        "record": query.asks_for_record,
        "answerable": question.answerable,
        "units": [
            (_label(one, question), places[one.hit.passage.id], dict(one.features))
            for one in candidates
        ],
    }


def _label(candidate: Candidate, question: GoldQuestion) -> int:
    """Whether a unit of a right document holds evidence, or is a part of it."""
    documents = question.documents
    if documents and candidate.hit.passage.document_id not in documents:
        return 0
    return int(any(_overlaps(candidate.text, evidence) for evidence in question.evidence))


def _overlaps(text: str, evidence: str) -> bool:
    """A short answer stands in a text as words; sentences do however they are spaced."""
    unit, wanted = squeezed(text), squeezed(evidence)
    if len(wanted) <= SHORT:
        return stands_in(evidence, text)
    return wanted in unit or (len(unit) > SHORT and unit in wanted)


if __name__ == "__main__":
    main()
