"""The door of the served window: who comes in, how often they may try, and what is open before."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import PlainTextResponse

from tests.ui.test_window import ATTACK, HostileAssistant, browser, served
from ui import throttle
from ui.accounts import Accounts, line_of
from ui.bodies import RefusedError
from ui.doors import Door, door
from ui.failures import PERIOD, Repeats
from ui.sessions import Sessions
from ui.signing_in import COOKIE, SignIn, network
from ui.throttle import Pace, Throttle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Response

__all__ = ["browser"]  # the fixture

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PARTS = 'content-disposition: form-data; name="username"\r\n\r\n{}\r\n'
Reply = tuple[int, Message, bytes]


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    file = tmp_path_factory.mktemp("door") / "accounts"
    file.write_text(line_of("ada", "correct horse") + "\n" + line_of("bo", "battery staple"))
    return Accounts.read(file)


@pytest.fixture(scope="module")
def address(accounts: Accounts) -> Iterator[str]:
    with served(HostileAssistant(), accounts=accounts) as address:
        yield address


def ask(url: str, body: bytes | None = None, kind: str = JSON, cookie: str = "") -> Reply:
    headers = {"cookie": cookie} | ({"content-type": kind} if body is not None else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def sign_in(address: str, name: str, password: str, cookie: str = "") -> Reply:
    body = f"username={name}&password={password.replace(' ', '+')}".encode()
    return ask(f"{address}login", body, FORM, cookie)


def cookies_of(reply: Reply) -> str:
    status, headers, _ = reply
    assert status == 200
    return "; ".join(cookie.split(";")[0] for cookie in headers.get_all("set-cookie", []))


# -- what is open -------------------------------------------------------------------------------


def test_nothing_of_the_documents_is_read_before_signing_in(address: str) -> None:
    for path in ("", "?all_endpoints=1", "?deep_link=x", "theme.css", "manifest.json"):
        status, _, body = ask(address + path)
        assert status == 200
        assert b"onerror" not in body
    for path in ("config", "gradio_api/info", "gradio_api/heartbeat/abc", "gradio_api/app_id"):
        assert ask(address + path)[0] == 401
    for path in ("gradio_api/cancel", "gradio_api/queue/join", "gradio_api/component_server"):
        assert ask(address + path, b"{}")[0] == 401
    cookie = cookies_of(sign_in(address, "ada", "correct horse"))
    page = ask(address, cookie=cookie)[2]
    assert b"onerror" in page  # the hostile document's title, which is there to be found
    assert ATTACK.encode() not in page
    assert ask(f"{address}config", cookie=cookie)[0] == 200
    described = json.loads(ask(f"{address}gradio_api/info?all_endpoints=1", cookie=cookie)[2])
    assert set(described["named_endpoints"]) == {"/ask", "/search", "/documents"}
    assert not described["unnamed_endpoints"]
    for path in ("openapi.json", "docs", "redoc", "monitoring", "monitoring/summary", "robots.txt"):
        assert ask(address + path, cookie=cookie)[0] == 404
        assert ask(f"{address}gradio_api/{path}", cookie=cookie)[0] == 404


def test_every_route_is_closed_that_is_not_named() -> None:
    def seen(method: str, path: str, **options: bool) -> Door:
        return door(method, path, **({"accounts": True, "uploads": True, "tools": False} | options))

    for method in ("PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get"):
        assert seen(method, "/") is Door.CLOSED
    for path in ("/gradio_api/file=/etc/passwd", "/gradio_api//info", "/CONFIG", "//config",
                 "/gradio_api/heartbeat/a/b", "/gradio_api/user", "/gradio_api/token",
                 "/gradio_api/deep_link", "/gradio_api/custom_component/a/client/b/c",
                 "/gradio_api/queue/status", "/mcp/", "/" + "a" * 9_000):  # fmt: skip
        assert seen("GET", path) is Door.CLOSED
    for path in ("/gradio_api/vibe-edit", "/gradio_api/api/ask", "/gradio_api/call/v2/ask"):
        assert seen("POST", path) is Door.CLOSED
    assert seen("HEAD", "/") is Door.PUBLIC
    assert seen("POST", "/login") is Door.PUBLIC
    assert seen("POST", "/login", accounts=False) is Door.CLOSED
    assert seen("POST", "/gradio_api/upload") is Door.PRIVATE
    assert seen("POST", "/gradio_api/upload", uploads=False) is Door.CLOSED
    assert seen("POST", "/mcp/", tools=True) is Door.PRIVATE


def test_a_session_is_read_by_who_began_it_alone(address: str) -> None:
    ada = cookies_of(sign_in(address, "ada", "correct horse"))
    bo = cookies_of(sign_in(address, "bo", "battery staple"))
    join = json.dumps({"data": [], "fn_index": 0, "session_hash": "adas"}).encode()
    assert ask(f"{address}gradio_api/queue/join", join, cookie=ada)[0] == 200
    assert ask(f"{address}gradio_api/queue/join", join, cookie=bo)[0] == 403
    for path in ("queue/data?session_hash=adas", "heartbeat/adas", "call/ask/adas"):
        assert ask(f"{address}gradio_api/{path}", cookie=bo)[0] == 403
    stop = json.dumps({"session_hash": "adas", "fn_index": 0, "event_id": "x"}).encode()
    assert ask(f"{address}gradio_api/cancel", stop, cookie=bo)[0] == 403
    assert ask(f"{address}gradio_api/cancel", stop, cookie=ada)[0] == 200
    assert ask(f"{address}gradio_api/heartbeat/not..a..name", cookie=bo)[0] == 400


def test_no_user_can_push_anothers_sessions_out() -> None:
    sessions = Sessions()
    assert sessions.claim("ada", "hers")
    for number in range(3_000):
        assert sessions.claim("bo", f"s{number}")
    assert not sessions.claim("bo", "hers")
    assert sessions.claim("ada", "s0")  # bo's oldest, long forgotten
    assert not sessions.claim("ada", "s2999")


def test_websockets_are_refused(address: str) -> None:
    host, port = address.removeprefix("http://").strip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert connection.recv(20).startswith(b"HTTP/1.1 403")


# -- signing in ---------------------------------------------------------------------------------


def test_a_person_signs_in_in_a_browser(browser: Browser, address: str) -> None:
    refused: list[str] = []

    def note(reply: Response) -> None:
        if reply.status >= 400:
            refused.append(f"{reply.status} {reply.url}")

    page = browser.new_page()
    try:
        page.on("response", note)
        page.goto(address)
        page.get_by_label("username").fill("ada")
        page.get_by_label("password").fill("correct horse")
        page.get_by_role("button", name="Login").click()
        page.locator("#cw-question textarea").wait_for()
        page.locator("#cw-question textarea").fill("What is asked?")
        page.locator("#cw-question textarea").press("Enter")
        page.get_by_text("Before.").first.wait_for()
    finally:
        page.close()
    assert not refused


def test_guesses_are_slowed_and_the_owner_is_not(accounts: Accounts) -> None:
    with served(HostileAssistant(), accounts=accounts) as address:
        known = cookies_of(sign_in(address, "ada", "correct horse"))
        tries = [sign_in(address, "ada", "wrong horse")[0] for _ in range(6)]
        assert tries == [400] * 6
        for _ in range(12):  # by then the wait is longer than any request takes
            status, headers, body = sign_in(address, "ada", "wrong horse")
            if status == 429:
                break
        assert status == 429
        assert 1 <= int(headers["retry-after"]) <= 900
        assert b"try again in" in body
        # a browser that has signed in is kept out by nobody else's guesses
        assert sign_in(address, "ada", "correct horse", known)[0] == 200


class Tries:
    """Tries to sign in, from anywhere and at any time, at an app that knows one password."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sign_in = SignIn(lambda: self.now)

    def __call__(
        self, name: str, address: str, *, right: bool = False, cookie: str = ""
    ) -> tuple[int, str]:
        """The status, and the cookie that was set."""
        told: list[Any] = []
        body = f"username={name}&password={'right' if right else 'wrong'}".encode()
        scope = {
            "type": "http", "method": "POST", "path": "/login", "scheme": "http",
            "query_string": b"", "client": (address, 1), "headers": [
                (b"content-type", FORM.encode()), (b"cookie", cookie.encode()),
            ],
        }  # fmt: skip

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            told.append(message)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            form = (await receive())["body"]
            status = 200 if form.endswith(b"=right") else 400
            await PlainTextResponse("", status)(scope, receive, send)

        try:
            # A thread's own loop: that of a browser may run in this one.
            with ThreadPoolExecutor() as thread:
                thread.submit(asyncio.run, self.sign_in(app, scope, receive, send)).result()
        except RefusedError as refused:
            return refused.status, ""
        set_cookie = dict(told[0]["headers"]).get(b"set-cookie", b"").decode()
        return told[0]["status"], set_cookie.split(";")[0]


