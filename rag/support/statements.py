"""A sentence as a row of tokens: numbers, names and words, in clauses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from rag.abbreviations import expand
from rag.query import term_weight
from rag.query.term import initialisms
from rag.query.variants import is_code, segmentations, split_prefix
from rag.support.quantities import Quantity, find_quantities
from rag.support.wording import cue_of, is_light
from rag.terms import american, fold, folded_stem, words

_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[,;:()\[\]—–.!?]")
_CLAUSE_WORDS = frozenset("but whereas while although though however yet nor".split())
_is_code = cache(is_code)
_NOT = re.compile(r"(?<=\w)n['’]t\b|(?<=\bcan)not\b")
# Words that negate, doubt or measure nothing: they are blotted out before anything is found.
_IDLE = re.compile(
    r"\b(?:(?i:not only|no doubt|whether or not|not least|most likely|all-cause|more or less"
    r"|so far|to date|(?<=past )few|(?<=last )few|(?<=recent )few)"
    r"|[Aa]t all)\b"  # "at ALL" speaks of a disease
)
_ENDINGS = frozenset(
    ["", *"s es e y ia ic ics al ies ous ed ing er ers or ors ion ions ation ations ity ly ive ent "
    "ence ant ance ment ical ial oid ism ist ists ary ory um us a ae i ne n ative is ize "
    "ying ied ication fy fying fied fication ty eutic eutics".split()]
)  # fmt: skip
_ROOT = 5  # letters that words of one root share at least
_KNOWN = 1  # how often a word must occur in the dictionary's texts to be one of the language
_LONGEST_JOINED = 24  # letters of words that may be written as one
_SPREAD = ("ci", "confidence", "interval", "iqr", "interquartile", "range", "ranging", "ranged")
_SPREAD_REACH = 7  # tokens from such a word to the last number of its spread
_SOFT = 6_000  # … and below how often it may still name a thing: "aspirin", "kidney"


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a number of a statement; `key` is by what it is compared.

    `place` counts tokens, `clause` clauses. `name` is 2 for what is surely a name, 1 for a rare
    word. `joined` tells that a hyphen joins it to the token before.
    """

    key: str
    written: str
    place: int
    clause: int
    name: int = 0
    quantity: Quantity | None = None
    joined: bool = False

    @property
    def cue(self) -> str:
        """The kind of cue that it is, or ""; "ALL" is no "all"."""
        return "" if self.name == 2 or self.quantity else cue_of(self.written.lower())

    @property
    def is_content(self) -> bool:
        """Whether it says something by itself."""
        return bool(self.quantity) or not (is_light(self.key) or self.cue)

    @property
    def is_code(self) -> bool:
        """Whether it is written as a code or an abbreviation: "CD22", "FDA"."""
        return _is_code(self.written) or any(char.isupper() for char in self.written[1:])

    def is_same_number(self, other: Token) -> bool:
        """Whether both are numbers, and say the same."""
        return bool(self.quantity and other.quantity and self.quantity.is_same(other.quantity))

    @property
    def weight(self) -> float:
        """How much it says, 0..1."""
        return 0.0 if self.quantity or not self.is_content else term_weight(self.key)


