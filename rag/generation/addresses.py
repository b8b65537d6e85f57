"""Where a model's client sends what it is given: which host, through whom, and nowhere else."""

from __future__ import annotations

import ipaddress
import os
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

HERE = "this machine"
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
# … their HTTP clients, and the proxy that variables of their own name.
_CLIENTS = (
    "root_client._client",
    "root_async_client._client",
    "_client._client",
    "_async_client._client",
)
_PROXIES = ("openai_proxy", "anthropic_proxy")


def destination(model: BaseChatModel) -> str:
    """Which host receives the passages, and through which proxy; or "this machine"."""
    host = next(filter(None, (_host(model, path) for path in _ADDRESSES)), "")
    if not host:
        return f"wherever {type(model).__name__} sends them"
    proxy = _proxy(model, host)
    named = HERE if is_loopback(host) else host
    return f"{named} through the proxy {proxy}" if proxy else named


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.rstrip(".") == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def reach_loopback_directly() -> None:
    """Keep what is sent to this machine off any proxy that the environment names."""
    for name in ("NO_PROXY", "no_proxy"):
        known = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys([*known, "127.0.0.1", "localhost", "::1"]))


def follow_nobody(model: BaseChatModel) -> None:
    """Let its clients send nothing on to where a server points them."""
    for path in _CLIENTS:
        client = _found(model, path)
        if hasattr(client, "follow_redirects"):
            client.follow_redirects = False


def _proxy(model: BaseChatModel, host: str) -> str:
    """The proxy's host; "" where there is none."""
    own = next(filter(None, (_found(model, name) for name in _PROXIES)), "")
    if not own and not proxy_bypass(host):
        proxies = getproxies()
        own = proxies.get("https") or proxies.get("http") or proxies.get("all") or ""
    return (urlsplit(str(own)).hostname or str(own)) if own else ""


def _host(model: BaseChatModel, path: str) -> str:
    return urlsplit(str(_found(model, path) or "")).hostname or ""


def _found(model: BaseChatModel, path: str) -> Any:
    """What a path of attributes leads to; None where it leads nowhere."""
    try:
        return attrgetter(path)(model)
    except Exception:  # a property may do anything
        return None
