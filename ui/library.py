"""The "Documents" tab: what is in the index, to be looked through; added to and removed from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.utils import get_upload_folder

from rag.errors import CitewellError
from ui import shelves
from ui.catalogue import TEXT_PART, Browsing, entries_of, look
from ui.components import QUIET, html
from ui.telling import Told
from ui.uploads import MOST_BYTES, MOST_FILES, read_dropped
from ui.writing import Writer

if TYPE_CHECKING:
    from rag import Assistant

# What writes is another event than what looks: where the window is read only, it has no listener.
_LOOK = "document.addEventListener('citewell-library', (e) => trigger('look', e.detail));"
_LOOK_OR_WRITE = """
document.addEventListener('citewell-library', (e) => {
  trigger(['remove', 'again'].includes(e.detail.act) ? 'write' : 'look', e.detail);
});
"""
# A document that is opened is brought into view, told to a screen reader, and left as it came.
_FOLLOW = """
let shown = "";
watch("value", () => {
  const id = element.querySelector(".cw-open")?.dataset.id ?? "";
  const row = `#cw-list [data-id="${CSS.escape(shown)}"]`;
  if (id !== shown) (element.querySelector("h2") ?? document.querySelector(row))?.focus();
  shown = id;
});
"""
# One after the other: each goes on from where the one before it has led.
_LOOKING: dict[str, Any] = {**QUIET, "concurrency_id": "library", "concurrency_limit": 1}
_SECONDS_BETWEEN_LOOKS = 5.0  # while somebody writes
# Of each format's names one: `uploads.SUFFIXES` has them all.
_FORMATS = "PDF, Word, HTML, Markdown, text, XML and NBIB of PubMed, RIS, JSON, CSV, TSV"
_WRITING: dict[str, Any] = {**QUIET, "concurrency_limit": None}


@dataclass(frozen=True, slots=True)
class Library:
    """The tab, as the rest of the page meets it.

    `changes` are the events after which the index may hold other documents; `refresh` shows
    what the index holds now.
    """

    changes: tuple[Any, ...]
    _refresh: Callable[..., Any]
    _inputs: tuple[Any, ...]
    _outputs: tuple[Any, ...]

    def refresh_on(self, *events: Callable[..., Any]) -> None:
        """Read the list anew on events, such as `page.load` and the `select` of the tab."""
        for event in events:
            event(self._refresh, [*self._inputs], [*self._outputs], **_LOOKING)


class Shelves:
    """The list of documents, kept between events and read anew when told so."""

    def __init__(self, assistant: Assistant, *, read_only: bool) -> None:
        self.assistant, self.read_only = assistant, read_only
        self.writer = Writer(assistant)
        if not read_only:
            self.writer.tidy()
        self.refresh()

    def refresh(self) -> None:
        """Read what the index holds now, and who writes to it."""
        documents = self.assistant.documents()
        self.entries = entries_of(documents)
        standing = self.writer.standing(documents)
        self.standing = replace(standing, left_over=()) if self.read_only else standing

    def told_standing(self) -> str:
        """Who writes to the index, and what is left to be indexed; "" where all is well."""
        told = shelves.standing(self.standing)
        return shelves.live(told) if told else ""

    def view(self, browsing: Browsing) -> tuple[Browsing, str, str]:
        """Where somebody is, the table and the open document."""
        page = look(self.entries, browsing)
        browsing = replace(browsing, page=page.number)
        table = shelves.table(
            page, browsing, read_only=self.read_only, index=self.assistant.settings.index
        )
        return browsing, table, self._opened(browsing) or shelves.nothing_open(page)

    def _opened(self, browsing: Browsing) -> str:
        listed = (one.summary for one in self.entries if one.summary.id == browsing.opened)
        if not browsing.opened or (summary := next(listed, None)) is None:
            return ""
        try:
            document = self.assistant.document(browsing.opened)
        except CitewellError as error:  # gone since the list was read
            return shelves.told(Told(error=str(error)))
        return shelves.document(document, summary, browsing.reach, read_only=self.read_only)

    def perform(self, data: object, browsing: Browsing) -> Browsing:
        """Where a button leads; nowhere for what no button of ours can say."""
        told = data if isinstance(data, dict) else {}
        name = str(told.get("act"))
        if name == "show":
            return browsing.opening(str(told.get("id", "")))
        if name == "sort":
            return browsing.by(str(told.get("key")))
        if name == "more":
            return replace(browsing, reach=browsing.reach + TEXT_PART)
        if name == "page" and re.fullmatch(r"[0-9]{1,9}", str(told.get("page"))):
            return replace(browsing, page=int(told["page"]))
        return browsing

    def write(self, data: object) -> Iterator[str]:
        """Remove a document or index again; how far it is, as it goes on."""
        told = data if isinstance(data, dict) else {}
        if told.get("act") == "again":
            yield from map(shelves.told, self.writer.index_again())
        elif told.get("act") == "remove":
            try:
                yield shelves.removed(self.writer.remove(str(told.get("id", ""))))
            except CitewellError as error:
                yield shelves.told(Told(error=str(error)))

    def add(self, files: object) -> Iterator[str]:
        """Add what was dropped; how far it is, as it goes on."""
        if dropped := read_dropped(files, Path(get_upload_folder())):
            yield from map(shelves.told, self.writer.add(dropped))


def library_tab(assistant: Assistant, *, read_only: bool) -> Library:
    """The tab's content, to be made inside its `gr.Tab`; read only, it has no way to write."""
    kept = Shelves(assistant, read_only=read_only)
    _, table, right = kept.view(Browsing())
    now = gr.State(Browsing())
    clock = gr.Timer(_SECONDS_BETWEEN_LOOKS, active=kept.standing.is_busy)
    acts = gr.HTML(
        "",
        js_on_load=_LOOK if read_only else _LOOK_OR_WRITE,
        apply_default_css=False,
        visible="hidden",
    )
    drop = None
    with gr.Row(elem_id="cw-library", equal_height=False):
        with gr.Column(scale=3, min_width=320, elem_id="cw-list-column"):
            if not read_only:
                drop = _drop()
            report = html(shelves.live(""), elem_id="cw-told")
            standing = html(kept.told_standing(), elem_id="cw-standing")
            box = _search_box()
            listed = html(table, elem_id="cw-list")
        with gr.Column(scale=2, min_width=320, elem_id="cw-open-column"):
            opened = gr.HTML(right, elem_id="cw-open", js_on_load=_FOLLOW, apply_default_css=False)
    inputs, outputs = (box, now), (now, listed, opened)

    def refresh(wanted: str, browsing: Browsing) -> tuple[Any, ...]:
        kept.refresh()
        clock = gr.Timer(active=kept.standing.is_busy)
        return (*kept.view(browsing.looking_for(wanted or "")), kept.told_standing(), clock)

    def look_again(wanted: str, browsing: Browsing) -> tuple[Any, ...]:
        # What is open stays as it is: somebody may be reading.
        _, table, _, *rest = refresh(wanted, browsing)
        return (table, *rest)

    _wire_looking(kept, acts, box, inputs, outputs)
    clock.tick(look_again, [*inputs], [listed, standing, clock], **_LOOKING)
    library = Library((), refresh, inputs, (*outputs, standing, clock))
    return library if drop is None else _wire_writing(kept, library, acts, drop, report)


