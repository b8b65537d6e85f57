"""What people say of answers: a line each in `feedback.jsonl`, in the index's folder.

A line is a question of a gold set that lacks its right answer: once a person has filled in
`answers` (and `documents` and `evidence`), `rag eval` reads the file; it passes over the others.
"""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from rag.export import answer_to_dict
from rag.types import Answer
from ui.conversation import Turn

FILE = "feedback.jsonl"
_WRITING = threading.Lock()


class Verdict(StrEnum):
    """What was said: of an answer, or of one quotation."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSUPPORTED = "unsupported"


def record(folder: Path, turn: Turn, verdict: Verdict, citation: int = 0) -> None:
    """Append what was said of a turn, or of the citation with a number. Raises OSError.

    What is said of a turn is said of each of its answers, a line for each.
    """
    found = turn.citation(citation)
    answers = [found[0]] if found else turn.answers
    lines = [json.dumps(_line(one, verdict, citation), ensure_ascii=False) for one in answers]
    with _WRITING, (folder / FILE).open("a", encoding="utf-8") as stream:
        stream.write("".join(f"{line}\n" for line in lines))


def _line(answer: Answer, verdict: Verdict, citation: int) -> dict[str, Any]:
    given = answer_to_dict(answer)
    return {
        "question": answer.question,
        "answers": None,
        "kind": "feedback",
        "verdict": str(verdict),
        "citation": citation or None,
        "given": {name: given[name] for name in ("answer", "abstained", "confidence", "citations")},
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
