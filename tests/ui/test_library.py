"""The tab "Documents" in a real browser, over a real index that it adds to and removes from."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import gradio as gr
import pytest

from rag import Assistant, Settings, build_index
from rag.errors import IndexLockedError, UsageError
from rag.evaluation.gold import GoldQuestion, check_documents
from rag.indexing import Status, index_again
from rag.store.folder import writing
from tests.conftest import _copy_or_link
from tests.loaders.pdf_bytes import pdf_bytes
from tests.processes import need_posix
from tests.seeds import AML
from tests.ui.test_window import browser, in_event_loop, opened, status
from ui import uploads
from ui.gate import Gate
from ui.library import library_tab
from ui.telling import Told
from ui.theme import SCRIPT, STYLE_SHEET, theme
from ui.uploads import Dropped, keep, read_dropped
from ui.writing import Standing, Writer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser"]  # the fixture

HOSTILE = "<img src=x onerror=window.owned=1>.txt"
HARMLESS = "_img src=x onerror=window.owned=1_.txt"
CRANE = "On cranes\n\nThe crane nests in reed beds near the lake of Vombsjön in April.\n"
KETTLE = "# On kettles\n\n## Noise\n\nThe kettle hums at {} decibels.\n"
LONG = "A long report\n\n" + "The tram passes the mill at noon. " * 1500
SLOW = 30_000  # milliseconds for what indexes


def write_documents(folder: Path) -> Path:
    """A folder of documents with one below another folder."""
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "kettle.md").write_text(KETTLE.format(26), encoding="utf-8")
    (folder / "long.txt").write_text(LONG, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def stock(seed_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds and the folder's documents, indexed."""
    folder = tmp_path_factory.mktemp("stock")
    index = shutil.copytree(seed_index, folder / "index", copy_function=_copy_or_link)
    build_index([write_documents(folder / "docs")], Settings.load(index=index))
    return Path(index)


@pytest.fixture
def shelf(stock: Path, tmp_path: Path) -> Iterator[Assistant]:
    """An index that a test may write to."""
    index = shutil.copytree(stock, tmp_path / "index", copy_function=_copy_or_link)
    with Assistant.open(index, max_file_mb=1) as assistant:
        yield assistant


def page_of(assistant: Assistant, *, read_only: bool) -> gr.Blocks:
    """A page with only this tab, and another that is open first."""
    with gr.Blocks(analytics_enabled=False) as page:
        gr.HTML("<h1>Citewell</h1>", elem_id="cw-masthead", js_on_load=None)
        with gr.Tab("Chat"):
            said = gr.HTML("", elem_id="said", js_on_load=None)
        with gr.Tab("Documents") as tab:
            library = library_tab(assistant, read_only=read_only)
        library.refresh_on(page.load, tab.select)
        for change in library.changes:
            change.then(lambda: f"{len(assistant.documents())} documents", None, said)
    return page  # type: ignore[no-any-return]


