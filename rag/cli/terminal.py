"""Text for a terminal: shown, never obeyed."""

from __future__ import annotations


def terminal(text: str) -> str:
    """The text without control characters: no escape sequences from a document."""
    return "".join(
        char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )
