"""Authors' names taken apart, as reference programs want them: family, given, suffix.

Records give "Ada M. Berg", citation lists "Berg AM", some files "Berg, Ada". A family name of
several capitalised words without a particle cannot be told from given names: its last word is
taken, as BibTeX takes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.export.lines import one_line

_ET_AL = re.compile(r"(?:and\s+)?(?:et\.?\s*al|others)\.?", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|2nd|3rd)\.?")
_INITIALS = re.compile(r"[^\W\d_]{1,4}|(?:[^\W\d_]\.?-?){1,4}\.|[^\W\d_](?:-[^\W\d_])+")
# Words that stand in the names of groups and in nobody's own.
_GROUP = re.compile(
    r"\d|\b(?:of|for|the|and|on|in|Groups?|Consorti(?:um|a)|Committee|Collaborat(?:ion|ors|ive)"
    r"|Society|Teams?|Network|Investigators|Associations?|Organi[sz]ation|Institutes?|Panel"
    r"|Initiative|Study|Foundation|Agency|Cent(?:er|re)s?|University|Council|Ministry"
    r"|Department|Projects?|Programme|Program|Trial|Board|Union|Federation|Commission)\b"
)
_MOST_WORDS = 7


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name; of a group, or a person of one name, `family` alone."""

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def initials(self) -> str:
        """The given names' first letters: "Ada-Marie" and "A.-M." as "AM"."""
        parts = re.findall(r"[^\W\d_]+", self.given)
        return "".join(part if _is_initials(part) else part[0].upper() for part in parts)

    @property
    def spelt(self) -> str:
        """The given names, initials spread and dotted: "AM" as "A. M."."""
        words = self.given.split()
        if not all(map(_is_initials, words)):
            return self.given
        dotted = (re.sub(r"([^\W\d_])\.?(?=(-?))", _dotted, word) for word in words)
        return " ".join(" ".join(dotted).split())


def people(authors: Iterable[str]) -> tuple[list[Name], bool]:
    """The names, and whether there are more ("et al.") than are listed."""
    lines = [line for line in map(one_line, authors) if line]
    named = [line for line in lines if not _ET_AL.fullmatch(line)]
    return [name_of(line) for line in named], len(named) < len(lines)


def name_of(line: str) -> Name:
    """A name from how it is written.

    >>> name_of("Ada F van den Berg")
    Name(family='van den Berg', given='Ada F', suffix='')
    >>> name_of("Berg AF Jr")
    Name(family='Berg', given='AF', suffix='Jr')
    """
    words = line.split()
    if len(words) < 2 or len(words) > _MOST_WORDS or _GROUP.search(line) or line.count(",") > 2:
        return Name(line)
    if "," in line:
        family, given, *rest = (part.strip() for part in line.split(","))
        return Name(family, given, *rest) if family and given else Name(line)
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    at = _split_at(words)
    if _is_initials(words[-1]) and not all(map(_is_initials, words)):
        return Name(" ".join(words[:at]), " ".join(words[at:]), suffix)
    return Name(" ".join(words[at:]), " ".join(words[:at]), suffix)


def _split_at(words: list[str]) -> int:
    """Where the second part begins: initials behind a family name, or else the family name."""
    at = len(words) - 1
    if _is_initials(words[-1]):
        while at > 1 and _is_initials(words[at - 1]):
            at -= 1
        return at
    particles = (place for place in range(1, at) if words[place][0].islower())
    return next(particles, at)


def _is_initials(word: str) -> bool:
    return word.isupper() and bool(_INITIALS.fullmatch(word))


def _dotted(letter: re.Match[str]) -> str:
    return f"{letter[1]}." if letter[2] else f"{letter[1]}. "
