"""What a message is besides a plain question."""

from __future__ import annotations

import re

from rag.asides.kinds import (
    Aside,
    Capabilities,
    Foreign,
    Greeting,
    Listing,
    Several,
    Summary,
    Thanks,
)
from rag.asides.language import foreign_language
from rag.asides.several import split_questions
from rag.asides.smalltalk import CAPABILITIES, GREETING, LISTING, THANKS, bare, without_courtesies

_WHOLE = (
    (GREETING, Greeting()),
    (THANKS, Thanks()),
    (CAPABILITIES, Capabilities()),
    (LISTING, Listing()),
)
_ONE = r"(?:document|paper|article|review|study|report|page|text|file|pdf|abstract|publication)"
_IT = rf"(?:it|this|that|the (?:same|above|last)(?: one)?|(?:this|that|the) {_ONE})"
_ME = r"(?: (?:for )?(?:me|us))?"
_DIGEST = (
    r"(?:(?:an?|the) )?(?:(?:short|brief|quick|concise|general|good|one-paragraph|executive) )*"
    r"(?:summary|overview|synopsis|outline|digest|recap|r[eé]sum[eé])"
)
_POINTS = (
    r"(?:(?:the )?(?:key|main|major|central|most important|essential)"
    r" (?:points?|messages?|ideas?|take-?aways?))"
)
_GIST = rf"(?:{_POINTS}|(?:the )?(?:take-?aways?|take-home messages?|highlights|gist|essence))"
_POLITE = (
    r"(?:(?:can|could|would|will) (?:you|i|we) (?:please )?|please |kindly |let['’]s "
    r"|i(?:['’]d| would)? (?:like|want|need) you to )*"
)
_WANTED = (
    r"(?:give|get|show|tell|provide|write|make|create|produce|offer|list|extract|i want|i need"
    r"|i(?:['’]d| would) like(?: to have)?)"
)
_SHORTLY = (
    r"(?: (?:for (?:me|us)|in (?:brief|short)|(?:very )?(?:briefly|shortly)"
    r"|in (?:\w+ )?(?:few|\d|one|two|three|four|five) (?:sentences?|words|lines|points)))?"
)
_ORDER = re.compile(
    rf"{_POLITE}(?:(?:summari[sz]e|sum up|recap|tl;?dr:?){_ME}(?:,? (?:briefly|quickly))?"
    rf"|{_WANTED}{_ME}(?: with)? (?:{_DIGEST} (?:of|on|about|for|over)|{_GIST} (?:of|from|in))"
    rf"|{_POINTS} (?:of|from))(?=\W|$)[: ]*(?P<subject>.*?){_SHORTLY}",
    re.IGNORECASE,
)
# Asked in these words, only what is said to be a document is meant.
_OF_A_DOCUMENT = re.compile(
    rf"(?:what (?:are|is|were|was) {_GIST} (?:of|from|in) (?P<subject>.*)"
    rf"|(?:{_DIGEST}|{_GIST})(?: (?:of|for|on))? (?P<named>.*)"
    rf"|what(?:['’]s| is| does) (?P<pointed>(?:this|that|the) {_ONE}) (?:about|say|tell us))",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(rf"(?:(?:all )?of )?{_IT}|", re.IGNORECASE)
_NAMES_ONE = re.compile(rf"{_IT}|.*\b{_ONE}\b(?!s).*", re.IGNORECASE)
_BACKWARDS = re.compile(
    rf"(?P<subject>.+?)[,:;–-]+ ?(?:{_POLITE})?(?:tl;?dr|summary|summari[sz]e(?: it)?)", re.I
)


def sort_out(text: str) -> Aside | None:
    """What a message is besides a plain question; None for a plain question.

    A plain question is asked as `without_courtesies` leaves it. Each of `Several` is to be sorted
    out again: any may be an aside.
    """
    message = without_courtesies(text)
    line = bare(message) or message
    for pattern, aside in _WHOLE:
        if pattern.fullmatch(line):
            return aside
    parts = split_questions(message)
    if len(parts) > 1:
        return Several(parts)
    if (subject := _to_summarise(line)) is not None:
        return Summary(subject)
    language = foreign_language(message)
    return None if language is None else Foreign(language)


def _to_summarise(line: str) -> str | None:
    """The document to be summarised, as it is named; None where none is asked for."""
    if match := _ORDER.fullmatch(line):
        subject = match["subject"]
    elif match := _OF_A_DOCUMENT.fullmatch(line):
        subject = match["subject"] or match["named"] or match["pointed"] or ""
        if not _NAMES_ONE.fullmatch(subject):
            return None
    elif (match := _BACKWARDS.fullmatch(line)) and _NAMES_ONE.fullmatch(match["subject"]):
        subject = match["subject"]
    else:
        return None
    subject = subject.strip(" \t,;:?!.“”\"'‘’")
    return "" if _SPOKEN_OF.fullmatch(subject) else subject
