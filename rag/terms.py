"""Words as the index knows them: folded, split and stemmed, in one spelling.

British spellings are stemmed as the American ones and Greek letters by their names, so that a
question may be written either way and a word's rarity is counted over both.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

_WORD = re.compile(r"[^\W_]+")
_JOINTS = frozenset("-‐‑–/")  # what joins the parts of a compound
_LEAST_RESPELT = 4  # letters; "four" and "hour" stay
# What British letters become, where they stand: Greek roots, then endings. To "-yse", not "-yze",
# for then "analysed" and "analysis" keep one stem.
_AMERICAN = tuple(
    (re.compile(pattern), american)
    for pattern, american in (
        (r"haem", "hem"),
        (r"aem(?=i[ac])", "em"),
        (r"(^p|hop|lop)aed(?=[aio])", r"\1ed"),
        (r"(?<=gyn)aec", "ec"),
        (r"(?<=an)aesth", "esth"),
        (r"^aetiol", "etiol"),
        (r"^(c|f)ae(?=c|sar|sium)", r"\1e"),
        (r"^(arch|pal)aeo", r"\1eo"),
        (r"^oe(?=str|dem|soph)", "e"),
        (r"(rrh|pn)oe(?=a|ic)", r"\1e"),
        (r"^foet", "fet"),
        (r"^coeli", "celi"),
        (r"homoeo", "homeo"),
        (r"manoeuv", "maneuv"),
        (r"sulph", "sulf"),
        (r"aluminium", "aluminum"),
        (r"leuco", "leuko"),
        (r"(?<=[a-z]{3})our(?=s?$|al|ed$|ing$|able$|abl[ey]|ful|less|ite)", "or"),
        (r"([tb])re(?=[sd]?$)", r"\1er"),
        (r"((?:ic|id|[aeiouy][lnrmt]))is(?=e[drs]?$|ing$|ation)", r"\1iz"),
        (r"yz(?=e[drs]?$|ing$)", "ys"),
        (r"gramme(?=s?$)", "gram"),
    )
)
_MAY_BE_BRITISH = re.compile(r"[ao]e|our|is[aei]|yz|[tb]re|ulph|leuco|gramme")
_GREEK = str.maketrans({
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its stem, how it was written, and its span."""

    stem: str
    written: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case without diacritics; a PDF's ligatures (ﬁ) are two letters."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    for match in _WORD.finditer(text):
        yield Word(folded_stem(match.group()), match.group(), match.start(), match.end())


def stems(text: str) -> list[str]:
    """The stems of a text, in order."""
    return [word.stem for word in words(text)]


def is_joint(text: str, end: int, start: int) -> bool:
    """Whether a hyphen or its like stands between a word's end and the next one's start."""
    return start - end == 1 and text[end] in _JOINTS


def index_stems(text: str) -> list[str]:
    """What a text is found by: its stems, and those of neighbours that a hyphen joins as one.

    "FLT3-ITD" is found by "flt3", "itd" and "flt3itd", as other texts write it.
    """
    found, before, end = [], "", -1
    for match in _WORD.finditer(text):
        this = folded_stem(match.group())
        found.append(this)
        if is_joint(text, end, match.start()):
            found.append(before + this)
        before, end = this, match.end()
    return found


@lru_cache(maxsize=200_000)
def folded_stem(written: str) -> str:
    """The stem of a word as it is written."""
    return stem(fold(written))


class _Stemmers(threading.local):
    """One a thread: a stemmer keeps the word that it works on."""

    @cached_property
    def porter(self) -> Callable[[str], str]:
        from snowballstemmer import stemmer

        found: Callable[[str], str] = stemmer("porter").stemWord
        return found


_STEMMERS = _Stemmers()


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Porter's stem (Porter 1980) of a folded word, in American spelling.

    Numbers and short words stay; Greek letters are written out.
    """
    if not word.isascii():
        word = _spell_out(word)
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word
    return _STEMMERS.porter(american(word))


def american(word: str) -> str:
    """A word in small letters, in American spelling: "leukaemia", "tumours", "randomised".

    What is no British spelling may come out odd ("promize"), and always the same.
    """
    if len(word) > _LEAST_RESPELT and _MAY_BE_BRITISH.search(word):
        for pattern, letters in _AMERICAN:
            word = pattern.sub(letters, word)
    return word


def _spell_out(word: str) -> str:
    """Greek letters by name in a word that is not Greek; "μ", which is a unit's, stays."""
    greek = [char for char in word if "α" <= char <= "ω"]
    return word.translate(_GREEK) if len(greek) == 1 else word
