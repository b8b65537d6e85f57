"""`rag doctor`: is everything there, is it what it says it is, and what is set."""

from __future__ import annotations

import platform
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import fields
from importlib import metadata
from pathlib import Path

from rag.embedding.fastest import open_fastest
from rag.embedding.model import hash_weights, locate
from rag.errors import CitewellError, ModelError
from rag.filters import Filters
from rag.reading import open_network
from rag.reading.network import SHIPPED
from rag.reranking import open_reranker, score
from rag.settings import Settings
from rag.store import Manifest, SqliteStore

_PACKAGES = (
    "onnxruntime tokenizers faiss-cpu numpy sentence-transformers torch langchain gradio pypdf"
).split()

_PASSWORD = re.compile(r"://[^/@\s]*@")
# What a reader and a reranker are tried with: a question, and a passage with its title.
_PAIR = ("What hums?", [("Kettles", "The kettle hums before it boils.")])


def run(settings: Settings) -> int:
    """Print a line a check; 0 when all is well, else 1."""
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("model", _model),
        ("index", _index),
        ("reader", _reader),
        *((("reranker", _reranker),) if settings.reranker else ()),
        *((("chat model", _chat_model),) if settings.model else ()),
        ("disk", _disk),
    )
    failed = False
    for name, check in checks:
        try:
            print(f"ok    {name}: {check(settings)}")
        except CitewellError as error:
            failed = True
            print(f"FAIL  {name}: {error}")
    for line in _settings(settings):
        print(f"      {line}")
    return int(failed)


def _python(_: Settings) -> str:
    try:
        with sqlite3.connect(":memory:") as connection:
            connection.execute("SELECT json_array(1)")
    except sqlite3.OperationalError as error:
        raise CitewellError(
            "this Python's SQLite lacks JSON: use python.org's or Debian's"
        ) from error
    return f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"


def _packages(_: Settings) -> str:
    found, missing = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        raise CitewellError(f"missing: {', '.join(missing)}; run `make chat` or pip install .")
    return ", ".join(found)


def _model(settings: Settings) -> str:
    location = locate(settings.embedding_model)
    if not Path(location).is_dir():
        return f"{location}, to be loaded from a hub or its cache"
    digest = hash_weights(Path(location))
    if not digest:
        raise ModelError(f"{location} holds no weights: give a sentence-transformers folder")
    return f"{settings.embedding_model}, sha256 {digest[:16]}…"


def _index(settings: Settings) -> str:
    manifest = Manifest.read(settings.index)
    manifest.check_model(settings, settings.index)
    store = SqliteStore(settings.index, manifest.model.dimension)
    try:
        documents, passages = len(store.documents()), len(store)
        encoder = open_fastest(settings.index, manifest.model, settings.runtime)
        vector = encoder.encode(["a"])[0]
        scope = store.scope(Filters())
        vectors = sum(
            len(scope.nearest(vector, 1, references=references)[0]) for references in (False, True)
        )
    finally:
        store.close()
    if passages and not vectors:
        raise CitewellError(f"{settings.index} has passages but no vectors: index again")
    return (
        f"{settings.index}: {documents:,} documents, {passages:,} passages; "
        f"more are encoded by {encoder.runtime}"
    )


def _reader(settings: Settings) -> str:
    (reading,) = open_network(settings.reader).read(*_PAIR)
    if not reading.is_finite:
        raise ModelError(f"{settings.reader} gives no number: set another reader")
    return f"{settings.reader or SHIPPED} reads"


def _reranker(settings: Settings) -> str:
    score(*_PAIR, open_reranker(settings.reranker))
    return f"{settings.reranker} scores"


def _chat_model(settings: Settings) -> str:
    from rag.generation import destination, open_model  # here: they load LangChain

    return f"{settings.model} opens; passages would go to {destination(open_model(settings))}"


def _disk(settings: Settings) -> str:
    folder = settings.index if settings.index.exists() else Path(".")
    return f"{shutil.disk_usage(folder).free / 1e9:.1f} GB free"


def _settings(settings: Settings) -> Iterator[str]:
    for field in fields(settings):
        value = str(getattr(settings, field.name))
        yield f"{field.name} = {_PASSWORD.sub('://…@', value)}"
