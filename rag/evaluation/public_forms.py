"""Gold sets in public forms: SQuAD 2.0's JSON (Rajpurkar et al. 2018) and BEIR's layout
(Thakur et al. 2021).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.evaluation.gold import GoldQuestion, read_text
from rag.sentences import split_sentences

Read = tuple[list[GoldQuestion], list[str]]  # questions, and what is wrong with others


# -- SQuAD ------------------------------------------------------------------------------------


def squad_articles(text: str) -> list[Any] | None:
    """The articles, where a text is SQuAD's JSON: one object with a list named `data`."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    data = value.get("data") if isinstance(value, dict) else None
    return data if isinstance(data, list) else None


def read_squad(articles: Sequence[Any]) -> Read:
    """The questions of every paragraph; `evidence` are the sentences around the answers."""
    questions: list[GoldQuestion] = []
    problems: list[str] = []
    for place, paragraph, entry in _entries(articles, problems):
        try:
            questions.append(_squad_question(entry, paragraph["context"]))
        except ValueError as error:
            problems.append(f"{place}: {error}")
    return questions, problems


def _entries(
    articles: Sequence[Any], problems: list[str]
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for a, article in enumerate(articles):
        for p, paragraph in enumerate(_list(article, "paragraphs", f"data[{a}]", problems)):
            place = f"data[{a}].paragraphs[{p}]"
            entries = _list(paragraph, "qas", place, problems)
            if entries and not isinstance(paragraph.get("context"), str):
                problems.append(f"{place}: no 'context', the paragraph's text")
                continue
            for q, entry in enumerate(entries):
                if isinstance(entry, dict):
                    yield f"{place}.qas[{q}]", paragraph, entry
                else:
                    problems.append(f"{place}.qas[{q}]: not an object")


def _list(holder: Any, key: str, place: str, problems: list[str]) -> list[Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    if isinstance(value, list):
        return value
    problems.append(f"{place}: no list {key!r}")
    return []


def _squad_question(entry: dict[str, Any], context: str) -> GoldQuestion:
    question, answers = entry.get("question"), entry.get("answers", [])
    impossible = entry.get("is_impossible", False)
    if not isinstance(question, str):
        raise ValueError("'question' must be a text")
    if not isinstance(impossible, bool):
        raise ValueError("'is_impossible' must be true or false")
    if not isinstance(answers, list) or not (answers or impossible):
        raise ValueError("no 'answers', though 'is_impossible' is not true")
    spans = [] if impossible else [_answer(answer, context) for answer in answers]
    texts = tuple(dict.fromkeys(context[start:end].strip() for start, end in spans))
    return GoldQuestion(
        id=str(entry.get("id", question)),
        question=question.strip(),
        answerable=not impossible,
        facts=(texts,) if texts else (),
        evidence=tuple(
            context[start:end]
            for start, end in split_sentences(context)
            if any(start < last and first < end for first, last in spans)
        ),
        context=context,
        kind="impossible" if impossible else "",
    )


def _answer(answer: Any, context: str) -> tuple[int, int]:
    text = answer.get("text") if isinstance(answer, dict) else None
    start = answer.get("answer_start") if isinstance(answer, dict) else None
    if not isinstance(text, str) or not text.strip() or not isinstance(start, int):
        raise ValueError("an answer needs a 'text' and an 'answer_start'")
    if start < 0 or context[start : start + len(text)] != text:
        raise ValueError(f"the answer {text!r} does not stand at its 'answer_start' {start}")
    return start, start + len(text)


# -- BEIR -------------------------------------------------------------------------------------


def read_beir(folder: Path) -> Read:
    """The judged queries: of the test split where there is one, as BEIR's evaluation has it."""
    queries, judgements = folder / "queries.jsonl", sorted((folder / "qrels").glob("*.tsv"))
    if not queries.is_file() or not judgements:
        raise UsageError(f"{folder} is not in BEIR's layout: queries.jsonl and qrels/*.tsv")
    chosen = next((file for file in judgements if file.stem == "test"), judgements[0])
    questions: list[GoldQuestion] = []
    relevant, problems = _judgements(chosen)
    for number, line in enumerate(read_text(queries).split("\n"), start=1):
        try:
            row = json.loads(line) if line.strip() else {"_id": "", "text": ""}
            name, text = str(row["_id"]), row["text"]
            if not isinstance(text, str):
                raise ValueError("'text' is not a text")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            problems.append(f"queries.jsonl line {number}: no query ({error})")
            continue
        if name in relevant:
            documents = tuple(relevant.pop(name))
            questions.append(
                GoldQuestion(name, text.strip(), True, documents=documents, line=number)
            )
    if not questions and not problems:
        problems.append(f"{chosen.name} judges none of the queries in queries.jsonl")
    return questions, problems


def _judgements(file: Path) -> tuple[dict[str, list[str]], list[str]]:
    """Relevant documents by query."""
    relevant: dict[str, list[str]] = {}
    problems = []
    for number, line in enumerate(read_text(file).split("\n"), start=1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and cells[-1].strip().lower() == "score"):
            continue
        try:
            query, document, score = cells
            grade = float(score)
        except ValueError:
            grade = math.nan
        if math.isnan(grade):
            problems.append(
                f"qrels/{file.name} line {number}: not query, document and score between tabs"
            )
        elif grade > 0:
            relevant.setdefault(query, []).append(document)
    return relevant, problems
