"""The window as a service: called by name, offered as MCP tools, and behind a password."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant
from rag.errors import UsageError
from tests.ui.test_window import ON_TOPIC, served
from ui.accounts import Accounts, line_of
from ui.bodies import names_an_address


@pytest.fixture(scope="module")
def assistant(seed_index: Path) -> Iterator[Assistant]:
    with Assistant.open(seed_index) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with served(assistant) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Any:
    from gradio_client import Client

    return Client(address, verbose=False, analytics_enabled=False)


def test_what_is_called_by_name_is_what_the_assistant_says(
    client: Any, assistant: Assistant
) -> None:
    told = client.predict(ON_TOPIC, api_name="/ask")
    answer = assistant.ask(ON_TOPIC)
    assert told["answer"] == answer.text
    assert [one["quote"] for one in told["citations"]] == [one.quote for one in answer.citations]
    hits = client.predict("blinatumomab", 3, api_name="/search")
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    listed = client.predict(api_name="/documents")
    assert [one["id"] for one in listed] == [one.id for one in assistant.documents()]
    only = client.predict(ON_TOPIC, documents=[listed[0]["id"]], api_name="/ask")
    assert {one["document_id"] for one in only["citations"]} <= {listed[0]["id"]}


def test_an_error_is_said_in_a_line(client: Any) -> None:
    from gradio_client.exceptions import AppError

    with pytest.raises(AppError, match="empty"):
        client.predict("  ", api_name="/ask")
    with pytest.raises(AppError, match="year"):
        client.predict(ON_TOPIC, first_year=2020, last_year=1990, api_name="/ask")


def test_nothing_else_of_the_page_is_offered(address: str) -> None:
    with urllib.request.urlopen(f"{address}gradio_api/info") as reply:
        named = json.loads(reply.read())["named_endpoints"]
    assert set(named) == {"/ask", "/search", "/documents"}


def test_the_same_as_mcp_tools(assistant: Assistant) -> None:
    pytest.importorskip("mcp", reason="MCP is offered with the extra citewell[mcp]")
    with served(assistant, mcp=True) as address:
        tools, told = asyncio.run(_through_mcp(f"{address}mcp/"))
    assert set(tools) == {"ask", "search", "documents"}
    assert json.loads(told)["answer"] == assistant.ask(ON_TOPIC).text


async def _through_mcp(address: str) -> tuple[dict[str, Any], str]:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async with (
        streamable_http_client(address) as (reading, writing, _),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert "verbatim" in (tools["ask"].description or "")
        empty = await session.call_tool("ask", {"question": " "})
        assert empty.isError
        assert "empty" in empty.content[0].text  # type: ignore[union-attr]
        reply = await session.call_tool("ask", {"question": ON_TOPIC})
        return tools, reply.content[0].text  # type: ignore[union-attr]


# -- accounts --------------------------------------------------------------------------------


def test_only_who_is_named_comes_in(assistant: Assistant, tmp_path: Path) -> None:
    from gradio_client import Client

    file = tmp_path / "accounts"
    file.write_text(line_of("ada", "correct horse") + "\n\n" + line_of("bo", "battery st:ple"))
    with served(assistant, accounts=Accounts.read(file)) as address:
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{address}gradio_api/info")
        with pytest.raises(ValueError, match="login"):
            Client(address, auth=("ada", "wrong horse"), verbose=False, analytics_enabled=False)
        known = Client(
            address, auth=("bo", "battery st:ple"), verbose=False, analytics_enabled=False
        )
        assert known.predict(api_name="/documents")


@pytest.mark.parametrize(
    "text", ["", "ada:secret", "ada:scrypt:xx:yy", "ada:md5:00:00", "\n\n", "ada:scrypt:00"]
)
def test_a_file_that_names_nobody_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "accounts"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"ui\.accounts"):
        Accounts.read(file)
    with pytest.raises(UsageError, match="cannot be read"):
        Accounts.read(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "password"),
    [("", "longenough"), ("a:b", "longenough"), (" a", "longenough"), ("a", "short")],
)
def test_a_name_or_password_that_cannot_be_is_refused(name: str, password: str) -> None:
    with pytest.raises(UsageError):
        line_of(name, password)


def test_an_accounts_line_is_made_in_the_shell(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "ui.accounts", "ada"],
        input="correct horse\n", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "correct horse" not in made.stdout
    file = tmp_path / "accounts"
    file.write_text(made.stdout)
    accounts = Accounts.read(file)
    assert accounts("ada", "correct horse")
    assert not accounts("ada", "correct hors")
    assert not accounts("nobody", "correct horse")
    refused = subprocess.run(
        [sys.executable, "-m", "ui.accounts", "a:b"],
        input="correct horse\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 2
    assert "colon" in refused.stderr


def test_beyond_this_machine_it_is_not_served_without_accounts(assistant: Assistant) -> None:
    from ui.app import launch

    with pytest.raises(UsageError, match="--auth-file"):
        launch(assistant, host="0.0.0.0", block=False)


# -- nothing is fetched ----------------------------------------------------------------------


def test_the_server_fetches_nothing_that_a_message_names(address: str, client: Any) -> None:
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        for name in ("path", "url"):
            file = {
                "path": "x",
                name: f"http://127.0.0.1:{elsewhere.server_port}/x",
                "meta": {"_type": "gradio.FileData"},
            }
            body = json.dumps({"data": [file], "fn_index": 0, "session_hash": "abc"}).encode()
            for path in ("queue/join", "run/ask", "call/ask"):
                request = urllib.request.Request(
                    f"{address}gradio_api/{path}", body, {"content-type": "application/json"}
                )
                with pytest.raises(urllib.error.HTTPError, match="400"):
                    urllib.request.urlopen(request)
        elsewhere.shutdown()
    assert asked == []
    for path in ("http://evil.example/gradio_api/file=/x", " //evil.example/x", "FTP://x/y"):
        assert names_an_address([{"path": path}], "127.0.0.1:1")
    own = {"path": "/tmp/gradio/x", "url": "http://127.0.0.1:1/gradio_api/file=/tmp/gradio/x"}
    assert not names_an_address([own], "127.0.0.1:1")
    cited = {"document_id": "a", "url": "https://example.org/paper"}
    assert not names_an_address([cited], "127.0.0.1:1")
    # … while a question may speak of addresses as it likes
    assert client.predict('{"path": "http://example.org/"} what is it?', api_name="/ask")


# -- other sites, and what is sent without signing in ------------------------------------------


def refused(address: str, path: str, body: bytes = b"{}", **headers: str) -> int:
    """The status of a POST."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(address + path, body, named)) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:9999", "null"])
