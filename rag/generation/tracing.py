"""Tracing that LangChain would start by itself, held off.

`langsmith` reads LANGSMITH_TRACING, LANGCHAIN_TRACING_V2 and their kin at every call; what its
own context says wins over all of them.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any


def untraced(allowed: bool) -> AbstractContextManager[Any]:
    """A context in which no variable of the environment starts tracing, unless it is allowed.

    It holds for the thread that enters it.
    """
    if allowed:
        return nullcontext()
    from langsmith import tracing_context

    return tracing_context(enabled=False)
