"""Gold sets: questions with what a right answer holds, and where it stands.

Three forms are read: JSON lines (the form of `tests/gold/`), SQuAD 2.0's JSON, and a folder in
BEIR's layout. Whatever is wrong in a file is said with its line before anything is asked.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.evaluation.folding import folded

REQUIRED = ("question", "answers")
REQUIRED_OF_ANSWERABLE = ("documents", "evidence")
OPTIONAL = ("id", "kind", "about", "without")
KEYS = (*REQUIRED, *REQUIRED_OF_ANSWERABLE, *OPTIONAL)
_MOST_PROBLEMS = 20  # shown at once


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and what is right.

    `facts` are what the answer must hold, each with its accepted spellings; None where the set
    does not say. `documents` and `evidence` are the documents and sentences that answer;
    `context` a text that any right quotation stands in, for sets that name no documents.
    `without` names documents that are passed over, as if they were not in the index.
    """

    id: str
    question: str
    answerable: bool
    facts: tuple[tuple[str, ...], ...] | None = None
    documents: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    context: str = ""
    kind: str = ""
    without: frozenset[str] = field(default_factory=frozenset)
    line: int = 0


def read_gold(path: str | Path) -> list[GoldQuestion]:
    """The questions of a gold set. Raises UsageError that names every bad line."""
    path = Path(path)
    if path.is_dir():
        return _required(path, list(_read_beir(path)))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise UsageError(f"{path} cannot be read: {reason}") from error
    squad = _squad(text)
    return _required(path, list(_read_squad(squad)) if squad else _read_lines(path, text))


def check_documents(
    gold: Sequence[GoldQuestion], known: Sequence[str], path: str | Path = "gold"
) -> list[GoldQuestion]:
    """The gold with its documents named as the index names them.

    A document may be named by its id, by what follows its `#`, or without its suffix. Raises
    UsageError for one that is not in the index.
    """
    names = {name: one for one in known for name in _names(one)} | {one: one for one in known}
    problems, checked = [], []
    for question in gold:
        missing = [d for d in (*question.documents, *question.without) if d not in names]
        if missing:
            near = difflib.get_close_matches(missing[0], names, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            where = f"line {question.line}" if question.line else f"question {question.id}"
            problems.append(f"{where}: {missing[0]} is not in the index{hint}")
        else:
            checked.append(_named(question, names))
    _raise(path, problems)
    return checked


def _named(question: GoldQuestion, names: dict[str, str]) -> GoldQuestion:
    from dataclasses import replace

    return replace(
        question,
        documents=tuple(names[d] for d in question.documents),
        without=frozenset(names[d] for d in question.without),
    )


def _names(document_id: str) -> Iterator[str]:
    file, _, part = document_id.partition("#")
    if part:
        yield part
    else:
        yield file.rsplit(".", 1)[0]
        yield Path(file).stem


# -- JSON lines -------------------------------------------------------------------------------


def _read_lines(path: Path, text: str) -> list[GoldQuestion]:
    questions: list[GoldQuestion] = []
    problems: list[str] = []
    seen: dict[tuple[str, frozenset[str]], int] = {}
    ids: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            question = _question(json.loads(line), number)
        except json.JSONDecodeError as error:
            problems.append(f"line {number}: not JSON ({error.msg}, column {error.colno})")
            continue
        except ValueError as error:
            problems.append(f"line {number}: {error}")
            continue
        asked = folded(question.question), question.without
        if (first := seen.setdefault(asked, number)) != number:
            problems.append(f"line {number}: the same question as line {first}")
        elif (first := ids.setdefault(question.id, number)) != number:
            problems.append(f"line {number}: the same id as line {first}, {question.id}")
        questions.append(question)
    _raise(path, problems)
    return questions


def _question(row: Any, line: int) -> GoldQuestion:
    """A row as a GoldQuestion. Raises ValueError that says what is wrong with it."""
    if not isinstance(row, dict):
        raise ValueError("not a JSON object: write one a line, with " + ", ".join(REQUIRED))
    for key in row:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(KEYS)}"
            raise ValueError(f"unknown key {key!r}: {hint}")
    answerable = bool(row.get("answers"))
    for key in (*REQUIRED, *(REQUIRED_OF_ANSWERABLE if answerable else ())):
        if key not in row:
            raise ValueError(f"no {key!r}: {_MEANING[key]}")
    question = row["question"]
    if not isinstance(question, str) or not question.strip():
        raise ValueError("'question' must be a text that is not empty")
    facts = _facts(row["answers"])
    documents = _texts(row, "documents")
    if answerable and not documents:
        raise ValueError("'documents' is empty, though the question has answers: name at least one")
    if documents and not answerable:
        raise ValueError("'documents' is given, though 'answers' is empty (no document answers)")
    return GoldQuestion(
        id=str(row.get("id") or f"line {line}"),
        question=question.strip(),
        answerable=answerable,
        facts=facts,
        documents=documents,
        evidence=_texts(row, "evidence"),
        kind=str(row.get("kind") or ""),
        without=frozenset(_texts(row, "without")),
        line=line,
    )


