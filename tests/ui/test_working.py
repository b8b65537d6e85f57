"""Working in the window: conversations, judgements, filters, exports, pages; in a real browser."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag import Assistant, Settings, build_index
from tests.seeds import SHARED
from tests.ui.test_window import OFF_TOPIC, ON_TOPIC, ask, browser, opened, served, window
from ui.feedback import FILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser", "window"]  # fixtures
PDF = SHARED / "data/formats/pdf/glp1_review_two_column.pdf"


def button(page: Page, act: str, turn: int) -> Any:
    return page.locator(f"#cw-columns [data-act='{act}'][data-turn='{turn}']").first


def answered(page: Page, turns: int) -> None:
    from playwright.sync_api import expect

    expect(page.locator(".cw-answer:not(.cw-waiting)")).to_have_count(turns)


def test_a_conversation_is_kept_in_the_browser_and_nowhere_else(
    browser: Browser, window: str
) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        ask(page, ON_TOPIC)
        answered(page, 1)
        page.reload()
        expect(page.locator(".cw-question")).to_have_text(ON_TOPIC)
        expect(page.locator("#source-1-1 mark").first).to_be_visible()
        page.locator("#cw-drawer .toggle-button").click()
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".cw-question")).to_have_count(0)
        ask(page, OFF_TOPIC)
        answered(page, 1)
        page.locator("#cw-shelf").get_by_role("button", name=ON_TOPIC, exact=True).click()
        expect(page.locator(".cw-question")).to_have_text(ON_TOPIC)
        page.get_by_role("button", name=f"Delete the conversation: {OFF_TOPIC}").click()
        expect(page.locator("#cw-shelf li")).to_have_count(1)
    with opened(browser, window) as other:  # another browser
        expect(other.locator("#cw-chat button.example").first).to_be_visible()
        expect(other.locator(".cw-question")).to_have_count(0)


def test_a_question_is_edited_and_asked_again(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        ask(page, ON_TOPIC)
        answered(page, 1)
        ask(page, OFF_TOPIC)
        answered(page, 2)
        button(page, "retry", 1).click()
        expect(page.locator(".cw-later")).to_have_count(2)
        answered(page, 2)
        expect(page.locator(".cw-later")).to_have_count(0)
        expect(page.locator(".cw-question")).to_have_text([ON_TOPIC, OFF_TOPIC])
        button(page, "edit", 2).click()
        expect(page.get_by_label("Your question")).to_have_value(OFF_TOPIC)
        expect(page.get_by_label("Your question")).to_be_focused()
        ask(page, "What is inotuzumab?")
        expect(page.locator(".cw-question")).to_have_text([ON_TOPIC, "What is inotuzumab?"])


def test_a_question_that_is_stopped_is_given_back(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    many = " ".join(f"{ON_TOPIC} And what is it?" for _ in range(4))
    with opened(browser, window) as page:
        ask(page, many)
        expect(page.locator(".cw-waiting .cw-quotation").first).to_be_visible()
        page.get_by_role("button", name="Stop").dblclick()
        expect(page.get_by_label("Your question")).to_have_value(many)
        expect(page.locator(".cw-question")).to_have_count(0)
        page.get_by_label("Your question").fill("")
        ask(page, ON_TOPIC)
        answered(page, 1)
        expect(page.locator(".cw-question")).to_have_text([ON_TOPIC])
        expect(page.get_by_test_id("toast-body")).to_have_count(0)


def test_judgements_are_kept_for_a_person_to_complete(
    browser: Browser, seed_index: Path, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    with (
        Assistant.open(index) as assistant,
        served(assistant) as address,
        opened(browser, address) as page,
    ):
        ask(page, ON_TOPIC)
        answered(page, 1)
        button(page, "right", 1).click()
        expect(page.locator("#cw-notice [role=status]")).to_contain_text("Noted")
        button(page, "unsupported", 1).click()
        page.wait_for_timeout(500)
    rows = [json.loads(line) for line in (index / FILE).read_text("utf-8").splitlines()]
    assert [(row["verdict"], row["citation"]) for row in rows] == [
        ("right", None),
        ("unsupported", 1),
    ]
    assert all(row["question"] == ON_TOPIC and row["answers"] is None for row in rows)


def test_filters_hold_for_the_chat(browser: Browser, window: str, seed_index: Path) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        page.locator("#cw-filters button").first.click()
        page.get_by_label("From year").fill("1815")
        page.get_by_label("To year").fill("1820")
        ask(page, ON_TOPIC)
        expect(page.locator(".cw-abstained")).to_be_visible()
        page.get_by_label("From year").fill("soon")
        ask(page, ON_TOPIC)
        expect(page.get_by_role("alert")).to_contain_text("2015")


def test_one_document_is_asked_alone(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        page.get_by_role("tab", name="Documents").click()
        page.locator("#cw-list [data-act='show']").first.click()
        page.locator("[data-act='only']").click()
        expect(page.get_by_role("tab", name="Ask")).to_have_attribute("aria-selected", "true")
        expect(
            page.locator("#cw-filters .token, #cw-filters [class*=token]").first
        ).to_be_attached()


def test_an_answer_is_taken_away_in_four_forms(browser: Browser, window: str) -> None:
    with opened(browser, window) as page:
        ask(page, ON_TOPIC)
        answered(page, 1)
        quotation = page.locator("#quote-1-1 strong, #quote-1-1").first.inner_text()
        links = page.locator(".cw-export a").evaluate_all(
            "(all) => all.map((one) => [one.download, one.getAttribute('href')])"
        )
    files = {
        name.rsplit(".")[-1]: base64.b64decode(address.split(",")[1]).decode()
        for name, address in links
    }
    assert set(files) == {"md", "bib", "ris", "json"}
    quote = json.loads(files["json"])["citations"][0]["quote"]
    assert quote[:30] in quotation
    assert files["bib"].startswith("@")
    assert "TY  - " in files["ris"]
    assert ON_TOPIC.split()[-1][:3] in files["md"]


def test_more_than_questions_is_understood(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        ask(page, "what documents do you have?")
        expect(page.locator(".cw-note li").first).to_be_visible()
        ask(page, "summarise the paper on pediatric relapsed ALL")
        expect(page.locator("#quote-2-3")).to_be_visible()
        expect(page.locator(".cw-answer").nth(1).locator(".cw-confidence")).to_have_count(0)
        ask(page, f"{ON_TOPIC} And how do I bake bread?")
        expect(page.locator("#quote-3-1")).to_be_visible()
        expect(page.locator(".cw-answer").nth(2).locator(".cw-abstained")).to_be_visible()


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The window over a real two-column PDF."""
    if not PDF.exists():
        pytest.skip(f"{PDF} is missing: pages are shown of a real paper where it lies")
    folder = tmp_path_factory.mktemp("paper")
    build_index([PDF], Settings.load(index=folder / "index"))
    with Assistant.open(folder / "index") as assistant, served(assistant) as address:
        yield address


