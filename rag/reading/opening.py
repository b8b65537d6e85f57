"""Readers by name: the shipped one, another of its kind, or a model that others trained."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from rag.errors import ModelError
from rag.reading.foreign import MEND, ScoreNetwork, SpanNetwork
from rag.reading.foreign_loading import SCORES, SPANS, load_architecture
from rag.reading.network import CARD_FILE, NETWORK_FILE, SHIPPED, Network, ReaderNetwork

_OPENING = threading.Lock()


def open_network(name: str) -> Network:
    """The network of a name: "" or "reader", a folder, or a model's name on a hub.

    A folder of our own is told by its card and network, any other model by the `architectures`
    of its config.json. Raises ModelError.
    """
    if name in ("", SHIPPED):
        return _shipped()
    folder = Path(name).expanduser()
    if (folder / CARD_FILE).is_file() and (folder / NETWORK_FILE).is_file():
        return ReaderNetwork(folder)
    if folder.is_dir() and not (folder / "config.json").is_file():
        raise ModelError(f"{name} holds no reader: {MEND}")
    architecture = load_architecture(name, MEND)
    if architecture.endswith(SPANS):
        return SpanNetwork(name)
    if architecture.endswith(SCORES):
        return ScoreNetwork(name)
    raise ModelError(f"{name} is no reader but {architecture or 'of no known kind'}: {MEND}")


def _shipped() -> ReaderNetwork:
    """One for the reader, the reranker and the check of a process: it is read from, and no more."""
    with _OPENING:
        return _shipped_once()


@cache
def _shipped_once() -> ReaderNetwork:
    return ReaderNetwork()


def load_ahead(name: str) -> None:
    """Begin to load the shipped network, if it is the one named, beside what else is done.

    What goes wrong is told where the network is opened.
    """
    if name in ("", SHIPPED):
        threading.Thread(target=_load_shipped, name="reader").start()


def _load_shipped() -> None:
    with suppress(ModelError):
        _shipped().load()
