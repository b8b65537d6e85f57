"""Two questions that "and" joins in one sentence, taken apart.

"and" joins names far more often than questions. What follows it must ask with a verb of its own
("and who will repair it", "and how deep were the cores"), and a whole question must stand before
it: "what and how much", "where and when was it found" are one.
"""

from __future__ import annotations

import re

from rag.sentences import split_sentences

_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might"
    r"|must)(?:n['’]t)?"
)
_PREPOSITION = r"(?:in|on|at|by|for|from|of|to|with|under|after|before|until|since|during)"
_AND = re.compile(r",? and (?:(?:then|also|if so),? )?|; ?(?:and )?", re.IGNORECASE)
_WORD = r"[^\W\d_][\w-]*"
# Turned round, as only what is asked outright is: "how it spreads" may depend on what stands
# before it, "how does it spread" cannot.
_TURNED = re.compile(
    rf"(?:(?:how|when|where|why) {_AUXILIARY} \S"
    rf"|how (?!many\b|much\b|about\b)(?:{_WORD} ){{1,2}}{_AUXILIARY} \S"
    rf"|(?:{_PREPOSITION} )?(?:what|whom?) (?:do|does|did) \S)",
    re.IGNORECASE,
)
# Asked outright too, or what something else is known or said of: "(… know) who is ill".
_STRAIGHT = re.compile(
    rf"(?:(?:who|what) {_AUXILIARY} \S"
    rf"|who (?:{_WORD}(?:ed|s)|wrote|made|led|took|gave|found|built|won|paid) \S"
    rf"|what (?:happen|caus|mak|driv|prevent|trigger|explain)\w* \S"
    rf"|(?:how many|how much) (?:{_WORD} ){{0,3}}{_AUXILIARY} \S"
    rf"|(?:{_PREPOSITION} )?(?:which|what|whose) (?:(?-i:[a-z][\w-]*) ){{1,4}}{_AUXILIARY} \S)",
    re.IGNORECASE,
)
# What stands before an "and" that may as well join what is known, said or told of a thing.
_DEPENDS = re.compile(
    r"\S.*\b(?:who|whom|whose|which|what|when|where|why|how|whether|if)\b"
    r"|.*\b(?:between|both)\b(?!.*\band\b)",
    re.IGNORECASE,
)
_TELLS = re.compile(
    rf"{_AUXILIARY} .*\b(?:know|say|said|tell|told|report|show|explain|describe|discuss|mention"
    r"|understand|understood|clear|determine|consider|examine|address|study|find|found)\w*\b",
    re.IGNORECASE,
)
# "what are the causes and what is the treatment of it": the end belongs to both.
_BARE = re.compile(rf"what {_AUXILIARY} the {_WORD}", re.IGNORECASE)
_OF = re.compile(r".* (?:of|for|in|to|against)\b", re.IGNORECASE)
_RELATIVE = re.compile(r"(?:who|whose|which)\b", re.IGNORECASE)
_QUESTION = re.compile(
    rf"(?:(?:so|but|and|then|also),? )?(?:"
    rf"(?:{_PREPOSITION} )?(?:what|which|who|whom|whose|when|where|why|how)\b"
    rf"(?:['’](?:s|re) \S|(?: \S+){{0,8}}? {_AUXILIARY} \S)"
    rf"|{_AUXILIARY} \S+ \S"
    rf"|who {_WORD}(?<!\band)(?<!\bor) \S"
    r"|(?:what|which \S+) \w{3,}(?:ed|[^s]s) (?!and\b|or\b|of\b)\S"
    r"|what (?:became|began|led|made|drove|gave|took|went|kept|brought|held) \S)",
    re.IGNORECASE,
)
_NOTHING_NAMED = re.compile(rf"(?:how (?:many|much)|which) {_AUXILIARY} ", re.IGNORECASE)


def split_halves(text: str, hidden: str | None = None) -> list[str]:
    """The questions that "and" joins in the last sentence, in order; one where it joins none.

    What is said before that sentence stays with the first. `hidden` is the text with what shall
    not be looked at made unrecognisable, letter for letter.
    """
    hidden = hidden or text
    first = (split_sentences(hidden) or [(0, 0)])[-1][0]
    cuts = [
        match
        for match in _AND.finditer(hidden, first)
        if _parts(hidden[first : match.start()], hidden[match.end() :])
    ]
    parts, start = [], 0
    for cut in cuts:
        parts.append(f"{text[start : cut.start()].rstrip(' ,;')}?")
        start = cut.start() + len(cut.group()) - len(cut.group().lstrip(" ,;"))
        if not _NOTHING_NAMED.match(text[cut.end() :]):
            start = cut.end()
    return [*parts, text[start:]]


def _parts(before: str, after: str) -> bool:
    """Whether an "and" stands between two questions."""
    if not _QUESTION.match(before) or (_BARE.fullmatch(before) and _OF.match(after)):
        return False
    if _TURNED.match(after):
        return True
    if not _STRAIGHT.match(after) or _TELLS.match(before):
        return False
    if _RELATIVE.match(after) and re.search(r" that\b", before):  # "those that … and who …"
        return False
    return not _DEPENDS.match(before.split(" ", 1)[-1])
