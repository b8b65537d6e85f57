"""Public sets as files to index and gold questions about them, by part (see `splits.py`).

Of PubMedQA and COVID-QA each question is asked twice: as it is, and as if the document that
answers it were not in the index (the rest there).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.assistant import Assistant
from rag.evaluation.gold import GoldQuestion, read_gold
from rag.indexing import build_index
from rag.settings import Settings
from training import splits
from training.rows import sample
from training.written import questions

_WORD = re.compile(r"[^\W_][\w-]*[^\W_]")
_KINDS = ("aeiou", "bcdfghjklmnpqrstvwxz", "0123456789")
WITHOUT = " without"  # ends the id of a question that is asked without its document
RECORDS = Path(__file__).parent / "records.jsonl"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Files to index, by name, and questions about them."""

    name: str
    files: dict[str, str]
    gold: Sequence[GoldQuestion]

    def index(self, folder: Path) -> Assistant:
        """The files written and indexed under `folder`."""
        documents, index = folder / "documents", folder / "index"
        documents.mkdir(parents=True)
        for name, text in self.files.items():
            (documents / name).write_text(text, encoding="utf-8")
        build_index([documents], Settings.load(index=index))
        return Assistant.open(index)


def pubmedqa(data: Path, part: str, limit: int = 0) -> QuestionSet:
    """Abstracts with their conclusion, which answers; and the same with the abstract gone."""
    rows = {pmid: row for one in splits.PARTS for pmid, row in splits.pubmedqa(data, one).items()}
    files = {f"{pmid}.txt": _abstract(row) for pmid, row in rows.items()}
    asked = [
        GoldQuestion(
            id=pmid,
            question=row["QUESTION"],
            answerable=True,
            documents=(f"{pmid}.txt",),
            evidence=(row["LONG_ANSWER"],),
            kind="with",
        )
        for pmid, row in splits.pubmedqa(data, part).items()
    ]
    return QuestionSet("pubmedqa", files, list(_and_withdrawn(sample(asked, limit))))


def covid_qa(data: Path, part: str, limit: int = 0) -> QuestionSet:
    """Full articles with answer spans; and the same with the article gone."""
    files = {
        _file(paragraph): paragraph["context"]
        for one in splits.PARTS
        for article in splits.covid_qa(data, one)
        for paragraph in article["paragraphs"]
    }
    asked = [
        GoldQuestion(
            id=str(entry["id"]),
            question=entry["question"],
            answerable=True,
            documents=(_file(paragraph),),
            evidence=tuple(answer["text"].strip() for answer in entry["answers"]),
            kind="with",
        )
        for article in splits.covid_qa(data, part)
        for paragraph in article["paragraphs"]
        for entry in paragraph["qas"]
    ]
    return QuestionSet("covid_qa", files, list(_and_withdrawn(sample(asked, limit))))


def squad2(data: Path, part: str, limit: int = 0) -> QuestionSet:
    """Paragraphs, with questions that people wrote to be unanswerable from them."""
    files, asked = {}, []
    for article in splits.squad2(data, part):
        for number, paragraph in enumerate(article["paragraphs"]):
            name = f"{article['title'].replace('/', '_')}_{number}.txt"
            files[name] = f"{article['title'].replace('_', ' ')}\n\n{paragraph['context']}"
            asked += [_squad_question(entry, name) for entry in paragraph["qas"]]
    return QuestionSet("squad2", files, sample(asked, limit))


def written(data: Path, part: str, limit: int = 0) -> QuestionSet:
    """Abstracts, with our own questions and near misses."""
    return QuestionSet("written", *_written(data, part, "scifact", limit))


def pages(data: Path, part: str, limit: int = 0) -> QuestionSet:
    """Made-up pages of records and references, with our own questions and near misses."""
    return QuestionSet("pages", *_written(data, part, "pages", limit))


def _written(
    data: Path, part: str, name: str, limit: int
) -> tuple[dict[str, str], list[GoldQuestion]]:
    """The texts that are asked about, and nothing else; the questions."""
    rows = list(questions(data, part, name))
    files = {_text_file(row.document): f"{row.title}\n\n{row.text}" for row in rows}
    asked = [
        GoldQuestion(
            id=str(number),
            question=row.wording,
            answerable=bool(row.evidence),
            documents=(_text_file(row.document),) if row.evidence else (),
            evidence=tuple(row.text[a:b] for a, b in row.evidence),
            kind="answerable" if row.evidence else "near",
        )
        for number, row in enumerate(rows)
    ]
    return files, sample(asked, limit)


def renamed(data: Path, part: str, limit: int = 0) -> QuestionSet:
    """Our answerable questions over abstracts, a name in each made up: nothing answers them."""
    asked = written(data, part)
    rng = random.Random(part)
    gold = [
        replace(one, question=question, answerable=False, documents=(), evidence=(), kind="renamed")
        for one in asked.gold
        if one.answerable and (question := _renamed(one.question, rng))
    ]
    return QuestionSet("renamed", asked.files, sample(gold, limit))


def _renamed(question: str, rng: random.Random) -> str:
    """A question with its longest name made up; empty where it has none."""
    names = [w for w in _WORD.finditer(question) if w.start() and _is_name(w[0])]
    if not names:
        return ""
    name = max(names, key=lambda w: len(w[0]))
    made_up = "".join(_another(letter, rng) for letter in name[0])
    return question[: name.start()] + made_up + question[name.end() :]


def _is_name(word: str) -> bool:
    return len(word) > 2 and (word[1:].lower() != word[1:] or any(c.isdigit() for c in word))


def _another(letter: str, rng: random.Random) -> str:
    """A letter or digit of the same kind."""
    for kind in _KINDS:
        if letter.lower() in kind:
            other = rng.choice(kind)
            return other.upper() if letter.isupper() else other
    return letter


def _text_file(document: str) -> str:
    return f"{document.partition(':')[2]}.txt"


def records(data: Path) -> QuestionSet:
    """Papers as PubMed, MEDLINE and JATS files, with our questions about records and references."""
    gold = read_gold(RECORDS)
    wanted = {document.partition("#")[0] for one in gold for document in one.documents}
    found = sorted(file for file in (data / "formats").glob("*/*") if file.name in wanted)
    files = {file.name: file.read_text(encoding="utf-8") for file in found}
    return QuestionSet("records", files, gold)


def seeds(corpus: Path, gold: Path) -> QuestionSet:
    """The seed documents and a gold set over them."""
    files = {file.name: file.read_text(encoding="utf-8") for file in corpus.glob("*.txt")}
    return QuestionSet("seeds", files, read_gold(gold))


def _abstract(row: dict[str, Any]) -> str:
    return "\n\n".join([*row["CONTEXTS"], row["LONG_ANSWER"]])


def _file(paragraph: dict[str, Any]) -> str:
    return f"{paragraph['document_id']}.txt"


def _squad_question(entry: dict[str, Any], name: str) -> GoldQuestion:
    texts = tuple(dict.fromkeys(answer["text"] for answer in entry["answers"]))
    return GoldQuestion(
        id=str(entry["id"]),
        question=entry["question"].strip(),
        answerable=bool(texts),
        facts=(texts,) if texts else (),
        documents=(name,) if texts else (),
        evidence=texts,
        kind="answerable" if texts else "adversarial",
    )


def _and_withdrawn(asked: Sequence[GoldQuestion]) -> Iterator[GoldQuestion]:
    for one in asked:
        yield one
        yield replace(
            one,
            id=one.id + WITHOUT,
            answerable=False,
            facts=(),
            documents=(),
            evidence=(),
            kind="without",
            without=frozenset(one.documents),
        )
