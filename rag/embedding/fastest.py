"""Which runtime encodes many texts: the fastest that this machine has."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from rag.embedding.encoder import Encoder
from rag.embedding.gpu import TorchRuntime, find_gpu
from rag.embedding.model import MODEL_FILE, ModelCard
from rag.embedding.onnx import OnnxRuntime
from rag.embedding.runtime import Runtime
from rag.errors import ModelError, UsageError

_MENDS = {"openvino": "pip install 'citewell[fast]'", "torch": "it needs a GPU that torch sees"}


def open_fastest(folder: Path, card: ModelCard, runtime: str = "") -> Encoder:
    """An encoder for indexing: on a GPU, else in OpenVINO, else in ONNX Runtime.

    All three give the same vectors, to a cosine of .999. `runtime` names one of
    `rag.settings.RUNTIMES` and takes no other. Raises UsageError where that one cannot be had,
    and ModelError.
    """
    check_runtime(runtime)
    for name in [runtime] if runtime else ["torch", "openvino"]:
        try:
            found = _open(name, folder, card)
        except ModelError:
            raise
        except Exception as error:  # what a driver or a processor unknown to it may raise
            if runtime:
                raise UsageError(f"the runtime {name} does not work here ({error})") from error
            continue
        if found:
            return Encoder(folder, card, found)
    return Encoder(folder, card)


def check_runtime(name: str) -> None:
    """Raises UsageError where a runtime that is named ("" for any) is not on this machine."""
    if not _is_here(name):
        raise UsageError(f"the runtime {name} is not here: {_MENDS[name]}")


def _is_here(name: str) -> bool:
    if name == "openvino":
        return importlib.util.find_spec("openvino") is not None
    return name != "torch" or bool(find_gpu())


def _open(name: str, folder: Path, card: ModelCard) -> Runtime | None:
    """None where the machine has no such runtime."""
    if name == "onnx":
        return OnnxRuntime(folder / MODEL_FILE)
    if not _is_here(name):
        return None
    if name == "openvino":
        from rag.embedding.openvino import OpenVinoRuntime

        return OpenVinoRuntime(folder / MODEL_FILE)
    return TorchRuntime(card, find_gpu())
