"""What a person waits for in a real browser: the first question box, and a source after a click.

Both are timed inside the page, by its own clock.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from benchmarks.window_sessions import BrowserSession

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
WIDE, NARROW = (1280, 900), (400, 800)
_MOST = 5000  # milliseconds that a source is waited for
_CALM = 1000  # milliseconds after which loading, or scrolling, has ended
_TURNS = 3  # answers to click in
# The first frame in which the box is there, enabled and takes the focus, since the navigation.
_USABLE = """
const look = () => {
  const box = document.querySelector("#cw-question textarea");
  if (box && !box.disabled && box.getClientRects().length) {
    box.focus();
    if (document.activeElement === box) {
      window.cwUsable = performance.now();
      return;
    }
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
# From the click to the first frame in which the card flashes and the first line of the quotation
# that is marked in it can be seen: in the window, and in the column where that scrolls alone.
_TIMED = """(most) => {
  const seen = (card) => {
    const column = document.getElementById("cw-sources-column");
    const around = column.getBoundingClientRect();
    const scrolls = getComputedStyle(column).overflowY === "auto";
    const line = (card.querySelector("mark") ?? card).getClientRects()[0];
    return card.classList.contains("cw-flash") && line &&
      line.top >= Math.max(0, scrolls ? around.top : 0) &&
      line.bottom <= Math.min(innerHeight, scrolls ? around.bottom : innerHeight);
  };
  window.cwShown = new Promise((done) => addEventListener("click", (event) => {
    const clicked = performance.now();
    const id = event.target.closest("[data-jump]").dataset.jump;
    const look = () => {
      const card = document.getElementById(id);
      const passed = performance.now() - clicked;
      if (card && seen(card)) done(passed);
      else if (passed > most) done(null);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { capture: true, once: true }));
}"""
# The sources at their other end, so that there is a way to go.
_AWAY = """(down) => {
  const column = document.getElementById("cw-sources-column");
  column.scrollTo({ top: down ? column.scrollHeight : 0, behavior: "instant" });
}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser | None]:
    """A browser: the system's Chromium, else playwright's own; None without, after a line why."""
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError:
        print("no browser: `pip install playwright`; only the load over the wire is measured")
        yield None
        return
    async with async_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        try:
            browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error as error:
            print(f"no browser ({str(error).splitlines()[0]}): install chromium; only the load")
            yield None
            return
        yield browser
        await browser.close()


async def time_loads(browser: Browser, address: str, runs: int) -> tuple[list[float], list[float]]:
    """Milliseconds until the box can be typed in: with an empty cache, and again with a full one.

    The server's own first page comes before, and is not counted.
    """
    cold, warm = [], []
    for number in range(runs + 1):
        context = await browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
        await context.add_init_script(_USABLE)
        page = await context.new_page()
        first, again = await _load(page, address), await _load(page, address)
        if number:
            cold.append(first)
            warm.append(again)
        await context.close()
    return cold, warm


async def _load(page: Page, address: str) -> float:
    await page.goto(address)
    await page.wait_for_function("window.cwUsable")
    passed: float = await page.evaluate("window.cwUsable")
    await page.wait_for_timeout(_CALM)  # never "networkidle": the page holds a stream open
    return passed


async def time_clicks(
    browser: Browser, address: str, questions: Sequence[str], size: tuple[int, int], clicks: int
) -> list[float | None]:
    """Milliseconds from a click on [n] to its source in view; None where it never came.

    The links of a few answers are clicked in turn, so that most clicks open another answer's
    sources; and the sources stand at their other end before.
    """
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = await context.new_page()
    await page.goto(address)
    links = await _links(page, questions)
    if not links:
        raise SystemExit("no question of these is answered: there is nothing to click")
    taken: list[float | None] = []
    for number in range(clicks):
        await page.evaluate(_AWAY, number % 2 == 0)
        link = page.locator(f'.cw-cite[data-jump="{links[number % len(links)]}"]')
        await link.scroll_into_view_if_needed()
        await page.evaluate(_TIMED, _MOST)
        await link.click()
        taken.append(await page.evaluate("window.cwShown"))
        await page.wait_for_timeout(_CALM)
    await context.close()
    return taken


async def _links(page: Page, questions: Sequence[str]) -> list[str]:
    """Ask until a few questions are answered; where the links lead, those of one number together.

    A link `source-2-1` is the first of the second turn.
    """
    session = BrowserSession(page)
    answered = 0
    for question in questions:
        seen = await session.ask(question)
        answered += bool(seen.quotations[-1])
        if answered == _TURNS:
            break
    read = "(all) => all.map((one) => one.dataset.jump)"
    links: list[str] = await page.locator(".cw-cite").evaluate_all(read)
    return sorted(links, key=lambda one: one.split("-")[::-1])
