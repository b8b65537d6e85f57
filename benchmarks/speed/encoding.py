"""Passages a second, by runtime, beside sentence-transformers and the machine's own limit."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.grown import read_source
from rag.embedding.encoder import Encoder
from rag.embedding.export import export, quieten_libraries
from rag.embedding.fastest import open_fastest
from rag.embedding.model import locate
from rag.embedding.runtime import count_cores
from rag.errors import UsageError
from rag.settings import DEFAULT_MODEL, Settings

# The network's own shapes: MiniLM-L6-H384.
LAYERS, WIDTH, INNER = 6, 384, 1536
_ROWS = 2048  # tokens of a batch
_RUNTIMES = ("onnx", "openvino", "torch")


def passages(index: Path, count: int) -> list[str]:
    """Passages of prose of an index, drawn at random, each under its title."""
    source = read_source(index)
    drawn = np.random.default_rng(0).permutation(len(source.texts))[:count]
    return [f"{source.titles[place]}\n{source.texts[place]}" for place in drawn]


def measure(texts: Sequence[str], rounds: int = 3) -> dict[str, Any]:
    """Rates of sentence-transformers at its defaults and of each runtime that is here.

    The rounds go through all of them in turn, so that what else the machine does meets them
    alike; the best round of each counts.
    """
    from sentence_transformers import SentenceTransformer

    quieten_libraries()
    stock = SentenceTransformer(locate(DEFAULT_MODEL), device="cpu")
    calls: dict[str, Callable[[], NDArray[np.float32]]] = {
        "sentence-transformers, fp32": lambda: stock.encode(list(texts), normalize_embeddings=True)
    }
    with tempfile.TemporaryDirectory() as folder:
        card = export(DEFAULT_MODEL, Path(folder), cache=Settings().model_cache)
        encoders: list[Encoder] = []
        for name in _RUNTIMES:
            try:
                encoders.append(open_fastest(Path(folder), card, name))
            except UsageError:
                continue
        calls |= {one.runtime: lambda one=one: one.encode(texts) for one in encoders}
        seconds, vectors = _best(calls, rounds)
    lengths = [len(ids) for ids in stock.tokenizer(list(texts), truncation=True)["input_ids"]]
    work = sum(map(_operations, lengths))
    first = next(iter(calls))
    cosines = {name: np.sum(vectors[first] * vectors[name], axis=1) for name in calls}
    limits = {name: _limit(kind) for name, kind in _kinds().items()}
    return {
        "passages": len(texts),
        "tokens_a_passage": float(np.mean(lengths)),
        "limits_gflops": limits,
        "rows": {
            name: {
                "passages_a_second": len(texts) / seconds[name],
                "times_stock": seconds[first] / seconds[name],
                "gflops": work / seconds[name] / 1e9,
                "of_limit": work / seconds[name] / 1e9 / limits[_precision(name)],
                "least_cosine": float(cosines[name].min()),
                "mean_cosine": float(cosines[name].mean()),
            }
            for name in calls
        },
    }


def _best(
    calls: dict[str, Callable[[], NDArray[np.float32]]], rounds: int
) -> tuple[dict[str, float], dict[str, NDArray[np.float32]]]:
    seconds, vectors = dict.fromkeys(calls, float("inf")), {}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            vectors[name] = call()
            seconds[name] = min(seconds[name], time.perf_counter() - start)
    return seconds, vectors


def _operations(tokens: int) -> int:
    """Multiplications and additions of a text: projections, the inner layer, attention."""
    projected = 2 * tokens * (4 * WIDTH * WIDTH + 2 * WIDTH * INNER)
    return LAYERS * (projected + 2 * 2 * tokens * tokens * WIDTH)


def _kinds() -> dict[str, torch.dtype]:
    return {"fp32": torch.float32, "bf16": torch.bfloat16}


def _precision(name: str) -> str:
    return "fp32" if "fp32" in name else "bf16"


def _limit(kind: torch.dtype, rounds: int = 40) -> float:
    """Billions of operations a second of plain matrix products in the network's shapes."""
    torch.set_num_threads(count_cores())
    shapes = [(WIDTH, WIDTH)] * 4 + [(WIDTH, INNER), (INNER, WIDTH)]
    pairs = [
        (torch.randn(_ROWS, shape[0], dtype=kind), torch.randn(*shape, dtype=kind))
        for shape in shapes
    ]
    best = float("inf")
    with torch.inference_mode():
        for _ in range(rounds):
            start = time.perf_counter()
            for rows, weights in pairs:
                rows @ weights
            best = min(best, time.perf_counter() - start)
    return sum(2 * _ROWS * a * b for a, b in shapes) / best / 1e9
