"""Gold sets: questions with what a right answer holds, and where it stands.

Three forms are read: JSON lines (`json_lines.py`; the form of `tests/gold/` and of the window's
feedback), SQuAD 2.0's JSON, and a folder in BEIR's layout (`public_forms.py`). Whatever is wrong
in a file is said with its line before anything is asked.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.errors import QuestionError, UsageError
from rag.evaluation.folding import folded
from rag.query import check_question

_MOST_PROBLEMS = 20  # shown at once
_EMPTY = "holds no question: write one JSON object a line"


class GoldError(UsageError):
    """A gold set with mistakes; `problems` are the first of them, a line each."""

    def __init__(self, path: str | Path, problems: Sequence[str]) -> None:
        super().__init__(f"{path}: " + "; ".join(problems))
        self.problems = tuple(problems)


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


def read_gold(
    path: str | Path, *, notify: Callable[[str], None] | None = None
) -> list[GoldQuestion]:
    """The questions of a gold set. Raises UsageError that names every bad line.

    Lines whose `answers` are null wait for a person to fill them in: they are passed over, and
    `notify` is told in one line how many.
    """
    path = Path(path)
    questions, problems, waiting = _read(path)
    problems += [problem for one in questions for problem in _unaskable(one)]
    raise_problems(path, problems + _repeated(questions))
    if not questions:
        raise UsageError(f"{path} {_unfilled(waiting) if waiting else _EMPTY}")
    if waiting and notify:
        notify(f"{path}: {_wait(waiting)}")
    return questions


def _read(path: Path) -> tuple[list[GoldQuestion], list[str], int]:
    """The questions in whichever form, what is wrong with others, and how many lines wait."""
    from rag.evaluation.json_lines import read_lines
    from rag.evaluation.public_forms import read_beir, read_squad, squad_articles

    if path.is_dir():
        return (*read_beir(path), 0)
    text = read_text(path)
    articles = squad_articles(text)
    return read_lines(text) if articles is None else (*read_squad(articles), 0)


def _wait(lines: int) -> str:
    if lines == 1:
        return "1 line waits for its right answer"
    return f"{lines} lines wait for their right answers"


def _unfilled(waiting: int) -> str:
    return (
        f"holds no question yet: {_wait(waiting)}. Put a list of facts for the null of 'answers', "
        '[["CD19"]], or [] where the corpus does not answer; where the verdict is not "right", '
        "'documents' and 'evidence' tell which quotations are right"
    )


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
    """Raise GoldError where there are problems, the first of them named."""
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        shown = [*problems[:_MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else [])]
        raise GoldError(path, shown)


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