_MEANING = {
    "question": "what is asked",
    "answers": "a list of facts, each a list of its spellings; [] where nothing answers",
    "documents": "the ids of the documents that answer, as `rag documents` lists them",
    "evidence": "the sentences that answer, as they stand",
}


def _facts(value: object) -> tuple[tuple[str, ...], ...]:
    wrong = "'answers' must be a list of facts, each a list of its spellings: [[\"CD19\"]]"
    if not isinstance(value, list):
        raise ValueError(wrong)
    for fact in value:
        texts = isinstance(fact, list) and fact and all(isinstance(s, str) for s in fact)
        if not texts or not all(folded(spelling) for spelling in fact):
            raise ValueError(wrong)
    return tuple(tuple(fact) for fact in value)


def _texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key) or []
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValueError(f"{key!r} must be a list of texts")
    return tuple(value)


# -- SQuAD 2.0 --------------------------------------------------------------------------------


def _squad(text: str) -> list[dict[str, Any]] | None:
    """The articles, where a text is SQuAD's JSON."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    data = value.get("data") if isinstance(value, dict) else None
    return data if isinstance(data, list) else None


def _read_squad(articles: Sequence[dict[str, Any]]) -> Iterator[GoldQuestion]:
    try:
        for article in articles:
            for paragraph in article["paragraphs"]:
                for entry in paragraph["qas"]:
                    yield _squad_question(entry, paragraph["context"])
    except (KeyError, TypeError) as error:
        raise UsageError(
            f"the SQuAD file lacks {error}: data[].paragraphs[].context and .qas[] are needed"
        ) from error


def _squad_question(entry: dict[str, Any], context: str) -> GoldQuestion:
    impossible = bool(entry.get("is_impossible")) or not entry["answers"]
    texts = () if impossible else tuple(dict.fromkeys(a["text"] for a in entry["answers"]))
    return GoldQuestion(
        id=str(entry["id"]),
        question=str(entry["question"]).strip(),
        answerable=not impossible,
        facts=() if impossible else (texts,),
        evidence=() if impossible else _sentences_around(entry["answers"], context),
        context=context,
        kind="unanswerable" if impossible else "",
    )


def _sentences_around(answers: Sequence[dict[str, Any]], context: str) -> tuple[str, ...]:
    from rag.sentences import split_sentences

    places = [(a["answer_start"], a["answer_start"] + len(a["text"])) for a in answers]
    return tuple(
        context[start:end]
        for start, end in split_sentences(context)
        if any(start < last and first < end for first, last in places)
    )


# -- BEIR -------------------------------------------------------------------------------------


def _read_beir(folder: Path) -> Iterator[GoldQuestion]:
    queries, judgements = folder / "queries.jsonl", sorted((folder / "qrels").glob("*.tsv"))
    if not queries.is_file() or not judgements:
        raise UsageError(f"{folder} is not in BEIR's layout: queries.jsonl and qrels/*.tsv")
    # The test split where there is one, as BEIR's own evaluation takes it.
    chosen = next((file for file in judgements if file.stem == "test"), judgements[0])
    relevant: dict[str, list[str]] = {}
    for line in chosen.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, score = line.split("\t")[:3]
        if float(score) > 0:
            relevant.setdefault(query, []).append(document)
    for number, line in enumerate(queries.read_text(encoding="utf-8").splitlines(), start=1):
        row = json.loads(line)
        if row["_id"] in relevant:
            yield GoldQuestion(
                id=row["_id"],
                question=row["text"],
                answerable=True,
                documents=tuple(relevant[row["_id"]]),
                line=number,
            )


# -- problems ---------------------------------------------------------------------------------


def _required(path: Path, questions: list[GoldQuestion]) -> list[GoldQuestion]:
    if not questions:
        raise UsageError(f"{path} holds no question: write one JSON object a line")
    return questions


def _raise(path: str | Path, problems: Sequence[str]) -> None:
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        shown = [*problems[:_MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else [])]
        raise UsageError(f"{path}: " + "; ".join(shown))
