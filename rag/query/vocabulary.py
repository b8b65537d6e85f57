"""What a query must know of the corpus's words, and what is made of it once a corpus."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Protocol

from rag.abbreviations import ShortForms
from rag.query.spelling import Speller
from rag.query.weights import term_weight
from rag.terms import american, fold, stem, stems

_COMMON = 0.6  # words lighter than this are the language's, when not in capitals
_WORD = re.compile(r"[^\W_]+")
_VOWELS = frozenset("aeiouy")
_DIGRAPHS = str.maketrans("ao", "ee")


class Vocabulary(Protocol):
    """What a query must know of the corpus's words; a store gives it.

    What is made of `abbreviations` and `stems` is kept for as long as they return the very same
    mapping: a store returns a new one when its documents have changed, and only then.
    """

    def abbreviations(self) -> Mapping[str, str]:
        """Short forms with their long forms, settled (see `rag.abbreviations.settle`)."""

    def stems(self) -> Mapping[str, int]:
        """All stems of the corpus, with the number of passages that each occurs in."""

    def document_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """In how many passages each stem occurs; stems that occur in none may be left out."""


class Glossary:
    """The abbreviations of a corpus, to be found in questions from either side."""

    def __init__(self, abbreviations: Mapping[str, str]) -> None:
        self.short_forms = ShortForms(abbreviations)
        self._long_forms = {short.lower(): long for short, long in abbreviations.items()}
        for short, long in abbreviations.items():
            if len(short) > 2 and short[-1] == "s" and short[-2].isupper():  # "TKIs"
                self._long_forms.setdefault(short[:-1].lower(), long)
        self._by_initial: dict[str, list[tuple[str, str]]] = {}
        for short, long in abbreviations.items():
            if first := _WORD.search(long):
                self._by_initial.setdefault(_initial(first[0]), []).append((short, long))
        self._plain_forms: dict[str, dict[str, dict[tuple[str, ...], str]]] = {}

    def __contains__(self, short: str) -> bool:
        """Whether this is a short form, in any case of letters."""
        return short.lower() in self._long_forms

    def long_form(self, short: str) -> tuple[str, ...]:
        """The stems of a short form's long form. Raises KeyError."""
        return tuple(stems(self._long_forms[short.lower()]))

    def shortened(self, in_order: Sequence[str]) -> Mapping[int, set[str]]:
        """For each place in a row of words, if a long form lies on it: its short forms."""
        plain = _plain(in_order)
        found: dict[int, set[str]] = {}
        for start, first in enumerate(plain):
            for form, short in self._beginning_with(first).items():
                if plain[start : start + len(form)] == form:
                    for place in range(start, start + len(form)):
                        found.setdefault(place, set()).add(_token(short))
        return found

    def _beginning_with(self, first: str) -> Mapping[tuple[str, ...], str]:
        """Long forms, as plain words, that begin with one; made ready an initial at a time."""
        initial = _initial(first)
        if initial not in self._plain_forms:
            ready: dict[str, dict[tuple[str, ...], str]] = {}
            for short, long in self._by_initial.get(initial, ()):
                form = _plain(_WORD.findall(long))
                ready.setdefault(form[0], {})[form] = short
            self._plain_forms[initial] = ready
        return self._plain_forms[initial].get(first, {})


def _initial(word: str) -> str:
    """The first letter of a word, the same in both spellings of "aetiology" and "oesophagus"."""
    return fold(word[:1])[:1].translate(_DIGRAPHS)


def _plain(in_order: Sequence[str]) -> tuple[str, ...]:
    """Words in American spelling without a plural's "s": stems would take longer to make."""
    return tuple(american(fold(word)).removesuffix("s") or "s" for word in in_order)


def _token(short: str) -> str:
    """The one token by which a short form is known in a text's tokens."""
    return short if short.isupper() and short.isalnum() else stem(fold(short))


class _Identity:
    """A mapping that equals only itself, so that what is made of it can be kept."""

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self.mapping = mapping

    def __hash__(self) -> int:
        return id(self.mapping)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.mapping is self.mapping


@lru_cache(maxsize=8)
def _glossary(abbreviations: _Identity) -> Glossary:
    return Glossary(abbreviations.mapping)


@lru_cache(maxsize=8)
def _speller(stems: _Identity) -> Speller:
    return Speller(stems.mapping)


def glossary_of(vocabulary: Vocabulary) -> Glossary:
    """The vocabulary's abbreviations, made ready once."""
    return _glossary(_Identity(vocabulary.abbreviations()))


def speller_of(vocabulary: Vocabulary) -> Speller:
    """The vocabulary's stems, made ready once."""
    return _speller(_Identity(vocabulary.stems()))


def is_english(word: str) -> bool:
    """Whether a word, in small letters, is one of general English."""
    return f'"{word}":' in _english()


@cache
def _english() -> str:
    """The spell checker's word list as it lies in its file, each word in quotation marks.

    To look a few words up in the text takes a millisecond each; to parse it, as the checker
    does, takes as long as all the rest of understanding a question.
    """
    file = resources.files("spellchecker") / "resources" / "en.json.gz"
    return gzip.decompress(file.read_bytes()).decode("utf-8")


def is_common(word: str) -> bool:
    """Whether a word, in small letters, is one of the language rather than an abbreviation."""
    if not _VOWELS.intersection(word):
        return False
    return term_weight(stem(fold(word))) < _COMMON or is_english(word)
