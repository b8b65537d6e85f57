"""A page that the window shows: of the file that was indexed, and large enough to be read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag import Assistant, Settings, build_index
from rag.loaders import SourceFile, file_hash
from tests.loaders.test_pdf_files import FIRST, SECOND, pdf
from tests.ui.test_window import ask, browser, opened, served
from ui.pages import LARGE_WIDTH, WIDTH, is_as_indexed, show_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser"]  # a fixture
NAME = "papers/two pages.pdf"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF of two pages, and a manifest in the folder above that names it."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "papers").mkdir()
    (folder / NAME).write_bytes(pdf(FIRST, SECOND))
    (folder / "manifest.csv").write_text(f"file,title\n{NAME},Two pages\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def assistant(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    index = tmp_path_factory.mktemp("index")
    build_index([folder], Settings.load(index=index))
    with Assistant.open(index) as opened:
        yield opened


def shown(assistant: Assistant, **changes: object) -> dict[str, Any]:
    text = assistant.document(NAME).text
    start = text.index(SECOND[0])
    span = {"start": start, "end": start + len(SECOND[0])}
    return show_page(assistant, {"document": NAME, "page": 2, **span, **changes})


def test_a_page_comes_with_its_marks_and_larger_when_asked(assistant: Assistant) -> None:
    near, large = shown(assistant), shown(assistant, large=True)
    assert (near["width"], large["width"]) == (WIDTH, LARGE_WIDTH)
    assert near["says"] == "Page 2 of 2."
    assert len(near["marks"]) == len(large["marks"]) == 1
    assert shown(assistant, large="4000")["width"] == WIDTH


def test_another_file_in_its_place_is_not_shown_as_the_one_indexed(
    assistant: Assistant, folder: Path
) -> None:
    file = folder / NAME
    whole, at = file.read_bytes(), file.stat()
    file.write_bytes(whole.replace(b"0 0 595", b"0 0 596"))
    os.utime(file, ns=(at.st_atime_ns, at.st_mtime_ns))  # as copies keep it
    assert file.stat().st_size == at.st_size
    assert "has changed since it was indexed: index it again" in shown(assistant)["error"]
    file.write_bytes(whole)
    assert "error" not in shown(assistant)
    file.rename(folder / "away.pdf")
    assert "not where it lay" in shown(assistant)["error"]
    (folder / "away.pdf").rename(file)
    assert "error" not in shown(assistant)


def test_a_file_is_told_by_its_bytes_and_what_a_manifest_states(folder: Path) -> None:
    bare = file_hash(SourceFile(folder / NAME, NAME), max_bytes=10_000_000)
    assert is_as_indexed(folder / NAME, NAME, bare)  # indexed before there was a manifest
    assert is_as_indexed(folder / NAME, NAME, "")  # not known
    assert not is_as_indexed(folder / NAME, NAME, "0" * 64)


def test_a_page_is_enlarged_and_left_by_keys_alone(browser: Browser, assistant: Assistant) -> None:
    from playwright.sync_api import expect

    size = {"width": 400, "height": 800}
    with served(assistant) as address, opened(browser, address, viewport=size) as page:
        ask(page, SECOND[0])
        page.locator("#cw-sources [data-act='picture']").first.press("Enter")
        figure = page.locator("#cw-sources figure:visible")
        enlarge = figure.get_by_role("button", name="Enlarge")
        expect(figure.locator("mark").first).to_be_visible(timeout=20_000)
        enlarge.press("Enter")
        large = page.get_by_role("dialog", name="Page")
        expect(large.locator(".cw-view")).to_be_focused()
        expect(large.locator("mark").first).to_be_in_viewport()
        fitting = large.locator("img").bounding_box()
        large.get_by_role("button", name="Zoom in").press("Enter")
        wide = large.locator("img").bounding_box()
        assert fitting
        assert wide
        assert wide["width"] == pytest.approx(2 * fitting["width"], abs=2)
        expect(large.locator("mark").first).to_be_in_viewport()
        page.wait_for_function(
            f"document.querySelector('dialog img').naturalWidth === {LARGE_WIDTH}"
        )
        page.keyboard.press("Escape")
        expect(large).to_have_count(0)
        expect(enlarge).to_be_focused()
