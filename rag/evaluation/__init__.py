"""Gold sets, metrics, reports: how good an index's answers are."""

from __future__ import annotations

from rag.evaluation.figures import Figure
from rag.evaluation.gold import GoldQuestion, read_gold
from rag.evaluation.run import Report, evaluate
from rag.evaluation.scoring import Row

__all__ = ["Figure", "GoldQuestion", "Report", "Row", "evaluate", "read_gold"]
