"""Abbreviations that a text defines itself: "relapsed or refractory … (R/R AML)".

The algorithm is Schwartz and Hearst's (Pacific Symposium on Biocomputing 2003): the short
form's characters are matched from right to left in the words before the bracket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BRACKETS = re.compile(r"\(([^()\n]{2,60})\)")
_SHORT = re.compile(r"(?=.*[A-Z])[A-Za-z0-9][\w/+-]*(?: [\w/+-]+)?")


def find_abbreviations(text: str) -> dict[str, str]:
    """Short forms and their long forms, both as they are written in the text."""
    found: dict[str, str] = {}
    for match in _BRACKETS.finditer(text):
        before = re.split(
            r"[.;:!?]\s|[()\[\]\n]", text[max(0, match.start() - 200) : match.start()]
        )
        for short, context in _candidates(match.group(1).strip(), before[-1].strip()):
            long = _match(short, context)
            if long and short not in found:
                found[short] = long
    return found


def _candidates(inside: str, before: str) -> Iterator[tuple[str, str]]:
    """The bracket as short form of what precedes it, or as long form of the word before it."""
    short = re.split(r"[,;]\s", inside)[0]
    if 2 <= len(short) <= 10 and len(short.split()) <= 2 and _SHORT.fullmatch(short):
        yield short, before
    elif (word := re.search(r"[\w/+-]{2,10}$", before)) and _SHORT.fullmatch(word.group()):
        yield word.group(), inside


def _match(short: str, context: str) -> str | None:
    letters = [char.lower() for char in short if char.isalnum()]
    if len(letters) < 2:
        return None
    limit = min(len(letters) + 5, len(letters) * 2)
    words = context.split()[-limit:]
    context = " ".join(words)
    position = len(context)
    for index in range(len(letters) - 1, -1, -1):
        position -= 1
        while position >= 0 and (
            context[position].lower() != letters[index]
            or (index == 0 and position > 0 and context[position - 1].isalnum())
        ):
            position -= 1
        if position < 0:
            return None
    long = context[position:].strip(" ,-")
    if len(long) <= len(short) or short.lower() in long.lower().split():
        return None
    return long
