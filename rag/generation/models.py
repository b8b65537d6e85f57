"""Chat models by name, through LangChain's `init_chat_model`; and where passages then go."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import ModelError, UsageError
from rag.generation import addresses
from rag.generation.addresses import HERE
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_EXTRAS = ("openai", "anthropic", "ollama")  # providers that are extras of ours
_FOLDER = "transformers"  # what stands for a provider where the model is a folder


def open_model(settings: Settings) -> BaseChatModel:
    """The model that the settings name.

    Raises UsageError for a name without a provider, and ModelError where the provider's package
    or key is missing or the model cannot be loaded.
    """
    provider, name = _parsed(settings.model)
    _check_address(settings.model_url)
    if _is_rerouted() and not settings.tracing:
        raise ModelError(
            "LANGSMITH_GATEWAY would send the passages to LangSmith: unset it, or set "
            "tracing = true to allow that"
        )
    if provider == _FOLDER:
        from rag.generation.local import LocalChatModel

        return LocalChatModel.open(name)
    from langchain.chat_models import init_chat_model

    addresses.reach_loopback_directly()
    options = _options(provider, settings)
    try:
        model: BaseChatModel = init_chat_model(name, model_provider=provider, **options)
    except ImportError as error:
        package = f"'citewell[{provider}]'" if provider in _EXTRAS else _package(provider)
        raise ModelError(
            f"{settings.model} needs a package that is missing: pip install {package}"
        ) from error
    except Exception as error:  # each provider raises types of its own
        raise ModelError(f"{settings.model} cannot be opened: {_first_line(error)}") from error
    addresses.follow_nobody(model)
    return model


def destination(model: BaseChatModel) -> str:
    """Which host receives the passages, and through which proxy; or "this machine"."""
    return HERE if model._llm_type == _FOLDER else addresses.destination(model)


def _check_address(url: str) -> None:
    """Raises UsageError for what is no web address."""
    if url and not (url.startswith(("http://", "https://")) and urlsplit(url).hostname):
        raise UsageError(f"model_url {url!r} is no address: write it as http://HOST:PORT/v1")


def _parsed(name: str) -> tuple[str, str]:
    """Provider and model."""
    folder = Path(os.path.expanduser(name))  # unlike Path's own, it takes any text
    if folder.is_dir():
        return _FOLDER, str(folder)
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
            if not (url or os.environ.get("ANTHROPIC_API_KEY")):
                raise ModelError(f"{settings.model} needs a key: set ANTHROPIC_API_KEY")
            return {"timeout": settings.model_seconds, "max_retries": 0, **url}
        case "ollama":
            return {"client_kwargs": {"timeout": settings.model_seconds}, **url}
    return url


def _is_rerouted() -> bool:
    """Whether the environment puts LangSmith's gateway between LangChain and its providers."""
    value = os.environ.get("LANGSMITH_GATEWAY", "").lower()
    return value not in ("", "0", "false", "no")


def _package(provider: str) -> str:
    return f"langchain-{provider.replace('_', '-')}"


def _first_line(error: Exception) -> str:
    """What an error says, without what providers put below it: addresses of their help."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:200]
