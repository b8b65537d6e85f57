"""Answers that a model writes, in the window: a real browser, a scripted server on loopback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.openai_server import Passages, Reply
from rag import Assistant
from tests.generation.conftest import Writing, writing
from tests.seeds import ROOT
from tests.ui.test_window import ON_TOPIC, ask, browser, opened, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser", "writing"]  # fixtures
MARKUP = "<img src=x onerror=ran()> <script>ran()</script>"
GALLERY = ROOT / "build" / "gallery"


def mixed(passages: Passages) -> str:
    """One sentence that is carried, one that changes its number, one out of the air."""
    said = passages[0]["text"].strip()
    return f"{said} [1] {said.rstrip('.')} in 4,711 patients [1]. It was found in 1867."


def shown(page: Page) -> None:
    from playwright.sync_api import expect

    expect(page.locator(".cw-written")).to_be_visible()
    expect(page.locator(".cw-waiting")).to_have_count(0)


def test_a_written_answer_shows_its_support_and_comes_back(
    browser: Browser, writing: Writing
) -> None:
    from playwright.sync_api import expect

    assistant, _ = writing(Reply(mixed), unsupported="mark", model_price_in=2.0)
    with served(assistant) as url, opened(browser, url) as page:
        expect(page.locator("#cw-masthead")).to_contain_text("openai:scripted")
        expect(page.locator("#cw-masthead")).to_contain_text("go to this machine")
        ask(page, ON_TOPIC)
        shown(page)
        sentences = page.locator(".cw-written li .cw-support")
        expect(sentences).to_have_count(3)
        expect(sentences.nth(0)).to_have_text("supported")
        expect(sentences.nth(1)).to_contain_text("4,711")
        expect(sentences.nth(2)).to_contain_text("not supported")
        expect(page.locator(".cw-answer")).to_contain_text("0.00024 cost")
        page.locator(".cw-written .cw-cite").first.click()
        expect(page.locator("#source-1-1")).to_be_focused()
        GALLERY.mkdir(parents=True, exist_ok=True)
        for width in (400, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=GALLERY / f"written-{width}-light.png", animations="disabled")
        page.reload()
        shown(page)
        expect(sentences).to_have_count(3)
        expect(page.locator("#source-1-1 mark").first).to_be_visible()


def test_the_quotations_stand_while_the_model_writes_and_stop_stops_it(
    browser: Browser, writing: Writing
) -> None:
    from playwright.sync_api import expect

    assistant, _ = writing(Reply(mixed, wait=200))
    with served(assistant) as url, opened(browser, url) as page:
        ask(page, ON_TOPIC)
        expect(page.locator(".cw-waiting .cw-quotation").first).to_be_visible()
        expect(page.locator(".cw-waiting")).to_contain_text("Writing from the quotations")
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_label("Your question")).to_have_value(ON_TOPIC)
        expect(page.locator(".cw-waiting")).to_have_count(0)


@pytest.mark.parametrize(
    "said",
    [
        lambda passages: "",
        lambda passages: (
            f"{passages[0]['text']} [1] <img src=x onerror=ran()> <script>ran()</script> [1]"
        ),
    ],
    ids=["silent", "markup"],
)
def test_what_a_model_writes_is_text(
    browser: Browser, writing: Writing, said: Callable[[Passages], str]
) -> None:
    from playwright.sync_api import expect

    assistant, _ = writing(Reply(said), unsupported="mark")
    with served(assistant) as url, opened(browser, url) as page:
        ask(page, ON_TOPIC)
        expect(page.locator(".cw-quotation").first).to_be_visible()
        expect(page.locator(".cw-waiting")).to_have_count(0)
        answer = page.locator(".cw-answer")
        assert answer.locator("img, script, iframe").count() == 0
        if not said([{"text": ""}]):
            expect(answer).to_contain_text("wrote nothing that the passages carry")


def test_an_assistant_without_a_model_says_nothing_of_one(assistant: Assistant) -> None:
    assert not assistant.writes
    assert assistant.destination() == ""


def test_what_a_browser_keeps_may_cite_only_what_it_holds(writing: Writing, tmp_path: Path) -> None:
    from ui.conversation import Turn, turn_from_dict, turn_to_dict

    made, _ = writing(Reply(mixed))
    turn = Turn(ON_TOPIC, (made.ask(ON_TOPIC),))
    form = turn_to_dict(turn)
    again = turn_from_dict(form)
    assert again is not None
    assert again.answers[0].statements == turn.answers[0].statements
    for part, wrong in (
        ("usage", None), ("usage", 5), ("usage", {"x": "nan"}), ("removed", "many"),
        ("statements", [{"text": "x"}]), ("notice", 3),
    ):  # fmt: skip
        tampered = form | {"answers": [form["answers"][0] | {part: wrong}]}
        assert turn_from_dict(tampered) is None, part
    form["answers"][0]["statements"][0]["citations"] = [99]
    assert turn_from_dict(form) is None
