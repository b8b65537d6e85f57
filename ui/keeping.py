"""The conversations that a browser keeps, as a component of the page: `shelf.js` has them."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from ui.conversation import CONVERSATIONS, MOST_CHARACTERS

_SCRIPT = Path(__file__).with_name("shelf.js")


def kept_in_browser() -> gr.HTML:
    """A component that shows nothing: its value is a `Shelf`, there and back.

    Its events: `loaded`, when it has been read, and `elsewhere`, when another tab of the browser
    has changed what is kept.
    (A `gr.BrowserState` writes all of it for each tab: the last one wins, the others lose.)
    """
    bounds = f"const MOST = {CONVERSATIONS}, MOST_CHARACTERS = {MOST_CHARACTERS};\n"
    return gr.HTML(
        {},
        html_template="",
        js_on_load=bounds + _SCRIPT.read_text(encoding="utf-8"),
        apply_default_css=False,
        visible="hidden",
        elem_id="cw-kept",
    )
