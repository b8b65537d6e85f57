"""A text with its abbreviations written out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_SIGNS = "+-"  # that may end a short form: "CD34+"


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


class ShortForms:
    """Short forms made ready to be found in texts; made once a corpus, as it takes a while."""

    def __init__(self, abbreviations: Mapping[str, str]) -> None:
        self._written = dict(abbreviations)
        self._small: dict[str, str] = {}
        for short in abbreviations:
            # Of short forms that differ in case alone, the last one, which is the commonest.
            self._small[short.lower()] = short
        for short in abbreviations:
            if _is_plural(short):  # "TKIs" explains "TKI"
                self._written.setdefault(short[:-1], abbreviations[short])
                self._small.setdefault(short[:-1].lower(), short[:-1])
        self._joined = {
            "".join(_WORD.findall(short)): short
            for short in abbreviations
            if short.upper() == short and not short.isalnum()
        }
        self._most = max((len(_WORD.findall(short)) for short in abbreviations), default=0)

    def find(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """Where short forms may stand in a text: start, end, the short form, its long form.

        Longest first at each place, and none inside another. In any case of letters: the
        caller says which case is meant.
        """
        words = [match.span() for match in _WORD.finditer(text)]
        after = 0
        for first, (start, _) in enumerate(words):
            if start < after:
                continue
            for _, end in reversed(words[first : first + self._most]):
                stretched = end + 1 if text[end : end + 1] in _SIGNS else end
                found = self._look_up(text[start:stretched]) or self._look_up(text[start:end])
                if found:
                    after = start + len(found[0])
                    yield start, after, found[1], self._written[found[1]]
                    break

    def _look_up(self, written: str) -> tuple[str, str] | None:
        """What is written and the short form that it is, if it is one."""
        for one in (written, written[:-1]) if _is_plural(written) else (written,):
            if one in self._written:
                return written, one
            if one in self._joined:  # "BALL" for "B-ALL"
                return written, self._joined[one]
            # Letters that match without regard to case need not have one small form: "µ", "μ".
            if one.lower() in self._small:
                return written, self._small[one.lower()]
        return None


def _is_plural(short: str) -> bool:
    return len(short) > 2 and short[-1] == "s" and short[-2].isupper()


def expand(
    text: str,
    abbreviations: Mapping[str, str] | ShortForms,
    is_common: Callable[[str], bool] | None = None,
) -> Expansion:
    """The text with each abbreviation written out, for models that know words and no capitals.

    To such a model "ALL" is the word "all". Short forms count as they are written; in other
    letters ("aml") too, where `is_common` is given and says that so written they are no common
    word. Words that merely begin with a capital ("Cat") are asked about in any case.
    """
    if not abbreviations:
        return Expansion(text)
    known = abbreviations if isinstance(abbreviations, ShortForms) else ShortForms(abbreviations)
    edits, parts, done = [], [], 0
    for start, end, short, long in known.find(text):
        if not _is_meant(text, start, end, short, is_common):
            continue
        edits.append((start, end, long))
        parts += [text[done:start], long]
        done = end
    return Expansion("".join([*parts, text[done:]]), tuple(edits))


def _is_meant(
    text: str, start: int, end: int, short: str, is_common: Callable[[str], bool] | None
) -> bool:
    """Whether the letters at this place are the short form rather than a word."""
    written = text[start:end]
    singular = written[:-1] if _is_plural(written) else written
    if is_common is None:
        return singular == short
    shouting = text.isupper() and " " in text  # "WHAT IS THE IMPACT": capitals say nothing
    as_written = singular == short or (singular.isupper() and not short.islower())
    if as_written and not shouting and not (written.istitle() and start == 0):
        return True
    return not is_common(written.lower())
