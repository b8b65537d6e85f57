"""Questions that lean on earlier ones: "and in children?", "what about AML?", "why?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.query.weights import term_weight
from rag.terms import words

_HEAVY = 0.27  # words heavier than this are a subject to ask about
_SAYS = 0.05  # … and than this, anything at all
_REMEMBERED = 8  # questions back
_LONGEST = 600  # characters of what a question is read together with

# -- what leans ---------------------------------------------------------------------------

_OPENING = re.compile(
    r"(?:and|but|or|so|also|then|what about|how about|what of|why not|how come|same for)\b[ ,]*",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:(?:and|but|or|so|also|then)\b[ ,]*)?(?:(?:what|how) about|what of|same for)\b",
    re.IGNORECASE,
)
_PREPOSITION = r"in|for|with|of|by|among|during|after|before|without|to|from|at|on|under|over"
_FRAGMENT = re.compile(
    rf"(?:(?:and|but|or|also|only|even|not)\b[ ,]*)*(?:{_PREPOSITION})\b", re.IGNORECASE
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may|might|which"
    r"|what|who|whom|whose|when|where|how|why)\b",
    re.IGNORECASE,
)
_ASPECTS = frozenset(
    "side effect advers event dose dosag cost price mechan prognosi symptom caus treatment outcom "
    "surviv risk diagnosi complic frequenc durat exampl reason benefit drawback detail preval "
    "incid sourc limit altern ani some".split()
)
_AUXILIARY = r"is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may|might|must"
# "it" as the subject of a question, or what is left for it after a verb or a preposition.
_SUBJECT = re.compile(
    rf"\b(?:{_AUXILIARY})(?:n't)? (?:it|they|he|she|this|that|these|those)\b"
    r"(?! (?:who|with|that|which|without|of)\b)",
    re.IGNORECASE,
)
# "How quickly does it act?", "Which enzyme does it inhibit?": what stands before is not meant.
_ASKED = re.compile(
    rf"(?:(?:and|but|so)\b[ ,]*)?(?:how|what|which) (?:\w+ ){{1,2}}(?:{_AUXILIARY}) (?:it|they)\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"\b(?:it|them|him|her|this|that|these|those)\W*$", re.IGNORECASE)
_BARE = re.compile(
    r"(?:(?:and|but|so)\b[ ,]*)?"
    r"(?:since when|how (?:often|much|many|long|old|soon|far|so|come))\W*$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers)\b", re.IGNORECASE
)
_POINTING = re.compile(
    r"\b(?:this|these)\b|\b(?:that|those)(?=\W*$)|\bthose(?! (?:who|with|that|which|of|in)\b)"
    r"|\b(?:of|about|with|for|to|on|by|from) that\b"
    r"|\bthat (?:drug|trial|study|paper|treatment|one|case|effect|group|disease|finding|result"
    r"|claim|number|rate)s?\b|\bwhy is that\b",
    re.IGNORECASE,
)
_REST = re.compile(
    r"\b(?:which|(?:the|an?|any) (?:other|first|second|last|same|\w+er)|any|other) ones?\b"
    r"|\b(?:the former|the latter|the others|the same|the rest)(?=\W*$)"
    r"|\b(?:who|what|where|anything|any one|how) else\b"
    r"|^(?:which|who) (?:is|are|was|were|works?|has|costs?) (?:(?:the )?(?:more|most|less|least)\b"
    r"|(?:the )?(?:\w+er|\w+est|best|worse|better|worst)\W*$)",
    re.IGNORECASE,
)
# "it" that stands for nothing: "does it matter whether", "how long does it take to".
_EXPLETIVE = re.compile(
    rf"\b(?:(?:{_AUXILIARY}) it (?:\w+ ){{1,4}}(?:whether|if|that|to|for|when|how|why)"
    r"|it (?:is|was|has been|seems|appears|takes?)(?: \w+){0,3} (?:whether|if|that|to|for))\b",
    re.IGNORECASE,
)


def leans(text: str) -> bool:
    """Whether a question makes no sense without an earlier one."""
    heavy = _heavy_places(text)
    if _ABOUT.match(text):
        return len(heavy) <= 3
    if not heavy or _is_aspect(text) or _BARE.match(text):
        return True
    if _OPENING.match(text) and (len(heavy) <= 2 or not _VERB.search(text)):
        return True
    if _FRAGMENT.match(text) and not _VERB.search(text):
        return len(heavy) <= 3
    if _REST.search(text):
        return len(heavy) <= 2
    if _ASKED.match(text) and not _EXPLETIVE.search(text):
        return True
    if _OBJECT.search(text) and len(heavy) <= 1:
        return True
    return _points_back(text, heavy)


def _heavy_places(text: str) -> list[int]:
    """Where words start that a question can be about."""
    return [word.start for word in words(text) if term_weight(word.stem) > _HEAVY]


def _is_aspect(text: str) -> bool:
    """Whether nothing but an aspect of some subject is named: "Side effects?"."""
    said = [word.stem for word in words(text) if term_weight(word.stem) > _SAYS]
    return len(said) <= 3 and all(word in _ASPECTS for word in said)


def _points_back(text: str, heavy: Sequence[int]) -> bool:
    """Whether a pronoun stands for nothing that the question itself names before it."""
    expletive = _EXPLETIVE.search(text)
    if expletive and sum(start > expletive.start() for start in heavy) >= 2:
        return False
    places = [match.start() for match in _POINTING.finditer(text)]
    places += [match.start() for match in _PRONOUN.finditer(text)]
    places += [match.start() for match in _SUBJECT.finditer(text)]
    return bool(places) and not any(start < min(places) for start in heavy)


# -- what they lean on --------------------------------------------------------------------


def read_together(question: str, history: Sequence[str]) -> str:
    """The question, read with what it leans on; as it is where it stands alone.

    `history` are the earlier questions, oldest first. Follow-ups of follow-ups are read with
    the last question that stood alone and what has been put in its place since.
    """
    asked = [" ".join(earlier.split()) for earlier in history[-_REMEMBERED:]]
    context = ""
    for earlier in filter(None, asked):
        if not (context and leans(earlier)):
            context = earlier
        elif _heavy_places(earlier):  # "Why?" adds nothing
            context = _join(context, earlier)
    return _join(context, question) if context and leans(question) else question


def _join(context: str, follow_up: str) -> str:
    """The earlier question with its new subject, or both questions in a row."""
    renewed = _renewed(context, follow_up)
    if renewed:
        return renewed
    kept = context
    while len(kept) > _LONGEST and "? " in kept:
        kept = kept.split("? ", 1)[1]
    return f"{kept[:_LONGEST]} {follow_up}"


_POPULATIONS = (
    r"children|adults|adolescents|infants|newborns|babies|toddlers|teenagers|women|men|girls|boys"
    r"|males|females|mothers|mice|rats|humans|animals|pregnancy|pregnant women|the elderly"
    r"|(?:older|younger|elderly|adult|young|p(?:a)?ediatric|pregnant)(?: \w+)?"
    r" (?:people|adults|patients|women|men)"
)
_NAME = re.compile(r"(?<![^\W_])(?=[^\s?,;]*[A-Z0-9][^\s?,;]*[A-Z0-9])[^\s?,;.()]+")


def _renewed(context: str, follow_up: str) -> str | None:
    """The context with the follow-up's subject in the place of one of the same kind.

    A name ("AML") takes the last name's place, a group of people another group's. Where the
    kinds differ nothing is replaced.
    """
    subject = _new_subject(follow_up)
    if subject is None:
        return None
    preposition, new = subject
    group = re.compile(rf"\b(?:{_POPULATIONS})\b", re.IGNORECASE)
    if group.fullmatch(new):
        return _replaced(context, [match.span() for match in group.finditer(context)], new)
    if _NAME.fullmatch(new):
        return _replaced(context, [match.span() for match in _NAME.finditer(context)], new)
    if preposition and _is_noun_phrase(new):
        last = re.compile(rf"\b(?:{preposition}) ((?:[\w-]+ ?){{1,3}})(?=\W*$)", re.IGNORECASE)
        return _replaced(context, [match.span(1) for match in last.finditer(context)], new)
    return None


def _new_subject(follow_up: str) -> tuple[str, str] | None:
    """The preposition and the noun of "what about …?", "and in …?"."""
    match = re.fullmatch(
        r"(?:(?:and|but|or|so|also|then)\b[ ,]*)?(?:(?:what|how) about|what of|same for)?\s*"
        rf"(?:({_PREPOSITION})\b)?\s*([^?.!]{{1,60}}?)(?: (?:then|instead|too))?[?.! ]*",
        follow_up,
        re.IGNORECASE,
    )
    if not match or _VERB.search(match[2]) or _PRONOUN.search(match[2]):
        return None
    return (match[1] or "").lower(), match[2].strip()


def _is_noun_phrase(text: str) -> bool:
    return len(text.split()) <= 3 and bool(_heavy_places(text))


def _replaced(context: str, spans: Sequence[tuple[int, int]], new: str) -> str | None:
    if not spans:
        return None
    start, end = spans[-1]
    return f"{context[:start]}{new}{context[end:]}"
