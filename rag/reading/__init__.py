"""Hits in, scored Evidence out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.query import Query
from rag.reading.calibrated import CalibratedReader
from rag.reading.network import Network, ReaderNetwork
from rag.reading.opening import open_network
from rag.types import Evidence, Hit


class Reader(Protocol):
    """What decides which units answer, and how sure that is."""

    def read(self, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
        """The units of the hits, the likeliest answer first."""

    def confidence(self, query: Query, evidence: Sequence[Evidence]) -> float:
        """The probability (0..1, calibrated) that the corpus answers, by what `read` gave."""


__all__ = ["CalibratedReader", "Network", "Reader", "ReaderNetwork", "open_network"]
