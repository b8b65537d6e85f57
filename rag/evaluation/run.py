"""`evaluate`: an assistant's answers to a gold set, scored."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UsageError
from rag.evaluation.figures import Figure, figures
from rag.evaluation.gold import GoldQuestion, check_documents, read_gold
from rag.evaluation.scoring import Judge, Row
from rag.filters import Filters

if TYPE_CHECKING:
    from rag.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Report:
    """A run: what was asked of what, the figures by name, and a row a question."""

    gold: str
    settings: dict[str, str]
    figures: dict[str, Figure]
    rows: tuple[Row, ...] = field(repr=False)

    def __getitem__(self, name: str) -> float:
        """A figure's value: `report["fact_recall"]`."""
        return self.figures[name].value


def evaluate(
    assistant: Assistant,
    gold: str | Path | Sequence[GoldQuestion],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Ask every question of a gold set and score the answers.

    `gold` is a path (JSON lines, SQuAD 2.0 JSON, or a folder in BEIR's layout) or questions
    read before. `progress` is called with done and all. Raises UsageError for a bad gold set.
    """
    if isinstance(gold, str | Path):
        path, questions = Path(gold), read_gold(gold)
    else:
        path, questions = Path("questions"), list(gold)
    known = [one.id for one in assistant.documents()]
    if not questions:
        raise UsageError("there is no question to ask: give at least one")
    questions = check_documents(questions, known, path)
    judge = Judge(assistant.document)
    rows = []
    for done, question in enumerate(questions, start=1):
        start = time.perf_counter()
        answer = assistant.ask(question.question, filters=Filters(without=question.without))
        latency = (time.perf_counter() - start) * 1000
        rows.append(judge.score(question, answer, latency))
        if progress:
            progress(done, len(questions))
    return Report(path.name, assistant.describe(), figures(rows), tuple(rows))
