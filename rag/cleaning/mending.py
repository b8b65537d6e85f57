"""Typography mended: spaces, glued words and broken hyphens; never a letter or a digit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from rag.cleaning.mapped import MappedText

_WHITE = re.compile(r"\s+")
_BROKEN = re.compile(r"(?<![\w-])([A-Za-z]{2,})-(\s?)([a-z]{2,})(?![\w-])")
_GLUED = re.compile(
    r"(?<=[A-Za-z0-9)%])[,;:](?=[A-Za-z(])"  # however,certain
    r"|(?<=[A-Za-z)]{2})[.](?=[A-Z][A-Za-z])"  # cells.The
    r"|(?<=[a-z])(?=\([A-Za-z])"  # Leukemia(ALL)
    r"|(?<=[A-Za-z]\))(?=[A-Za-z])"  # ALL)is
)
_CAMEL = re.compile(r"\b([A-Za-z]+-)?([A-Za-z]?[a-z]{2,})(?=([A-Z][a-z]{3,}))")
_PUNCTUATION = re.compile(r"[a-z0-9)][,;](?P<space>\s)?(?=[A-Za-z(\s])")


@cache
def _english() -> Counter[str]:
    """Word frequencies of general English (pyspellchecker's list); loaded when first needed."""
    from spellchecker import SpellChecker

    return Counter(SpellChecker(distance=1).word_frequency.dictionary)


class Mender:
    """Mends the lines of one document by what the whole document shows.

    A document counts as *glued* when most of its commas have no space behind them; only then
    are spaces put in, since in other texts "f(x)is" or "example.Com" may be meant.
    """

    def __init__(self, source: str) -> None:
        marks = _PUNCTUATION.findall(source)
        self.glued = len(marks) >= 3 and sum(not space for space in marks) > len(marks) / 2
        self._words = Counter(word.lower() for word in re.findall(r"[^\W\d_]+", source))
        self._hyphenated = Counter(
            word.lower() for word in re.findall(r"[^\W\d_]+-[^\W\d_]+", source)
        )

    def mend(self, line: MappedText) -> MappedText:
        """The line with single spaces, glued words parted and broken hyphens joined."""
        line = line.edit(
            (match.start(), match.end(), " ")
            for match in _WHITE.finditer(line.text)
            if match.group() != " "
        ).strip()
        if self.glued:
            gaps = [match.end() for match in _GLUED.finditer(line.text)]
            line = line.edit((gap, gap, " ") for gap in gaps)
            line = line.edit((gap, gap, " ") for gap in self._glued_words(line.text))
        return line.edit(self._broken_hyphens(line.text))

    def _broken_hyphens(self, text: str) -> Iterator[tuple[int, int, str]]:
        for match in _BROKEN.finditer(text):
            first, gap, second = match.groups()
            if self._is_broken(first.lower(), second.lower(), wrapped=bool(gap)):
                yield match.end(1), match.start(3), ""
            elif gap and second not in ("and", "or", "to"):
                yield match.end(1) + 1, match.start(3), ""

    def _is_broken(self, first: str, second: str, *, wrapped: bool) -> bool:
        """Whether "first-second" is one word that a line break has cut."""
        joined = first + second
        if second in ("and", "or", "to") and wrapped:  # "pre- and postoperative"
            return False
        if self._words[joined] >= 1 and self._hyphenated[f"{first}-{second}"] <= 1:
            return True
        english = _english()
        whole = bool(english[first] and english[second])
        return bool(english[joined]) and not whole

    def _glued_words(self, text: str) -> Iterator[int]:
        """Where "ImmunotherapyChimeric" parts: two words of the language run together."""
        for match in _CAMEL.finditer(text):
            prefix, first, second = (part or "" for part in match.groups())
            firsts = {first.lower(), prefix.rstrip("-").lower() + first.lower()}
            if any(map(self._is_word, firsts)) and self._is_word(second.lower()):
                yield match.end(2)

    def _is_word(self, word: str) -> bool:
        return bool(_english()[word] or self._words[word])
