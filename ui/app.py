"""The window: chat on the left, sources on the right. It asks and shows; it knows no retrieval."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import CitewellError, UsageError
from rag.types import Answer, Document
from ui import render
from ui.gate import Gate, reach_loopback_directly
from ui.theme import SCRIPT, STYLE_SHEET, theme

if TYPE_CHECKING:
    from rag import Assistant

EXAMPLES = 4
FAILURE = "Something went wrong while answering; the terminal that runs Citewell says what."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what was shown for it."""

    question: str
    bubble: str
    sources: str


@dataclass(frozen=True, slots=True)
class View:
    """All that changes on the page; `outputs` gives it in the order of the components.

    `typed` None leaves the text box alone: the next question may be in it already.
    """

    turns: tuple[Turn, ...] = ()
    waiting: str = ""
    typed: str | None = None
    message: str = ""

    def outputs(self, start: str) -> tuple[Any, ...]:
        """Turns, chat, right side, text box and notice; `start` is the right side at first."""
        panel = render.panel([turn.sources for turn in self.turns]) or start
        typed = gr.skip() if self.typed is None else self.typed
        return self.turns, self._messages(), panel, typed, render.notice(self.message)

    def _messages(self) -> list[dict[str, Any]]:
        messages = []
        for turn in self.turns:
            messages += [_message("user", render.question_bubble(turn.question))]
            messages += [_message("assistant", turn.bubble)]
        if self.waiting:
            messages += [_message("user", render.question_bubble(self.waiting))]
            messages += [_message("assistant", render.waiting_bubble())]
        return messages


def _message(role: str, bubble: str) -> dict[str, Any]:
    """A message of ready HTML.

    A plain string would not do: Gradio's chat parses strings as HTML (with `render_markdown`
    off, too) and lets images through; a gr.HTML shows what `ui.render` made, and only that.
    """
    return {"role": role, "content": _html(bubble, render=False)}


def _html(value: str, **options: Any) -> gr.HTML:
    return gr.HTML(value, js_on_load=None, apply_default_css=False, **options)


def _answer(assistant: Assistant, question: str, turns: Sequence[Turn]) -> Turn:
    answer = assistant.ask(question, history=[turn.question for turn in turns])
    number = len(turns) + 1
    return Turn(
        question,
        render.answer_bubble(answer, number),
        render.sources(answer, _documents(assistant, answer), number),
    )


def _documents(assistant: Assistant, answer: Answer) -> dict[str, Document]:
    """The documents that are cited; one that has gone since is left out, its quotation stays."""
    documents = {}
    for document_id in {near.document_id for near in (*answer.citations, *answer.nearest)}:
        try:
            documents[document_id] = assistant.document(document_id)
        except (CitewellError, KeyError):
            logger.warning("the document %r is cited but cannot be shown", document_id)
    return documents


def respond(assistant: Assistant, question: str, turns: tuple[Turn, ...]) -> Iterator[View]:
    """The views after a question is sent: first that it is read, then its answer or a notice."""
    before = View(turns, typed=question)
    yield replace(before, waiting=question, typed="") if question.strip() else before
    try:
        yield View((*turns, _answer(assistant, question, turns)))
    except CitewellError as error:
        yield replace(before, message=str(error))
    except Exception:
        logger.exception("the question could not be answered")
        yield replace(before, message=FAILURE)


def build(assistant: Assistant) -> gr.Blocks:
    """The page, wired to an assistant."""
    documents = assistant.documents()
    start = render.corpus(documents)
    with gr.Blocks(title="Citewell", fill_width=True, analytics_enabled=False) as page:
        turns = gr.State(())
        _html(render.masthead(), elem_id="cw-masthead")
        with gr.Row(elem_id="cw-columns", equal_height=False):
            with gr.Column(scale=3, min_width=320, elem_id="cw-chat-column"):
                chat = _chat(assistant.examples(EXAMPLES) if documents else [])
                notice = _html("", elem_id="cw-notice")
                box = _text_box(enabled=bool(documents))
                clear = gr.Button(
                    "Clear the conversation", size="sm", elem_id="cw-clear", variant="secondary"
                )
            with gr.Column(scale=2, min_width=320, elem_id="cw-sources-column"):
                panel = _html(start, elem_id="cw-sources")
        outputs = [turns, chat, panel, box, notice]

        def send(question: str, earlier: tuple[Turn, ...]) -> Iterator[tuple[Any, ...]]:
            for view in respond(assistant, question, earlier):
                yield view.outputs(start)

        def pick(event: gr.SelectData) -> str:
            return str(event.value["text"])

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        box.submit(send, [box, turns], outputs, **quiet)
        chat.example_select(pick, None, box, **quiet).then(send, [box, turns], outputs, **quiet)
        clear.click(lambda: View(typed="").outputs(start), None, outputs, **quiet)
    return page  # type: ignore[no-any-return]


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
        submit_btn="Ask" if enabled else False,
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
) -> gr.Blocks:
    """Serve the window until it is interrupted; with `block=False`, until the page is closed.

    Unless `quiet`, a line on stdout says where. Raises UsageError where it cannot listen. Gradio
    records runs by default, and offers to put them on its hub: here it may not.
    """
    page = build(assistant)
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
            pwa=False,
            theme=theme(),
            css_paths=STYLE_SHEET,
            head=SCRIPT,
            app_kwargs={"middleware": Gate.middleware(host)},
        )
    except (OSError, OverflowError) as error:
        message = f"cannot listen on {host}:{port}; choose another with --host or --port"
        raise UsageError(message) from error
    if not quiet:
        print(f"Citewell answers at {page.local_url} (Ctrl+C stops it)", flush=True)
    if block:
        page.block_thread()
    return page
