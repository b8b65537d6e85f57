"""The parts that settings name: each is loaded when it is first needed, once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from rag.embedding.encoder import Encoder
from rag.reading import CalibratedReader, Reader, open_network
from rag.reranking import Reranker, open_reranker
from rag.settings import Settings
from rag.store import SqliteStore

if TYPE_CHECKING:
    from rag.generation import BaseChatModel, Writer


class NamedParts:
    """A reader, a reranker and a writer, for all threads. Listing and searching need none."""

    def __init__(
        self,
        settings: Settings,
        store: SqliteStore,
        encoder: Encoder,
        chat_model: BaseChatModel | None = None,
    ) -> None:
        """`chat_model` takes the place of the one that is named."""
        self._settings, self._store, self._encoder = settings, store, encoder
        self._chat_model = chat_model
        self._loading = threading.Lock()
        self._reader: Reader | None = None
        self._reranker: Reranker | None = None
        self._writer: Writer | None = None

    @property
    def reader(self) -> Reader:
        """The shipped one where none is named. Raises ModelError."""
        with self._loading:
            if self._reader is None:
                network = open_network(self._settings.reader)
                self._reader = CalibratedReader(self._encoder, self._store, network)
            return self._reader

    @property
    def reranker(self) -> Reranker | None:
        """None where none is named. Raises ModelError."""
        with self._loading:
            if self._reranker is None and self._settings.reranker:
                self._reranker = open_reranker(self._settings.reranker)
            return self._reranker

    @property
    def writer(self) -> Writer | None:
        """None where no model is named. Raises ModelError."""
        if not self.has_model:
            return None
        with self._loading:
            if self._writer is None:
                from rag.generation import open_writer  # here: asking has no time to load it

                self._writer = open_writer(self._settings, self._chat_model)
            return self._writer

    @property
    def has_model(self) -> bool:
        """Whether a model writes the answers."""
        return self._chat_model is not None or bool(self._settings.model)

    @property
    def model_name(self) -> str:
        """What the model that writes goes by; "none" where none does."""
        named = self._chat_model and type(self._chat_model).__name__
        return named or self._settings.model or "none"