def test_one_address_gets_few_tries_at_any_name() -> None:
    tries = Tries()
    for number in range(6):  # five failures are free, the sixth is the first to be waited after
        assert tries(f"nobody{number}", "192.0.2.1")[0] == 400
    assert tries("ada", "192.0.2.1", right=True)[0] == 429
    assert tries("nobody", "192.0.2.1")[0] == 429
    assert tries("ada", "192.0.2.2", right=True)[0] == 200  # from elsewhere
    day = 24 * 3600
    admitted = 0
    for second in range(0, day, 300):
        tries.now = float(second)
        admitted += tries("ada", "192.0.2.1")[0] == 400
    assert admitted < 120


def test_ever_so_many_addresses_try_a_name_once_a_minute() -> None:
    tries = Tries()
    known = tries("ada", "198.51.100.1", right=True)[1]
    statuses = [tries("ada", f"192.0.2.{number}")[0] for number in range(100)]
    assert statuses.count(400) == 21
    assert tries("ada", "198.51.100.2", right=True)[0] == 429
    assert tries("bo", "198.51.100.2", right=True)[0] == 200
    # who is known comes in, from anywhere; by one's own name, and with one's own cookie, only
    assert tries("ada", "192.0.2.1", right=True, cookie=known)[0] == 200
    bos = tries("bo", "198.51.100.2", right=True)[1]
    for other in (bos, f"{COOKIE}=0.0", f"{COOKIE}=", known[:-1]):
        assert tries("ada", "198.51.100.3", right=True, cookie=other)[0] == 429
    # … and such a cookie is no way to guess
    assert [tries("ada", "192.0.2.1", cookie=known)[0] for _ in range(8)] == [400] * 6 + [429] * 2
    tries.now += 60  # the longest that a new browser waits when the attack pauses
    assert tries("ada", "198.51.100.3", right=True)[0] == 200


