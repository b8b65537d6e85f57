"""Typography mended: spaces, glued words and broken hyphens; never a letter or a digit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
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
)
# Leukemia(ALL)is; not "patient(s)have", "iron(III)ions", "poly(ethylene)glycol".
_PARENTHESIS = re.compile(
    r"(?P<before>(?<=[a-z]{3}))?\((?![IVX]+\))[A-Z][^()]{0,80}[A-Za-z]\)(?P<after>(?=[A-Za-z]))?"
)
_CAMEL = re.compile(r"\b([A-Za-z]+-)?([A-Za-z]?[a-z]{2,})(?=([A-Z][a-z]{3,}))")
# Marks between words, and whether white space follows: ", 9" in a row of numbers tells nothing.
_COMMA = re.compile(r"[a-z)][,;](?:(?P<space>\s)|(?=[A-Za-z(]))")
_STOP = re.compile(r"[a-z)]\.(?P<space>\s)?(?=[A-Z][A-Za-z])")
_LEAST_COMMAS = 3
_LEAST_JOINTS = 2
_ENDED = (".", "!", "?", ";")


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
    A document counts as *glued* when most of its commas and most of its full stops have no space
    behind them; only then are spaces put in, since in other texts "f(x)is", "example.Com" or a
    row of values may be meant.
    """

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def glued(self) -> bool:
        """Whether the document's words are run together at its commas and its full stops."""
        commas, stops = _COMMA.findall(self._source), _STOP.findall(self._source)
        return len(commas) >= _LEAST_COMMAS and _mostly_empty(commas) and _mostly_empty(stops)

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
            line = line.edit((gap, gap, " ") for gap in _glued_parentheses(line.text))
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
        compound = second[0].isupper() or _is_acronym(first)
        first, second = first.lower(), second.lower()
        joined = first + second
        hyphenated, whole = self._hyphenated[f"{first}-{second}"], self._words[joined]
        if hyphenated or whole:
            return whole >= hyphenated
        if compound:
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
            if not _is_acronym(first) and self._is_broken(
                first.lower(), second.lower(), wrapped=bool(gap)
            ):
                yield match.end(1), match.start(3), ""
            elif gap and second not in ("and", "or", "to"):
                yield match.end(1) + 1, match.start(3), ""

    def _is_broken(self, first: str, second: str, *, wrapped: bool) -> bool:
        """Whether "first-second" is one word that a line break has cut."""
        joined = first + second
        if second in ("and", "or", "to") and wrapped:  # "pre- and postoperative"
            return False
        english = _english()
        pieces = not any(map(self._is_word_elsewhere, (first, second)))
        if not wrapped and not self.glued:  # "pre-treatment" is its author's
            return pieces and bool(english[joined])
        if self._words[joined] >= 1 and self._hyphenated[f"{first}-{second}"] <= 1:
            return True
        if wrapped and pieces:
            return True  # two pieces of one
        whole = bool(english[first] and english[second])
        return bool(english[joined]) and not whole

    def _glued_words(self, text: str) -> list[int]:
        """Where "ImmunotherapyChimeric" parts: the end and the start of two terms run together.

        Names are written so too ("CellTiter", "GraphPad"). Hence only in a row of terms, which
        ends in no stop and has several such joints, and only between words that the document
        has elsewhere on their own, and together once.
        """
        if text.endswith(_ENDED):
            return []
        joints = [match.end(2) for match in _CAMEL.finditer(text) if self._is_joint(match)]
        return joints if len(joints) >= _LEAST_JOINTS else []

    def _is_joint(self, match: re.Match[str]) -> bool:
        prefix, first, second = ((part or "").lower() for part in match.groups())
        whole = self._words[first] or self._words[prefix.rstrip("-") + first]
        return bool(whole and self._words[second]) and self._words[first + second] == 1


def _is_acronym(word: str) -> bool:
    """Whether it is written in capitals: "ADP-" is no half of a word."""
    return len(word) > 1 and word.isupper()


def _mostly_empty(spaces: Sequence[str]) -> bool:
    return sum(not space for space in spaces) > len(spaces) / 2


def _glued_parentheses(text: str) -> Iterator[int]:
    """Where a term in parentheses lacks its spaces: before it, behind it."""
    for match in _PARENTHESIS.finditer(text):
        if match["before"] is not None:
            yield match.start()
        if match["after"] is not None:
            yield match.end()
