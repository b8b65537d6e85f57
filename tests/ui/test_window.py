"""The window in a real browser (Debian's Chromium), served over the real index of the seeds.

`CITEWELL_SCREENSHOTS` names a folder for the pictures; `CITEWELL_REQUIRE_BROWSER=1` makes a
missing browser a failure instead of a skip.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from rag.errors import QuestionError
from rag.types import Answer, Citation, Document, Statement, Support

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ON_TOPIC = "what targets relapsed B-ALL?"
REFUSED = "What may nobody ask here?"
OFF_TOPIC = "How do I bake sourdough bread?"
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
ATTACK = (
    "<img src=x onerror='window.owned=1'> ${window.owned=1} {{window.owned=1}} "
    "![x](https://evil.example/x.png) $$x$$ <b>bold</b> `code`"
)


class HostileAssistant:
    """Answers everything with a text that tries to take the page over."""

    text = f"Before. {ATTACK} After."

    settings = SimpleNamespace(index=Path("/nonexistent"))

    writes = True

    def ask(self, question: str, history: object = (), filters: object = None) -> Answer:
        return next(self.ask_written(question, history))

    def ask_written(
        self, question: str, history: object = (), **_: object
    ) -> Generator[Answer, None, None]:
        if question == REFUSED:
            raise QuestionError(f"Ask something else. {ATTACK}")
        start = self.text.index(ATTACK)
        cited = Citation(
            1, ATTACK, start, start + len(ATTACK), "d", ATTACK, 0.9, section=ATTACK,
            title=ATTACK, authors=(ATTACK,), journal=ATTACK, doi=ATTACK,
            url="javascript:window.owned=1",
        )  # fmt: skip
        said = Statement(ATTACK, (1,), Support.CONTRADICTED, (ATTACK,), against=(1,))
        yield Answer(
            question, ATTACK, False, 0.9, (cited,), generated=True, statements=(said,),
            notice=ATTACK, removed=1, usage={ATTACK: 1},
        )  # fmt: skip

    def destination(self) -> str:
        return ATTACK

    def describe(self) -> dict[str, str]:
        return {"written_by": ATTACK}

    def document(self, document_id: str) -> Document:
        return Document(document_id, self.text, ATTACK, "0")

    def documents(self) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(
                id=ATTACK,
                title=ATTACK,
                authors=(ATTACK,),
                year=1,
                journal=ATTACK,
                source=ATTACK,
                sources=(),
                linked=(),
                passages=1,
                added="",
                doi=None,
                pmid=None,
                url=None,
            )
        ]

    def examples(self, n: int) -> list[str]:
        return [ATTACK][:n]

    def unknown_words(self, question: str) -> list[str]:
        return [ATTACK]

    def edition(self) -> str:
        return "1" if self.documents() else ""

    def count_passages(self) -> int:
        return len(self.documents())


class EmptyAssistant(HostileAssistant):
    """An index without documents."""

    def documents(self) -> list[SimpleNamespace]:
        return []


@contextmanager
def served(assistant: Any, **options: Any) -> Iterator[str]:
    """The address of a window on a free port of this machine."""
    from ui.app import launch

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = in_event_loop(lambda: launch(assistant, port=port, quiet=True, block=False, **options))
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        page.close(verbose=False)


def in_event_loop(make: Callable[[], Any]) -> Any:
    """Gradio makes event loops for its locks, and never closes them, where none is running."""

    async def made() -> Any:
        return make()

    try:
        asyncio.get_running_loop()  # the browser's
    except RuntimeError:
        return asyncio.run(made())
    return make()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        chromium = None
    if not chromium:
        reason = "the window is tested in Debian's chromium through playwright; one is missing"
        if os.environ.get("CITEWELL_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=20_000)  # two processes of tests share two cores
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def window(seed_index: Path) -> Iterator[str]:
    from rag import Assistant

    with served(Assistant.open(seed_index)) as address:
        yield address


@contextmanager
def opened(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """The window in a fresh tab; at the end: every request stayed here, nothing went wrong."""
    context = browser.new_context(**options)
    requests: list[str] = []
    complaints: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.goto(address)
    page.locator("#cw-masthead").wait_for()
    try:
        yield page
    finally:
        context.close()
    elsewhere = {url for url in requests if urlsplit(url).scheme not in ("data", "blob")}
    assert {urlsplit(url).hostname for url in elsewhere} == {"127.0.0.1"}
    assert complaints == []


def ask(page: Page, question: str) -> None:
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ask_and_check_a_source(
    browser: Browser, window: str, width: int, scheme: Any, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    pictures = Path(os.environ.get("CITEWELL_SCREENSHOTS") or tmp_path)
    pictures.mkdir(parents=True, exist_ok=True)

    def picture(name: str) -> None:
        page.screenshot(path=pictures / f"{width}-{scheme}-{name}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    size = {"width": width, "height": 800}
    with opened(browser, window, viewport=size, color_scheme=scheme) as page:
        expect(page.locator("#cw-sources")).to_contain_text("documents")
        picture("1-start")
        ask(page, ON_TOPIC)
        expect(page.locator(".cw-question").last).to_have_text(ON_TOPIC)
        quotation = page.locator("#quote-1-1")
        expect(quotation).to_be_visible()
        expect(page.locator(".cw-confidence")).to_have_text(re.compile(r"confidence · \S*\d\.\d\d"))
        expect(page.get_by_label("Your question")).to_have_value("")
        picture("2-answer")

        quotation.get_by_text("[1]").click()
        card = page.locator("#source-1-1")
        expect(card).to_be_focused()
        expect(card).to_have_class(re.compile("cw-flash"))
        expect(card).to_be_in_viewport()
        marked = card.locator("> blockquote mark").text_content()
        assert marked
        assert f"“{marked}”" in (quotation.text_content() or "")
        page.wait_for_function(
            "document.getAnimations().every((one) => one.playState === 'finished')"
        )
        picture("3-source")
        chat, sources = (page.locator(at).bounding_box() for at in ("#cw-chat", "#cw-sources"))
        assert chat
        assert sources
        beside = sources["x"] >= chat["x"] + chat["width"]
        assert beside == (width == 1280)

        ask(page, OFF_TOPIC)
        abstained = page.locator(".cw-abstained")
        expect(abstained).to_contain_text("The corpus does not answer this question.")
        expect(abstained).to_contain_text("confidence")
        expect(page.locator("#sources-2")).to_have_text("Nearest passages — not an answer")
        assert page.locator("section[data-turn='2'] mark").count() == 0
        picture("4-abstained")


def test_an_earlier_answer_keeps_its_sources(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        ask(page, ON_TOPIC)
        expect(page.locator("#source-1-1")).to_be_visible()
        ask(page, OFF_TOPIC)
        expect(page.locator("#sources-2")).to_be_visible()
        expect(page.locator("#source-1-1")).to_be_hidden()
        page.locator("#quote-1-1 .cw-cite").press("Enter")
        expect(page.locator("#source-1-1")).to_be_focused()
        expect(page.locator("#sources-2")).to_be_hidden()
        page.locator("#source-1-1").get_by_text("Back to the answer").press("Enter")
        expect(page.locator("#quote-1-1")).to_be_focused()
        page.locator("#cw-drawer .toggle-button").click()
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".cw-question")).to_have_count(0)
        expect(page.locator("#cw-sources")).to_contain_text("documents")


def test_an_example_is_asked_by_a_click(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        example = page.locator("#cw-chat button.example").first
        question = example.inner_text().strip()
        example.click()
        expect(page.locator(".cw-question")).to_have_text(question)
        expect(page.locator(".cw-answer:not(.cw-waiting)")).to_be_visible()


def test_a_question_that_cannot_be_asked_stays_to_be_mended(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        for question, reason in (("   ", "empty"), ("why? " * 20_000, "characters")):
            ask(page, question)
            expect(page.get_by_role("alert")).to_contain_text(reason)
            expect(page.get_by_label("Your question")).to_have_value(question)
            expect(page.locator(".cw-question")).to_have_count(0)
        ask(page, ON_TOPIC)
        expect(page.locator("#quote-1-1")).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)


def test_what_is_focused_can_be_seen(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        ask(page, ON_TOPIC)
        expect(page.locator("#quote-1-1")).to_be_visible()
        for _ in range(30):
            page.keyboard.press("Shift+Tab")
            if page.evaluate("document.activeElement.matches('.cw-cite')"):
                break
        expect(page.locator(".cw-cite:focus-visible")).to_have_css("outline-style", "solid")


def test_a_hostile_corpus_stays_text(browser: Browser) -> None:
    from playwright.sync_api import expect

    with served(HostileAssistant()) as address, opened(browser, address) as page:
        expect(page.locator("button.example")).to_have_text(ATTACK)
        ask(page, ATTACK)
        expect(page.locator(".cw-question")).to_have_text(ATTACK)
        expect(page.locator("#quote-1-1")).to_contain_text(f"“{ATTACK}”")
        expect(page.locator("#source-1-1 > blockquote mark")).to_have_text(ATTACK)
        ask(page, REFUSED)
        expect(page.get_by_role("alert")).to_contain_text(ATTACK)
        assert page.evaluate("window.owned") is None
        assert (
            page.locator(":is(#cw-chat, #cw-sources, #cw-notice) :is(img, b, script)").count() == 0
        )
        assert page.locator("#cw-sources a[target]").count() == 0


def test_an_empty_corpus_says_what_to_run(browser: Browser) -> None:
    from playwright.sync_api import expect

    with served(EmptyAssistant()) as address, opened(browser, address) as page:
        where = f"rag index PATH --index {EmptyAssistant.settings.index}"
        expect(page.locator("#cw-sources")).to_contain_text(where)
        expect(page.locator("#cw-chat")).to_contain_text("nothing to ask yet")
        expect(page.get_by_label("Your question")).to_be_disabled()
        expect(page.locator("button.example")).to_have_count(0)


def status(address: str, **headers: str) -> int:
    """The HTTP status of a GET."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_no_file_is_served_and_no_other_name_answered() -> None:
    with served(EmptyAssistant(), read_only=True) as address:
        assert status(address) == 200
        assert status(f"{address}gradio_api/file=/etc/hostname") == 404
        assert status(f"{address}gradio_api/proxy=https://example.org/") == 404
        assert status(f"{address}gradio_api/upload") == 404
        assert status(f"{address}gradio_api/runs") == 404
        assert status(address, Host="evil.example:7860") == 403
        assert status(address, Host="localhost:7860") == 200
        with urllib.request.urlopen(address) as reply:
            assert "default-src 'self'" in reply.headers["content-security-policy"]