def test_the_form_can_be_read_in_one_way_only(address: str) -> None:
    for body in (b"username=x&username=ada&password=a", b"username=x;username=ada;password=a",
                 b"password=a", b"username=ada", b"\xff=\xff", b""):  # fmt: skip
        assert ask(f"{address}login", body, FORM)[0] == 400
    file = PARTS.replace('"username"', '"username"; filename="a"').format("ada")
    parts = f"--b\r\n{file}--b--\r\n".encode()
    assert ask(f"{address}login", parts, "multipart/form-data; boundary=b")[0] == 400
    assert ask(f"{address}login", b"x" * 20_000, FORM)[0] == 413
    assert ask(f"{address}login", b"{}", JSON)[0] == 415


def test_the_log_in_cookies_stay_with_this_site(address: str) -> None:
    cookies = sign_in(address, "ada", "correct horse")[1].get_all("set-cookie", [])
    assert any(cookie.startswith(COOKIE) for cookie in cookies)
    for cookie in cookies:
        assert "samesite=strict" in cookie.lower()
        assert "samesite=none" not in cookie.lower()
        assert "httponly" in cookie.lower()


def test_waits_grow_and_end() -> None:
    now = [0.0]
    slowed = Throttle(lambda: now[0])
    pace = Pace(free=2, longest=10)
    assert [pace.wait(failures) for failures in range(9)] == [0, 0, 0, 1, 2, 4, 8, 10, 10]
    keys = [(b"a", pace)]
    for wait in (0, 0, 1, 2, 4, 8, 10, 10):
        assert slowed.admit(keys) == 0
        if wait:
            assert slowed.admit(keys) == wait  # asking early makes it no longer
        now[0] += wait
    assert slowed.admit([(b"b", pace)]) == 0  # others are not slowed
    assert slowed.admit(keys) == 0
    slowed.forgive(keys)
    assert slowed.admit(keys) == 0
    assert slowed.admit(keys) == 10  # a success takes back itself alone
    now[0] += 4_000
    assert slowed.admit(keys) == 0
    assert slowed.admit(keys) == 0  # all forgotten


