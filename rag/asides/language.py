"""Whether a message is in another language than English: by its script, words and letters.

A message is foreign only where nothing speaks for English: questions are full of Latin, of
authors' names and of titles.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

# What the identifier may leave to English, Latin and no language at all, together. On the shipped
# questions and on titles of papers English ones stay above it, foreign ones of a line below.
_MOST_LEFT = 0.05
_SURE = 0.5  # what a language must have to be named
_FEWEST_WORDS = 3
_FEWEST_LETTERS = 2  # of another script
# Words of grammar that English alone has: "is", "in" and "an" would not do.
_ENGLISH = frozenset(
    """
    the what which how why when where who whom whose does did and with from that this these those
    could should would been between after before there their its it than among during without not
    """.split()
)
_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish",
    "de": "German", "el": "Greek", "es": "Spanish", "et": "Estonian", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_OTHERS = ("en", "la", "zxx")  # English, Latin (of species and diseases), and what is no language
_SCRIPTS = {
    "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean", "GREEK": "Greek",
    "HEBREW": "Hebrew", "THAI": "Thai",
}  # fmt: skip
# Foreign words that English medicine has made its own.
_LOANS = re.compile(
    r"\b(?:caf[eé][ -]au[ -]lait|[àa] la(?: carte)?|vis-[àa]-vis|d[eé]j[àa] vu|folie [àa] deux"
    r"|cri[ -]du[ -]chat|torsades? de pointes|grand mal|petit mal|tic douloureux|peau d['’]orange"
    r"|mal de d[eé]barquement|coup de sabre|en coup de sabre|en bloc|chaise longue)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_loading = threading.Lock()


def foreign_language(text: str) -> str | None:
    """The language of a message that is not in English, by its English name; else None.

    "" stands for one that cannot be told. Greek letters, foreign names and single words in a
    message of Latin letters do not make it foreign.
    """
    script = _script(text)
    if script != "LATIN":
        return _SCRIPTS.get(script) or _likeliest(_likelihoods(text))
    plain = _LOANS.sub(" ", text)
    written = _WORD.findall(plain)
    few = sum(bool(_WORD.search(part)) for part in plain.split()) < _FEWEST_WORDS
    if few or not any(word[0].islower() for word in written):
        return None  # too little to tell, or names
    if not _ENGLISH.isdisjoint(word.lower() for word in written):
        return None
    likely = _likelihoods(text)
    if sum(likely[code] for code in _OTHERS) > _MOST_LEFT:
        return None
    return _likeliest(likely)


def _script(text: str) -> str:
    """The script of most letters: the first word of their names in Unicode."""
    found = Counter(unicodedata.name(char, "LATIN").split()[0] for char in text if char.isalpha())
    others = found.total() - found["LATIN"]
    if others < _FEWEST_LETTERS or others <= found["LATIN"]:
        return "LATIN"
    # Japanese is written with Chinese characters too: its own letters tell.
    for script in ("HIRAGANA", "KATAKANA", "HANGUL"):
        if found[script]:
            return script
    del found["LATIN"]
    return found.most_common(1)[0][0]


def _likeliest(likely: Mapping[str, float]) -> str:
    """The name of the likeliest language; "" where it is less likely than not."""
    code = max(_NAMES, key=lambda code: likely[code])
    return _NAMES[code] if likely[code] >= _SURE else ""


def _likelihoods(text: str) -> dict[str, float]:
    """The probability of each language, by its code."""
    with _loading:  # the first of several threads loads it
        identifier = _identifier()
    return {str(code): float(likelihood) for code, likelihood in identifier.rank(text)}


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """Naive Bayes over byte n-grams (Lui and Baldwin 2012); it takes half a second to load."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*_NAMES, *_OTHERS])
    return identifier
