"""Abbreviations that a text defines itself: "relapsed or refractory … (R/R AML)".

The algorithm is Schwartz and Hearst's (Pacific Symposium on Biocomputing 2003): the short
form's characters are matched from right to left in the words before the bracket. Initials in a
row go first ("multiple myeloma (MM)"), and long forms that read like a clause are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import LCSseq

_BRACKETS = re.compile(r"[(\[]([^()\[\]\n]{2,100})[)\]]")
# What ends the words before a bracket; brackets inside a word ("NAD(P)H") do not.
_CLAUSE = re.compile(r"[.;:!?]\s|\s[(\[](?:[^()\[\]\n]*[)\]])?|\n")
_REACH = 200  # characters before a bracket
_LONGEST_SKIPPED = 3  # "or", "of", "the" inside a long form
_SHORT = re.compile(r"(?=.*[A-ZΑ-Ωα-ω])[A-Za-z0-9Α-Ωα-ω][\w/+-]*(?: [\w/+-]+)?")
_LONGEST_SHORT = 10
_LEAD = re.compile(r"(?:the|or|i\.e\.,?|termed|called|abbreviated(?: as| to)?|hereafter) ")
# No long form begins with one of these words, or holds one of those.
_NO_BEGINNING = frozenset(
    "a an the and or of in on at to for by from with as via than that this these those we our its "
    "their his her is are was were be been not no both each other such all between using".split()
)
_OF_CLAUSES = frozenset(
    "is are was were be been has have had that which who we our their its can may could did does "
    "do not showed shows using than previously respectively".split()
)
_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", "abgdezetiklmnxoprstupcpo", strict=True))


def find_abbreviations(text: str) -> dict[str, str]:
    """Short forms and their long forms, both as they are written in the text."""
    found: dict[str, str] = {}
    for match in _BRACKETS.finditer(text):
        before = _CLAUSE.split(text[max(0, match.start() - _REACH) : match.start()])[-1].strip()
        for short, context in _candidates(match.group(1).strip(), before):
            long = None if short in found else _long_form(short, context)
            if long:
                found[short] = long
    return found


def _candidates(inside: str, before: str) -> Iterator[tuple[str, str]]:
    """The bracket as short form of what precedes it, or as long form of the word before it."""
    short = _LEAD.sub("", re.split(r"[,;]\s", inside)[0], count=1)
    if _is_short(short):
        yield short.rstrip("-–"), before
        if " " in short and _is_short(short.split()[-1]):  # "R/R AML" explains "AML" too
            yield short.split()[-1], before
    elif (word := re.search(r"[\w/+-]{2,10}$", before)) and _is_short(word.group()):
        yield word.group(), re.split(r"[,;]\s", inside)[0]


def _is_short(text: str) -> bool:
    words = text.split()
    return (
        2 <= len(text) <= _LONGEST_SHORT
        and len(words) <= 2
        and _SHORT.fullmatch(text) is not None
        and not (len(words) == 2 and words[0].islower() and len(words[0]) > 2)  # "the Centre"
    )


def _long_form(short: str, context: str) -> str | None:
    """The end of the context that the short form abbreviates, if it reads like a name."""
    letters = [_letter(char) for char in short if char.isalnum()]
    if len(letters) < 2 or all(letter.isdigit() for letter in letters):
        return None
    words = context.split()[-min(len(letters) + 5, len(letters) * 2) :]
    while words:
        long = _match_initials(letters, words) or _match_letters(letters, " ".join(words))
        if long is None:
            return None
        if long.split()[0].lower() not in _NO_BEGINNING:
            return long if _is_long(short, long) else None
        words = words[len(words) - len(long.split()) + 1 :]  # a shorter one may lie behind it
    return None


def _letter(char: str) -> str:
    """A letter as it is compared: "α" stands for "alpha" too."""
    small = char.lower()
    return _GREEK.get(small, small)


def _is_long(short: str, long: str) -> bool:
    words = long.lower().split()
    return (
        len(long) > len(short)
        and short.lower() not in words
        and long.count("(") == long.count(")")
        and not re.search(r"[;=\[(](?:\s|$)|\s[(\[]", long)
        and (", " not in long or len(words) - ("and" in words) == len(short) > 2)  # a list
        and not _OF_CLAUSES.intersection(words)
        and any(char.isalpha() for char in long)
    )


def _match_initials(letters: list[str], words: list[str]) -> str | None:
    """The last words whose initials are the letters, short words between them passed over."""
    remaining = list(letters)
    for position in range(len(words) - 1, -1, -1):
        if _letter(words[position][0]) == remaining[-1]:
            remaining.pop()
            if not remaining:
                return _trimmed(" ".join(words[position:]))
        elif len(words[position]) > _LONGEST_SKIPPED:
            return None
    return None


def _match_letters(letters: list[str], context: str) -> str | None:
    """The shortest end of the context that holds the letters in order, the first at a word."""
    position = len(context)
    for index in range(len(letters) - 1, -1, -1):
        position -= 1
        while position >= 0 and (
            _letter(context[position]) != letters[index]
            or (index == 0 and not _begins_word(context, position))
        ):
            position -= 1
        if position < 0:
            return None
    long = _trimmed(context[position:])
    # Of a long run of words, letters from inside them prove nothing.
    initials = [_letter(word[0]) for word in re.findall(r"[^\W_]+", long)]
    proven = 2 * LCSseq.similarity(letters, initials) >= len(letters)
    return long if proven or len(long.split()) < 4 else None


def _begins_word(context: str, position: int) -> bool:
    return position == 0 or not context[position - 1].isalnum()


def _trimmed(long: str) -> str:
    return long.strip(" ,-–\"'“”‘’")
