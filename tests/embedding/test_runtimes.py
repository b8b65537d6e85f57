"""Whatever runs the model gives the same vectors, and the fastest that is there is taken."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from rag import Settings, build_index
from rag.embedding.encoder import Encoder
from rag.embedding.fastest import open_fastest
from rag.embedding.gpu import TorchRuntime
from rag.embedding.model import MODEL_FILE, ModelCard
from rag.errors import ModelError, UsageError
from rag.store import Manifest

# More than are on their way at once, of all lengths, in no order.
TEXTS = [
    " ".join(f"passage {number} tells of {word}" for word in ("trials", "cells")[: number % 3])
    + " of leukemia" * (number * 7 % 40)
    for number in range(60)
]


@pytest.fixture(scope="module")
def card(seed_index: Path) -> ModelCard:
    return Manifest.read(seed_index).model


def test_openvino_gives_the_vectors_of_onnx_runtime(seed_index: Path, card: ModelCard) -> None:
    pytest.importorskip("openvino", reason="the extra `fast` is not installed")
    fast = open_fastest(seed_index, card, "openvino")
    assert fast.runtime.startswith("OpenVINO")
    expected = Encoder(seed_index, card).encode(TEXTS)
    for _ in range(2):
        assert np.sum(expected * fast.encode(TEXTS), axis=1).min() >= 0.999
    assert fast.encode([]).shape == (0, card.dimension)


def test_torch_gives_the_vectors_of_onnx_runtime(seed_index: Path, card: ModelCard) -> None:
    """On a processor, for want of a GPU: what differs there is the device's name."""
    torch = Encoder(seed_index, card, TorchRuntime(card, "cpu"))
    texts = TEXTS[:8]
    expected = Encoder(seed_index, card).encode(texts)
    assert np.sum(expected * torch.encode(texts), axis=1).min() >= 0.9999


def test_torch_refuses_other_weights_than_the_indexs(card: ModelCard) -> None:
    other = ModelCard(card.name, "0" * 64, card.dimension, card.max_tokens)
    with pytest.raises(ValueError, match="not the model"):
        TorchRuntime(other, "cpu")


def test_the_fastest_is_taken_and_onnx_runtime_where_there_is_no_other(
    seed_index: Path, card: ModelCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openvino", reason="the extra `fast` is not installed")
    assert open_fastest(seed_index, card).runtime.startswith(("torch", "OpenVINO"))
    assert open_fastest(seed_index, card, "onnx").runtime.startswith("ONNX")
    monkeypatch.setitem(sys.modules, "openvino", None)  # as if it were not installed
    assert open_fastest(seed_index, card).runtime.startswith(("torch", "ONNX"))
    with pytest.raises(UsageError, match=r"citewell\[fast\]"):
        open_fastest(seed_index, card, "openvino")


def test_a_runtime_that_fails_gives_way_unless_it_is_named(
    index_copy: Path, card: ModelCard
) -> None:
    pytest.importorskip("openvino", reason="the extra `fast` is not installed")
    model = index_copy / MODEL_FILE
    model.unlink()
    model.write_bytes(b"no model")
    with pytest.raises(UsageError, match="openvino does not work here"):
        open_fastest(index_copy, card, "openvino")
    with pytest.raises(ModelError, match="made anew"):
        open_fastest(index_copy, card)


def test_a_runtime_that_is_none_is_said_to_be() -> None:
    with pytest.raises(UsageError, match="runtime must be torch or openvino or onnx, not abacus"):
        Settings.load(runtime="abacus")


def test_a_runtime_that_is_not_here_leaves_no_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)  # as if it were not installed
    (tmp_path / "a.txt").write_text("A kettle hums.", encoding="utf-8")
    settings = Settings.load(index=tmp_path / "index", runtime="openvino")
    with pytest.raises(UsageError, match=r"citewell\[fast\]"):
        build_index([tmp_path / "a.txt"], settings)
    assert not (tmp_path / "index").exists()
