"""A trained network made into what ships: one ONNX file, its tokenizer, its card.

    python -m training.reader.export runs/reader rag/reading/model [--precision int8]
        [--checkpoint]

`int8` quantises weights a channel at a time, activations as they come (dynamic); `half` keeps
the weights in half precision and computes in single. `training/reader/measure.py` says what
each costs. `--checkpoint` exports a run's last checkpoint, which is unfinished: the learning rate
has not come down.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import load_file
from torch import Tensor, nn

from rag.embedding.model import locate
from rag.errors import CitewellError
from rag.settings import DEFAULT_MODEL
from training.reader.batches import LONGEST
from training.reader.checkpoint import CheckpointError, load_weights
from training.reader.network import ReaderNetwork

_LARGE = 1024  # elements; smaller weights stay as they are


def main() -> None:
    """Read the options and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path, help="the folder that training wrote")
    parser.add_argument("output", type=Path)
    parser.add_argument("--precision", choices=("int8", "half", "single"), default="int8")
    parser.add_argument("--checkpoint", action="store_true", help="export an unfinished run")
    arguments = parser.parse_args()
    try:
        export(**vars(arguments))
    except CitewellError as error:
        sys.exit(f"training.reader.export: {error}")


def export(run: Path, output: Path, precision: str, checkpoint: bool = False) -> None:
    """Write the three files of a reader into `output`.

    Raises CheckpointError for a run that has not finished, unless its `checkpoint` is asked for,
    and where there is none.
    """
    weights = load_weights(run) if checkpoint else _finished(run)
    output.mkdir(parents=True, exist_ok=True)
    base = Path(locate(DEFAULT_MODEL))
    network = ReaderNetwork.empty(base, attention="eager")
    network.load_state_dict(weights)
    target = output / "reader.onnx"
    with tempfile.TemporaryDirectory() as folder:
        single = Path(folder) / "single.onnx"
        _trace(network, single)
        if precision == "int8":
            _quantise(single, target)
        elif precision == "half":
            _halve(single, target)
        else:
            shutil.copyfile(single, target)
    tokenizer = output / "tokenizer.json"
    shutil.copyfile(base / "tokenizer.json", tokenizer)
    card = {
        "base": DEFAULT_MODEL,
        "precision": precision,
        "max_tokens": LONGEST,
        "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
        "tokenizer_sha256": hashlib.sha256(tokenizer.read_bytes()).hexdigest(),
    }
    (output / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, {precision}")


def _finished(run: Path) -> dict[str, Tensor]:
    weights = run / "reader.safetensors"
    if not weights.exists():
        raise CheckpointError(
            f"{run} holds no {weights.name}: finish the run with python -m training.reader, or "
            "export what it has learned so far with --checkpoint"
        )
    return load_file(weights)


class _Outputs(nn.Module):
    """The network with plain outputs, as the tracer wants them."""

    def __init__(self, network: ReaderNetwork) -> None:
        super().__init__()
        self.network = network.eval()

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor]:
        reading = self.network(ids, mask, types)
        return reading.tokens, reading.passages


def _trace(network: ReaderNetwork, target: Path) -> None:
    example = torch.ones(2, 16, dtype=torch.long)
    both = {0: "batch", 1: "length"}
    names = ["ids", "mask", "types"]
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the tracer warns of constants that are constant
        torch.onnx.export(
            _Outputs(network),
            (example, example, example),
            str(target),
            input_names=names,
            output_names=["tokens", "passages"],
            dynamic_axes={**dict.fromkeys([*names, "tokens"], both), "passages": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


def _quantise(source: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8)


def _halve(source: Path, target: Path) -> None:
    """Large weights kept in half precision; a cast brings each back when the file is loaded."""
    model = onnx.load(str(source))
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type == TensorProto.FLOAT and np.prod(weight.dims) >= _LARGE:
            half = numpy_helper.from_array(
                numpy_helper.to_array(weight).astype(np.float16), f"{weight.name}.half"
            )
            casts.append(helper.make_node("Cast", [half.name], [weight.name], to=TensorProto.FLOAT))
            weight.CopyFrom(half)
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))


if __name__ == "__main__":
    main()
