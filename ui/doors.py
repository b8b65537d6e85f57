"""Which of Gradio's routes are open, and to whom: what the page and `gradio_client` need.

A route that is not named here is closed, those of Gradio's next version too. Closed are thus the
descriptions (`openapi.json`, `docs`), the figures (`monitoring`, `queue/status`), what reads and
writes files (`file`, `proxy`, `stream`, `custom_component`, `deep_link`: it keeps any session's
page on the disk, for all who know its name), the editors (`vibe-*`, `dev/*`), the ways around the
queue (`api`; `run` is for what the page asks without it) and what tells of users (`user`,
`token`, `login_check`).
"""

from __future__ import annotations

import re
from enum import Enum


class Door(Enum):
    """To whom a route is open, where the window has accounts."""

    CLOSED = "nobody"
    PUBLIC = "anyone"  # the page to sign in on and what it is made of: nothing of the documents
    PRIVATE = "who has signed in"


TOOLS = re.compile(r"/mcp(?:/.*)?")
_PUBLIC = {
    "GET": re.compile(
        r"/|/(?:theme\.css|favicon\.ico|manifest\.json|logout)|/(?:assets|static)/.+"
        r"|/gradio_api/startup-events"  # a launch asks for it, and it says yes or no
    ),
    "POST": re.compile(r"/login"),
}
_PRIVATE = {
    "GET": re.compile(
        r"/config|/gradio_api/(?:info|app_id|theme\.css|upload_progress|queue/data"
        r"|heartbeat/[^/]+|call/[^/]+/[^/]+)"
    ),
    "POST": re.compile(
        r"/gradio_api/(?:queue/join|cancel|reset|component_server|upload|(?:call|run)/[^/]+)"
    ),
}
# What is described there goes by the query: `all_endpoints` lists the page's own events with the
# documents that can be chosen, and `deep_link` shows what another session kept.
_WITHOUT_QUERY = ("/", "/config", "/gradio_api/info")
_SIGNING = ("/login", "/logout")
_UPLOADING = ("/gradio_api/upload", "/gradio_api/upload_progress")


def plain(path: str) -> str:
    """A path without the slash at its end, which Gradio takes or leaves."""
    return path.rstrip("/") or "/"


def door(method: str, path: str, *, accounts: bool, uploads: bool, tools: bool) -> Door:
    """To whom a plain path is open: only with `accounts` is anyone to sign in, and so on."""
    method = "GET" if method == "HEAD" else method
    if tools and TOOLS.fullmatch(path) and method in ("GET", "POST", "DELETE"):
        return Door.PRIVATE
    if (path in _SIGNING and not accounts) or (path in _UPLOADING and not uploads):
        return Door.CLOSED
    for kind, doors in ((Door.PUBLIC, _PUBLIC), (Door.PRIVATE, _PRIVATE)):
        if method in doors and doors[method].fullmatch(path):
            return kind
    return Door.CLOSED


def takes_query(path: str) -> bool:
    """Whether what stands after the question mark may reach Gradio."""
    return path not in _WITHOUT_QUERY
