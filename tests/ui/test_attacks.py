"""What somebody who means ill, or two tabs at once, can do to the window: nothing, or a line."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import socket
import sqlite3
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import gradio as gr
import pytest
from gradio.utils import get_upload_folder
from starlette.formparsers import MultiPartException

from rag import Assistant, Settings, build_index
from rag.errors import IndexMissingError, StorageError, UsageError
from rag.indexing import remove_documents
from rag.store.database import Database
from tests.ui.test_window import (
    OFF_TOPIC,
    ON_TOPIC,
    HostileAssistant,
    ask,
    browser,
    in_event_loop,
    opened,
    served,
    window,
)
from ui.accounts import Accounts, line_of
from ui.bodies import paced
from ui.chat import Chat
from ui.failures import log_failures
from ui.page import perform
from ui.tools import Turns
from ui.views import Talk

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser", "window"]  # fixtures

MARKUP = '7<br><h2>Session expired</h2><a href="https://evil.example/">In</a><img src="/logout">'
RECORDS = (
    {"_id": MARKUP, "title": "Crane facts", "text": "The crane nests on the roof of the mill."},
    {"_id": "plain", "title": "Tram facts", "text": "The tram stops beside the old harbour."},
)
MCP = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def address(seed_index: Path) -> Iterator[str]:
    pytest.importorskip("mcp", reason="MCP is offered with the extra citewell[mcp]")
    with Assistant.open(seed_index) as assistant, served(assistant, mcp=True) as address:
        yield address


def fetch(url: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Status and text."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        named["content-type"] = "application/json"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, named)) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def called(address: str, name: str, *values: Any) -> Any:
    """What a function called by name says; the line of its error."""
    body = json.dumps({"data": values}).encode()
    _, begun = fetch(f"{address}gradio_api/call/{name}", body)
    _, told = fetch(f"{address}gradio_api/call/{name}/{json.loads(begun)['event_id']}")
    kind, data = told.strip().split("\n", 1)
    value = json.loads(data.removeprefix("data: "))
    return value["error"] if kind == "event: error" else value[0]


def tool(address: str, name: str, **arguments: Any) -> str:
    """What an MCP tool says."""
    params = {"name": name, "arguments": arguments}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    _, told = fetch(f"{address}mcp/", json.dumps(call).encode(), **MCP)
    data = next(line for line in told.splitlines() if line.startswith("data: "))
    return str(json.loads(data.removeprefix("data: "))["result"]["content"][0]["text"])


# -- what is said of failures ---------------------------------------------------------------------


def test_nothing_that_gradio_says_is_shown_as_it_says_it() -> None:
    def refuse(_: str) -> None:
        raise UsageError(f"no document {MARKUP}")

    def make() -> gr.Blocks:
        with gr.Blocks(analytics_enabled=False) as page:
            box, some = gr.Textbox(), gr.Dropdown(["a"])
            some.change(lambda one: one, some, box)
            box.submit(refuse, box, None)
        return page

    page = in_event_loop(make)
    log_failures(page)
    for number, said in ((0, "Something went wrong"), (1, "no document 7&lt;br&gt;")):
        with pytest.raises(gr.Error) as caught:
            in_thread(page.process_api, page.fns[number], [MARKUP], None)
        assert said in caught.value.message
        assert "<" not in caught.value.message


def in_thread(function: Any, *given: Any) -> Any:
    """What a coroutine gives, in a loop of its own: a browser's may run in this thread."""
    result: list[Any] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            result.append(asyncio.run(function(*given)))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return result[0]


