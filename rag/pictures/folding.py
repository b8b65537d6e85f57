"""Text as its letters and digits alone: what two readers of the same page agree on."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Folded:
    """The letters and digits of a text, folded; `places` are where each stood in it."""

    text: str
    places: tuple[int, ...]


def fold(text: str) -> Folded:
    """The text without case, accents, ligatures, and all that is no letter or digit."""
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        folded = _fold(char)
        letters.append(folded)
        places += [place] * len(folded)
    return Folded("".join(letters), tuple(places))


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    # Decomposed: an accent may be a character of its own on one side and not on the other.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(letter for letter in folded if letter.isalnum())
