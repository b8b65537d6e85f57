"""Several questions in one message, taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from rag.asides.halves import split_halves
from rag.sentences import split_sentences

_MARKER = r"(?:\(?(?:\d{1,2}|[a-h])[.)]|[-*•–])"
_ITEM = re.compile(rf"^\s*{_MARKER}\s+(?=\S)")
_INLINE = re.compile(r"(?:(?<=\s)|^)\(?(\d{1,2})[.)]\s+(?=[^\W\d_])")
_WH = r"(?:what|which|who|whom|whose|when|where|why|how)"
_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
)
_PREPOSITION = r"(?:in|on|at|by|for|from|of|to|with|under|after|before|until|since)"
_LEAD = r"(?:(?:and|but|or|so|also|then|second(?:ly)?|third(?:ly)?|finally|next)\b[, ]*)*"
# What can be asked alone: longer than "Which?" and "Is it CD19?", which belong to the question
# before them.
_WHOLE = re.compile(
    rf"{_LEAD}(?:(?:{_PREPOSITION} )?{_WH}(?:['’]s|['’]re)?"
    rf"(?: \S+){{2,}}|{_AUXILIARY}(?:n['’]t)?(?: \S+){{3,}})",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:please )?(?:list|name|explain|describe|define|compare|give|tell me|show|summari[sz]e)\b"
    r"(?: \S+){1,}",
    re.IGNORECASE,
)
_FEW = 3  # questions in a row, each of which may be two: more are a list, and are left as they are
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|‘[^’]{12,}’")


def split_questions(text: str) -> tuple[str, ...]:
    """The questions of a message, in order; what is said before one stays with it.

    One, the message itself, where it does not hold several that could each be asked alone.
    Lines and list items count where all of them ask, sentences where they end in "?", and the
    halves of a sentence where "and" joins two questions (see `rag.asides.halves`).
    """
    whole = " ".join(text.split())
    for parts in (_lines(text), _numbered(whole)):
        if len(parts) > 1:
            return tuple(parts)
    parts = _sentences(whole) or [whole]
    if len(parts) > _FEW:
        return tuple(parts)
    return tuple(half for part in parts for half in split_halves(part, _hidden(part)))


def _lines(text: str) -> list[str]:
    """A question a line, with a heading over them or not; items need no mark of a question."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 2 and lines[0].endswith(":"):
        lines = lines[1:]
    if all(_ITEM.match(line) for line in lines):
        items = [_ITEM.sub("", line) for line in lines]
        return items if all(_asks(item) or len(item.split()) > 2 for item in items) else []
    if not all(_asks(line) for line in lines):
        return []
    wrapped = any(
        not (before.endswith("?") or _begins(line)) for before, line in pairwise(lines)
    )  # "… reporting" and "of these findings?" are one question
    return [] if wrapped else lines


def _numbered(line: str) -> list[str]:
    """Items of a list within a line: "1. What is …? 2. How …?"."""
    marks = list(_INLINE.finditer(line))
    if not marks or [mark[1] for mark in marks] != [str(n) for n in range(1, len(marks) + 1)]:
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(line)]
    items = [line[mark.end() : end].strip(" ;,") for mark, end in zip(marks, ends, strict=True)]
    return items if all(_asks(item) for item in items) else []


def _sentences(line: str) -> list[str]:
    """Questions one after the other, what else is said put before the next of them."""
    found: list[str] = []
    waiting: list[str] = []
    for sentence in _outside_quotes(line):
        if not sentence.endswith("?"):
            waiting.append(sentence)
        elif _WHOLE.match(sentence) or not found:
            found.append(" ".join([*waiting, sentence]))
            waiting = []
        else:
            found[-1] = " ".join([found[-1], *waiting, sentence])
            waiting = []
    if found and waiting:
        found[-1] = " ".join([found[-1], *waiting])
    return found if all(map(_holds_question, found)) else []


def _outside_quotes(line: str) -> Iterable[str]:
    """Sentences, none of which ends inside a quotation."""
    return (line[start:end] for start, end in split_sentences(_hidden(line)))


def _hidden(line: str) -> str:
    """The line with what is quoted in it made unrecognisable, letter for letter."""
    return _QUOTED.sub(lambda match: "x" * len(match.group()), line)


def _holds_question(part: str) -> bool:
    return any(_WHOLE.match(part[start:end]) for start, end in split_sentences(part))


def _asks(part: str) -> bool:
    """Whether a line is a question or an order of its own."""
    return (part.endswith("?") and len(part.split()) > 2) or _begins(part)


def _begins(part: str) -> bool:
    """Whether a line opens as a question or an order does."""
    return bool(_WHOLE.match(part) or _ORDER.match(part))
