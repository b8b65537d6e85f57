"""The window, served: `launch` builds the page and listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from rag.errors import UsageError
from rag.generation.addresses import reach_loopback_directly
from ui.accounts import Accounts
from ui.connections import bound
from ui.failures import ANSWERED, count_repeats, log_failures
from ui.gate import Gate, is_loopback
from ui.page import build
from ui.theme import SCRIPT, STYLE_SHEET, theme
from ui.tools import PATH, Tools
from ui.uploads import MOST_BYTES

if TYPE_CHECKING:
    from rag import Assistant

AT_ONCE = 4  # questions that are answered at the same time; the others wait their turn
WAITING = 100  # of them; who comes after is told to come again
SESSIONS = 500  # whose conversations are in memory; browsers keep their own
_SIGN_IN = (
    "Citewell: sign in to ask these documents. After a few wrong passwords it takes no more for "
    "a while: wait a minute, or a quarter of an hour, and try again."
)


def launch(
    assistant: Assistant,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    quiet: bool = False,
    block: bool = True,
    accounts: Accounts | None = None,
    read_only: bool = False,
    mcp: bool = False,
) -> gr.Blocks:
    """Serve the window until it is interrupted; with `block=False`, until the page is closed.

    `accounts` are who may open it; beyond this machine it is not served without.
    `read_only` is for serving others: nothing can be added, removed or evaluated. `mcp` offers
    `ask`, `search` and `documents` as tools of the Model Context Protocol too. Unless `quiet`,
    a line on stdout says where. Raises UsageError where it cannot listen. Gradio records runs by
    default, and offers to put them on its hub: here it may not.
    """
    if not (is_loopback(host) or accounts):
        raise UsageError(
            f"on {host} others could read these documents: name who may with --auth-file FILE, "
            "or listen on 127.0.0.1"
        )
    if mcp and accounts:
        raise UsageError("MCP tools are for this machine alone: leave out --auth-file, or --mcp")
    tools = Tools(assistant) if mcp else None
    page = build(assistant, read_only=read_only)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING, api_open=False)
    log_failures(page)
    count_repeats()
    reach_loopback_directly()  # Gradio calls the page that it serves
    try:
        page.launch(
            server_name=host,
            server_port=port,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
            run_history=False,
            footer_links=[],
            enable_monitoring=False,
            ssr_mode=False,
            mcp_server=False,
            # Gradio awaits it, though its annotation does not say so
            auth=accounts.verify if accounts else None,  # type: ignore[arg-type]
            auth_message=_SIGN_IN if accounts else None,
            state_session_capacity=SESSIONS,
            pwa=False,
            theme=theme(),
            css_paths=STYLE_SHEET,
            max_file_size=MOST_BYTES,
            head=SCRIPT,
            app_kwargs={
                "middleware": Gate.middleware(
                    host, uploads=not read_only, accounts=accounts is not None, tools=mcp
                ),
                "openapi_url": None,  # FastAPI's own description of every route
                "exception_handlers": ANSWERED,
                **({"lifespan": tools.lifespan} if tools else {}),
            },
        )
    except (OSError, OverflowError) as error:
        message = f"cannot listen on {host}:{port}; choose another with --host or --port"
        raise UsageError(message) from error
    bound(page.server.config)
    if tools:
        tools.mount(page.app)
    if not quiet:
        print(f"Citewell answers at {page.local_url} (Ctrl+C stops it)", flush=True)
        if tools:
            print(f"… and MCP clients at {page.local_url}{PATH.strip('/')}/", flush=True)
    if block:
        page.block_thread()
    return page
