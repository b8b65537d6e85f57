"""`rag batch`: a file of questions in, a JSON line an answer out, resumed where it stopped."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.assistant import Assistant
from rag.errors import QuestionError, UsageError
from rag.evaluation.gold import read_text
from rag.export import answer_to_dict, to_json
from rag.filters import Filters
from rag.query import check_question
from rag.reading.network import SHIPPED
from rag.settings import Settings

# What another run may have answered under; a line names what is not as it is by default.
_SETTINGS = (
    "reranker", "threshold", "model", "model_url", "max_quotations", "read_passages", "unsupported",
)  # fmt: skip
_CONDITIONS = ("filters", "reader", *_SETTINGS)


@dataclass(frozen=True, slots=True)
class Item:
    """A question of the file, with the id that the file gives it."""

    question: str
    id: str | None = None


def run(
    assistant: Assistant, source: Path, target: Path, filters: Filters, *, quiet: bool = False
) -> int:
    """Answer what is not answered yet; 0, or 1 where a question could not be asked."""
    items = read_questions(source)
    asked_so = _conditions(assistant.settings, filters)
    done = _resume(target, items, asked_so)
    failed = sum("error" in line for line in done)
    silent = 0
    with target.open("a", encoding="utf-8") as output:
        answered = _answers(assistant, items[len(done) :], filters)
        for number, answer in enumerate(answered, start=len(done) + 1):
            line = answer | asked_so
            failed += "error" in line
            silent += bool(line.get("notice")) and not line.get("generated")
            print(to_json(line), file=output, flush=True)
            if not quiet:
                _show(number, len(items))
    if silent and not quiet:
        print(
            f"rag: of {silent} answers the model wrote nothing: their `notice` in {target} says "
            "why; take these lines out to ask them again",
            file=sys.stderr,
        )
    if failed and not quiet:
        print(f"rag: {failed} of {len(items)} questions failed, see {target}", file=sys.stderr)
    return 1 if failed else 0


def read_questions(source: Path) -> list[Item]:
    """The questions of a .txt, .jsonl or .csv file. Raises UsageError, naming the line."""
    text = read_text(source)
    readers = {".jsonl": _read_jsonl, ".json": _read_jsonl, ".csv": _read_csv}
    items = list(readers.get(source.suffix.lower(), _read_lines)(source, text))
    if not items:
        raise UsageError(f"{source} holds no question: write one a line")
    return items


def _read_lines(source: Path, text: str) -> Iterator[Item]:
    for line in text.splitlines():
        if line.strip():
            yield Item(line.strip())


def _read_jsonl(source: Path, text: str) -> Iterator[Item]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{source}:{number}: not JSON ({error})") from error
        yield _item(source, number, {"question": row} if isinstance(row, str) else row)


def _read_csv(source: Path, text: str) -> Iterator[Item]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if "question" not in (reader.fieldnames or ()):
        raise UsageError(f"{source}:1: no column `question`")
    for row in reader:
        yield _item(source, reader.line_num, row)


def _item(source: Path, number: int, row: Any) -> Item:
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise UsageError(f"{source}:{number}: no text under `question`")
    return Item(row["question"], None if row.get("id") in (None, "") else str(row["id"]))


def _answers(
    assistant: Assistant, items: Sequence[Item], filters: Filters
) -> Iterator[dict[str, Any]]:
    """A line a question, in order; an error in place of the answer to what cannot be asked."""
    problems = [_problem(item.question) for item in items]
    askable = [item.question for item, no in zip(items, problems, strict=True) if not no]
    with closing(assistant.ask_each(askable, filters=filters)) as answers:
        for item, problem in zip(items, problems, strict=True):
            line: dict[str, Any] = {} if item.id is None else {"id": item.id}
            if problem:
                yield line | {"question": item.question, "error": problem}
            else:
                yield line | answer_to_dict(next(answers))


def _problem(question: str) -> str:
    """Why a question cannot be asked; "" where it can."""
    try:
        check_question(question)
    except QuestionError as error:
        return str(error)
    return ""


def _conditions(settings: Settings, filters: Filters) -> dict[str, Any]:
    """What a line says of how it was answered, where that is not what goes without saying."""
    usual = Settings()
    reader = "" if settings.reader == SHIPPED else settings.reader
    found = (str(filters), reader, *(getattr(settings, name) for name in _SETTINGS))
    default = ("", usual.reader, *(getattr(usual, name) for name in _SETTINGS))
    return {
        name: one
        for name, one, other in zip(_CONDITIONS, found, default, strict=True)
        if one != other
    }


def _resume(
    target: Path, items: Sequence[Item], asked_so: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The lines that stand, up to the first that is cut short or answers something else.

    What stands from there on is cut off, but only from a file of answers: raises UsageError
    where its first line is somebody else's.
    """
    if not target.exists():
        return []
    kept: list[dict[str, Any]] = []
    size = 0
    with target.open("rb") as stream:
        for item, raw in zip(items, stream, strict=False):
            line = _parse(raw)
            if line is None or not _is_answer(line, item) or _said(line) != asked_so:
                if not kept and not _is_cut_answer(raw):
                    raise UsageError(
                        f"{target} answers other questions, or with other filters, another reader, "
                        "reranker, threshold or model, or holds something else: name another file "
                        "with -o"
                    )
                os.truncate(target, size)
                break
            kept.append(line)
            size += len(raw)
        if len(kept) == len(items) and stream.readline():
            raise UsageError(
                f"{target} holds more answers than there are questions: it may be another file's; "
                "name another with -o"
            )
    return kept


def _is_cut_answer(raw: bytes) -> bool:
    """Whether a line is the beginning of one of ours, cut short while it was written."""
    starts = (b'{"question": "', b'{"id": "')
    return not raw.endswith(b"\n") and any(raw[: len(s)] == s[: len(raw)] for s in starts)


def _parse(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw) if raw.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) else None


def _said(line: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions that a line names."""
    return {name: line[name] for name in _CONDITIONS if name in line}


def _is_answer(line: dict[str, Any], item: Item) -> bool:
    if "answer" not in line and "error" not in line:
        return False
    return line.get("question") in (item.question, " ".join(item.question.split()))


def _show(number: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if number == total else ""
        print(f"\r{number}/{total} questions", end=end, file=sys.stderr, flush=True)
    elif number == total or number % 100 == 0:
        print(f"{number}/{total} questions", file=sys.stderr, flush=True)
