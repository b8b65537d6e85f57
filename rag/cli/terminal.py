"""Text for a terminal: shown, never obeyed."""

from __future__ import annotations

# Soft hyphens, joiners and marks without a width: left out, since they show as nothing.
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])


def terminal(text: str) -> str:
    """The text without control characters: no escape sequences from a document."""
    return "".join(
        char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}"
        for char in text.translate(_UNSEEN)
    )