def test_what_is_remembered_of_failures_is_bounded() -> None:
    slowed = Throttle()
    for number in range(throttle.MOST + 50):
        slowed.admit([(number.to_bytes(4, "big"), Pace(5, 10))])
    assert len(slowed) == throttle.MOST


def test_an_ipv6_network_counts_as_one_address() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff:2") != network("2001:db8:0:1::1")
    assert network("::ffff:192.0.2.1") == network("192.0.2.1") == "192.0.2.1"
    assert network("testclient") == "testclient"


# -- what the log is told -----------------------------------------------------------------------


def test_a_kind_of_failure_is_told_whole_once_and_then_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    log = logging.getLogger("tests.door")
    counting = Repeats(lambda: now[0])
    log.addFilter(counting)
    try:
        for word in ("x" * 100_000, "second", "third"):
            fail(log, word)
        now[0] += PERIOD
        fail(log, "fourth")
        log.error("another kind")
    finally:
        log.removeFilter(counting)
    first, counted, other = caplog.records
    assert first.exc_text is not None
    assert "Traceback" in first.exc_text
    assert len(first.exc_text) < 10_000
    assert "3 more" in counted.getMessage()
    assert "ValueError" in counted.getMessage()
    assert counted.exc_info is None
    assert other.getMessage() == "another kind"


def fail(log: logging.Logger, word: str) -> None:
    try:
        raise ValueError(word)
    except ValueError:
        log.exception("A message failed")


def test_malformed_messages_do_not_fill_the_terminal(
    address: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    cookie = cookies_of(sign_in(address, "ada", "correct horse"))
    told: list[logging.LogRecord] = []
    listening = logging.Handler()
    listening.emit = told.append  # type: ignore[method-assign]
    logging.getLogger("uvicorn.error").addHandler(listening)
    unknown = json.dumps({"data": [], "fn_index": 10**6}).encode()
    try:
        for _ in range(5):
            assert ask(f"{address}gradio_api/run/x", unknown, cookie=cookie)[0] == 500
    finally:
        logging.getLogger("uvicorn.error").removeHandler(listening)
    assert len(told) <= 1
    for _ in range(5):  # this assistant cannot search
        reply = ask(f"{address}gradio_api/call/search", b'{"data": ["x", 1]}', cookie=cookie)
        event = json.loads(reply[2])["event_id"]
        said = ask(f"{address}gradio_api/call/search/{event}", cookie=cookie)[2]
        assert b"went wrong" in said
    assert sum(record.name == "citewell.window" for record in caplog.records) == 1
    assert "Traceback" not in capfd.readouterr().err  # nothing past the log


def test_a_request_that_does_not_come_is_not_waited_for() -> None:
    import uvicorn

    from ui.connections import patient

    async def app(scope: object, receive: object, send: object) -> None: ...

    config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off")  # type: ignore[arg-type]
    config.load()
    config.http_protocol_class = patient(config.http_protocol_class, 0.3)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        for begun in (b"", b"GET / HTTP/1.1\r\nHost: x"):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                connection.sendall(begun)
                with contextlib.suppress(ConnectionResetError):
                    assert connection.recv(1) == b""
    finally:
        server.should_exit = True
        thread.join(timeout=20)
