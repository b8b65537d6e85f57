"""`ask`, `search` and `documents` as tools of the Model Context Protocol, beside the window."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from starlette.routing import Mount

from rag.errors import UsageError
from ui.service import functions

if TYPE_CHECKING:
    from mcp.server.fastmcp import FastMCP

    from rag import Assistant

PATH = "/mcp"
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
        self._server = _server(assistant)
        self._app = self._server.streamable_http_app()

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
    for function in functions(assistant):
        server.tool()(function)
    return server
