"""Features of every candidate unit of the development questions, with its label.

    python -m training.reader_features ../shared/data features.jsonl [--limit 400]

A line a question: `{"set", "question", "record", "answerable", "units": [[label, {features}]]}`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from rag.assistant import Assistant
from rag.indexing import build_index
from rag.reading import CoverageReader
from rag.reading.features import Candidate
from rag.settings import Settings
from training.question_sets import Question, QuestionSet, covid_qa, pubmedqa, seeds, squad2


def main() -> None:
    """Collect the features of all sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--limit", type=int, default=400, help="questions a set")
    parser.add_argument("--sets", nargs="*", default=["seeds", "pubmedqa", "covid_qa", "squad2"])
    arguments = parser.parse_args()
    makers = {
        "seeds": lambda: seeds(Path("corpus"), Path("tests/gold/seeds_dev.jsonl")),
        "pubmedqa": lambda: pubmedqa(arguments.data, arguments.limit),
        "covid_qa": lambda: covid_qa(arguments.data, arguments.limit),
        "squad2": lambda: squad2(arguments.data, arguments.limit),
    }
    with arguments.output.open("w", encoding="utf-8") as output:
        for name in arguments.sets:
            _collect(makers[name](), output)


def _collect(questions: QuestionSet, output: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        documents, index = Path(folder) / "documents", Path(folder) / "index"
        documents.mkdir()
        for name, text in questions.files.items():
            (documents / name.replace("/", "_")).write_text(text, encoding="utf-8")
        build_index([documents], Settings.load(index=index))
        with Assistant.open(index) as assistant:
            for number, question in enumerate(questions.questions):
                line = _line(assistant, questions.name, question)
                print(json.dumps(line), file=output, flush=True)  # type: ignore[call-overload]
                if number % 100 == 0:
                    print(questions.name, number, file=sys.stderr)


def _line(assistant: Assistant, name: str, question: Question) -> dict[str, object]:
    limit = assistant.settings.read_passages
    query, hits = assistant._find(question.text, limit + 200 * bool(question.without))
    hits = [hit for hit in hits if hit.passage.document_id not in question.without][:limit]
    reader = assistant._reader
    assert isinstance(reader, CoverageReader)
    units = [(_label(c, question), dict(c.features)) for c in reader.candidates(query, hits)]
    return {
        "set": name,
        "question": question.text,
        "record": query.asks_for_record,
        "answerable": question.file is not None,
        "units": units,
    }


def _label(candidate: Candidate, question: Question) -> int:
    """Whether the unit overlaps the evidence, in the document that answers."""
    if question.file is None:
        return 0
    text = _folded(candidate.text)
    return int(any(_overlap(text, _folded(evidence)) for evidence in question.evidence))


def _overlap(unit: str, evidence: str) -> bool:
    return evidence in unit or (len(unit) > 20 and unit in evidence)


def _folded(text: str) -> str:
    return "".join(text.casefold().replace("-", "").split())


if __name__ == "__main__":
    main()
