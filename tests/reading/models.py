"""Tiny models, of our kind and of other people's, made here: what they say is known beforehand."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

WORDS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] which antigens do monoclonal antibodies target the of in and "
    "leukemia acute patients relapsed therapy treatment cells cd ##19 ##22 all aml a with for . ,"
).split()
MOST_TOKENS = 128
SHIPPED = Path(str(resources.files("rag.reading").joinpath("model")))


def save_network(folder: Path, tokens: Sequence[float], passage: Sequence[float]) -> Path:
    """A reader of our kind: it gives each token's number times `tokens`, and `passage` of each."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    integers = ("ids", "mask", "types")
    takes = [helper.make_tensor_value_info(n, TensorProto.INT64, ["b", "l"]) for n in integers]
    gives = [
        helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["b", "l", len(tokens)]),
        helper.make_tensor_value_info("passages", TensorProto.FLOAT, ["b", len(passage)]),
    ]
    weights = [
        numpy_helper.from_array(np.array(numbers, dtype=np.float32), name)
        for name, numbers in (("w", tokens), ("v", passage))
    ]
    last = numpy_helper.from_array(np.array([2]), "last")
    nodes = [
        helper.make_node("Cast", ["ids"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["floats", "last"], ["column"]),
        helper.make_node("Mul", ["column", "w"], ["tokens"]),
        helper.make_node("Cast", ["mask"], ["ones"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["ones"], ["one"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["one", "v"], ["passages"]),
    ]
    graph = helper.make_graph(nodes, "reader", takes, gives, [*weights, last])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    folder.mkdir()
    onnx.save(model, str(folder / "reader.onnx"))
    digest = hashlib.sha256((folder / "reader.onnx").read_bytes()).hexdigest()
    card = {"max_tokens": 64, "sha256": digest}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    shutil.copy(SHIPPED / "tokenizer.json", folder)
    return folder


def save_score_model(folder: Path, labels: int = 1) -> Path:
    """A CrossEncoder with random weights, in a folder."""
    from transformers import BertForSequenceClassification

    model = BertForSequenceClassification(_random(num_labels=labels))
    return _save(model, folder)


def save_span_model(folder: Path, labels: int = 2) -> Path:
    """A question-answering model with random weights, in a folder."""
    from transformers import BertForQuestionAnswering

    return _save(BertForQuestionAnswering(_random(num_labels=labels)), folder)


def save_marking_model(folder: Path, bias: float = 0.0) -> Path:
    """A question-answering model that marks CD19 and, a little less surely, CD22.

    A token's vector is its number's own axis, which the layers leave as it is; so the head's
    weights say how surely each word starts or ends an answer. Of none speaks the first token.
    """
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    config = _config(BertConfig, hidden_size=len(WORDS), num_hidden_layers=1, num_attention_heads=1)
    model = BertForQuestionAnswering(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "LayerNorm" not in name:
                weight.zero_()
        model.bert.embeddings.word_embeddings.weight.copy_(torch.eye(len(WORDS)))
        starts, ends = model.qa_outputs.weight
        starts[WORDS.index("[CLS]")] = starts[WORDS.index("cd")] = 1.0
        ends[WORDS.index("##19")], ends[WORDS.index("##22")] = 1.0, 0.9
        model.qa_outputs.bias.fill_(bias)
    return _save(model, folder)


def save_headless_model(folder: Path, architecture: str) -> Path:
    """A model that was trained for nothing, which says that it is of an architecture."""
    from transformers import BertModel

    model = BertModel(_random())
    _save(model, folder)
    config = folder / "config.json"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('"BertModel"', f'"{architecture}"'), encoding="utf-8")
    return folder


def _random(**more: Any) -> Any:
    import torch
    from transformers import BertConfig

    torch.manual_seed(20190110)
    # Initialised widely, so that scores lie apart.
    return _config(
        BertConfig, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        initializer_range=0.5, **more,
    )  # fmt: skip


def _config(made: Any, **more: Any) -> Any:
    return made(
        vocab_size=len(WORDS), intermediate_size=64, max_position_embeddings=MOST_TOKENS, **more
    )


def _save(model: Any, folder: Path) -> Path:
    from transformers import BertTokenizerFast

    model.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    numbers = {word: place for place, word in enumerate(WORDS)}
    BertTokenizerFast(vocab=numbers, model_max_length=MOST_TOKENS).save_pretrained(folder)
    return folder
