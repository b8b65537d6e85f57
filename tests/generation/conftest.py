"""An assistant whose answers a scripted server writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from benchmarks.openai_server import OpenAIServer, Reply
from rag import Assistant

pytest.importorskip("langchain_openai", reason="the extra `openai` is not installed")
Writing = Callable[..., tuple[Assistant, OpenAIServer]]


@pytest.fixture
def writing(seed_index: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writing]:
    """Opens an assistant whose model gives the replies; both are closed at the end."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with ExitStack() as stack:

        def opened(*replies: Reply, **settings: Any) -> tuple[Assistant, OpenAIServer]:
            server = stack.enter_context(OpenAIServer(*replies))
            named: dict[str, Any] = {
                "model": "openai:scripted",
                "model_url": server.url,
                "model_seconds": 250,
            }
            named |= settings
            return stack.enter_context(Assistant.open(seed_index, **named)), server

        yield opened
