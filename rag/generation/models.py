"""Chat models by name, through LangChain's `init_chat_model`; and where passages then go."""

from __future__ import annotations

import ipaddress
import os
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import ModelError, UsageError
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

HERE = "this machine"
_EXTRAS = ("openai", "anthropic", "ollama")  # providers that are extras of ours
# Where LangChain's classes keep the address that they call: the client's own first, for it knows
# what the environment made of it.
_ADDRESSES = (
    "root_client.base_url",
    "_client._client.base_url",
    "_client.base_url",
    "anthropic_api_url",
    "openai_api_base",
    "llm.endpoint_url",
    "endpoint_url",
    "base_url",
)
_FOLDER = "transformers"  # what stands for a provider where the model is a folder


def open_model(settings: Settings) -> BaseChatModel:
    """The model that the settings name.

    Raises UsageError for a name without a provider, and ModelError where the provider's package
    or key is missing or the model cannot be loaded.
    """
    provider, name = _parsed(settings.model)
    if _is_rerouted() and not settings.tracing:
        raise ModelError(
            "LANGSMITH_GATEWAY would send the passages to LangSmith: unset it, or set "
            "tracing = true to allow that"
        )
    if provider == _FOLDER:
        from rag.generation.local import LocalChatModel

        return LocalChatModel.open(name)
    from langchain.chat_models import init_chat_model

    try:
        model: BaseChatModel = init_chat_model(
            name, model_provider=provider, **_options(provider, settings)
        )
    except ImportError as error:
        package = f"'citewell[{provider}]'" if provider in _EXTRAS else _package(provider)
        raise ModelError(
            f"{settings.model} needs a package that is missing: pip install {package}"
        ) from error
    except Exception as error:  # each provider raises types of its own
        raise ModelError(f"{settings.model} cannot be opened: {_first_line(error)}") from error
    return model


def destination(model: BaseChatModel) -> str:
    """Which host receives the passages: its name, or "this machine"."""
    if model._llm_type == _FOLDER:
        return HERE
    for path in _ADDRESSES:
        try:
            address = attrgetter(path)(model)
        except Exception:  # a property may do anything; then the next one is asked
            continue
        if host := urlsplit(str(address or "")).hostname:
            return HERE if _is_loopback(host) else host
    return f"wherever {type(model).__name__} sends them"


def _parsed(name: str) -> tuple[str, str]:
    """Provider and model."""
    if Path(name).expanduser().is_dir():
        return _FOLDER, str(Path(name).expanduser())
    provider, colon, model = name.partition(":")
    if not (provider and colon and model):
        raise UsageError(
            f"model {name!r} is no folder and names no provider: write it as openai:NAME, "
            "anthropic:NAME or ollama:NAME"
        )
    return provider.replace("-", "_").lower(), model


def _options(provider: str, settings: Settings) -> dict[str, Any]:
    """How a provider's class takes an address and a time; retries are ours."""
    url = {"base_url": settings.model_url} if settings.model_url else {}
    match provider:
        case "openai":
            # Servers on one's own machine ask for no key, but the client does.
            keyless = url and not os.environ.get("OPENAI_API_KEY")
            key = {"api_key": "none"} if keyless else {}
            return {"timeout": settings.model_seconds, "max_retries": 0, **url, **key}
        case "anthropic":
            return {"timeout": settings.model_seconds, "max_retries": 0, **url}
        case "ollama":
            return {"client_kwargs": {"timeout": settings.model_seconds}, **url}
    return url


def _is_rerouted() -> bool:
    """Whether the environment puts LangSmith's gateway between LangChain and its providers."""
    value = os.environ.get("LANGSMITH_GATEWAY", "").lower()
    return value not in ("", "0", "false", "no")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _package(provider: str) -> str:
    return f"langchain-{provider.replace('_', '-')}"


def _first_line(error: Exception) -> str:
    """What an error says, without what providers put below it: addresses of their help."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:200]
