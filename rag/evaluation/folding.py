"""When two texts say the same: what the gold sets' comparison does not see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_HYPHEN = r"[-\u00ad‐‑‒–—−]"
# A hyphen between two digits is a range or a subtraction: "10-20" is not 1020.
_JOINING = re.compile(rf"(?<!\d){_HYPHEN}+|{_HYPHEN}+(?!\d)")
_HYPHENS = re.compile(f"{_HYPHEN}+")
_BLANK = re.compile(r"\s+")
_CHARACTER = re.compile(r"[\s\S][\u0300-\u036f]*")  # a letter with its accents


def folded(text: str) -> str:
    """NFKC, lower case, single spaces, hyphens gone."""
    return " ".join(_JOINING.sub("", _plain(text)).split())


def stands_in(spelling: str, text: str) -> bool:
    """Whether a spelling stands in a text, bounded by non-letters and non-digits.

    A hyphen may be left out, or be a space: "CD-19" stands in "CD19", "T cell" in "a T-cell
    product", "CD19" in "CD19-directed". A number does not stand in another: no 3 in "3.5".
    """
    return any(_bounded(fold(spelling), fold(text)) for fold in (folded, _spaced))


def share_of_facts(facts: Sequence[Sequence[str]], quotes: Sequence[str]) -> float:
    """The share of the facts that stand in one of the quotations in one of their spellings."""
    return 1 - len(missing_facts(facts, quotes)) / len(facts) if facts else 0.0


def missing_facts(facts: Sequence[Sequence[str]], quotes: Sequence[str]) -> list[Sequence[str]]:
    """The facts of which no quotation holds any spelling."""
    return [
        fact
        for fact in facts
        if not any(stands_in(spelling, quote) for spelling in fact for quote in quotes)
    ]


class SqueezedText:
    """A text folded and without white space, that knows where each character came from.

    Gold evidence is found in it though spaces, hyphens and ligatures differ.
    """

    def __init__(self, text: str) -> None:
        characters = list(_CHARACTER.finditer(text))
        kept = [squeezed(character[0]) for character in characters]
        self.text = "".join(kept)
        places = zip(characters, kept, strict=True)
        self._places = [character.span() for character, part in places for _ in part]

    def find(self, sentence: str) -> list[tuple[int, int]]:
        """Every place of a sentence, as offsets into the original text."""
        wanted = squeezed(sentence)
        found, start = [], self.text.find(wanted) if wanted else -1
        while start >= 0:
            found.append((self._places[start][0], self._places[start + len(wanted) - 1][1]))
            start = self.text.find(wanted, start + 1)
        return found


def squeezed(text: str) -> str:
    """Folded, without any white space or hyphen."""
    return _BLANK.sub("", _HYPHENS.sub("", _plain(text)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _spaced(text: str) -> str:
    return " ".join(_HYPHENS.sub(" ", _plain(text)).split())


def _bounded(spelling: str, text: str) -> bool:
    before = r"(?<![^\W_])" + (r"(?<!\d[.,])" if spelling[:1].isdigit() else "")
    after = r"(?![^\W_])" + (r"(?![.,]\d)" if spelling[-1:].isdigit() else "")
    return bool(spelling) and re.search(before + re.escape(spelling) + after, text) is not None
