"""The tab "Evaluate" in a real browser, over the real index of the seeds."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
import pytest

from rag import Assistant
from rag.evaluation import evaluate
from rag.evaluation.files import read_report
from tests.ui.test_window import ATTACK, browser, in_event_loop, opened, served
from ui import evaluating, report
from ui.conversation import Turn
from ui.evaluating import OF_A_FILE, OF_FEEDBACK, Runs, evaluate_tab
from ui.feedback import FILE, Verdict, record

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser"]  # the fixture

B_ALL = "002_d54f38cab2bba060.txt"
GOLD: list[dict[str, Any]] = [
    {
        "id": "one",
        "question": "From which cells does acute lymphoblastic leukemia arise?",
        "answers": [["lymphoid precursor cells"]],
        "documents": [B_ALL],
        "evidence": ["malignant proliferation of lymphoid precursor cells"],
    },
    {"id": "two", "question": "What do bovine leukaemia viruses eat?", "answers": []},
    {"id": "three", "question": "How do I bake sourdough bread?", "answers": []},
]
MANY = 2000
SOON = 30_000  # milliseconds, on a machine that has other things to do


def written(folder: Path, *rows: object, name: str = "gold.jsonl") -> Path:
    file = folder / name
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def long_run(folder: Path) -> Path:
    """A gold set that takes longer than any test waits."""
    rows = [{"question": f"Who won race {n}?", "answers": []} for n in range(MANY)]
    return written(folder, *rows, name="long.jsonl")


@pytest.fixture(scope="module")
def window(seed_index: Path) -> Iterator[str]:
    with Assistant.open(seed_index) as assistant, served(assistant) as address:
        yield address


def run(page: Page, gold: Path | None) -> None:
    """Open the tab, choose a gold set (None: the feedback), and press Run."""
    from playwright.sync_api import expect

    page.get_by_role("tab", name="Evaluate").click()
    if gold:
        page.locator("#cw-gold input[type=file]").set_input_files(gold)
        expect(page.locator("#cw-gold .file-preview")).to_be_visible(timeout=SOON)
    else:
        page.get_by_label(OF_FEEDBACK).check()
    page.get_by_role("button", name="Run").click()


def downloaded(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator("#cw-report").get_by_role("link", name=name).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_a_gold_set_is_asked_and_the_report_can_be_taken_away(
    browser: Browser, window: str, assistant: Assistant, tmp_path: Path, width: int, scheme: Any
) -> None:
    from playwright.sync_api import expect

    gold, size = written(tmp_path, *GOLD), {"width": width, "height": 800}
    with opened(browser, window, viewport=size, color_scheme=scheme) as page:
        run(page, gold)
        expect(page.locator("#cw-run")).to_contain_text("3 questions asked.", timeout=SOON)
        frame = page.locator("#cw-report iframe")
        expect(frame).to_have_attribute("sandbox", "")
        inside = page.frame_locator("#cw-report iframe")
        expect(inside.locator("h1")).to_contain_text("gold.jsonl")
        expect(inside.locator("svg")).to_have_count(2)
        inside.locator("summary").first.click()  # without any script
        expect(inside.locator("details[open]")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        kept = read_report(downloaded(page, "JSON", tmp_path))
        assert downloaded(page, "CSV", tmp_path).read_text("utf-8").count("\n") >= 4
        assert "<svg" in downloaded(page, "HTML", tmp_path).read_text("utf-8")
    assert kept.gold == "gold.jsonl"
    for ours, theirs in zip(kept.rows, evaluate(assistant, gold).rows, strict=True):
        assert (ours.id, ours.right, ours.answer) == (theirs.id, theirs.right, theirs.answer)


def test_mistakes_are_shown_as_lines(browser: Browser, window: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    gold = written(
        tmp_path,
        "{",
        {**GOLD[0], "documents": ["nowhere.txt"]},
        {"question": "Why; or how?", "answers": [], ATTACK: 1},
        {"question": "Why; or how?"},
    )
    with opened(browser, window) as page:
        page.get_by_role("tab", name="Evaluate").click()
        page.get_by_role("button", name="Run").click()
        expect(page.locator("#cw-run")).to_contain_text("Choose a gold set first")
        run(page, gold)
        lines = page.locator("#cw-run [role=alert] li")
        expect(lines).to_have_count(3)
        expect(lines.nth(0)).to_contain_text("line 1: not JSON")
        expect(lines.nth(1)).to_contain_text(f"line 3: unknown key {ATTACK!r}")
        expect(lines.nth(2)).to_contain_text("line 4: no 'answers'")
        expect(page.locator("#cw-run [role=alert] > p")).to_contain_text("gold.jsonl")
        assert "/" not in page.locator("#cw-run [role=alert] > p").inner_text()
        assert page.locator("#cw-run :is(img, b, script)").count() == 0
        assert page.evaluate("window.owned") is None
        expect(page.locator("#cw-report iframe")).to_have_count(0)


def test_what_a_gold_set_asks_stays_text(browser: Browser, window: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    rows = [
        {**GOLD[0], "id": ATTACK, "kind": ATTACK, "evidence": [ATTACK]},
        {"question": f"{ATTACK}</iframe><script>window.top.owned = 1</script>?", "answers": []},
    ]
    with opened(browser, window) as page:
        run(page, written(tmp_path, *rows, name="<img src=x onerror='window.owned=1'>.jsonl"))
        expect(page.locator("#cw-run")).to_contain_text("2 questions asked.", timeout=SOON)
        expect(page.locator("#cw-run li")).to_contain_text("this evidence does not stand in")
        inside = page.frame_locator("#cw-report iframe")
        expect(inside.get_by_text("</iframe><script>").first).to_be_attached()
        assert inside.locator(":is(img, script, b)").count() == 0
        assert page.locator(":is(#cw-run, #cw-report) :is(img, b, script)").count() == 0
        assert page.evaluate("window.owned") is None


def test_one_run_at_a_time_and_it_can_be_stopped(
    browser: Browser, window: str, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as first, opened(browser, window) as second:
        run(first, long_run(tmp_path))
        expect(first.locator("#cw-run")).to_contain_text(f" of {MANY}", timeout=SOON)
        expect(first.get_by_role("button", name="Run")).to_be_disabled()
        run(second, written(tmp_path, *GOLD))
        expect(second.get_by_role("alert")).to_contain_text(
            "under way in another window", timeout=SOON
        )
        expect(second.get_by_role("button", name="Stop")).to_be_disabled()
        first.get_by_role("button", name="Stop").click()
        expect(first.locator("#cw-run")).to_contain_text("Stopped after", timeout=SOON)
        expect(first.locator("#cw-report iframe")).to_have_count(0)
        second.get_by_role("button", name="Run").click()
        expect(second.locator("#cw-run")).to_contain_text("3 questions asked.", timeout=SOON)


def test_a_run_ends_with_the_page_that_began_it(
    browser: Browser, window: str, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    with opened(browser, window) as page:
        run(page, long_run(tmp_path))
        expect(page.locator("#cw-run")).to_contain_text(f" of {MANY}", timeout=SOON)
    with opened(browser, window) as page:
        run(page, written(tmp_path, *GOLD))
        said, until = page.locator("#cw-run"), time.monotonic() + 20
        expect(said).to_contain_text("question")
        while time.monotonic() < until and "another window" in said.inner_text():
            page.wait_for_timeout(500)
            page.get_by_role("button", name="Run").click()
        expect(said).to_contain_text("3 questions asked.", timeout=SOON)


def test_feedback_is_asked_once_it_is_filled_in(browser: Browser, index_copy: Path) -> None:
    from playwright.sync_api import expect

    with (
        Assistant.open(index_copy) as assistant,
        served(assistant) as address,
        opened(browser, address) as page,
    ):
        run(page, None)
        expect(page.get_by_role("alert")).to_contain_text("No feedback has been given")
        asked = str(GOLD[0]["question"])
        record(index_copy, Turn(asked, (assistant.ask(asked),)), Verdict.RIGHT)
        page.get_by_role("button", name="Run").click()
        expect(page.get_by_role("alert")).to_contain_text("1 line waits for its right answer")
        assert str(index_copy) not in page.locator("#cw-run").inner_text()
        line = json.loads((index_copy / FILE).read_text("utf-8"))
        written(index_copy, line | {"answers": GOLD[0]["answers"]}, line | {"question": "Why?"},
                name=FILE)  # fmt: skip
        page.get_by_role("button", name="Run").click()
        expect(page.locator("#cw-run")).to_contain_text("1 question asked.", timeout=SOON)
        expect(page.locator("#cw-run li")).to_have_text(
            "feedback.jsonl: 1 line waits for its right answer"
        )


# -- without a browser --------------------------------------------------------------------------


def test_a_file_that_is_too_large_is_not_read(assistant: Assistant, tmp_path: Path) -> None:
    large = tmp_path / "large.jsonl"
    with large.open("wb") as stream:
        stream.truncate((evaluating.GOLD_MB << 20) + 1)
    last = list(Runs(assistant).run(OF_A_FILE, str(large), "me"))[-1]
    assert "large.jsonl is larger than 20 MB" in last.status
    assert not last.running


def test_nobody_stops_the_run_of_another(assistant: Assistant, tmp_path: Path) -> None:
    runs = Runs(assistant)
    views = runs.run(OF_A_FILE, str(written(tmp_path, *GOLD)), "me")
    next(views)
    runs.stop("you")
    assert "3 questions asked" in list(views)[-1].status


def test_in_read_only_mode_there_is_no_tab(assistant: Assistant) -> None:
    def make() -> gr.Blocks:
        page = gr.Blocks(analytics_enabled=False)
        with page:
            evaluate_tab(assistant, read_only=True)
        return page

    page: gr.Blocks = in_event_loop(make)
    assert (page.children, page.fns) == ([], {})


def test_without_matplotlib_the_figures_stand_alone(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = evaluate(assistant, written(tmp_path, *GOLD, name="<b>.jsonl"))
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)  # as if it were not installed
    shown = report.report_to_view(found)
    assert "<iframe" not in shown
    assert "pip install &#x27;citewell[report]&#x27;" in shown
    assert '<th scope="row">all facts found, or rightly abstained</th>' in shown
    assert "<caption>&lt;b&gt;.jsonl: 3 questions</caption>" in shown
    assert ">HTML<" not in shown