def test_pages_of_other_sites_may_ask_nothing(address: str, origin: str) -> None:
    for path in ("gradio_api/call/ask", "gradio_api/queue/join", "gradio_api/upload"):
        assert refused(address, path, content_type="application/json", origin=origin) == 403
    request = urllib.request.Request(f"{address}config", headers={"origin": origin})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request)
    own = address.rstrip("/")
    assert refused(address, "gradio_api/cancel", content_type="application/json", origin=own) != 403


def test_what_is_sent_is_bounded_in_form_and_size(address: str) -> None:
    multipart = "multipart/form-data; boundary=x"
    for path in ("gradio_api/component_server", "gradio_api/cancel", "gradio_api/reset"):
        assert refused(address, path, b"x" * 10, content_type=multipart) == 415
    assert refused(address, "gradio_api/process_recording", content_type=multipart) == 404
    large = b"[" * 7_000_000
    assert refused(address, "gradio_api/queue/join", large, content_type="application/json") == 413
    # what Gradio's parser reads and the gate's does not goes no further
    wide = json.dumps({"data": [], "fn_index": 0, "session_hash": "a"}).encode("utf-16")
    for body in (wide, b'{"data": [NaN], "fn_index": 0}', b'{"data": [], "session_hash": [1]}'):
        assert refused(address, "gradio_api/run/ask", body, content_type="application/json") == 400
