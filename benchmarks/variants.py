"""Ways to search an index: the product as it comes, and with parts of it left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import Assistant
from rag.embedding.encoder import Encoder
from rag.search import DEFAULT_WEIGHTS, Weights
from rag.settings import Settings
from rag.store import Manifest, SqliteStore

NEVER = 2.0  # a cosine that no two passages have


@dataclass(frozen=True, slots=True)
class Variant:
    """What the score is made of; whether short forms are written out, and hits read again."""

    weights: Weights = DEFAULT_WEIGHTS
    abbreviations: bool = True
    reranked: bool = False

    def open(self, index: Path, reranker: str) -> Assistant:
        """The index, to be searched so."""
        settings = Settings.load(index=index, reranker=reranker if self.reranked else "")
        model = Manifest.read(index).model
        store = (SqliteStore if self.abbreviations else _Unabbreviated)(index, model.dimension)
        return Assistant(store, Encoder(index, model), settings)


VARIANTS = {
    "words": Variant(Weights(words=1.0, repeats=NEVER)),
    "vectors": Variant(Weights(words=0.0, repeats=NEVER)),
    "fusion": Variant(),
    "fusion, no abbreviations": Variant(abbreviations=False),
    "fusion, repeats stay": Variant(Weights(repeats=NEVER)),
    "fusion, reranked": Variant(reranked=True),
}


class _Unabbreviated(SqliteStore):
    """A store that knows no abbreviation of its corpus."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._none: dict[str, str] = {}

    def abbreviations(self) -> Mapping[str, str]:
        """None, and always the same."""
        return self._none
