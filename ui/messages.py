"""A view's conversation as the chat's component takes it: messages of ready HTML."""

from __future__ import annotations

from typing import Any

from ui import render
from ui.cards import act
from ui.components import html
from ui.conversation import Turn
from ui.views import View


def messages(view: View) -> list[dict[str, Any]]:
    """The turns, and in its place the one that is waited for; grey what that may yet replace."""
    turns, editing = view.talk.turns, view.talk.editing or len(view.talk.turns) + 1
    made = []
    for number, turn in enumerate(turns[: view.before], start=1):
        made += _of_turn(turn, number, is_later=number >= editing)
    if view.waiting:
        made += [_message("user", render.question_bubble(view.waiting.question))]
        number = (view.before or 0) + 1
        bubble = render.waiting_bubble(view.waiting, number, writing=view.writing)
        made += [_message("assistant", bubble)]
    if view.after is not None:
        for number, turn in enumerate(turns[view.after :], start=view.after + 1):
            made += _of_turn(turn, number, is_later=True)
    return made


def _of_turn(turn: Turn, number: int, *, is_later: bool) -> list[dict[str, Any]]:
    bubbles = [render.question_bubble(turn.question, number), render.turn_bubble(turn, number)]
    if is_later:
        bubbles = [f'<div class="cw-later">{bubble}</div>' for bubble in bubbles]
    return [_message("user", bubbles[0]), _message("assistant", bubbles[1])]


def edited(view: View) -> str:
    """That a question is being edited, what goes when it is sent, and the way out."""
    editing = 0 if view.waiting else view.talk.editing
    if not editing:
        return ""
    later = len(view.talk.turns) - editing
    goes = "its answer" if not later else "its answer and the one after it"
    goes = goes if later < 2 else f"its answer and the {later} after it"
    return (
        f'<p class="cw-notice cw-told" role="status">Once it is sent, this question replaces '
        f"{goes}. {act('leave', 'Cancel edit')}</p>"
    )


def _message(role: str, bubble: str) -> dict[str, Any]:
    """A message of ready HTML.

    A plain string would not do: Gradio's chat parses strings as HTML (with `render_markdown`
    off, too) and lets images through; a gr.HTML shows what `ui.render` made, and only that.
    """
    return {"role": role, "content": html(bubble, render=False)}