def _wire_looking(
    kept: Shelves, acts: gr.HTML, box: gr.Textbox, inputs: tuple[Any, ...], outputs: tuple[Any, ...]
) -> None:
    def find(wanted: str, browsing: Browsing) -> tuple[Any, ...]:
        return kept.view(browsing.looking_for(wanted or ""))

    def look_at(wanted: str, browsing: Browsing, event: gr.EventData) -> tuple[Any, ...]:
        return kept.view(kept.perform(event._data, browsing.looking_for(wanted or "")))

    # `input` would miss what is pasted or erased; of quick changes the last is looked for.
    box.change(find, [*inputs], [*outputs], trigger_mode="always_last", **_LOOKING)
    acts.look(look_at, [*inputs], [*outputs], trigger_mode="multiple", **_LOOKING)


def _wire_writing(
    kept: Shelves, library: Library, acts: gr.HTML, drop: gr.File, report: gr.HTML
) -> Library:
    """The events that write, each followed by a fresh list."""

    def add(files: object) -> Iterator[tuple[Any, ...]]:
        for told in kept.add(files):
            yield shelves.live(told), None

    def write(event: gr.EventData) -> Iterator[str]:
        for told in kept.write(event._data):
            yield shelves.live(told)

    # What the browser says of a file is read by `read_dropped`: Gradio would lose its name.
    added = drop.upload(add, [drop], [report, drop], preprocess=False, **_WRITING)
    written = acts.write(write, None, [report], **_WRITING)
    shown = ([*library._inputs], [*library._outputs])
    changes = tuple(done.then(library._refresh, *shown, **_LOOKING) for done in (added, written))
    return replace(library, changes=changes)


def _drop() -> gr.File:
    return gr.File(
        elem_id="cw-drop",
        label=f"Add documents: {_FORMATS} (at most {MOST_FILES}, "
        f"{MOST_BYTES // 1_000_000} MB, at once)",
        file_count="multiple",
        height=132,
    )


def _search_box() -> gr.Textbox:
    return gr.Textbox(
        "",
        elem_id="cw-find",
        label="Search the documents",
        show_label=False,
        placeholder="Search by title, author, journal, year or name",
        lines=1,
        max_lines=1,
    )
