"""Typography mended: spaces, glued words and broken hyphens; never a letter or a digit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, cached_property

from rag.cleaning.mapped import MappedText

_WHITE = re.compile(r"\s+")
_BROKEN = re.compile(r"(?<![\w-])([A-Za-z]{2,})-(\s?)([a-z]{2,})(?![\w-])")
# The same at a printer's line end, in any script: "Frame- work", "hetero- geneity-based".
_WRAPPED = re.compile(
    r"(?<![^\W\d_])([^\W\d_]+)([-\u2010])\s([^\W\d_]+)"
    r"|(?<=\w)[-\u2010\u2013\u2014](\s)(?=\w)"
)
# Only from where a word begins: else a text of one endless word is read anew from every letter.
_HYPHENATED = re.compile(r"(?<![^\W\d_])[^\W\d_]+-[^\W\d_]+")
_SOFT = re.compile(r"\u00ad\s?")
_LINKING = frozenset({"and", "or", "to", "und", "bis", "et", "y"})
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


def without_soft_hyphens(text: MappedText) -> MappedText:
    """The text without marks of where a word may be cut (U+00AD) or was: they part the word."""
    return text.edit((m.start(), m.end(), "") for m in _SOFT.finditer(text.text))


class Mender:
    """Mends the lines of one document by what the whole document shows.

    What it shows is looked for when it is first asked for: formats that mark every line never ask.
    A document counts as *glued* when most of its commas have no space behind them; only then
    are spaces put in, since in other texts "f(x)is" or "example.Com" may be meant.
    """

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def glued(self) -> bool:
        """Whether the document's words are run together at its commas."""
        marks = _PUNCTUATION.findall(self._source)
        return len(marks) >= 3 and sum(not space for space in marks) > len(marks) / 2

    @cached_property
    def _words(self) -> Counter[str]:
        return Counter(word.lower() for word in re.findall(r"[^\W\d_]+", self._source))

    @cached_property
    def _hyphenated(self) -> Counter[str]:
        return Counter(word.lower() for word in _HYPHENATED.findall(self._source))

    def mend(self, line: MappedText) -> MappedText:
        """The line with single spaces, glued words parted and broken hyphens joined."""
        line = without_soft_hyphens(line)
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

    def rejoin(self, line: MappedText) -> MappedText:
        """A line put together from a printer's lines, with the words joined that it had cut."""
        line = without_soft_hyphens(line)
        return line.edit(self._cut_words(line.text))

    def _cut_words(self, text: str) -> Iterator[tuple[int, int, str]]:
        for match in _WRAPPED.finditer(text):
            first, _, second, gap = match.groups()
            if gap:  # "GLP- 1", "mid- 1990s"
                yield match.start(4), match.end(4), ""
            elif second in _LINKING:  # "pre- and postoperative"
                continue
            else:
                cut = self._is_cut(first, second)
                yield match.end(1 if cut else 2), match.start(3), ""

    def _is_cut(self, first: str, second: str) -> bool:
        """Whether a hyphen at a line's end is the printer's: the document tells, then English."""
        capitals = second[0].isupper()
        first, second = first.lower(), second.lower()
        joined = first + second
        hyphenated, whole = self._hyphenated[f"{first}-{second}"], self._words[joined]
        if hyphenated or whole:
            return whole >= hyphenated
        if capitals:
            return False
        english = _english()
        if english[joined]:
            return True
        # A part that is no word is half of one.
        return len(second) > 1 and not self._is_word_elsewhere(second)

    def _is_word_elsewhere(self, word: str) -> bool:
        """Whether it is a word of English, or one that the document uses more than here."""
        return bool(_english()[word]) or self._words[word] > 1

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
        if wrapped and not any(map(self._is_word_elsewhere, (first, second))):
            return True  # two pieces of one
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
