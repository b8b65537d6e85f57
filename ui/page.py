"""The page: its components and what happens on their events. It knows no retrieval."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from ui import render
from ui.chat import UNCHANGED, Chat, text_box_state
from ui.components import QUIET, html
from ui.evaluating import evaluate_tab
from ui.feedback import Verdict
from ui.keeping import kept_in_browser
from ui.library import library_tab
from ui.narrowing import alone, filter_fields, refreshed
from ui.offering import Offering, corpus
from ui.pages import show_page
from ui.service import offer
from ui.views import Talk, View

if TYPE_CHECKING:
    from rag import Assistant

ASKING = "ask"  # the id of the tab
FORGOTTEN = (3600, 86400)  # seconds: how often what was uploaded is looked at, and kept
# Said by `script.js` when the server is gone.
_CONNECTION = '<p class="cw-notice cw-told" role="status"></p>'
# Buttons stand in HTML of ours, wherever on the page: `script.js` sends what they hold here.
_LISTEN = """
document.addEventListener("citewell", (event) => {
  trigger(event.detail.act === "leave" ? "leave" : "act", event.detail);
});
window.citewell = { picture: (told) => server.picture(told) };
"""


def build(assistant: Assistant, *, read_only: bool = False) -> gr.Blocks:
    """The page, wired to an assistant; `read_only` leaves out what changes or costs something."""
    documents = assistant.documents()
    offering = Offering(assistant)

    def picture(told: object) -> dict[str, Any]:
        return show_page(assistant, told)

    def only(event: gr.EventData) -> tuple[Any, ...]:
        if chosen := alone(assistant, event._data):
            return gr.Tabs(selected=ASKING), gr.update(open=True), chosen
        return gr.skip(), gr.skip(), gr.skip()

    with gr.Blocks(
        title="Citewell", fill_width=True, analytics_enabled=False, delete_cache=FORGOTTEN
    ) as page:
        talk = gr.State(Talk())
        shelf = kept_in_browser()
        acts = gr.HTML(
            "",
            js_on_load=_LISTEN,
            apply_default_css=False,
            visible="hidden",
            server_functions=[picture],
        )
        host = assistant.destination()
        writer = assistant.describe()["written_by"] if host else ""
        html(render.masthead(writer, host), elem_id="cw-masthead")
        with gr.Sidebar(open=False, label="Conversations", elem_id="cw-drawer"):
            listed = html(render.shelf({}, ""), elem_id="cw-shelf")
        with gr.Tabs(elem_id="cw-tabs", elem_classes=["cw-read-only"] if read_only else []) as tabs:
            asking = gr.Tab("Ask", id=ASKING)
            with asking, gr.Row(elem_id="cw-columns", equal_height=False):
                with gr.Column(scale=3, min_width=320, elem_id="cw-chat-column"):
                    chat = _chat(offering)
                    notice = html("", elem_id="cw-notice")
                    html(_CONNECTION, elem_id="cw-connection")
                    box = _text_box(enabled=bool(documents))
                    accordion, narrowed = filter_fields(documents)
                with gr.Column(scale=2, min_width=320, elem_id="cw-sources-column"):
                    panel = html(corpus(assistant, read_only=read_only), elem_id="cw-sources")
            with gr.Tab("Documents") as shelves:
                library = library_tab(assistant, read_only=read_only)
            if not read_only:
                with gr.Tab("Evaluate"):
                    evaluate_tab(assistant, read_only=read_only)
        outputs = [talk, chat, panel, box, notice, listed, shelf]
        said = Chat(assistant, read_only=read_only)
        known = gr.State("-")  # the edition of the documents that this page was made of
        renewed = [*narrowed[2:], chat, known]

        def renew(seen: str) -> tuple[Any, ...]:
            if (now := assistant.edition()) == seen:
                return (gr.skip(),) * len(renewed)
            return (*refreshed(assistant), gr.update(**offering.shown()), now)

        def look(now: Talk) -> tuple[Any, ...]:
            # Nobody is disturbed who has asked.
            return UNCHANGED if now.turns or now.asked else said.outputs(View(now))

        _wire(page, said, outputs, acts, narrowed, known, (renew, renewed))
        acts.act(only, None, [tabs, accordion, narrowed[-1]], **QUIET)
        library.refresh_on(page.load, shelves.select)
        page.load(renew, known, renewed, **QUIET)
        asking.select(look, talk, outputs, **QUIET).then(renew, known, renewed, **QUIET)
        for change in library.changes:
            change.then(renew, known, renewed, **QUIET).then(
                lambda now: said.outputs(View(now)), [talk], outputs, **QUIET
            )
        offer(assistant)
    return page  # type: ignore[no-any-return]


def _wire(
    page: gr.Blocks,
    said: Chat,
    outputs: Sequence[Any],
    acts: gr.HTML,
    narrowed: Sequence[Any],
    known: gr.State,
    renewal: tuple[Callable[[str], tuple[Any, ...]], Sequence[Any]],
) -> None:
    """What each event does: they all end in a `View`.

    An answer may come from documents that the page does not know: with it comes the `renewal` of
    what is made of them, what gives it and where it goes.
    """
    renew, renewed = renewal
    same = (gr.skip(),) * len(renewed)
    talk, chat, _, box, _, listed, shelf = outputs

    def send(
        question: str, now: Talk, kept: object, seen: str, *narrow: Any
    ) -> Iterator[tuple[Any, ...]]:
        if now.is_busy:  # Enter, twice
            yield *UNCHANGED, *same
            return
        for view in said.ask(question, now, kept, narrow):
            yield *said.outputs(view), *same
        yield *UNCHANGED, *renew(seen)

    def act(
        event: gr.EventData, now: Talk, kept: object, *narrow: Any
    ) -> Iterator[tuple[Any, ...]]:
        for view in perform(said, event._data, now, kept, narrow):
            yield said.outputs(view)

    def pick(event: gr.SelectData) -> str:
        return str(event.value["text"])

    def leave(now: Talk) -> tuple[Any, ...]:
        return said.outputs(said.leave(now)) if now.editing else UNCHANGED

    def stop(now: Talk, typed: str) -> tuple[Any, ...]:
        return said.outputs(said.stop(now, typed))

    # "multiple": else what is asked right after a stop is dropped, while that run winds up.
    sending: dict[str, Any] = {
        "fn": send,
        "inputs": [box, talk, shelf, known, *narrowed],
        "outputs": [*outputs, *renewed],
        **QUIET,
    }
    box.submit(**sending, trigger_mode="multiple")
    chat.example_select(pick, None, box, **QUIET).then(**sending)
    acts.act(act, [talk, shelf, *narrowed], outputs, **QUIET)
    box.stop(stop, [talk, box], outputs, queue=False, **QUIET)
    # An event of its own: it may come with a click on another button, which is not to be lost.
    acts.leave(leave, talk, outputs, queue=False, **QUIET)
    shelf.loaded(lambda kept: said.outputs(said.restore(kept)), [shelf], outputs, **QUIET)
    shelf.elsewhere(
        lambda now, kept: render.shelf(kept or {}, now.id), [talk, shelf], listed, **QUIET
    )


def perform(
    said: Chat, data: object, talk: Talk, shelf: object, narrowed: Sequence[Any] = ()
) -> Iterator[View]:
    """What a button asks for; nothing for what no button of ours can say."""
    told = data if isinstance(data, dict) else {}
    name, id = str(told.get("act")), str(told.get("id", ""))
    turn, number = _whole(told.get("turn")), _whole(told.get("number"))
    if name == "new":
        yield said.open("", shelf)
    elif name == "open":
        yield said.open(id, shelf)
    elif name == "forget":
        yield said.forget(id, talk, shelf)
    elif not 0 < turn <= len(talk.turns):
        yield View(talk)
    elif name == "retry":
        yield from said.ask_again(turn, talk, shelf, narrowed)
    elif name == "edit":
        yield said.edit(turn, talk)
    elif name in set(Verdict):
        yield said.judge(Verdict(name), turn, number, talk)


def _whole(value: object) -> int:
    """A button's number; 0 for anything else, one of thousands of digits too."""
    return int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value) else 0


def _chat(offering: Offering) -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="cw-chat",
        label="Conversation",
        show_label=False,
        height=None,
        autoscroll=False,
        buttons=[],
        feedback_options=None,
        render_markdown=False,
        latex_delimiters=[],
        allow_tags=False,
        group_consecutive_messages=False,
        **offering.shown(),
    )


def _text_box(*, enabled: bool) -> gr.Textbox:
    return gr.Textbox(
        elem_id="cw-question",
        label="Your question",
        show_label=False,
        **text_box_state(enabled=enabled),
        autofocus=True,
        lines=1,
        max_lines=5,
    )
