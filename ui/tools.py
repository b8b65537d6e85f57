"""`ask`, `search` and `documents` as tools of the Model Context Protocol, beside the window."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial, wraps
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.routing import Mount

from rag.embedding.runtime import count_cores
from rag.errors import UsageError
from ui.failures import tell_in_lines
from ui.service import functions

if TYPE_CHECKING:
    from mcp.server.fastmcp import FastMCP

    from rag import Assistant

P = ParamSpec("P")
R = TypeVar("R")
PATH = "/mcp"
WAITING = 100  # calls that wait their turn; who comes after is told to come again
_ABOUT = (
    "Quotations from the user's own documents. Cite what `ask` returns word for word, with its "
    "source; where it abstains, say that the documents do not answer."
)


class Tools:
    """An MCP server over streamable HTTP, to be mounted at `PATH` in the window's own server."""

    def __init__(self, assistant: Assistant) -> None:
        """Raises UsageError without the package that speaks the protocol."""
        if not find_spec("mcp"):
            raise UsageError("MCP needs a package more: pip install 'citewell[mcp]'")
        with _log_kept():
            self._server = _server(assistant)
        self._app = self._server.streamable_http_app()
        tell_in_lines("mcp")

    @property
    def lifespan(self) -> Callable[[Any], AbstractAsyncContextManager[None]]:
        """Runs the sessions for as long as the server runs."""

        @asynccontextmanager
        async def running(_: Any) -> AsyncIterator[None]:
            async with self._server.session_manager.run():
                yield

        return running

    def mount(self, app: Any) -> None:
        """Put the tools before the page's own routes, which take every path."""
        app.router.routes.insert(0, Mount(PATH, app=self._app))


class Turns:
    """As many calls at a time as there are cores, in threads: the window goes on meanwhile."""

    def __init__(self, at_once: int = count_cores(), waiting: int = WAITING) -> None:
        self._limiter, self._most = CapacityLimiter(at_once), at_once + waiting
        self._calls = 0

    def taken(self, function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
        """The function as one that is awaited. It raises UsageError where too many wait."""

        @wraps(function)
        async def called(*given: P.args, **named: P.kwargs) -> R:
            if self._calls >= self._most:
                raise UsageError(f"too busy with {self._calls} calls: call again later")
            self._calls += 1
            try:
                call = partial(function, *given, **named)
                return await to_thread.run_sync(call, limiter=self._limiter)
            finally:
                self._calls -= 1

        return called


@contextmanager
def _log_kept() -> Iterator[None]:
    """FastMCP draws every line of the process's log in boxes: the root logger stays as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def _server(assistant: Assistant) -> FastMCP:
    from mcp.server.fastmcp import FastMCP
    from mcp.server.transport_security import TransportSecuritySettings

    server = FastMCP(
        "citewell",
        instructions=_ABOUT,
        stateless_http=True,
        streamable_http_path="/",
        log_level="WARNING",
        # `ui.gate` looks at the host's name before anything comes here.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    turns = Turns()
    for function in functions(assistant):
        server.tool()(turns.taken(function))
    return server
