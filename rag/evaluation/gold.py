"""Gold sets: questions with what a right answer holds, and where it stands.

Three forms are read: JSON lines (the form of `tests/gold/`), SQuAD 2.0's JSON, and a folder in
BEIR's layout (`public_forms.py`). Whatever is wrong in a file is said with its line before
anything is asked.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rag.errors import QuestionError, UsageError
from rag.evaluation.folding import folded
from rag.query import check_question

_REQUIRED = ("question", "answers")
_REQUIRED_OF_ANSWERABLE = ("documents", "evidence")
_OPTIONAL = ("id", "kind", "about", "without")
_KEYS = (*_REQUIRED, *_REQUIRED_OF_ANSWERABLE, *_OPTIONAL)
_MEANING = {
    "question": "what is asked",
    "answers": "a list of facts, each a list of its spellings; [] where nothing answers",
    "documents": "the ids of the documents that answer, as `rag documents` lists them",
    "evidence": "the sentences that answer, as they stand",
}
_FACTS_FORM = "'answers' must be a list of facts, each a list of its spellings: [[\"CD19\"]]"
_MOST_PROBLEMS = 20  # shown at once


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and what is right.

    `facts` are what the answer must hold, each with its accepted spellings; None where the set
    does not say. `documents` and `evidence` are the documents and sentences that answer;
    `context` a text that any right quotation stands in, for sets that name no documents.
    `without` names documents that are passed over, as if they were not in the index. `line` is
    where the file has it (0: nowhere).
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
    from rag.evaluation.public_forms import read_beir, read_squad, squad_articles

    path = Path(path)
    if path.is_dir():
        questions, problems = read_beir(path)
    else:
        text = read_text(path)
        articles = squad_articles(text)
        questions, problems = read_lines(text) if articles is None else read_squad(articles)
    problems += [problem for one in questions for problem in _unaskable(one)]
    raise_problems(path, problems + _repeated(questions))
    if not questions:
        raise UsageError(f"{path} holds no question: write one JSON object a line")
    return questions


def read_text(path: Path) -> str:
    """A file's text. Raises UsageError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise UsageError(f"{path} cannot be read: {reason}") from error


def check_documents(
    gold: Sequence[GoldQuestion], known: Sequence[str], path: str | Path = "gold"
) -> list[GoldQuestion]:
    """The gold with its documents named as the index names them.

    A document may be named by its id, by what follows its `#`, or without its suffix, where
    that means one document only. Raises UsageError for any other.
    """
    names: dict[str, set[str]] = {}
    for one in known:
        for name in _names(one):
            names.setdefault(name, set()).add(one)
    names |= {one: {one} for one in known}
    problems, checked = [], []
    for question in gold:
        wrong = [_unknown(d, names) for d in (*question.documents, *question.without)]
        problems += [f"{where(question)}: {problem}" for problem in wrong if problem]
        if not any(wrong):
            checked.append(_named(question, names))
    raise_problems(path, problems)
    return checked


def where(question: GoldQuestion) -> str:
    """A question's place, as messages name it."""
    return f"line {question.line}" if question.line else f"question {question.id}"


def raise_problems(path: str | Path, problems: Sequence[str]) -> None:
    """Raise UsageError where there are problems, the first of them named."""
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        shown = [*problems[:_MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else [])]
        raise UsageError(f"{path}: " + "; ".join(shown))


def identify(question: str, without: Sequence[str] = ()) -> str:
    """An id that a question keeps when lines move."""
    text = "\n".join([folded(question), *sorted(without)])
    return f"q-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _unknown(name: str, names: dict[str, set[str]]) -> str:
    """What is wrong with a document's name; "" for nothing."""
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        return f"{name!r} is not in the index" + (f"; did you mean {near[0]}?" if near else "")
    if len(names[name]) > 1:
        return f"{name!r} is ambiguous: {', '.join(sorted(names[name]))}"
    return ""


def _named(question: GoldQuestion, names: dict[str, set[str]]) -> GoldQuestion:
    return replace(
        question,
        documents=tuple(min(names[d]) for d in question.documents),
        without=frozenset(min(names[d]) for d in question.without),
    )