def test_a_document_that_came_after_the_page_is_asked(
    browser: Browser, index_copy: Path, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    (tmp_path / "more").mkdir()
    (tmp_path / "more/r.jsonl").write_text("\n".join(map(json.dumps, RECORDS)))
    with Assistant.open(index_copy) as assistant, served(assistant) as address:
        with opened(browser, address) as page:
            went = list[str]()
            page.on("request", lambda request: went.append(request.url))
            expect(page.locator("#cw-sources")).to_contain_text("documents")
            build_index([tmp_path / "more"], Settings.load(index=index_copy))
            for number, record in enumerate(RECORDS, start=1):
                choose_alone(page, record["title"])
                ask(page, f"What is said in {record['title']}?")
                expect(page.locator(".cw-question")).to_have_count(number)
                expect(page.locator(".cw-answer:not(.cw-waiting)")).to_have_count(number)
                expect(page.locator(f"#sources-{number}")).to_be_visible()
                assert page.get_by_test_id("toast-body").count() == 0
            remove_documents(["r.jsonl"], Settings.load(index=index_copy))
            ask(page, "And now?")
            expect(page.get_by_role("alert")).to_contain_text("no document")
            assert page.get_by_test_id("toast-body").count() == 0
        assert not [url for url in went if "logout" in url or "evil" in url]


def choose_alone(page: Page, title: str) -> None:
    from playwright.sync_api import expect

    page.get_by_role("tab", name="Documents").click()
    page.locator("#cw-list [data-act=show]", has_text=title).first.click()
    expect(page.locator("#cw-open h2").first).to_contain_text(title)
    page.locator("#cw-open [data-act=only]").click()
    expect(page.locator("#cw-filters")).to_contain_text(title)


# -- two tabs of one browser ----------------------------------------------------------------------


def answered(page: Page, turns: int) -> None:
    from playwright.sync_api import expect

    expect(page.locator(".cw-answer:not(.cw-waiting)")).to_have_count(turns)
    expect(page.get_by_label("Your question")).to_have_value("")


def kept(page: Page) -> list[list[str]]:
    """The questions of each conversation that the browser keeps."""
    return page.evaluate(  # type: ignore[no-any-return]
        """() => Object.keys(localStorage).filter((key) => key.startsWith("citewell/"))
        .map((key) => JSON.parse(localStorage[key]).turns.map((turn) => turn.question)).sort()"""
    )


def test_two_tabs_keep_what_each_other_has_asked(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    third = "What is blinatumomab?"
    with opened(browser, window) as one:
        other = one.context.new_page()
        other.goto(window)
        expect(other.locator("#cw-sources")).to_contain_text("documents")
        ask(one, ON_TOPIC)
        answered(one, 1)
        ask(other, OFF_TOPIC)
        answered(other, 1)
        ask(one, third)
        answered(one, 2)
        one.wait_for_function("Object.keys(localStorage).length")
        assert kept(one) == [[OFF_TOPIC], [ON_TOPIC, third]]
        # what the other has kept is listed here, without anything being asked
        one.locator("#cw-drawer .toggle-button").click()
        expect(one.locator("#cw-shelf li")).to_have_count(2)
        # … and stays deleted, though the other has it open and goes on with it
        one.get_by_role("button", name=f"Delete the conversation: {OFF_TOPIC}").click()
        expect(one.locator("#cw-shelf li")).to_have_count(1)
        expect(other.locator("#cw-shelf li")).to_have_count(1)
        ask(other, third)
        answered(other, 2)
        expect(other.locator("#cw-notice")).to_contain_text("not kept")
        assert kept(one) == [[ON_TOPIC, third]]
        other.reload()
        expect(other.locator("#cw-shelf li")).to_have_count(1)
        expect(other.locator(".cw-question")).to_have_count(0)


def test_one_conversation_in_two_tabs_keeps_the_questions_of_both(
    browser: Browser, window: str
) -> None:
    from playwright.sync_api import expect

    third = "What is blinatumomab?"
    with opened(browser, window) as one:
        ask(one, ON_TOPIC)
        answered(one, 1)
        other = one.context.new_page()
        other.goto(window)
        expect(other.locator(".cw-question")).to_have_text(ON_TOPIC)
        ask(other, OFF_TOPIC)
        answered(other, 2)
        for turns in (2, 3):
            ask(one, third)
            answered(one, turns)
        assert [sorted(asked) for asked in kept(one)] == [
            sorted([ON_TOPIC, OFF_TOPIC, third, third])
        ]
        other.reload()
        expect(other.locator(".cw-question")).to_have_count(4)


# -- called by name -------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, "1e3", [3], {"a": 1}])
def test_a_limit_that_is_none_is_a_line(address: str, value: Any) -> None:
    assert called(address, "search", "leukemia", value).startswith("limit: ")


@pytest.mark.parametrize("value", [None, 5, ["a"]])
def test_a_question_that_is_none_is_a_line(address: str, value: Any) -> None:
    assert called(address, "ask", value, None, None, None, None).startswith("question: ")


@pytest.mark.parametrize("value", [5, "001_16be41247db72412.txt", {"a": 1}])
def test_documents_that_are_no_list_are_a_line(address: str, value: Any) -> None:
    said = called(address, "ask", ON_TOPIC, None, None, None, value)
    assert said == "documents: input should be a valid list"


def test_a_document_that_is_not_there_is_refused(address: str) -> None:
    held = called(address, "documents")[0]["id"]
    ask_of = partial(called, address, "ask", ON_TOPIC, None, None, None)
    assert "no document 'nope'" in ask_of([held, "nope"])
    assert "&lt;img" in ask_of(["<img src=/logout>"])
    assert "answer" in ask_of([held])
    assert "no document 'nope'" in tool(address, "ask", question=ON_TOPIC, documents=["nope"])


def test_fields_narrow_a_search_by_name(address: str) -> None:
    everything = called(address, "search", "leukemia", 50)
    (held,) = {hit["document_id"] for hit in everything[:1]}
    query = f"leukemia document:{held}"
    narrowed = called(address, "search", query, 50)
    assert {hit["document_id"] for hit in narrowed} == {held}
    assert len({hit["document_id"] for hit in everything}) > 1
    assert called(address, "search", "leukemia author:Nobody", 5).startswith("no passage is left")
    assert "no passage is left" in tool(address, "search", query="leukemia author:Nobody")
    assert held in tool(address, "search", query=query, limit=1)


def test_a_name_that_is_none_is_not_found(address: str, capfd: pytest.CaptureFixture[str]) -> None:
    for path in ("call/zzz", "run/zzz"):
        assert fetch(f"{address}gradio_api/{path}", b'{"data": []}')[0] == 404
    assert "Traceback" not in capfd.readouterr().err


def test_a_turn_of_thousands_of_digits_is_none() -> None:
    said = Chat(HostileAssistant())  # type: ignore[arg-type]
    (view,) = perform(said, {"act": "retry", "turn": "9" * 6_000}, Talk(), {})
    assert view.talk.turns == ()


# -- MCP ------------------------------------------------------------------------------------------


class SlowAssistant(HostileAssistant):
    """Answers when it is let."""

    def __init__(self) -> None:
        self.asked, self.let = threading.Event(), threading.Event()

    def ask(self, question: str, history: object = (), filters: object = None) -> Any:
        self.asked.set()
        assert self.let.wait(timeout=60)
        return super().ask(question, history, filters)


def test_the_window_goes_on_while_a_tool_answers() -> None:
    pytest.importorskip("mcp", reason="MCP is offered with the extra citewell[mcp]")
    slow = SlowAssistant()
    with ExitStack() as stack:
        address = stack.enter_context(served(slow, mcp=True))
        asking = threading.Thread(target=tool, args=(address, "ask"), kwargs={"question": "a?"})
        asking.start()
        stack.callback(asking.join)
        stack.callback(slow.let.set)
        assert slow.asked.wait(timeout=20)
        with urllib.request.urlopen(f"{address}manifest.json", timeout=20) as reply:
            assert reply.status == 200


def test_too_many_calls_of_tools_are_told_to_come_again() -> None:
    async def crowd() -> list[str]:
        let, said = threading.Event(), list[str]()
        call = Turns(at_once=1, waiting=1).taken(lambda: str(let.wait(timeout=20)))

        async def one() -> None:
            try:
                said.append(await call())
            except UsageError as error:
                said.append(str(error))
                let.set()

        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(one)
        return said

    busy, *answered = in_thread(crowd)
    assert "too busy" in busy
    assert answered == ["True", "True"]


def test_the_log_stays_plain_beside_mcp(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("mcp", reason="MCP is offered with the extra citewell[mcp]")
    root = logging.getLogger()
    before = list(root.handlers), root.level
    with served(HostileAssistant(), mcp=True) as address:
        assert (root.handlers, root.level) == before
        for body in (b"[" * 200_000, b"[" * 300 + b"]" * 300, b"9" * 5_000, b"x"):
            assert fetch(f"{address}mcp/", body, **MCP)[0] == 400
        try:
            raise ValueError("line\none")
        except ValueError:
            logging.getLogger("mcp.server.streamable_http").exception("It failed")
    err = capfd.readouterr().err
    assert "Traceback" not in err
    assert "╭" not in err


# -- the door -------------------------------------------------------------------------------------


def test_no_picture_signs_anybody_out(tmp_path: Path) -> None:
    file = tmp_path / "accounts"
    file.write_text(line_of("ada", "correct horse"))
    with served(HostileAssistant(), accounts=Accounts.read(file)) as address:
        for told in ({"dest": "image"}, {"dest": "document", "site": "cross-site"}):
            named = {f"sec_fetch_{name}": value for name, value in told.items()}
            assert fetch(f"{address}logout", **named)[0] == 403
        for told in ({}, {"dest": "document", "site": "same-origin"}):
            named = {f"sec_fetch_{name}": value for name, value in told.items()}
            assert fetch(f"{address}logout", **named)[0] != 403


def upload_of(*pieces: bytes, delay: float) -> Any:
    """How an upload that comes in pieces is received."""
    waiting = list(pieces)

    async def receive() -> Any:
        await anyio.sleep(delay)
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    return receive


async def read(receive: Any) -> int:
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message["body"]), message["more_body"]
    return size


def test_an_upload_that_does_not_come_is_not_waited_for() -> None:
    many = [b"x" * 100] * 30
    at_ease = {"pause": 0.5, "least": 100.0, "over": 0.1}
    assert in_thread(read, paced(upload_of(*many, delay=0.01), **at_ease)) == 3_000
    with pytest.raises(MultiPartException, match="slow"):  # silent
        in_thread(read, paced(upload_of(*many, delay=1), **at_ease))
    with pytest.raises(MultiPartException, match="slow"):  # a byte now and then
        in_thread(read, paced(upload_of(*[b"x"] * 30, delay=0.02), **at_ease))


def test_half_an_upload_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ui.gate.paced", partial(paced, pause=0.3))
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))  # others of this machine use the usual one
    assert get_upload_folder() == str(tmp_path)
    head = (
        b"POST /gradio_api/upload HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 400000000\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
        b'Content-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\naaaa'
    )
    with served(HostileAssistant()) as address:
        port = int(address.strip("/").rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(head % port)
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# -- an index that goes away ----------------------------------------------------------------------


def test_an_index_that_is_moved_away_is_said_to_be_gone(index_copy: Path) -> None:
    with Assistant.open(index_copy) as assistant:
        assert assistant.ask(ON_TOPIC).text
        away = index_copy.with_name("away")
        shutil.move(index_copy, away)
        with pytest.raises(IndexMissingError, match="not there any more: put its folder back"):
            in_thread(asked_of, assistant)
        shutil.move(away, index_copy)
        assert in_thread(asked_of, assistant)


async def asked_of(assistant: Assistant) -> str:
    return assistant.ask(ON_TOPIC).text


def test_a_reader_is_not_told_to_free_space(index_copy: Path) -> None:
    database = Database(index_copy, writable=False)
    with pytest.raises(StorageError, match="cannot be opened") as caught, database.errors():
        raise sqlite3.OperationalError("unable to open database file")
    assert "space" not in str(caught.value)
    database.close()
