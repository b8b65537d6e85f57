"""What the chat shows at one moment, and what it knows of the conversation between two."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field

from ui.conversation import Shelf, Turn


def new_id() -> str:
    """A name for a conversation."""
    return secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as the server holds it for one open page.

    `asked` is the question that is being answered: who stops it gets it back. `editing` is the
    number of the turn whose question is in the text box again: once sent, it takes the place of
    that turn and of all later ones; 0 where none is. `stopping` is set to stop what is being
    answered. (Gradio's own way of stopping a run fails where the run has just ended.)
    """

    turns: tuple[Turn, ...] = ()
    id: str = field(default_factory=new_id)
    asked: str = ""
    editing: int = 0
    stopping: threading.Event | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a question is being answered, and waited for."""
        return bool(self.asked) and not self.is_stopped

    @property
    def is_stopped(self) -> bool:
        """Whether what is being answered is waited for no longer."""
        return self.stopping is not None and self.stopping.is_set()


@dataclass(frozen=True, slots=True)
class View:
    """All that changes on the page; `outputs` gives it in the order of the components.

    `waiting` is the turn that is being answered, with what is answered of it (`writing`: by a
    model); the first `before` turns stand above it, and below it, if any do, those from `after`
    on. `typed` None leaves the text box alone: the next question may be in it already. `shelf`
    None leaves what the browser keeps.
    """

    talk: Talk
    waiting: Turn | None = None
    writing: bool = False
    before: int | None = None
    after: int | None = None
    typed: str | None = None
    message: str = ""
    is_problem: bool = True
    shelf: Shelf | None = None