def test_the_page_is_shown_with_the_quotation_marked(
    browser: Browser, paper: str, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    with opened(browser, paper, viewport={"width": 1280, "height": 900}) as page:
        ask(page, "How does semaglutide compare with other GLP-1 receptor agonists in weight loss?")
        expect(page.locator("#quote-1-1")).to_be_visible()
        shown = page.locator("#source-1-1 .cw-page")
        page.locator("#source-1-1 [data-act='picture']").click()
        expect(shown.locator("img")).to_be_visible(timeout=20_000)
        expect(shown.locator("mark").first).to_be_in_viewport()
        first = shown.locator("p").inner_text()
        assert re.fullmatch(r"Page \d+ of \d+\.", first)
        page.screenshot(path=tmp_path / "page.png")
        shown.get_by_role("button", name="Next page").click()
        expect(shown.locator("p")).not_to_have_text(first, timeout=20_000)
        expect(shown.locator("mark")).to_have_count(0)
        shown.get_by_role("button", name="Close the page").click()
        expect(shown).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_keeps_anybody_out(browser: Browser, window: str, scheme: Any, width: int) -> None:
    """axe-core finds no serious violation in any of the main states."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import expect

    def check(state: str) -> None:
        found = Axe().run(page).response["violations"]
        grave = [one for one in found if one["impact"] in ("serious", "critical")]
        told = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in grave]
        assert told == [], state

    size = {"width": width, "height": 900}
    with opened(browser, window, viewport=size, color_scheme=scheme) as page:
        expect(page.locator("#cw-chat button.example").first).to_be_visible()
        check("start")
        ask(page, ON_TOPIC)
        answered(page, 1)
        ask(page, OFF_TOPIC)
        answered(page, 2)
        page.locator("#cw-filters button").first.click()
        check("asked")
        for name in ("Documents", "Evaluate"):
            page.get_by_role("tab", name=name).click()
            page.wait_for_timeout(700)
            check(name)
