"""Two runs of the same questions: paired differences, and which questions flipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import UsageError
from rag.evaluation.figures import Figure, differences
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.run import Report
from rag.evaluation.scoring import Row


@dataclass(frozen=True, slots=True)
class Comparison:
    """Later less earlier over the questions that both runs asked.

    `won` are rows that became right, `lost` those that became wrong, as the later run has them.
    `only` counts questions of one run alone, which nothing here is about.
    """

    differences: dict[str, Figure]
    won: tuple[Row, ...]
    lost: tuple[Row, ...]
    shared: int
    only: int


def compare(earlier: Report, later: Report) -> Comparison:
    """Pair the runs by question. Raises UsageError where they share none."""
    before = {row.id: row for row in earlier.rows}
    pairs = [(before[row.id], row) for row in later.rows if _is_same(before.get(row.id), row)]
    if not pairs:
        raise UsageError(f"the runs share no question: {earlier.gold} and {later.gold} differ")
    old, new = ([pair[side] for pair in pairs] for side in (0, 1))
    return Comparison(
        differences=differences(old, new),
        won=tuple(after for first, after in pairs if after.right and not first.right),
        lost=tuple(after for first, after in pairs if first.right and not after.right),
        shared=len(pairs),
        only=len(earlier.rows) + len(later.rows) - 2 * len(pairs),
    )


def check_comparable(earlier: Report, gold: Sequence[GoldQuestion]) -> None:
    """Raise UsageError where a run of `gold` will share no question with an earlier one."""
    asked = {(row.id, row.question) for row in earlier.rows}
    if not any((one.id, one.question) in asked for one in gold):
        raise UsageError(f"the earlier run ({earlier.gold}) asked none of these questions")


def _is_same(before: Row | None, after: Row) -> bool:
    return before is not None and before.question == after.question
