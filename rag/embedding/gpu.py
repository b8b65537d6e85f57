"""Torch on a graphics processor, where it sees one: for encoding many texts, no question."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.embedding.export import load_model, unit_vectors
from rag.embedding.model import ModelCard, hash_weights, locate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.embedding.runtime import Feed

_SIGNS = ("/dev/nvidiactl", "/dev/kfd")  # of NVIDIA's and AMD's drivers


def find_gpu() -> str:
    """The device that torch would compute on; "" for none.

    Torch takes seconds to load: it is asked only where a driver lies on the machine.
    """
    if not (any(Path(sign).exists() for sign in _SIGNS) or shutil.which("nvidia-smi")):
        return ""
    import torch

    return "cuda" if torch.cuda.is_available() else ""


class TorchRuntime:
    """A model's own weights in torch, in bf16 where the device is no processor. See `Runtime`."""

    batch = 128

    def __init__(self, card: ModelCard, device: str) -> None:
        """Raises ModelError, and ValueError where the weights are not the card's."""
        import torch

        location = locate(card.name)
        if Path(location).is_dir() and hash_weights(Path(location)) != card.sha256:
            raise ValueError(f"{card.name} is not the model that the index was built with")
        model = load_model(card.name, location, device)
        example = model.tokenize(["a sentence"])
        self.inputs = [
            name for name in ("input_ids", "attention_mask", "token_type_ids") if name in example
        ]
        self._torch, self._device = torch, torch.device(device)
        self.name = f"torch on {device}"
        self._module = unit_vectors(model, self.inputs)

    def run(self, feeds: Iterable[Feed]) -> Iterator[NDArray[np.float32]]:
        """See `Runtime`."""
        torch, device = self._torch, self._device
        is_fast = device.type != "cpu"
        with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=is_fast):
            for feed in feeds:
                inputs = [torch.from_numpy(feed[name]).to(device) for name in self.inputs]
                yield self._module(*inputs).float().cpu().numpy()
