"""`manifest.json`: what built an index, and whether this program can read it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.embedding import ModelCard
from rag.errors import IndexDamagedError, IndexFormatError, IndexMissingError
from rag.settings import Settings

FORMAT = 4
FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The format, the model and the settings that an index was built with."""

    model: ModelCard
    passage_words: int
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write the file as a whole or not at all."""
        target = folder / FILE
        fresh = target.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        os.replace(fresh, target)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises IndexMissingError, IndexDamagedError or IndexFormatError."""
        target = folder / FILE
        if not target.is_file():
            raise IndexMissingError(
                f"there is no index in {folder}: build one with `rag index PATH --index {folder}`"
            )
        try:
            values = json.loads(target.read_text(encoding="utf-8"))
            form = values["format"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamagedError(
                f"{target} is no manifest of Citewell's: {rebuild_advice(folder)}"
            ) from error
        if form != FORMAT:
            raise IndexFormatError(
                f"the index in {folder} has format {form}, this version reads {FORMAT}: "
                f"{rebuild_advice(folder)}"
            )
        try:
            return cls(ModelCard(**values["model"]), int(values["passage_words"]))
        except (KeyError, TypeError, ValueError) as error:
            raise IndexDamagedError(
                f"{target} lacks what it should say: {rebuild_advice(folder)}"
            ) from error

    @staticmethod
    def stands_in(folder: Path) -> bool:
        """Whether a folder holds an index, of whatever version."""
        return (folder / FILE).is_file()

    def check_model(self, settings: Settings, folder: Path) -> None:
        """Raises IndexFormatError where another model is set than the one that built the index."""
        if Path(settings.embedding_model).name != Path(self.model.name).name:
            raise IndexFormatError(
                f"the index in {folder} was built with {self.model.name}, the settings name "
                f"{settings.embedding_model}: set RAG_EMBEDDING_MODEL={self.model.name}, or "
                f"{rebuild_advice(folder)}"
            )


def rebuild_advice(folder: Path) -> str:
    """What to run when an index must be made anew."""
    return f"rebuild it with `rag index PATH --index {folder} --rebuild`"
