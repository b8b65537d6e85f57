"""What a passage's section says of it, where that is more than what any paper's sections say."""

from __future__ import annotations

from rag.headings import is_known
from rag.types import Kind, Passage


def telling_section(passage: Passage) -> str:
    """The innermost name of the section's path that is none which papers share; "" for none.

    "Exclusion criteria" says what a list below it is of; "Methods" says nothing.
    """
    if passage.kind is not Kind.PROSE:
        return ""
    names = reversed(passage.section.split(": "))
    return next((name for name in names if not is_known(name)), "")
