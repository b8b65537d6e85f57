"""How the window looks: a Gradio theme on the system's own fonts, the style sheet, the script."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

STYLE_SHEET = Path(__file__).with_name("style.css")

SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

# What the page does on its own: see `script.js`.
SCRIPT = f"<script>\n{Path(__file__).with_name('script.js').read_text(encoding='utf-8')}</script>"


def theme() -> gr.themes.Base:
    """Slate and teal, with no web font: the page asks nothing of any other host."""
    return gr.themes.Default(
        primary_hue=gr.themes.colors.teal,
        secondary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        font=SANS,
        font_mono=MONO,
    )
