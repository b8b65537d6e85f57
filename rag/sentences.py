"""Sentences as exact spans of a text.

Rules of our own: of the libraries tried (syntok, pysbd, sentencex) each breaks some of what
papers are full of: "et al.", author initials, "28. 8. 2018", abbreviated journal titles.
`docs/decisions/0003-sentences.md` has the comparison; the cases are tests.
"""

from __future__ import annotations

import re

# A full stop after these does not end a sentence.
_ABBREVIATIONS = frozenset(
    """
    al approx aut bd biol ca cf chem clin co corp dept dr ed eds e.g eg engl eq eqs esp est etc fig
    figs gen i.e ie inc incl inst int j jr lab ltd max med mg min ml mol mr mrs ms natl nat no nos
    nr obs op p pharm ph.d phys pp prof ref refs resp rev sci sect ser sp spp sr ssp st str subsp
    suppl surg syst tab trans univ var viz vol vols vs wk wks wt yr yrs u.s u.k p.o i.v i.p s.c
    b.i.d
    jan feb mar apr jun jul aug sep sept oct nov dec
    """.split()
)
# Of those, the ones that do end a sentence when a capital follows.
_MAY_END = frozenset(
    """
    al etc co corp inc ltd jr sr u.s u.k mg ml min max med sci wk wks yr yrs
    p.o i.v i.p s.c b.i.d
    """.split()
)
# Behind a number these are units: "for 30 min. Cells"; behind a stroke these: "mmol/L. Cells".
_UNITS = frozenset("mg ml min wk wks yr yrs h s g d l m".split())
_RATES = _UNITS | frozenset("L mol ML v w vol wt".split())
_NOTES = r"\d{1,3}(?:[,–-]\d{1,3}){0,9}(?=\s)"
# Behind what a number is that of a note, raised in print, and no decimal.
_NOTED = "|".join(
    (
        r"(?<=[^\W\d_][^\W\d_)][.”’])",  # in the human body.1,2 By binding
        r"(?<=[%)\]][.])",  # by 50%.3 In
        r"(?<=[^\W\d_]…)|(?<=…[.])|(?<=[^\W\d_][.]{3})",  # and so on….12 It; not 1…10
        r"(?<=\d[A-Z][.])|(?<=\d [hsd][.])",  # GLP-1R.78 The; for 90 h.105 The
        r"(?:(?<=[^\W\d_]\d[.])|(?<=[^\W\d_]-\d[.]))(?=\d{1,3}[,–-])",  # GLP-1.54,55 By
        r"(?<=[a-z] (?:19|20)\d\d[.])(?=[\d,–-]{1,40}\s[A-Z][a-z])",  # in 2005.60 The
    )
)
_END = re.compile(
    r"(?P<mark>(?<![.!?…])[.!?…]+)(?P<close>[\"'”’»)\]]*(?:\s?\[[^\[\].!?\n]{1,60}\])?"
    rf"(?:(?:{_NOTED}){_NOTES})?)"
    r"(?P<gap>\s+(?=(?P<next>\S))|\s*\Z)"
)
_LAST_WORD = re.compile(r"[^\s(\[“\"'/]+$")
_LONGEST_WORD = 200  # characters before a full stop that tell whether it ends a sentence
_OPENERS = "“\"'([‘«¿¡"


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans `(start, end)` of the sentences of a text; white space between them is left out.

    >>> [text[a:b] for text in ["A et al. said. B."] for a, b in split_sentences(text)]
    ['A et al. said.', 'B.']
    """
    spans, start = [], len(text) - len(text.lstrip())
    for match in _END.finditer(text):
        before = text[max(start, match.start() - _LONGEST_WORD) : match.start()]
        if match["next"] and ("\n\n" in match["gap"] or _ends_sentence(before, match, text)):
            spans.append((start, match.end("close")))
            start = match.end()
    end = len(text.rstrip())
    if start < end:
        spans.append((start, end))
    return spans


def _ends_sentence(before: str, match: re.Match[str], text: str) -> bool:
    follower = match["next"]
    if follower.islower() or follower in ",;:–-)]%":
        return False
    if match["mark"] != ".":
        return True
    found = _LAST_WORD.search(before)
    word = found.group().rstrip(")]”\"'") if found else ""
    following = text[match.end() : match.end() + 40]
    if found and follower.isupper() and _is_unit(word, before[: found.start()]):
        return True
    if word.isdigit():
        return _number_ends(word, before, following)
    if re.fullmatch(r"[^\W\d_]", word):  # an initial: "S. Hrabovský", but "vitamin D. The"
        return _initial_ends(word, before, following)
    if re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", word) and word.lower() not in _ABBREVIATIONS:
        return follower.isupper() and _starts_sentence(following)
    if word.lower() in _ABBREVIATIONS:
        return word.lower() in _MAY_END and _starts_sentence(following)
    # Citations: "Bosn J Basic Med Sci. 2021 Aug", "N Engl J Med. 2016;374".
    return not (re.match(r"(?:1[89]|20)\d\d\b\s?(?:;|[A-Z][a-z]{2}\b)", following))


def _is_unit(word: str, before: str) -> bool:
    """Whether a word is the unit of a measure, which ends no name and shortens no title.

    >>> _is_unit("min", "at 0.03 units/"), _is_unit("min", "at pH "), _is_unit("h", "for 24 ")
    (True, False, True)
    """
    if before.endswith("/"):
        return word in _RATES
    return word in _UNITS and before.rstrip()[-1:].isdigit()


def _number_ends(word: str, before: str, following: str) -> bool:
    """Whether "28." ends a sentence: not in a date, a list number or "no. 5. 2".

    >>> _number_ends("2018", "in 2018", "The rest")
    True
    """
    if following[:1].isdigit():
        return len(word) > 2 and not re.match(r"\d{1,4}\b[.;]", following)
    alone = not before[: -len(word)].strip()
    return not alone and not re.match(r"[A-Z][a-z]{2,8}\.? \d{4}", following)


_SENTENCE_STARTS = frozenset(
    """
    A After All Although An And As At Because Both But By Compared Despite Due During Each Even
    Finally First For From Furthermore Given Here How However If Importantly In Indeed It Its
    Moreover Most Nevertheless No Not Of On One Only Other Our Overall Patients Results Second
    Several She Since So Some Such That The Their Then There Therefore These They This Those Three
    Thus To Two Under Until Was We Were What When Where Whereas Whether Which While With Yet You
    """.split()
)


def _starts_sentence(following: str) -> bool:
    """Whether what follows opens as sentences do: with a word of grammar, or an opener."""
    first = re.match(r"[^\W\d_]+", following.lstrip(_OPENERS))
    return bool(first) and first.group() in _SENTENCE_STARTS  # type: ignore[union-attr]


def _initial_ends(word: str, before: str, following: str) -> bool:
    """Whether a single letter with a stop ends a sentence ("vitamin D. The …").

    After a lower-case word ("hepatitis B.", "group A.") a letter names something; elsewhere it
    is a person's initial or a genus ("E. coli" has no capital behind it and never comes here).
    """
    named = re.search(r"[a-z]{3,} $", before[: -len(word)]) is not None
    return named and _starts_sentence(following)
