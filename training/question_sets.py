"""Development questions with their documents, as the fitting of the reader takes them.

Only what is set aside for development is read: PubMedQA without its official test questions,
the first half of COVID-QA's articles, the first two thirds of SQuAD 2.0's articles, and the
seeds' `dev` questions.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the file that answers it (None: none does) and what an answer overlaps.

    `without` names files that must be passed over: a question asked as if its document were
    not in the index.
    """

    text: str
    file: str | None
    evidence: tuple[str, ...]
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Files to index and questions about them."""

    name: str
    files: dict[str, str]
    questions: Sequence[Question]


def pubmedqa(data: Path, limit: int) -> QuestionSet:
    """Abstracts with their conclusion, which answers; and the same with the abstract gone."""
    rows = json.loads((data / "pubmedqa/ori_pqal.json").read_text(encoding="utf-8"))
    test = json.loads((data / "pubmedqa/test_ground_truth.json").read_text(encoding="utf-8"))
    files = {
        f"{pmid}.txt": "\n\n".join([*row["CONTEXTS"], row["LONG_ANSWER"]])
        for pmid, row in rows.items()
    }
    asked = _sample([pmid for pmid in sorted(rows) if pmid not in test], limit)
    answered = [Question(rows[p]["QUESTION"], f"{p}.txt", (rows[p]["LONG_ANSWER"],)) for p in asked]
    return QuestionSet("pubmedqa", files, [*answered, *map(_withdrawn, answered)])


def covid_qa(data: Path, limit: int) -> QuestionSet:
    """Full articles with exact answer spans; and the same with the article gone."""
    file = next((data / "covid_qa").glob("*.json"))
    articles = json.loads(file.read_text(encoding="utf-8"))["data"]
    files, answered = {}, []
    for number, article in enumerate(articles):
        for paragraph in article["paragraphs"]:
            name = f"{number:03}_{paragraph.get('document_id', 0)}.txt"
            files[name] = paragraph["context"]
            if number < len(articles) // 2:
                answered += [_span_question(entry, name) for entry in paragraph["qas"]]
    answered = _sample([q for q in answered if q], limit)
    return QuestionSet("covid_qa", files, [*answered, *map(_withdrawn, answered)])


def squad2(data: Path, limit: int) -> QuestionSet:
    """Paragraphs, with questions that people wrote to be unanswerable from them."""
    file = next((data / "squad2").glob("*.json"))
    articles = json.loads(file.read_text(encoding="utf-8"))["data"]
    files, questions = {}, []
    for article in articles[: len(articles) * 2 // 3]:
        for number, paragraph in enumerate(article["paragraphs"]):
            name = f"{article['title']}_{number}.txt"
            files[name] = f"{article['title'].replace('_', ' ')}\n\n{paragraph['context']}"
            for entry in paragraph["qas"]:
                found = _span_question(entry, name)
                questions.append(found or Question(entry["question"], None, ()))
    return QuestionSet("squad2", files, _sample(questions, 2 * limit))


def seeds(corpus: Path, gold: Path) -> QuestionSet:
    """The seed documents and the gold questions set aside for development."""
    files = {file.name: file.read_text(encoding="utf-8") for file in corpus.glob("*.txt")}
    return QuestionSet("seeds", files, list(_gold(gold)))


def _gold(gold: Path) -> Iterator[Question]:
    for line in gold.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Question(row["question"], next(iter(row["documents"]), None), tuple(row["evidence"]))


def _span_question(entry: dict[str, object], name: str) -> Question | None:
    answers: list[dict[str, str]] = entry["answers"]  # type: ignore[assignment]
    if not answers:
        return None
    texts = tuple(dict.fromkeys(answer["text"] for answer in answers))
    return Question(str(entry["question"]), name, texts)


def _withdrawn(question: Question) -> Question:
    return Question(question.text, None, (), frozenset({question.file or ""}))


def _sample(items: list, limit: int) -> list:  # type: ignore[type-arg]
    return random.Random(0).sample(items, min(limit, len(items)))
