"""Gold sets as JSON lines, the window's feedback among them.

A line of feedback holds what was asked, what was given, and what a person said of that. It has
no right answer (`"answers": null`) until somebody fills one in; then it is a question like others,
whose `documents` and `evidence` may be left out: what they would tell is not scored then.
"""

from __future__ import annotations

import difflib
import json
from typing import Any

from rag.evaluation.folding import folded
from rag.evaluation.gold import GoldQuestion, identify

_REQUIRED = ("question", "answers")
_REQUIRED_OF_ANSWERABLE = ("documents", "evidence")
_OPTIONAL = ("id", "kind", "about", "without")
_KEYS = (*_REQUIRED, *_REQUIRED_OF_ANSWERABLE, *_OPTIONAL)
_OF_FEEDBACK = ("verdict", "citation", "given", "at")
_RIGHT = "right"  # the verdict that vouches for the citations that were given
_MEANING = {
    "question": "what is asked",
    "answers": "a list of facts, each a list of its spellings; [] where nothing answers",
    "documents": "the ids of the documents that answer, as `rag documents` lists them",
    "evidence": "the sentences that answer, as they stand",
}
_FACTS_FORM = "'answers' must be a list of facts, each a list of its spellings: [[\"CD19\"]]"

Asked = tuple[str, frozenset[str]]  # a question, folded, and what it is asked without


def read_lines(text: str) -> tuple[list[GoldQuestion], list[str], int]:
    """The questions of JSON lines, what is wrong with others, and how many wait for an answer.

    Of feedback on one question, the last line that is filled in counts, and none of it waits.
    """
    questions: dict[int, GoldQuestion] = {}
    problems: list[str] = []
    waiting: list[Asked] = []
    judged: dict[Asked, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            row = _row(line)
            if row and row["answers"] is None:
                waiting.append(_asked(row))
            elif row:
                questions[number] = _question(row, number)
                if "verdict" in row:
                    questions.pop(judged.get(_asked(row), 0), None)
                    judged[_asked(row)] = number
        except json.JSONDecodeError as error:
            problems.append(f"line {number}: not JSON ({error.msg}, column {error.colno})")
        except (ValueError, RecursionError) as error:
            problems.append(f"line {number}: {error}")
    return list(questions.values()), problems, sum(one not in judged for one in waiting)


def _row(line: str) -> dict[str, Any]:
    """A line's object, completed; an empty one for an empty line."""
    if not line.strip():
        return {}
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError("not a JSON object: write one a line, with " + ", ".join(_REQUIRED))
    completed = _completed(row)
    _check_keys(completed)
    return completed


def _completed(row: dict[str, Any]) -> dict[str, Any]:
    """Feedback with `documents` and `evidence` from its citations, where a person left them out.

    They are taken only where the verdict is "right": all citations of the answer, or the one
    that was judged. What was given under any other verdict may be what is wrong.
    """
    if row.get("verdict") != _RIGHT or not row.get("answers"):
        return row
    given = row.get("given")
    listed = given.get("citations") if isinstance(given, dict) else None
    number = row.get("citation")
    cited = [
        one
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict) and number in (None, one.get("number"))
    ]
    known = {key: value for key, value in row.items() if value is not None}
    names = [one["document_id"] for one in cited if isinstance(one.get("document_id"), str)]
    quotes = [one["quote"] for one in cited if isinstance(one.get("quote"), str)]
    taken = {"documents": list(dict.fromkeys(names)), "evidence": list(dict.fromkeys(quotes))}
    return {key: value for key, value in taken.items() if value} | known


def _asked(row: dict[str, Any]) -> Asked:
    """What a line asks. Raises ValueError where that is no question."""
    question = row["question"]
    if not isinstance(question, str) or not question.strip():
        raise ValueError("'question' must be a text that is not empty")
    return folded(question), frozenset(_texts(row, "without"))


def _question(row: dict[str, Any], line: int) -> GoldQuestion:
    """A row as a GoldQuestion. Raises ValueError that says what is wrong with it."""
    _asked(row)  # raises where that is no question
    facts, documents, without = (
        _facts(row["answers"]),
        _texts(row, "documents"),
        _texts(row, "without"),
    )
    if facts and not documents and "verdict" not in row:
        raise ValueError("'documents' is empty, though the question has answers: name at least one")
    if documents and not facts:
        raise ValueError("'documents' is given, though 'answers' is empty (no document answers)")
    if shared := set(documents) & set(without):
        raise ValueError(f"{min(shared)!r} stands in 'documents' and in 'without'")
    return GoldQuestion(
        id=_line(row, "id") or identify(row["question"], without),
        question=row["question"].strip(),
        answerable=bool(facts),
        facts=facts,
        documents=documents,
        evidence=_texts(row, "evidence"),
        kind=_line(row, "kind"),
        without=frozenset(without),
        line=line,
    )


def _check_keys(row: dict[str, Any]) -> None:
    for key in row:
        if key not in _KEYS and key not in _OF_FEEDBACK:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(_KEYS)}"
            raise ValueError(f"unknown key {key!r}: {hint}")
    complete = row.get("answers") and "verdict" not in row
    for key in (*_REQUIRED, *(_REQUIRED_OF_ANSWERABLE if complete else ())):
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