def _names(document_id: str) -> Iterator[str]:
    file, _, part = document_id.partition("#")
    if part:
        yield part
    else:
        yield file.rsplit(".", 1)[0]
        yield Path(file).stem


def _unaskable(question: GoldQuestion) -> Iterator[str]:
    try:
        check_question(question.question)
    except QuestionError as error:
        yield f"{where(question)}: {error}"


def _repeated(questions: Sequence[GoldQuestion]) -> list[str]:
    problems = []
    asked: dict[tuple[str, frozenset[str]], GoldQuestion] = {}
    ids: dict[str, GoldQuestion] = {}
    for one in questions:
        # Public sets, which name no documents but a context, repeat questions here and there.
        key = (folded(one.question), one.without)
        first = one if one.context else asked.setdefault(key, one)
        if first is not one:
            problems.append(f"{where(one)}: the same question as {where(first)}")
        elif (first := ids.setdefault(one.id, one)) is not one:
            problems.append(f"{where(one)}: the same id as {where(first)}, {one.id!r}")
    return problems


# -- JSON lines -------------------------------------------------------------------------------


def read_lines(text: str) -> tuple[list[GoldQuestion], list[str]]:
    """The questions of JSON lines, and what is wrong with the others."""
    questions: list[GoldQuestion] = []
    problems: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            if line.strip():
                questions.append(_question(json.loads(line), number))
        except json.JSONDecodeError as error:
            problems.append(f"line {number}: not JSON ({error.msg}, column {error.colno})")
        except (ValueError, RecursionError) as error:
            problems.append(f"line {number}: {error}")
    return questions, problems


def _question(row: Any, line: int) -> GoldQuestion:
    """A row as a GoldQuestion. Raises ValueError that says what is wrong with it."""
    _check_keys(row)
    question = row["question"]
    if not isinstance(question, str) or not question.strip():
        raise ValueError("'question' must be a text that is not empty")
    facts, documents, without = (
        _facts(row["answers"]),
        _texts(row, "documents"),
        _texts(row, "without"),
    )
    if facts and not documents:
        raise ValueError("'documents' is empty, though the question has answers: name at least one")
    if documents and not facts:
        raise ValueError("'documents' is given, though 'answers' is empty (no document answers)")
    if shared := set(documents) & set(without):
        raise ValueError(f"{min(shared)!r} stands in 'documents' and in 'without'")
    return GoldQuestion(
        id=_line(row, "id") or identify(question, without),
        question=question.strip(),
        answerable=bool(facts),
        facts=facts,
        documents=documents,
        evidence=_texts(row, "evidence"),
        kind=_line(row, "kind"),
        without=frozenset(without),
        line=line,
    )


def _check_keys(row: Any) -> None:
    if not isinstance(row, dict):
        raise ValueError("not a JSON object: write one a line, with " + ", ".join(_REQUIRED))
    for key in row:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_KEYS)}"
            raise ValueError(f"unknown key {key!r}: {hint}")
    for key in (*_REQUIRED, *(_REQUIRED_OF_ANSWERABLE if row.get("answers") else ())):
        if key not in row:
            raise ValueError(f"no {key!r}: {_MEANING[key]}")


def _facts(value: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list):
        raise ValueError(_FACTS_FORM)
    for fact in value:
        texts = isinstance(fact, list) and fact and all(isinstance(s, str) for s in fact)
        if not texts or not all(folded(spelling) for spelling in fact):
            raise ValueError(_FACTS_FORM)
    return tuple(tuple(fact) for fact in value)


def _texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key) or []
    if not isinstance(value, list) or not all(
        isinstance(one, str) and one.strip() for one in value
    ):
        raise ValueError(f"{key!r} must be a list of texts")
    return tuple(value)


def _line(row: dict[str, Any], key: str) -> str:
    """An optional text of one line; numbers may stand for texts in ids."""
    value = row.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int) or "\n" in str(value):
        raise ValueError(f"{key!r} must be a text of one line")
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8").strip()
