"""Abbreviations that a text defines itself: "relapsed or refractory … (R/R AML)".

The algorithm is Schwartz and Hearst's (Pacific Symposium on Biocomputing 2003): the short
form's characters are matched from right to left in the words before the bracket.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_BRACKETS = re.compile(r"\(([^()\n]{2,60})\)")
_LONGEST_SKIPPED = 3  # "or", "of", "the" inside a long form
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
        if " " in short:  # "R/R AML" explains "AML" too
            yield short.split()[-1], before
    elif (word := re.search(r"[\w/+-]{2,10}$", before)) and _SHORT.fullmatch(word.group()):
        yield word.group(), inside


def _match(short: str, context: str) -> str | None:
    letters = [char.lower() for char in short if char.isalnum()]
    if len(letters) < 2:
        return None
    limit = min(len(letters) + 5, len(letters) * 2)
    words = context.split()[-limit:]
    if long := _match_initials(letters, words):
        return long
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


def _match_initials(letters: list[str], words: list[str]) -> str | None:
    """The last words whose initials are the letters, short words between them passed over."""
    remaining = list(letters)
    for position in range(len(words) - 1, -1, -1):
        if words[position][0].lower() == remaining[-1]:
            remaining.pop()
            if not remaining:
                return " ".join(words[position:])
        elif len(words[position]) > _LONGEST_SKIPPED:
            return None
    return None


@dataclass(frozen=True, slots=True)
class Expansion:
    """A text with its abbreviations written out, and where: `(start, end, long form)` edits."""

    text: str
    edits: tuple[tuple[int, int, str], ...] = ()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the original text stands in this one."""
        return self._moved(start, at_end=False), self._moved(end, at_end=True)

    def _moved(self, offset: int, *, at_end: bool) -> int:
        shift = 0
        for start, end, long in self.edits:
            if offset >= end and (at_end or offset > start):
                shift += len(long) - (end - start)
            elif start < offset < end:
                return start + shift + (len(long) if at_end else 0)
        return offset + shift


def expand(
    text: str, abbreviations: Mapping[str, str], is_common: Callable[[str], bool] = str.islower
) -> Expansion:
    """The text with each abbreviation written out, for models that know words and no capitals.

    To such a model "ALL" is the word "all". Short forms count as they are written; in other
    letters ("aml") too, unless `is_common` says that so written they are a common word.
    """
    if not abbreviations:
        return Expansion(text)
    known = {short.lower(): (short, long) for short, long in abbreviations.items()}
    ordered = sorted(known, key=len, reverse=True)
    pattern = re.compile(
        rf"(?<![^\W_])(?:{'|'.join(map(re.escape, ordered))})(?![^\W_])", re.IGNORECASE
    )
    edits, parts, done = [], [], 0
    for match in pattern.finditer(text):
        # Letters that match without regard to case need not have one small form: "µ" and "μ".
        short, long = known.get(match.group().lower(), ("", ""))
        if not short:
            continue
        if match.group() != short and is_common(match.group()):
            continue
        edits.append((*match.span(), long))
        parts += [text[done : match.start()], long]
        done = match.end()
    return Expansion("".join([*parts, text[done:]]), tuple(edits))
