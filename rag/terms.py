"""Words as the index knows them: folded, split and stemmed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its stem, how it was written, and its span."""

    stem: str
    written: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case without diacritics; a PDF's ligatures (ﬁ) are two letters."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    for match in _WORD.finditer(text):
        yield Word(stem(fold(match.group())), match.group(), match.start(), match.end())


def stems(text: str) -> list[str]:
    """The stems of a text, in order."""
    return [word.stem for word in words(text)]


@lru_cache(maxsize=1)
def _porter() -> object:
    from snowballstemmer import stemmer

    return stemmer("porter")


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Porter's stem (Porter 1980) of a folded word; numbers and short words stay."""
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word
    return str(_porter().stemWord(word))  # type: ignore[attr-defined]