class Statement:
    """A sentence, with the abbreviations that it or its surroundings define written out."""

    def __init__(self, text: str, abbreviations: Mapping[str, str] | None = None) -> None:
        """`text` is one sentence; tokens count from its start."""
        self.text = _plain(text, abbreviations or {})
        self.quantities = find_quantities(self.text)

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens in order; the words of a number's unit and bound are no tokens."""
        found: list[Token] = []
        clause, end = 0, 0
        numbers = {quantity.start: quantity for quantity in self.quantities}
        inside = [(quantity.start, quantity.end) for quantity in self.quantities]
        places = [(match.start(), match.end()) for match in _WORD.finditer(self.text)]
        free = [(a, b) for a, b in places if not any(s < b and a < e for s, e in inside)]
        for start, stop in sorted({*free, *inside}):
            gap = self.text[end:start]
            written = self.text[start:stop]
            clause += bool(_BREAK.search(gap)) or written.lower() in _CLAUSE_WORDS
            joined = bool(found) and gap in ("-", "‐", "‑", "–", "/")
            lettered = joined and gap != "/" and re.fullmatch("[A-Z]", found[-1].written)
            quantity = numbers.get(start)
            found.append(
                Token(f"#{quantity.value:g}", written, len(found), clause, 0, quantity)
                if quantity
                else _word(written, len(found), clause, joined, 2 if lettered else 0)
            )
            end = stop
        return found

    @cached_property
    def keys(self) -> list[str]:
        """The tokens' keys."""
        return [token.key for token in self.tokens]

    @cached_property
    def written(self) -> list[str]:
        """Its words in small letters, those of numbers too."""
        return [match.group().lower() for match in _WORD.finditer(self.text)]

    @cached_property
    def spread(self) -> frozenset[int]:
        """The places of the numbers that are the ends of an interval."""
        found = set()
        for one in self.tokens:
            if one.written.lower() in _SPREAD:
                after = self.tokens[one.place + 1 : one.place + 1 + _SPREAD_REACH]
                found |= set([word.place for word in after if word.quantity][:2])
                before = self.tokens[one.place - 1].quantity if one.place else None
                if before and before.unit == "%" and one.written.lower() in ("ci", "confidence"):
                    found.add(one.place - 1)
        return frozenset(found)

    @cached_property
    def held(self) -> frozenset[str]:
        """All by which the statement's words can be found: names joined and split, too."""
        found = set(self.keys)
        codes = [fold(token.written) for token in self.tokens]
        for token, code in zip(self.tokens, codes, strict=True):
            found |= {*name_forms(token.written), code}
        for size in (2, 3):
            for first in range(len(codes) - size + 1):
                run = codes[first : first + size]
                if sum(map(len, run)) <= _LONGEST_JOINED:
                    found.add("".join(run))
        return frozenset(found | _elided(self.text))

    @cached_property
    def initials(self) -> dict[str, str]:
        """Abbreviations that its words make, with the words."""
        in_order = list(words(self.text))
        return {
            short: self.text[window[0].start : window[-1].end]
            for short, window in initialisms(in_order)
        }

    @cached_property
    def capitals(self) -> frozenset[str]:
        """Its words in capitals: what may be short forms."""
        found = re.findall(r"(?<![^\W_])[A-Z]{3,5}(?=s?(?![^\W_]))", self.text)
        return frozenset(found)

    def holds(self, token: Token) -> bool:
        """Whether a word of another statement stands here, in any spelling, or one of its root."""
        if token.key in self.held or not self.held.isdisjoint(name_forms(token.written)):
            return True
        return not token.is_code and self._has_root(token)

    def _has_root(self, token: Token) -> bool:
        return any(are_of_one_root(fold(token.written), fold(one.written)) for one in self.tokens)


@cache
def name_forms(written: str) -> frozenset[str]:
    """A name's spellings as one word each: "TNFα", "TNF-alpha" and "TNFa" share one."""
    return frozenset({fold(written), *("".join(form) for form in segmentations(written))})


@cache
def are_of_one_root(one: str, other: str) -> bool:
    """Whether two words differ by common endings alone: "leukemia", "leukemic"."""
    one, other = american(one), american(other)
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= _ROOT and one[shared:] in _ENDINGS and other[shared:] in _ENDINGS


def _plain(text: str, abbreviations: Mapping[str, str]) -> str:
    text = _IDLE.sub(" ", _NOT.sub(" not", text.replace("\n", " ")))
    for short in abbreviations:
        text = re.sub(rf"\s*[(\[]{re.escape(short)}s?[)\]]", "", text)
    return expand(text, abbreviations).text


def _word(written: str, place: int, clause: int, joined: bool, least: int) -> Token:
    """`least` is the least rank that it has as a name: "T-cell" is one."""
    name = max(least, _rank(written, place == 0))
    return Token(folded_stem(written), written, place, clause, name, joined=joined)


@cache
def _rank(written: str, is_first: bool) -> int:
    """2 for what is surely a name, 1 for a rare word of the language, else 0."""
    if _is_code(written) or (len(written) > 1 and any(char.isupper() for char in written[1:])):
        return 2
    if len(written) < 3 or written.isdigit():
        return 0
    count = _count(fold(written))
    if count < _KNOWN:
        prefix = split_prefix(fold(written))
        return 1 if prefix and _count(prefix[1]) >= _KNOWN else 2
    if written[0].isupper() and not is_first and not cue_of(written.lower()):
        return 2
    return 1 if count < _SOFT else 0


@cache
def _count(word: str) -> int:
    """How often a word, or the word it is made of, occurs in the dictionary's texts."""
    counts = _dictionary()
    forms = {word, american(word), word.removesuffix("s"), word.removesuffix("es")}
    for ending in ("ed", "ing"):
        forms |= {word.removesuffix(ending), word.removesuffix(ending) + "e"}
    if word.endswith("ies"):
        forms.add(word[:-3] + "y")
    return max(counts.get(form, 0) for form in forms)


@cache
def _dictionary() -> Mapping[str, int]:
    from spellchecker import SpellChecker

    counts: Mapping[str, int] = SpellChecker(distance=1).word_frequency.dictionary
    return counts


def _elided(text: str) -> set[str]:
    """ "CD19/22", "IL-6 and -8": the second name, which leaves out its letters."""
    pattern = r"(?<![^\W_])([A-Za-z]{1,6})-?\d+(?:(?:,\s?|/|\s?and\s?|\s?or\s?)-?(\d+))(?![^\W_])"
    return {fold(match[1] + match[2]) for match in re.finditer(pattern, text)}
