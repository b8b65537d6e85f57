"""The window's manners: nothing is lost unasked, and it says what it cannot do, and when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag import Assistant
from rag.asides.several import split_questions
from rag.evaluation import Figure
from rag.indexing import remove_documents
from rag.settings import Settings
from rag.types import Answer
from tests.ui.test_window import OFF_TOPIC, ON_TOPIC, ask, browser, opened, served, window
from tests.ui.test_working import answered, button
from ui import report
from ui.chat import Chat
from ui.conversation import Turn, conversations
from ui.feedback import FILE, Verdict, record
from ui.narrowing import mistake_in
from ui.offering import Offering, corpus
from ui.views import Talk, View

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser", "window"]  # fixtures
NEXT = "What is inotuzumab?"


# --- editing and asking again --------------------------------------------------------------------


@pytest.fixture(scope="module")
def chat(seed_index: Path) -> Iterator[Chat]:
    with Assistant.open(seed_index) as assistant:
        yield Chat(assistant)


@pytest.fixture(scope="module")
def asked(chat: Chat) -> View:
    """A conversation of two turns, and what the browser keeps of it."""
    first = list(chat.ask(ON_TOPIC, Talk(), {}))[-1]
    return list(chat.ask(OFF_TOPIC, first.talk, first.shelf))[-1]


def bubbles(chat: Chat, view: View) -> list[str]:
    """The questions and answers as they stand in the chat."""
    return [message["content"].value for message in chat.outputs(view)[1]]


def questions(view: View) -> list[str]:
    return [turn.question for turn in view.talk.turns]


def test_an_edited_question_takes_its_place_when_it_is_sent(chat: Chat, asked: View) -> None:
    edited = chat.edit(1, asked.talk)
    assert edited.typed == ON_TOPIC
    assert edited.shelf is None  # the browser keeps all of it
    assert questions(edited) == [ON_TOPIC, OFF_TOPIC]
    assert ["cw-later" in one for one in bubbles(chat, edited)] == [True] * 4
    assert "Cancel edit" in chat.outputs(edited)[4]
    reading, *_, sent = chat.ask(NEXT, edited.talk, asked.shelf)
    assert len(bubbles(chat, reading)) == 2
    assert questions(sent) == [NEXT]
    assert not sent.talk.editing
    (kept,) = conversations(sent.shelf)
    assert [turn["question"] for turn in kept["turns"]] == [NEXT]


def test_who_stops_or_errs_while_editing_has_lost_nothing(chat: Chat, asked: View) -> None:
    edited = chat.edit(1, asked.talk)
    reading = next(chat.ask(NEXT, edited.talk, asked.shelf))
    stopped = chat.stop(reading.talk, "")
    assert (questions(stopped), stopped.typed) == ([ON_TOPIC, OFF_TOPIC], NEXT)
    (refused,) = chat.ask("  ", edited.talk, asked.shelf)
    assert questions(refused) == [ON_TOPIC, OFF_TOPIC]
    left = chat.leave(refused.talk)
    assert "cw-later" not in "".join(bubbles(chat, left))
    assert left.typed == ""


def test_what_is_asked_again_hides_nothing(chat: Chat, asked: View) -> None:
    reading, *_, again = chat.ask_again(1, asked.talk, asked.shelf)
    standing = bubbles(chat, reading)
    assert ["cw-later" in one for one in standing] == [False, False, True, True]
    assert "cw-waiting" in standing[1]
    assert 'id="answer-2"' in standing[3]
    assert questions(again) == [ON_TOPIC, OFF_TOPIC]


def test_editing_is_given_up(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        box, later = page.get_by_label("Your question"), page.locator(".cw-later")
        ask(page, ON_TOPIC)
        answered(page, 1)
        for give_up in ("Escape", "Tab"):
            button(page, "edit", 1).click()
            expect(box).to_have_value(ON_TOPIC)
            expect(later).to_have_count(2)
            if give_up == "Tab":
                box.fill("")
            box.press(give_up)
            expect(later).to_have_count(0)
            expect(box).to_have_value("")
        button(page, "edit", 1).click()
        page.get_by_role("button", name="Cancel edit").click()
        expect(later).to_have_count(0)
        expect(page.locator(".cw-question")).to_have_text([ON_TOPIC])


# --- two questions in a sentence -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        (
            "What happened to kettle 7 and who will mend it?",
            ("What happened to kettle 7?", "who will mend it?"),
        ),
        (
            "By how much did the rooks fall, and how deep were the pits?",
            ("By how much did the rooks fall?", "how deep were the pits?"),
        ),
        (
            "Why did the kettle hum and then when was it sold?",
            ("Why did the kettle hum?", "when was it sold?"),
        ),
        ("What is MRD and how is it measured?", ("What is MRD?", "how is it measured?")),
        ("Is it safe, and what is the dose?", ("Is it safe?", "what is the dose?")),
        (  # what it leans on is named by the first
            "How many hens were sold and how many were lame?",
            ("How many hens were sold?", "and how many were lame?"),
        ),
        (
            "I keep hens. Who sold them and what did they cost? Where is Oslo?",
            ("I keep hens. Who sold them?", "what did they cost?", "Where is Oslo?"),
        ),
    ],
)
def test_two_questions_of_a_sentence_are_parted(text: str, halves: tuple[str, ...]) -> None:
    assert split_questions(text) == halves


@pytest.mark.parametrize(
    "text",
    [
        "What and how much was used?",
        "Where and when was the kettle found?",
        "Which drugs and doses were used?",
        "Which kettle was best, and why?",
        "What is known about rooks and how they nest?",
        "Do we know who was ill and who recovered?",
        "Does the paper say who was ill and what was done?",
        "Which of the hens that lay and who feed well were sold?",
        "What is a drug found in 1990 and which is used in children?",
        "What are the causes and what are the treatments of gout?",
        "What lies between what hens know and what hens do at night?",
        "Who wrote “What is tea and how is it drunk?” in 2003?",
        "Explain what MRD means and how it is measured.",
    ],
)
def test_one_question_with_and_stays_whole(text: str) -> None:
    assert split_questions(text) == (text,)


# --- judgements ----------------------------------------------------------------------------------


def test_what_is_said_of_several_answers_is_said_of_each(tmp_path: Path) -> None:
    answers = tuple(Answer(f"What is {one}?", "", True, 0.1) for one in "AB")
    record(tmp_path, Turn("What is A? What is B?", answers), Verdict.WRONG)
    rows = [json.loads(line) for line in (tmp_path / FILE).read_text("utf-8").splitlines()]
    assert [row["question"] for row in rows] == ["What is A?", "What is B?"]
    assert {row["verdict"] for row in rows} == {"wrong"}


# --- an index that others write to ---------------------------------------------------------------


def test_what_is_offered_is_of_the_documents_that_are_there(index_copy: Path) -> None:
    with Assistant.open(index_copy) as assistant:
        offering = Offering(assistant)
        before, first = assistant.edition(), offering.shown()
        assert first["examples"]
        assert offering.shown() == first
        ids = [one.id for one in assistant.documents()]
        remove_documents(ids[1:], Settings.load(index=index_copy))
        assert assistant.edition() != before
        assert offering.shown()["examples"] != first["examples"]
        remove_documents(ids[:1], Settings.load(index=index_copy))
        assert offering.shown()["examples"] == []
        assert "nothing to ask" in offering.shown()["placeholder"]
        said = corpus(assistant, read_only=False)
        assert f"rag index PATH --index {index_copy}" in said
        assert "Drop" not in corpus(assistant, read_only=True)


def test_an_open_page_learns_of_other_documents(browser: Browser, index_copy: Path) -> None:
    from playwright.sync_api import expect

    with (
        Assistant.open(index_copy) as assistant,
        served(assistant) as address,
        opened(browser, address) as page,
    ):
        listed = [one.id for one in assistant.documents()]
        expect(page.locator("#cw-sources")).to_contain_text(f"{len(listed)} documents")
        remove_documents(listed[1:], Settings.load(index=index_copy))
        page.get_by_role("tab", name="Documents").click()
        page.get_by_role("tab", name="Ask").click()
        expect(page.locator("#cw-sources")).to_contain_text("1 document")
        remove_documents(listed[:1], Settings.load(index=index_copy))
        with opened(browser, address) as another:
            expect(another.locator("#cw-sources")).to_contain_text("The corpus is empty")
            expect(another.locator("button.example")).to_have_count(0)


# --- the connection ------------------------------------------------------------------------------


def test_a_lost_connection_is_said_and_takes_nothing_along(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    context = browser.new_context()
    try:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(window)
        box, line = page.get_by_label("Your question"), page.locator("#cw-connection")
        expect(box).to_be_enabled()
        expect(line).to_be_hidden()
        box.fill("half a quest")
        page.evaluate("window.before = true")
        context.set_offline(True)
        look = "document.dispatchEvent(new Event('visibilitychange'))"
        page.evaluate(look)
        expect(line).to_contain_text("No connection to Citewell")
        context.set_offline(False)
        page.wait_for_function("!window.before")  # loaded anew
        expect(line).to_be_hidden()
        expect(box).to_have_value("half a quest")
        box.press("Enter")
        expect(page.locator(".cw-question")).to_have_text("half a quest")
        assert {url.split("/")[2] for url in asked if "//" in url} == {window.split("/")[2]}
    finally:
        context.close()


# --- what is said where --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("", "", ""), ("1999", None, ""), ("20x5", "", "20x5"), ("2020", "2010", "backwards")],
)
def test_a_year_that_cannot_be_is_said(first: Any, last: Any, said: str) -> None:
    assert said in mistake_in(first, last)
    assert bool(said) == bool(mistake_in(first, last))


def test_a_mistake_is_said_at_its_field(browser: Browser, window: str) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        page.locator("#cw-filters button").first.click()
        year = page.get_by_label("From year")
        year.fill("20x5")
        year.press("Tab")
        expect(page.locator("#cw-years")).to_contain_text("20x5")
        year.fill("2015")
        year.press("Tab")
        expect(page.locator("#cw-years")).to_be_hidden()


def test_the_figures_of_a_report_have_names() -> None:
    shown = report._row(Figure("fact_recall", 0.5, 0.4, 0.6, 10))
    assert "fact_recall" not in shown
    assert "share of a question" in shown


def test_the_drawers_handle_covers_nothing(browser: Browser, window: str) -> None:
    with opened(browser, window, viewport={"width": 400, "height": 600}) as page:
        handle = page.locator("#cw-drawer .toggle-button")
        at_first = handle.bounding_box()
        assert at_first
        assert at_first["x"] == 0
        page.mouse.move(390, 20)
        page.mouse.wheel(0, 300)
        page.wait_for_function("scrollY > 100")
        scrolled = handle.bounding_box()
        assert scrolled
        assert scrolled["y"] + scrolled["height"] < 0
        page.evaluate("scrollTo(0, 0)")
        handle.click()
        assert page.get_by_role("button", name="New conversation").is_visible()
