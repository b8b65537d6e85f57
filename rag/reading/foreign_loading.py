"""Models that others trained: where they lie, how they are loaded, what is said where they fail.

Of the files that read, torch and what stands on it is imported here and in `foreign.py` alone,
and only when a model that needs it is named.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.embedding.export import quieten_libraries
from rag.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# How the names of the classes end whose models mark answers, and score pairs.
SPANS, SCORES = "ForQuestionAnswering", "ForSequenceClassification"


def load_cross_encoder(name: str, role: str, mend: str) -> CrossEncoder:
    """A sentence-transformers CrossEncoder with one output, from a folder or a hub.

    `role` is what it is wanted for, `mend` what to do where it cannot be had. Raises ModelError.
    """
    with explained(f"the {role} {name} cannot be loaded", mend):
        location, asked = prepare(name)
        from sentence_transformers import CrossEncoder

        model: CrossEncoder = CrossEncoder(location, **asked)
    saved_from = (getattr(model.config, "architectures", None) or [""])[0]
    if len(model) == 1 and saved_from and not saved_from.endswith(SCORES):
        # The library gives it a head of random numbers.
        raise ModelError(f"{name} is no CrossEncoder but {saved_from}: {mend}")
    if model.num_labels != 1:
        raise ModelError(
            f"{name} gives {model.num_labels} numbers a pair, a {role} of this kind gives one: "
            "choose a CrossEncoder that was trained to rank"
        )
    return model


def load_architecture(name: str, mend: str) -> str:
    """The class that a model was saved from, by its config.json; "" where it names none."""
    with explained(f"the reader {name} cannot be loaded", mend):
        location, asked = prepare(name)
        from transformers import AutoConfig

        return str((AutoConfig.from_pretrained(location, **asked).architectures or [""])[0])


def load_span_model(name: str, mend: str) -> tuple[Any, Any]:
    """An extractive question-answering model of Hugging Face's, and its tokenizer.

    Raises ModelError, also where the model would give random numbers or another number of them.
    """
    with explained(f"the reader {name} cannot be loaded", mend):
        location, asked = prepare(name)
        import torch
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(location, **asked)
        model, report = AutoModelForQuestionAnswering.from_pretrained(
            location, dtype=torch.float32, output_loading_info=True, **asked
        )
    if report["missing_keys"]:  # the library fills them at random
        raise ModelError(f"{name} lacks weights, such as {min(report['missing_keys'])}: {mend}")
    if model.config.num_labels != 2:
        raise ModelError(
            f"{name} gives {model.config.num_labels} numbers a token, a reader of this kind gives "
            "two: choose a model that was trained to mark answers"
        )
    if not tokenizer.is_fast:
        raise ModelError(f"{name} has no fast tokenizer: choose a model with a tokenizer.json")
    return model.eval(), tokenizer


@contextmanager
def explained(what: str, mend: str) -> Iterator[None]:
    """Make whatever a model, a hub and their libraries raise a ModelError of one line."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:  # they raise types of their own
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise ModelError(f"{what} ({lines[0][:200]}): {mend}") from error


def prepare(name: str) -> tuple[str, dict[str, bool]]:
    """Where a model lies, and what its library may do to load it.

    Nothing is asked of a hub unless the user named a model that lies there; nobody is asked to
    convert its files, and no code of the model's own is run.
    """
    os.environ.setdefault("DISABLE_SAFETENSORS_CONVERSION", "1")
    quieten_libraries()
    folder = Path(name).expanduser()
    is_local = folder.is_dir()
    location = str(folder) if is_local else name
    return location, {"trust_remote_code": False, "local_files_only": is_local}