@contextmanager
def served(assistant: Assistant, *, read_only: bool = False) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = in_event_loop(lambda: page_of(assistant, read_only=read_only))
    gate = Gate.middleware("127.0.0.1", uploads=not read_only)
    in_event_loop(
        lambda: page.launch(
            server_name="127.0.0.1", server_port=port, quiet=True, prevent_thread_lock=True,
            run_history=False, enable_monitoring=False, ssr_mode=False, footer_links=[],
            theme=theme(), css_paths=STYLE_SHEET, head=SCRIPT, app_kwargs={"middleware": gate},
        )
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        page.close(verbose=False)


@contextmanager
def documents(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    with opened(browser, address, **options) as page:
        page.get_by_role("tab", name="Documents").click()
        page.locator("#cw-list").wait_for()
        yield page


def file(name: str, text: str | bytes) -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def drop(page: Page, *files: Any) -> None:
    page.locator("#cw-drop input[type=file]").set_input_files([*files])


def report(page: Page, text: str | re.Pattern[str]) -> None:
    from playwright.sync_api import expect

    expect(page.locator("#cw-told [role=status]")).to_contain_text(text, timeout=SLOW)


def mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]


# --- looking -------------------------------------------------------------------------------------


def test_documents_are_searched_sorted_and_read(browser: Browser, shelf: Assistant) -> None:
    from playwright.sync_api import expect

    with served(shelf) as address, documents(browser, address) as page:
        expect(page.locator(".cw-count")).to_have_text("7 documents")
        titles = page.locator(".cw-table tbody th")

        page.get_by_role("button", name="Year").click()
        expect(page.locator("th[aria-sort=ascending]")).to_have_text("Year")
        expect(titles.first).to_contain_text("pediatric")
        expect(page.get_by_role("button", name="Year")).to_be_focused()
        page.get_by_role("button", name="Year").press("Enter")
        expect(titles.first).to_contain_text("acute myeloid")

        box = page.get_by_label("Search the documents")
        box.fill("HRABOVSKY klin")
        expect(titles).to_have_count(1)
        box.fill("long report")
        expect(titles).to_have_text(["A long report"])
        titles.get_by_role("button").click()
        heading = page.locator(".cw-open h2")
        expect(heading).to_have_text("A long report")
        expect(heading).to_be_focused()
        expect(page.locator("tr[aria-current]")).to_have_count(1)
        text = page.locator(".cw-text")
        assert len(text.inner_text()) < 20_200
        text.get_by_role("button", name="more of").click()
        expect(text.get_by_role("button", name="more of")).to_contain_text("Show 11,0")
        assert 39_000 < len(text.inner_text()) < 40_200
        page.get_by_role("button", name="Close this document").click()
        expect(page.locator(".cw-open")).to_have_count(0)
        expect(titles.get_by_role("button")).to_be_focused()
        box.fill("no such thing")
        expect(page.locator(".cw-count")).to_contain_text("None of 7 documents")


def test_asking_about_a_document_is_said_to_the_chat(browser: Browser, shelf: Assistant) -> None:
    with served(shelf) as address, documents(browser, address) as page:
        page.evaluate(
            "document.addEventListener('citewell', (event) => { window.told = event.detail; })"
        )
        page.locator(f'.cw-table [data-id="{AML}"]').click()
        page.get_by_role("button", name="Ask about this document").click()
        assert page.evaluate("window.told") == {"act": "only", "id": AML}


def test_a_narrow_page_stacks_the_rows(browser: Browser, shelf: Assistant) -> None:
    from playwright.sync_api import expect

    size = {"width": 400, "height": 800}
    with served(shelf) as address, documents(browser, address, viewport=size) as page:
        row = page.locator(".cw-table tbody tr", has_text="Klin Onkol")
        boxes = [cell.bounding_box() for cell in row.locator("th, td").all()]
        tops = [box["y"] for box in boxes if box]
        assert tops == sorted(set(tops))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        row.get_by_role("button").click()
        expect(page.locator(".cw-open h2")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# --- writing -------------------------------------------------------------------------------------


def test_what_is_dropped_is_found_and_can_be_removed(browser: Browser, shelf: Assistant) -> None:
    from playwright.sync_api import expect

    folder = uploads.uploads_folder(shelf.settings)
    kept = folder / HARMLESS
    with served(shelf) as address, documents(browser, address) as page:
        too_large = file("large.txt", "much " * 250_000)
        broken = file("broken.pdf", b"%PDF-1.4 and no more")
        drop(page, file(HOSTILE, CRANE), broken, file("run.exe", "MZ"), too_large)
        report(page, "4 files: 1 added, 3 skipped")
        report(page, f"{HOSTILE} added, 1 passage: it goes by {HARMLESS}")
        report(page, "broken.pdf skipped: a PDF that cannot be read")
        report(page, "run.exe skipped: not a kind of file that is read")
        report(page, "large.txt skipped: 1.2 MB is over the limit of 1 MB")
        expect(page.locator(".cw-count")).to_have_text("8 documents", timeout=SLOW)
        assert page.evaluate("window.owned") is None
        assert [one.name for one in folder.iterdir()] == [kept.name]
        answer = shelf.ask("Where does the crane nest?")
        assert [one.document_id for one in answer.citations] == [kept.name]

        drop(page, file("again.txt", CRANE), file("twice.txt", CRANE))
        report(page, "twice.txt unchanged: the same file as again.txt")
        report(page, f"again.txt unchanged, 1 passage: it goes by {HARMLESS}")
        assert [one.name for one in folder.iterdir()] == [kept.name]

        page.locator(f'.cw-table [data-id="{kept.name}"]').click()
        page.get_by_text("Remove this document…").click()
        page.get_by_role("button", name="Remove from the index").click()
        report(page, f"Removed: {kept.name}")
        expect(page.locator(".cw-count")).to_have_text("7 documents", timeout=SLOW)
        expect(page.locator(".cw-open")).to_have_count(0)
        assert not kept.exists()
        page.get_by_role("tab", name="Chat").click()
        expect(page.locator("#said")).to_have_text("7 documents")
    cited = shelf.ask("Where does the crane nest?").citations
    assert kept.name not in {one.document_id for one in cited}


def test_files_that_have_changed_are_indexed_again(
    browser: Browser, index_copy: Path, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    docs = write_documents(tmp_path / "docs")
    build_index([docs], Settings.load(index=index_copy))
    (docs / "sub" / "kettle.md").write_text(KETTLE.format(81), encoding="utf-8")
    (docs / "long.txt").unlink()
    (docs / "new.txt").write_text("Nobody has asked for this one.", encoding="utf-8")
    shelf = Assistant.open(index_copy)
    with shelf, served(shelf) as address, documents(browser, address) as page:
        page.get_by_role("button", name="Read the files of all documents again").click()
        report(page, "7 files: 1 replaced, 5 unchanged, 1 skipped")
        report(page, "long.txt skipped: not a regular file")
        expect(page.locator(".cw-count")).to_have_text("7 documents", timeout=SLOW)
        assert "81 decibels" in shelf.document("sub/kettle.md").text
        assert shelf.document("long.txt").text


def test_another_writer_is_named_and_nothing_is_kept(browser: Browser, shelf: Assistant) -> None:
    from playwright.sync_api import expect

    folder = uploads.uploads_folder(shelf.settings)
    with served(shelf) as address, documents(browser, address) as page:
        standing = page.locator("#cw-standing")
        with writing(shelf.settings.index):
            drop(page, file("crane.txt", CRANE))
            report(page, "is writing to the index")
            expect(standing).to_contain_text("before you add or remove", timeout=SLOW)
            page.locator(f'.cw-table [data-id="{AML}"]').click()
            expect(page.locator(".cw-open")).to_be_visible()
        expect(standing).not_to_contain_text("is writing", timeout=SLOW)
        expect(page.locator(".cw-open")).to_be_visible()
        assert [*folder.iterdir()] == []
        drop(page, file("crane.txt", CRANE))
        report(page, "1 file: 1 added")


def test_reading_only_the_server_takes_nothing(browser: Browser, shelf: Assistant) -> None:
    from playwright.sync_api import expect

    with served(shelf, read_only=True) as address, documents(browser, address) as page:
        expect(page.locator(".cw-count")).to_have_text("7 documents")
        assert page.locator("#cw-drop").count() == 0
        page.locator(f'.cw-table [data-id="{AML}"]').click()
        expect(page.locator(".cw-open")).to_be_visible()
        assert page.get_by_text("Remove this document").count() == 0
        for act in ("remove", "again"):
            told = json.dumps({"act": act, "id": AML})
            page.evaluate(
                f"document.dispatchEvent(new CustomEvent('citewell-library', {{detail: {told}}}))"
            )
        page.locator(".cw-table tbody button").last.click()
        expect(page.locator(f'.cw-open[data-id="{AML}"]')).to_have_count(0)
        with urllib.request.urlopen(f"{address}config") as reply:
            targets = {target[1] for one in json.load(reply)["dependencies"]
                       for target in one["targets"]}  # fmt: skip
        assert targets == {"load", "select", "change", "look", "tick"}
        assert status(f"{address}gradio_api/upload_progress?upload_id=x") == 404
    assert shelf.document(AML)


def test_an_empty_index_says_what_to_do(browser: Browser, index_copy: Path) -> None:
    from playwright.sync_api import expect

    with Assistant.open(index_copy) as shelf:
        for one in shelf.documents():
            Writer(shelf).remove(one.id)
        with served(shelf) as address, documents(browser, address) as page:
            expect(page.locator("#cw-list")).to_contain_text("The corpus is empty")
            drop(page, file("crane.txt", CRANE))
            report(page, "1 file: 1 added")
            expect(page.locator(".cw-count")).to_have_text("1 document", timeout=SLOW)


# --- without a browser ---------------------------------------------------------------------------


def last(told: Iterator[Told]) -> Told:
    return [*told][-1]


def dropped(folder: Path, name: str, text: str) -> Dropped:
    path = folder / hashlib.sha256(name.encode()).hexdigest()[:8] / "content"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return Dropped(path, name)


def test_progress_is_told_on_the_way(shelf: Assistant, tmp_path: Path) -> None:
    files = [dropped(tmp_path, f"{n}.txt", f"Report {n}. It rained on day {n}.") for n in range(3)]
    told = [*Writer(shelf).add(files)]
    assert told[0].line == "0 of 3 files"
    assert all(
        re.match(r"\d of 3 files(, [1-9]\d* passages)?(; |\Z)", one.line) for one in told[:-1]
    )
    assert [one.status for one in told[-1].reports] == [Status.ADDED] * 3
    assert not any(one.path.exists() for one in files)


def many_pages(count: int) -> bytes:
    """A PDF with a line of text on each page."""
    pages = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{pages}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n in range(count):
        text = f"BT /F1 12 Tf 72 700 Td (The mill of page {n} was built in {1700 + n}.) Tj ET"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * n} 0 R >>",
            f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        ]
    return pdf_bytes(objects)


def test_the_page_that_is_read_is_told(shelf: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "mills.pdf"
    path.write_bytes(many_pages(40))
    said: list[str] = []
    files = {path.name: path}
    assert [one.status for one in index_again(files, shelf.settings, progress=lambda come:
            said.append(come.doing))] == [Status.ADDED]  # fmt: skip
    pages = [line for line in said if "page" in line]
    assert pages[:2] == [f"reading mills.pdf, page {n} of 40" for n in (2, 3)]
    assert "reading mills.pdf, all 40 pages" in pages
    assert said.index("reading mills.pdf") < said.index(pages[0])
    assert any(line.startswith("indexing passages (") for line in said)


LONGEST = "ö" * 300 + ".txt"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("review.txt", "review.txt"),
        ("Müller – 2020, et al..TXT", "Müller – 2020, et al..TXT"),
        ("Mu\u0308ller.txt", "Müller.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("/etc/cron.d/x.txt", "x.txt"),
        ("..\\..\\x.TXT", "x.TXT"),
        ("C:x.txt", "C_x.txt"),
        ("\0.txt", f"{mark(CRANE)}.txt"),
        ("....txt", f"{mark(CRANE)}.txt"),
        (".hidden.txt", "hidden.txt"),
        ("a\u202ecod.\nb.txt", "acod. b.txt"),
        ("nul.txt", "_nul.txt"),
        ("COM1.a.txt", "_COM1.a.txt"),
        ("table#1.txt", "table_1.txt"),
        (LONGEST, "ö" * 98 + ".txt"),
        ("\ud800.txt", f"{mark(CRANE)}.txt"),
    ],
)
def test_a_file_keeps_its_name_made_harmless(tmp_path: Path, name: str, kept: str) -> None:
    given = dropped(tmp_path / "sent", "file", CRANE)
    path, is_new = keep(Dropped(given.path, name), tmp_path / "kept")
    assert (path, is_new) == (tmp_path / "kept" / kept, True)
    assert path.read_text(encoding="utf-8") == CRANE
    assert {one.name for one in tmp_path.iterdir()} == {"sent", "kept"}
    assert [*path.parent.iterdir()] == [path]


def test_a_name_that_means_something_else_is_marked(tmp_path: Path) -> None:
    for name in ("manifest.csv", "Manifest.CSV", "queries.jsonl"):
        path, _ = keep(dropped(tmp_path / name, name, name), tmp_path / "kept")
        stem, _, suffix = name.partition(".")
        assert path.name == f"{stem}~{mark(name)}.{suffix}"


def test_two_files_of_one_name_are_both_kept(shelf: Assistant, tmp_path: Path) -> None:
    writer, folder = Writer(shelf), uploads.uploads_folder(shelf.settings)
    first, second = "It rained on Monday in Lund.", "It snowed on Friday in Umeå."
    sent = [dropped(tmp_path / str(n), "LONG.txt", t) for n, t in enumerate((first, second))]
    reports = last(writer.add(sent)).reports
    # The index holds a file of a folder under that name too: it stays what it is.
    names = [f"LONG~{mark(first)}.txt", f"LONG~{mark(second)}.txt"]
    assert [one.document_ids for one in reports] == [(name,) for name in names]
    assert [one.file for one in reports] == ["LONG.txt"] * 2
    assert reports[0].reason == f"it goes by {names[0]}"
    assert shelf.document("long.txt").text.startswith("A long report")
    again = [dropped(tmp_path / "again", "LONG.txt", second)]
    assert last(writer.add(again)).reports[0].status is Status.UNCHANGED
    assert [one.name for one in uploads.kept_files(folder)] == sorted(names)
    writer.remove(names[0])
    assert [one.name for one in uploads.kept_files(folder)] == [names[1]]
    writer.remove("long.txt")
    assert (tmp_path / "index").is_dir()


def test_the_name_of_a_file_is_what_is_cited_and_what_gold_sets_name(
    index_copy: Path, tmp_path: Path
) -> None:
    docs = write_documents(tmp_path / "docs")
    settings = Settings.load(index=index_copy)
    build_index([docs], settings, sync=True)
    with Assistant.open(index_copy) as shelf:
        last(Writer(shelf).add([dropped(tmp_path / "sent", "review.txt", CRANE)]))
        before = shelf.documents()
        assert [one.id for one in before if one.id == one.source == "review.txt"]
        gold = [GoldQuestion("q", "?", True, documents=("review.txt",))]
        assert check_documents(gold, [one.id for one in before]) == gold
        # As `make chat` does at the next start.
        folder = uploads.uploads_folder(settings)
        synced = build_index([docs, folder], settings, sync=True)
        assert {one.status for one in synced.files} == {Status.UNCHANGED}
        assert shelf.documents() == before
        # A folder gets a file of that name: it is told apart, and stays told apart.
        (docs / "review.txt").write_text("Trams stop at noon.", encoding="utf-8")
        build_index([docs, folder], settings, sync=True)
        other = f"{folder.name}/review.txt"
        assert "crane" in shelf.document(other).text
        (report,) = last(Writer(shelf).add([dropped(tmp_path / "2", "b.txt", CRANE)])).reports
        assert report.document_ids == (other,)
        assert "Trams" in shelf.document("review.txt").text
        Writer(shelf).remove("review.txt")
        assert (docs / "review.txt").exists()
        Writer(shelf).remove(other)
        assert uploads.kept_files(folder) == []


KILLED = """
import sys
from pathlib import Path
from rag import Assistant
from ui.uploads import Dropped
from ui.writing import Writer
index, path = sys.argv[1:]
for told in Writer(Assistant.open(index)).add([Dropped(Path(path), "mills.txt")]):
    print(told.line, flush=True)
"""


def test_what_a_killed_window_leaves_is_offered_and_taken_in(
    shelf: Assistant, tmp_path: Path
) -> None:
    need_posix()
    text = "".join(f"The mill of year {n} ground {n + 7} sacks. " for n in range(20_000))
    given = dropped(tmp_path / "sent", "mills.txt", text)
    command = [sys.executable, "-c", KILLED, str(shelf.settings.index), str(given.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"0 of 1 file")
        process.send_signal(signal.SIGKILL)
    folder = uploads.uploads_folder(shelf.settings)
    half = folder / ".0123.part"
    half.write_text("half a", encoding="utf-8")
    writer = Writer(shelf)
    writer.tidy()
    assert writer.standing(shelf.documents()) == Standing(folder=folder)
    assert half.exists()  # of some process that may be at it
    (kept,) = uploads.kept_files(folder)
    assert kept.name == "mills.txt"
    kept.write_text(CRANE, encoding="utf-8")  # shorter to index
    for path in (half, kept):
        os.utime(path, (time.time() - 3600,) * 2)
    writer.tidy()
    assert not half.exists()
    assert writer.standing(shelf.documents()).left_over == ("mills.txt",)
    assert "mills.txt" in [one.file for one in last(writer.index_again()).reports]
    assert "crane" in shelf.document("mills.txt").text
    assert writer.standing(shelf.documents()) == Standing(folder=folder)


def test_who_writes_is_told_and_who_was_killed_is_not(shelf: Assistant) -> None:
    writer, index = Writer(shelf), shelf.settings.index
    note = index / ".writer"
    note.write_text("process 4711\n", encoding="utf-8")
    assert not writer.standing(()).is_busy
    assert not note.exists()
    with writing(index):
        assert f"process {os.getpid()} is writing" in writer.standing(()).locked
        assert shelf.documents()


def test_only_what_was_sent_here_is_taken(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("mine", encoding="utf-8")
    sent = tmp_path / "sent"
    sent.mkdir()
    (sent / "a.txt").write_text("theirs", encoding="utf-8")
    (sent / "link.txt").symlink_to(tmp_path / "own.txt")
    paths = ["own.txt", "sent/../own.txt", "sent/link.txt", "sent", "sent/none.txt", "sent/a.txt"]
    told: list[Any] = [{"path": str(tmp_path / path), "orig_name": "x\ny.txt"} for path in paths]
    told += [None, 3, {"path": 3}, {"path": "http://127.0.0.1/x.txt"}, {"path": "a\0b"}]
    (taken,) = read_dropped(told, sent)
    assert taken == Dropped(sent / "a.txt", "x y.txt")
    assert read_dropped("nonsense", sent) == []


def test_too_many_and_too_much_at_once_are_refused(
    shelf: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [dropped(tmp_path, f"{n}.txt", "x") for n in range(uploads.MOST_FILES + 1)]
    assert last(Writer(shelf).add(many)).error.startswith("201 files at once: at most 200")
    assert not any(one.path.exists() for one in many)
    huge = dropped(tmp_path, "huge.txt", "")
    with huge.path.open("r+b") as stream:
        stream.truncate(uploads.MOST_BYTES + 1)  # takes no room on the disk
    with pytest.raises(UsageError, match="500 MB together"):
        uploads.check_together([huge])


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.PDF", ".pdf"), ("set.xml.gz", ".xml.gz"), ("a.tar.gz", ""), ("pdf", ""),
        (".pdf", ".pdf"),         ("a.pdf/../x", ""), ("a.txt ", ""), ("a.docm", ""),
    ],
)  # fmt: skip
def test_a_suffix_is_one_of_those_that_are_read(name: str, suffix: str) -> None:
    assert Dropped(Path(), name).suffix == suffix


def test_a_second_thing_at_once_is_refused(shelf: Assistant, tmp_path: Path) -> None:
    writer = Writer(shelf)
    files = [dropped(tmp_path, f"{n}.txt", f"Report {n} on rain.") for n in range(3)]
    running = writer.add(files)
    assert next(running).line
    with pytest.raises(IndexLockedError, match=r"already \(0 of 3 files"):
        writer.remove(AML)
    assert len(last(running).reports) == 3
    assert writer.line == ""
    assert writer.remove(AML) == [AML]


def test_nothing_that_is_kept_is_overwritten(tmp_path: Path) -> None:
    path, is_new = keep(dropped(tmp_path / "one", "a.txt", CRANE), tmp_path / "kept")
    assert (path.name, is_new) == ("a.txt", True)
    assert keep(dropped(tmp_path / "two", "b.txt", CRANE), tmp_path / "kept") == (path, False)
    path.write_text("changed", encoding="utf-8")
    again, is_new = keep(dropped(tmp_path / "three", "a.txt", CRANE), tmp_path / "kept")
    assert (again.name, is_new) == (f"a~{mark(CRANE)}.txt", True)
    assert path.read_text(encoding="utf-8") == "changed"


def test_the_door_for_files_is_open_to_this_page_alone(shelf: Assistant) -> None:
    with served(shelf) as address:
        door = f"{address}gradio_api/upload"
        own = address.rstrip("/")

        def answer(**headers: str) -> int:
            form = b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\n1\r\n--x--\r\n'
            told = {"content-type": "multipart/form-data; boundary=x"} | {
                name.replace("_", "-"): value for name, value in headers.items()
            }
            request = urllib.request.Request(door, form, told)
            try:
                with urllib.request.urlopen(request) as reply:
                    return int(reply.status)
            except urllib.error.HTTPError as error:
                return error.code

        assert answer(origin=own) == 200
        assert answer() == 200
        assert answer(origin="https://evil.example") == 403
        assert answer(origin="null") == 403
        # Refused before a body is read: what would send one finds nobody there.
        assert _answer_to_headers(door, {"Content-Length": "502000000"}) == 413
        assert _answer_to_headers(door, {"Transfer-Encoding": "chunked"}) == 411


def _answer_to_headers(address: str, headers: dict[str, str]) -> int:
    """The status that a form's headers alone get, before any of it is sent."""
    where = urlsplit(address)
    connection = HTTPConnection(where.netloc, timeout=30)
    with closing(connection):
        connection.putrequest("POST", where.path)
        for name, value in {"Content-Type": "multipart/form-data; boundary=x", **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status
