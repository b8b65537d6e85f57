"""The window's main states at several sizes, light and dark: nothing is cut off, all is kept.

Pictures of them all are kept in `build/gallery`, to be looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag import Assistant, Settings, build_index
from rag.indexing import make_index
from tests.loaders.test_pdf_files import pdf
from tests.seeds import ROOT
from tests.ui.test_window import OFF_TOPIC, ON_TOPIC, ask, browser, opened, served, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser", "window"]  # fixtures
GALLERY = ROOT / "build" / "gallery"
NARROW, WIDE, LARGE = (400, 800), (1280, 900), (1920, 1080)
SCHEMES = ("light", "dark")
SOON = 30_000  # milliseconds, on a machine that has other things to do
PAPER = [
    [
        "A hum in the lighthouse: measuring the kettles of a keeper",
        "",
        "The keeper of a lighthouse owns two kettles, and hears both through the night.",
        "He had long held that one of them was louder, and nobody had believed him.",
    ],
    [
        "Results",
        "",
        "The copper kettle hums at 41 decibels, which is as loud as a library.",
        "A steel kettle is louder by a third, and it boils no sooner.",
        "Both were measured at an arm's length, in a room with its window closed.",
    ],
]
# What a person reads or presses and that ends beyond the window's right edge; what lies in
# something that scrolls sideways by itself can be brought into view.
_BEYOND = """() => {
  const slides = (one) => one && one !== document.body && (
    ["auto", "scroll"].includes(getComputedStyle(one).overflowX) || slides(one.parentElement));
  const wanted = ":is(h1, h2, h3, p, a, button, label, blockquote, td, th, img, textarea, input)";
  return [...document.querySelectorAll(wanted)]
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((one) => one.getBoundingClientRect().width > 1)
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !slides(one))
    .map((one) => one.outerHTML.slice(0, 160));
}"""
_CLIPPED = """() => [...document.querySelectorAll(".cw-act, #cw-question button, .example")]
  .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth)
  .map((one) => [one.textContent, one.scrollWidth, one.clientWidth])"""
_SIDEWAYS = """() => {
  const page = document.scrollingElement;
  return [page.scrollWidth, page.clientWidth];
}"""

# As a question asked at this size would stand.
_TO_NEWEST = """() => {
  const newest = [...document.querySelectorAll("#cw-chat .user-row")].at(-1);
  newest?.scrollIntoView({ block: "start", behavior: "instant" });
  scrollTo({ top: 0, behavior: "instant" });
}"""


class Gallery:
    """One open window, looked at in each of its states and at each size."""

    def __init__(self, page: Page, scheme: str) -> None:
        self.page, self.scheme = page, scheme

    def sizes(self, state: str, sizes: Sequence[tuple[int, int]]) -> Iterator[None]:
        """At each size: the caller may bring something into view; then it is held and kept."""
        for width, height in sizes:
            self.page.set_viewport_size({"width": width, "height": height})
            yield
            self._hold(f"{state}, {width} wide, {self.scheme}")
            self.page.screenshot(
                path=GALLERY / f"{state}-{width}-{self.scheme}.png", animations="disabled"
            )

    def look(
        self, state: str, sizes: Sequence[tuple[int, int]] = (NARROW, WIDE), *, asks: bool = True
    ) -> None:
        """From the top of the page, where a question can be typed if `asks`."""
        from playwright.sync_api import expect

        for _ in self.sizes(state, sizes):
            self.page.evaluate(_TO_NEWEST)
            if asks:
                expect(self.page.get_by_label("Your question")).to_be_in_viewport(ratio=1)

    def _hold(self, where: str) -> None:
        across, width = self.page.evaluate(_SIDEWAYS)
        assert across <= width, where
        assert self.page.evaluate(_BEYOND) == [], where
        assert self.page.evaluate(_CLIPPED) == [], where


@contextmanager
def gallery(browser: Browser, address: str, scheme: Any) -> Iterator[Gallery]:
    GALLERY.mkdir(parents=True, exist_ok=True)
    with opened(browser, address, color_scheme=scheme) as page:
        yield Gallery(page, scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_conversation(browser: Browser, window: str, scheme: str) -> None:
    from playwright.sync_api import expect

    with gallery(browser, window, scheme) as kept:
        page = kept.page
        expect(page.locator("#cw-chat button.example").first).to_be_visible()
        kept.look("start")
        ask(page, ON_TOPIC)
        expect(page.locator(".cw-answer:not(.cw-waiting)")).to_have_count(1, timeout=SOON)
        kept.look("answered", (NARROW, WIDE, LARGE))
        for _ in kept.sizes("source", (NARROW, WIDE)):
            page.locator("#quote-1-1 .cw-cite").click()
            expect(page.locator("#source-1-1 > blockquote mark")).to_be_in_viewport()
        ask(page, f"{ON_TOPIC} And how do I bake sourdough bread?")
        expect(page.locator(".cw-answer:not(.cw-waiting) h3")).to_have_count(2, timeout=SOON)
        kept.look("several")
        ask(page, OFF_TOPIC)
        expect(page.locator(".cw-answer:not(.cw-waiting)")).to_have_count(3, timeout=SOON)
        expect(page.locator(".cw-answer").last.locator(".cw-abstained")).to_be_visible()
        kept.look("abstained")
        ask(page, " ")
        expect(page.get_by_role("alert")).to_contain_text("empty")
        kept.look("notice")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_other_tabs(browser: Browser, window: str, scheme: str) -> None:
    from playwright.sync_api import expect

    with gallery(browser, window, scheme) as kept:
        page = kept.page
        page.get_by_role("tab", name="Documents").click()
        expect(page.locator("#cw-list [data-act='show']").first).to_be_visible()
        kept.look("documents", asks=False)
        page.locator("#cw-list [data-act='show']").first.click()
        expect(page.locator(".cw-text")).to_be_visible()
        kept.look("document", asks=False)
        page.get_by_role("tab", name="Evaluate").click()
        expect(page.get_by_role("button", name="Run")).to_be_visible()
        kept.look("evaluate", asks=False)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The window over a PDF of two pages."""
    folder = tmp_path_factory.mktemp("paper")
    file = folder / "kettles.pdf"
    file.write_bytes(pdf(*PAPER))
    build_index([file], Settings.load(index=folder / "index"))
    with Assistant.open(folder / "index") as assistant, served(assistant) as address:
        yield address


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_of_a_paper(browser: Browser, paper: str, scheme: str) -> None:
    from playwright.sync_api import expect

    with gallery(browser, paper, scheme) as kept:
        page = kept.page
        ask(page, "At how many decibels does the copper kettle hum?")
        page.locator("#source-1-1 [data-act='picture']").click(timeout=SOON)
        shown = page.locator("#source-1-1 .cw-page")
        expect(shown.locator("img")).to_be_visible(timeout=SOON)
        expect(shown.locator("p")).to_have_text(re.compile(r"Page 2 of 2\."))
        for _ in kept.sizes("page", (NARROW, WIDE)):
            shown.locator("mark").first.scroll_into_view_if_needed()
            expect(shown.locator("mark").first).to_be_in_viewport()


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The window over an index without documents."""
    settings = Settings.load(index=Path(tmp_path_factory.mktemp("nothing"), "index"))
    make_index(settings)
    with Assistant.open(settings.index) as assistant, served(assistant) as address:
        yield address


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_empty_corpus(browser: Browser, nothing: str, scheme: str) -> None:
    from playwright.sync_api import expect

    with gallery(browser, nothing, scheme) as kept:
        expect(kept.page.locator("#cw-sources")).to_contain_text("The corpus is empty")
        kept.look("empty")
