"""One frozen Settings: `rag.toml`, then `RAG_*` variables, then arguments."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields, replace
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from rag.errors import UsageError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
UNSUPPORTED = ("remove", "mark")
RUNTIMES = ("", "torch", "openvino", "onnx")
_YES_AND_NO = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set. Each name is a key of `rag.toml` and, as RAG_NAME, a variable."""

    index: Path = Path("index")
    # The packaged model, a local folder, or a model's name on a hub.
    embedding_model: str = DEFAULT_MODEL
    # What encodes passages: "torch" on a GPU, "openvino" or "onnx"; empty for the fastest that is
    # there. Questions are encoded by ONNX Runtime, which is ready soonest.
    runtime: str = ""
    # Words a passage: an abstract gives two to four, each well inside the model's window.
    passage_words: int = 110
    # What looks again at the best hits: a CrossEncoder's folder or name on a hub, or "reader" for
    # the shipped network (weighed with the search); empty for none.
    reranker: str = ""
    # Hits that it looks at.
    rerank_passages: int = 30
    # What reads the passages: "" or "reader" for the shipped network, the folder of another such,
    # or a Hugging Face question-answering model's or a CrossEncoder's folder or name on a hub.
    # Confidence is calibrated for the shipped one, and with another no more than a guide.
    reader: str = ""
    # Passages read for a question. Confidence is calibrated for this many: of more, the best one
    # is better by chance, and of fewer worse.
    read_passages: int = 12
    # Quotations an answer.
    max_quotations: int = 3
    # Confidence below which the assistant abstains: a wrong answer costs as much as a missed one.
    threshold: float = 0.5
    # What writes an answer from the quotations, as LangChain names it: "ollama:NAME",
    # "openai:NAME", "anthropic:NAME", or the folder of a transformers model. Empty for none:
    # answers are quotations. The passages go where it runs.
    model: str = ""
    # Where it is served, if not at its provider's own address.
    model_url: str = ""
    # Seconds that an answer may take it, and tokens of passages that it is given, roughly.
    model_seconds: int = 60
    model_tokens: int = 3000
    # What its provider asks for a million tokens that it reads, and that it writes: answers then
    # say what they cost, in the currency of these two.
    model_price_in: float = 0.0
    model_price_out: float = 0.0
    # What becomes of its sentences that no quotation carries: "remove" or "mark".
    unsupported: str = "remove"
    # Whether tracing that LangChain finds in the environment may send passages elsewhere.
    tracing: bool = False
    # What one file may cost. A file of many records may be larger: the limit holds for each.
    max_file_mb: int = 100
    max_file_seconds: int = 300
    max_file_memory_mb: int = 2000
    # Where exported models are kept between indexes; empty for none.
    model_cache: Path = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "citewell"

    @classmethod
    def load(cls, path: Path | None = None, **arguments: Any) -> Settings:
        """Defaults, overlaid by `rag.toml` in the working folder, variables and arguments.

        Arguments that are None are not given. Raises UsageError for an unknown key or a value
        of the wrong form.
        """
        settings = cls()
        path = path or Path("rag.toml")
        if path.is_file():
            settings = settings._overlaid(_read_toml(path), str(path))
        variables = {
            field.name: os.environ[f"RAG_{field.name.upper()}"]
            for field in fields(cls)
            if os.environ.get(f"RAG_{field.name.upper()}")
        }
        settings = settings._overlaid(variables, "the environment")
        given = {name: value for name, value in arguments.items() if value is not None}
        return settings._overlaid(given, "the call")

    def _overlaid(self, values: dict[str, Any], origin: str) -> Settings:
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in values:
            if name not in known:
                raise UsageError(f"{origin}: no setting {name!r}; there are {', '.join(known)}")
        typed: dict[str, Any] = {}
        for name, value in values.items():
            try:
                typed[name] = _as_type(known[name], value)
            except (TypeError, ValueError, OverflowError) as error:
                raise UsageError(f"{origin}: {name} has the wrong form: {error}") from error
        return replace(self, **typed)._checked(origin)

    def _checked(self, origin: str) -> Settings:
        if not 0 <= self.threshold <= 1:
            raise UsageError(f"{origin}: threshold must lie between 0 and 1, not {self.threshold}")
        for name, choice in _CHOICES.items():
            if getattr(self, name) not in choice:
                among = " or ".join(filter(None, choice))
                raise UsageError(f"{origin}: {name} must be {among}, not {getattr(self, name)}")
        for name, least in _LEAST.items():
            if not (value := getattr(self, name)) >= least:
                raise UsageError(f"{origin}: {name} must be at least {least}, not {value}")
            if value > (most := _MOST.get(name, _MOST_OF_ANY)):
                raise UsageError(f"{origin}: {name} must be at most {most:,}, not {value}")
        return self


_CHOICES = {"unsupported": UNSUPPORTED, "runtime": RUNTIMES}
_MOST_OF_ANY = 10**12
_MOST = {"model_seconds": 86_400, "max_file_seconds": 10**6}
_LEAST = {
    "passage_words": 1,
    "rerank_passages": 1,
    "read_passages": 1,
    "max_quotations": 1,
    "model_seconds": 1,
    "model_tokens": 100,
    "model_price_in": 0,
    "model_price_out": 0,
    "max_file_mb": 1,
    "max_file_seconds": 1,
    "max_file_memory_mb": 300,  # what reading takes before it reads anything
}


def _as_type(default: object, value: object) -> object:
    """The value in the form of a setting's default. Raises TypeError or ValueError."""
    if isinstance(default, bool):
        if str(value).lower() not in _YES_AND_NO:
            raise ValueError(f"give true or false, not {value!r}")
        return _YES_AND_NO[str(value).lower()]
    if isinstance(default, str | Path):
        if not isinstance(value, str | Path):
            raise TypeError(f"give a text or a path, not {value!r}")
        return type(default)(str(value))
    if not isinstance(value, str | Real) or isinstance(value, bool):
        raise TypeError(f"give a number, not {value!r}")
    is_whole = isinstance(value, str | Integral) or float(value).is_integer()
    if isinstance(default, int) and not is_whole:
        raise ValueError(f"give a whole number, not {value!r}")
    return type(default)(value)  # type: ignore[call-arg]


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as TOML: {error}") from error
