"""The window: chat on the left, sources on the right. It asks and shows; it knows no retrieval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import UsageError
from ui import render
from ui.accounts import Accounts
from ui.chat import ASK, Chat, Talk, View, html
from ui.feedback import Verdict
from ui.gate import Gate, is_loopback, reach_loopback_directly
from ui.narrowing import filter_fields
from ui.pages import show_page
from ui.service import offer
from ui.theme import SCRIPT, STYLE_SHEET, theme
from ui.tools import PATH, Tools

if TYPE_CHECKING:
    from rag import Assistant

EXAMPLES = 4
AT_ONCE = 4  # questions that are answered at the same time; the others wait their turn
STORAGE = "citewell"  # where the browser keeps conversations
# Buttons stand in HTML of ours, wherever on the page: `script.js` sends what they hold here.
_LISTEN = """
document.addEventListener("citewell", (event) => trigger("act", event.detail));
window.citewell = { picture: (told) => server.picture(told) };
"""
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(assistant: Assistant) -> gr.Blocks:
    """The page, wired to an assistant."""
    documents = assistant.documents()
    start = render.corpus(documents)

    def picture(told: object) -> dict[str, Any]:
        return show_page(assistant, told)

    with gr.Blocks(title="Citewell", fill_width=True, analytics_enabled=False) as page:
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
        with (
            gr.Tabs(elem_id="cw-tabs"),
            gr.Tab("Ask"),
            gr.Row(elem_id="cw-columns", equal_height=False),
        ):
            with gr.Column(scale=3, min_width=320, elem_id="cw-chat-column"):
                chat = _chat(assistant.examples(EXAMPLES) if documents else [])
                notice = html("", elem_id="cw-notice")
                box = _text_box(enabled=bool(documents))
                narrowed = filter_fields(documents)
            with gr.Column(scale=2, min_width=320, elem_id="cw-sources-column"):
                panel = html(start, elem_id="cw-sources")
        outputs = [talk, chat, panel, box, notice, listed, shelf]
        _wire(page, Chat(assistant), start, outputs, acts, narrowed)
        offer(assistant)
    return page  # type: ignore[no-any-return]


def _wire(
    page: gr.Blocks,
    said: Chat,
    start: str,
    outputs: Sequence[Any],
    acts: gr.HTML,
    narrowed: Sequence[Any],
) -> None:
    """What each event does: they all end in a `View`."""
    talk, chat, _, box, _, _, shelf = outputs

    def send(question: str, now: Talk, kept: object, *narrow: Any) -> Iterator[tuple[Any, ...]]:
        for view in said.ask(question, now, kept, narrow):
            yield said.outputs(view, start)

    def act(
        event: gr.EventData, now: Talk, kept: object, *narrow: Any
    ) -> Iterator[tuple[Any, ...]]:
        for view in perform(said, event._data, now, kept, narrow):
            yield said.outputs(view, start)

    def pick(event: gr.SelectData) -> str:
        return str(event.value["text"])

    asked = box.submit(send, [box, talk, shelf, *narrowed], outputs, **_QUIET)
    picked = chat.example_select(pick, None, box, **_QUIET)
    again = acts.act(act, [talk, shelf, *narrowed], outputs, **_QUIET)
    asked_example = picked.then(send, [box, talk, shelf, *narrowed], outputs, **_QUIET)
    stopped = {"cancels": [asked, asked_example, again], **_QUIET}
    box.stop(lambda now: said.outputs(View(now), start), [talk], outputs, **stopped)
    page.load(lambda kept: said.outputs(said.restore(kept), start), [shelf], outputs, **_QUIET)


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


def _whole(value: object) -> int:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else 0


def _chat(examples: Sequence[str]) -> gr.Chatbot:
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
        placeholder="Ask a question, or begin with one of these" if examples else "",
        examples=[{"text": example} for example in examples],
    )


def _text_box(*, enabled: bool) -> gr.Textbox:
    return gr.Textbox(
        elem_id="cw-question",
        label="Your question",
        show_label=False,
        placeholder="Ask your documents a question" if enabled else "The corpus is empty",
        interactive=enabled,
        submit_btn=ASK if enabled else False,
        autofocus=True,
        lines=1,
        max_lines=5,
    )


def launch(
    assistant: Assistant,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    quiet: bool = False,
    block: bool = True,
    accounts: Accounts | None = None,
    mcp: bool = False,
) -> gr.Blocks:
    """Serve the window until it is interrupted; with `block=False`, until the page is closed.

    `accounts` are who may open it; beyond this machine it is not served without. `mcp` offers
    `ask`, `search` and `documents` as tools of the Model Context Protocol too. Unless `quiet`,
    a line on stdout says where. Raises UsageError where it cannot listen. Gradio records runs by
    default, and offers to put them on its hub: here it may not.
    """
    if not (is_loopback(host) or accounts):
        raise UsageError(
            f"on {host} others could read these documents: name who may with --auth-file FILE, "
            "or listen on 127.0.0.1"
        )
    if mcp and accounts:
        raise UsageError("MCP tools are for this machine alone: leave out --auth-file, or --mcp")
    tools = Tools(assistant) if mcp else None
    page = build(assistant)
    page.queue(default_concurrency_limit=AT_ONCE)
    reach_loopback_directly()
    try:
        page.launch(
            server_name=host,
            server_port=port,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
            run_history=False,
            footer_links=[],
            enable_monitoring=False,
            ssr_mode=False,
            mcp_server=False,
            auth=accounts,
            auth_message="Citewell: sign in to ask these documents." if accounts else None,
            pwa=False,
            theme=theme(),
            css_paths=STYLE_SHEET,
            head=SCRIPT,
            app_kwargs={
                "middleware": Gate.middleware(host),
                **({"lifespan": tools.lifespan} if tools else {}),
            },
        )
    except (OSError, OverflowError) as error:
        message = f"cannot listen on {host}:{port}; choose another with --host or --port"
        raise UsageError(message) from error
    if tools:
        tools.mount(page.app)
    if not quiet:
        print(f"Citewell answers at {page.local_url} (Ctrl+C stops it)", flush=True)
        if tools:
            print(f"… and MCP clients at {page.local_url}{PATH.strip('/')}/", flush=True)
    if block:
        page.block_thread()
    return page
