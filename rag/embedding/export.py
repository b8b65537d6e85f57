"""A sentence-transformers model made into an ONNX graph: tokens in, unit vectors out.

Torch is needed here alone, while an index is built; asking runs on ONNX Runtime.
"""

from __future__ import annotations

import logging
import os
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from json import dumps, loads
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rag.embedding.model import (
    MODEL_FILE,
    MODEL_FILES,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    ModelCard,
    hash_weights,
    locate,
)
from rag.errors import ModelError

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

HALF_EXPORTED = ".exporting-"  # how a folder begins that holds what is not whole yet
_LEAST_APART = 1024  # bytes of a tensor that lies with the weights
_OPSET = 17
_GRAPH = 4  # counts up when what the graph gives changes, so that old exports are not reused
_FALLBACK_MAX_TOKENS = 512


def export(name: str, folder: Path, *, cache: Path | None = None) -> ModelCard:
    """Write `model.onnx`, its weights and `tokenizer.json` into `folder`; return the card.

    `cache` keeps exports between indexes, by the weights' hash. Raises ModelError.
    """
    location = locate(name)
    digest = hash_weights(Path(location)) if Path(location).is_dir() else ""
    kept = cache.expanduser() / f"{digest[:16]}-{_GRAPH}" if cache and digest else None
    if kept and (card := _restore(kept, name, folder)):
        return card
    card = _export(name, location, folder)
    if kept:
        _keep(kept, card, folder)
    return card


def _export(name: str, location: str, folder: Path) -> ModelCard:
    import torch

    model = load_model(name, location)
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise ModelError(f"{name} has no fast tokenizer: choose a model with a tokenizer.json")
    tokenizer.save(str(folder / TOKENIZER_FILE))
    example = model.tokenize(["a sentence", "and a longer one than that"])
    names: list[str] = [
        key for key in ("input_ids", "attention_mask", "token_type_ids") if key in example
    ]
    wrapper = unit_vectors(model, names)
    axes = {key: {0: "batch", 1: "length"} for key in names} | {"vectors": {0: "batch"}}
    target = folder / f"{MODEL_FILE}.new"
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the tracer warns of constants that are constant
        torch.onnx.export(
            wrapper,
            tuple(example[key] for key in names),
            str(target),
            input_names=names,
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
    _write_apart(target, folder)
    prompts = model.prompts or {}
    return ModelCard(
        name=name,
        sha256=_weights_hash(location, folder),
        dimension=int(model.get_embedding_dimension() or 0),
        max_tokens=int(model.max_seq_length or _FALLBACK_MAX_TOKENS),
        query_prompt=prompts.get("query") or "",
        document_prompt=prompts.get("document") or prompts.get("passage") or "",
    )


def _write_apart(whole: Path, folder: Path) -> None:
    """Write a model as its graph and its weights; `whole` goes."""
    import onnx

    with TemporaryDirectory(dir=folder, prefix=HALF_EXPORTED) as place:
        onnx.save_model(
            onnx.load(whole),
            str(Path(place) / MODEL_FILE),
            save_as_external_data=True,
            location=WEIGHTS_FILE,
            size_threshold=_LEAST_APART,
        )
        whole.unlink()
        (Path(place) / WEIGHTS_FILE).touch()  # of a model without anything that large
        shutil.copymode(Path(place) / MODEL_FILE, Path(place) / WEIGHTS_FILE)
        for file in (WEIGHTS_FILE, MODEL_FILE):
            os.replace(Path(place) / file, folder / file)


def quieten_libraries() -> None:
    """Let the libraries that load a model say nothing but errors."""
    from huggingface_hub.utils.logging import set_verbosity_error
    from transformers.utils.logging import disable_progress_bar

    for chatty in ("sentence_transformers", "transformers", "torch.onnx"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    # Not as the others: this library sets its level anew when it is first imported.
    set_verbosity_error()  # type: ignore[no-untyped-call]
    disable_progress_bar()  # type: ignore[no-untyped-call]


def load_model(name: str, location: str, device: str = "cpu") -> SentenceTransformer:
    """The model that `locate` found, in torch. Raises ModelError."""
    # Nothing is asked of a hub unless the user named a model that lies there.
    if Path(location).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    quieten_libraries()
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            location,
            device=device,
            trust_remote_code=False,
            model_kwargs={"attn_implementation": "eager"},
        )
    except Exception as error:  # whatever a foreign folder or a hub may raise
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"the embedding model {name!r} cannot be loaded ({reason}): "
            "give a sentence-transformers folder or a hub name that this machine can reach"
        ) from error


def unit_vectors(model: SentenceTransformer, names: Sequence[str]) -> torch.nn.Module:
    """The model as a module that takes the inputs of these names, in order."""
    import torch

    class UnitVectors(torch.nn.Module):
        """Token ids to one unit vector a text."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model.eval()

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            features = self.model(dict(zip(names, inputs, strict=True)))
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    return UnitVectors()


def _weights_hash(location: str, folder: Path) -> str:
    """The weights' hash; for a hub model, whose files lie in a cache, the exported file's."""
    if Path(location).is_dir():
        return hash_weights(Path(location))
    whole = sha256()
    for file in (MODEL_FILE, WEIGHTS_FILE):
        whole.update((folder / file).read_bytes())
    return whole.hexdigest()


def _restore(kept: Path, name: str, folder: Path) -> ModelCard | None:
    try:
        note = loads((kept / "card.json").read_text(encoding="utf-8"))
        card = ModelCard(**note["card"] | {"name": name})
        for file in MODEL_FILES:
            content = (kept / file).read_bytes()
            if sha256(content).hexdigest() != note[file]:
                return None
            (folder / f"{file}.new").write_bytes(content)
            os.replace(folder / f"{file}.new", folder / file)
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return None
    return card


def _keep(kept: Path, card: ModelCard, folder: Path) -> None:
    """Keep an export for the next index; a cache that cannot be written is done without."""
    try:
        kept.mkdir(parents=True, exist_ok=True)
        note: dict[str, object] = {"card": asdict(card)}
        for file in MODEL_FILES:
            shutil.copyfile(folder / file, kept / f"{file}.{os.getpid()}")
            note[file] = sha256((folder / file).read_bytes()).hexdigest()
            os.replace(kept / f"{file}.{os.getpid()}", kept / file)
        (kept / "card.json").write_text(dumps(note), encoding="utf-8")
    except OSError:
        shutil.rmtree(kept, ignore_errors=True)
