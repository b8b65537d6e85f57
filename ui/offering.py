"""What stands on the page before the first question: the corpus, and questions to begin with."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ui import render, shelves

if TYPE_CHECKING:
    from rag import Assistant

EXAMPLES = 4


def corpus(assistant: Assistant, *, read_only: bool) -> str:
    """The documents that can be asked; where there are none, how they come in."""
    if documents := assistant.documents():
        return render.corpus(documents)
    into = "in the tab “Documents”"
    return shelves.empty(read_only=read_only, index=assistant.settings.index, into=into)


class Offering:
    """Questions to begin with. They are looked for anew only when the documents are others."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._edition, self._examples = "", list[str]()

    def shown(self) -> dict[str, Any]:
        """What an empty chat shows, as the properties of a `gr.Chatbot`."""
        with self._lock:
            if (now := self._assistant.edition()) != self._edition:
                self._examples = self._assistant.examples(EXAMPLES) if now else []
                self._edition = now
            examples = self._examples
        if not now:
            placeholder = "There is nothing to ask yet: the corpus is empty"
        else:
            placeholder = "Ask a question, or begin with one of these" if examples else ""
        return {
            "placeholder": placeholder,
            "examples": [{"text": example} for example in examples],
        }
