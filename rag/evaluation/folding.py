"""When two texts say the same: what the gold sets' comparison does not see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_HYPHENS = re.compile(r"[-\u00ad‐‑‒–—−]")
_BLANK = re.compile(r"\s")


def folded(text: str) -> str:
    """NFKC, lower case, single spaces, hyphens gone."""
    return " ".join(_HYPHENS.sub("", unicodedata.normalize("NFKC", text).casefold()).split())


def stands_in(spelling: str, text: str) -> bool:
    """Whether a spelling stands in a folded text, bounded by non-letters and non-digits."""
    return re.search(rf"(?<![^\W_]){re.escape(folded(spelling))}(?![^\W_])", text) is not None


def share_of_facts(facts: Sequence[Sequence[str]], quotes: Sequence[str]) -> float:
    """The share of the facts that stand in the quotations in one of their spellings."""
    text = folded(" ".join(quotes))
    held = [any(stands_in(spelling, text) for spelling in fact) for fact in facts]
    return sum(held) / len(held) if held else 0.0


class SqueezedText:
    """A text folded and without white space, that knows where each character came from.

    Gold evidence is found in it though spaces, hyphens and ligatures differ.
    """

    def __init__(self, text: str) -> None:
        kept = [squeezed(char) for char in text]
        self.text = "".join(kept)
        self._places = [place for place, part in enumerate(kept) for _ in part]

    def find(self, sentence: str) -> list[tuple[int, int]]:
        """Every place of a sentence, as offsets into the original text."""
        wanted = squeezed(sentence)
        found, start = [], self.text.find(wanted) if wanted else -1
        while start >= 0:
            found.append((self._places[start], self._places[start + len(wanted) - 1] + 1))
            start = self.text.find(wanted, start + 1)
        return found


def squeezed(text: str) -> str:
    """Folded, without any white space."""
    return _BLANK.sub("", folded(text))
