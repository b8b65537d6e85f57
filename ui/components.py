"""What the tabs make their components with."""

from __future__ import annotations

from typing import Any

import gradio as gr

# An event of the page's own: no spinner over what it changes, and no part of the service.
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def html(value: str, **options: Any) -> gr.HTML:
    """A piece of the page that one of the pure rooms made."""
    return gr.HTML(value, js_on_load=None, apply_default_css=False, **options)
