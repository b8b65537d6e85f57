"""The page: its components and what happens on their events. It knows no retrieval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from ui import render
from ui.chat import UNCHANGED, Chat, text_box_state
from ui.components import QUIET, html
from ui.evaluating import evaluate_tab
from ui.feedback import Verdict
from ui.library import library_tab
from ui.narrowing import filter_fields, refreshed
from ui.pages import show_page
from ui.service import offer
from ui.views import Talk, View

if TYPE_CHECKING:
    from rag import Assistant

EXAMPLES = 4
ASKING = "ask"  # the id of the tab
FORGOTTEN = (3600, 86400)  # seconds: how often what was uploaded is looked at, and kept
STORAGE = "citewell"  # where the browser keeps conversations
# Buttons stand in HTML of ours, wherever on the page: `script.js` sends what they hold here.
_LISTEN = """
document.addEventListener("citewell", (event) => trigger("act", event.detail));
window.citewell = { picture: (told) => server.picture(told) };
"""


def build(assistant: Assistant, *, read_only: bool = False) -> gr.Blocks:
    """The page, wired to an assistant; `read_only` leaves out what changes or costs something."""
    documents = assistant.documents()

    def picture(told: object) -> dict[str, Any]:
        return show_page(assistant, told)

    def only(event: gr.EventData) -> tuple[Any, ...]:
        if id := one_asked_alone(assistant, event._data):
            return gr.Tabs(selected=ASKING), gr.update(open=True), gr.update(value=[id])
        return gr.skip(), gr.skip(), gr.skip()

    with gr.Blocks(
        title="Citewell", fill_width=True, analytics_enabled=False, delete_cache=FORGOTTEN
    ) as page:
        talk = gr.State(Talk())
        shelf = gr.BrowserState({}, storage_key=STORAGE, secret=STORAGE)
        acts = gr.HTML(
            "",
            js_on_load=_LISTEN,
            apply_default_css=False,
            visible="hidden",
            server_functions=[picture],
        )
        html(render.masthead(), elem_id="cw-masthead")
        with gr.Sidebar(open=False, label="Conversations", elem_id="cw-drawer"):
            listed = html(render.shelf({}, ""), elem_id="cw-shelf")
        with gr.Tabs(elem_id="cw-tabs", elem_classes=["cw-read-only"] if read_only else []) as tabs:
            with gr.Tab("Ask", id=ASKING), gr.Row(elem_id="cw-columns", equal_height=False):
                with gr.Column(scale=3, min_width=320, elem_id="cw-chat-column"):
                    chat = _chat(assistant)
                    notice = html("", elem_id="cw-notice")
                    box = _text_box(enabled=bool(documents))
                    accordion, narrowed = filter_fields(documents)
                with gr.Column(scale=2, min_width=320, elem_id="cw-sources-column"):
                    panel = html(render.corpus(documents), elem_id="cw-sources")
            with gr.Tab("Documents") as shelves:
                library = library_tab(assistant, read_only=read_only)
            if not read_only:
                with gr.Tab("Evaluate"):
                    evaluate_tab(assistant, read_only=read_only)
        outputs = [talk, chat, panel, box, notice, listed, shelf]
        said = Chat(assistant, read_only=read_only)
        _wire(page, said, outputs, acts, narrowed)
        acts.act(only, None, [tabs, accordion, narrowed[-1]], **QUIET)
        library.refresh_on(page.load, shelves.select)
        page.load(lambda: refreshed(assistant), None, narrowed[2:], **QUIET)
        for change in library.changes:
            renewed = change.then(lambda: refreshed(assistant), None, narrowed[2:], **QUIET)
            renewed.then(
                lambda now: (*said.outputs(View(now)), gr.update(**_offered(assistant))),
                [talk],
                [*outputs, chat],
                **QUIET,
            )
        offer(assistant)
    return page  # type: ignore[no-any-return]


def _wire(
    page: gr.Blocks,
    said: Chat,
    outputs: Sequence[Any],
    acts: gr.HTML,
    narrowed: Sequence[Any],
) -> None:
    """What each event does: they all end in a `View`."""
    talk, chat, _, box, _, _, shelf = outputs

    def send(question: str, now: Talk, kept: object, *narrow: Any) -> Iterator[tuple[Any, ...]]:
        if now.is_busy:  # Enter, twice
            yield UNCHANGED
            return
        for view in said.ask(question, now, kept, narrow):
            yield said.outputs(view)

    def act(
        event: gr.EventData, now: Talk, kept: object, *narrow: Any
    ) -> Iterator[tuple[Any, ...]]:
        for view in perform(said, event._data, now, kept, narrow):
            yield said.outputs(view)

    def pick(event: gr.SelectData) -> str:
        return str(event.value["text"])

    def stop(now: Talk, typed: str) -> tuple[Any, ...]:
        return said.outputs(said.stop(now, typed))

    # "multiple": else what is asked right after a stop is dropped, while that run winds up.
    box.submit(send, [box, talk, shelf, *narrowed], outputs, trigger_mode="multiple", **QUIET)
    picked = chat.example_select(pick, None, box, **QUIET)
    picked.then(send, [box, talk, shelf, *narrowed], outputs, **QUIET)
    acts.act(act, [talk, shelf, *narrowed], outputs, **QUIET)
    box.stop(stop, [talk, box], outputs, queue=False, **QUIET)
    page.load(lambda kept: said.outputs(said.restore(kept)), [shelf], outputs, **QUIET)


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
        yield said.edit(turn, talk, shelf)
    elif name in set(Verdict):
        yield said.judge(Verdict(name), turn, number, talk)


def one_asked_alone(assistant: Assistant, data: object) -> str:
    """The id of the document that is to be asked alone; "" where a button asks something else."""
    told = data if isinstance(data, dict) else {}
    known = {one.id for one in assistant.documents()} if told.get("act") == "only" else set()
    return str(told["id"]) if told.get("id") in known else ""


def _whole(value: object) -> int:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else 0


def _chat(assistant: Assistant) -> gr.Chatbot:
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
        **_offered(assistant),
    )


def _offered(assistant: Assistant) -> dict[str, Any]:
    """What stands in the chat before the first question: questions that this corpus answers."""
    examples = assistant.examples(EXAMPLES) if assistant.documents() else []
    return {
        "placeholder": "Ask a question, or begin with one of these" if examples else "",
        "examples": [{"text": example} for example in examples],
    }


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
