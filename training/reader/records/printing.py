"""Papers put in print by a template, each fact's place kept.

A template's fields are facts of a `Paper`; `<…>` goes where a field of it has nothing to show.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from training.reader.examples import Span
from training.reader.records.papers import Paper


class Style(NamedTuple):
    """A template, and how it writes people: their form, how many, what joins them."""

    template: str
    form: str = "listed"
    most: int = 99
    last: str = ", "  # before the last of all
    between: str = ", "
    others: str = ", et al."


@dataclass(slots=True)
class Printed:
    """A paper in print: where each fact stands; "author" has a span for each that is named."""

    paper: Paper
    tells_who: bool  # works at which place, where there are several
    text: str = ""
    spans: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))

    def put(self, text: str, fact: str = "") -> None:
        """Add text, which states the fact; a full stop after another mark is left out."""
        if text.startswith(".") and self.text.endswith((".", "?", "!")):
            text = text[1:]
        if fact:
            self.spans[fact].append((len(self.text), len(self.text) + len(text)))
        self.text += text


def show(paper: Paper, style: Style, lacking: Collection[str] = ()) -> Printed:
    """The paper in that style, without the facts that it is to lack as far as these may go."""
    printed = Printed(paper, style.form == "numbered" or "{folk0}" in style.template)
    names = [one for one in _names(style.template) if _fact(one) not in lacking]
    found = {one: "" if one == "people" else _value(paper, one) for one in names}
    there = frozenset(one for one in names if found[one] or one == "people")
    for literal, name in _pieces(style.template, there):
        printed.put(literal)
        if name == "people":
            _put_people(printed, style)
        elif name:
            printed.put(found[name] if name in found else _value(paper, name), _fact(name))
    printed.text = printed.text.rstrip("\n ")
    return printed


@lru_cache
def facts_of(style: Style) -> frozenset[str]:
    """What the style has room for."""
    return frozenset(map(_fact, _names(style.template)))


def values(paper: Paper, fact: str) -> list[str]:
    """A fact as the styles write it."""
    if fact == "author":
        return list(paper.families)
    return [_value(paper, name) for name in (*_SHOWN, fact) if _fact(name) == fact]


def _put_people(printed: Printed, style: Style) -> None:
    people, works_at = printed.paper.people, printed.paper.works_at
    many = len(people) > style.most
    for number, person in enumerate(people[: style.most - 1] if many else people):
        if number:
            printed.put(style.last if number == len(people) - 1 else style.between)
        numbered = style.form == "numbered"
        printed.put(person.written("full" if numbered else style.form), "author")
        if numbered:
            printed.put(f" {works_at[number] + 1}")
    if many:
        printed.put(style.others)


@lru_cache
def _names(template: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\{(\w+)\}", template))


@lru_cache(maxsize=4096)
def _pieces(template: str, there: frozenset[str]) -> list[tuple[str, str]]:
    """Literals, each with the field behind it or ""; groups in which one is not there are gone."""

    def kept(group: re.Match[str]) -> str:
        return group[1] if there >= {*_names(group[1])} else ""

    while "<" in template:
        template = re.sub(r"<([^<>]*)>", kept, template)
    found = re.split(r"\{(\w+)\}", template)
    return list(zip(found[::2], [*found[1::2], ""], strict=True))


def _fact(name: str) -> str:
    if name == "people":
        return "author"
    return _SHOWN[name][0] if name in _SHOWN else name


def _value(paper: Paper, name: str) -> str:
    """What a field shows, or "" for nothing."""
    return str(_SHOWN[name][1](paper) if name in _SHOWN else getattr(paper, name))


def _stopped(full: str, short: str) -> str:
    """The short name with a stop behind each word that is shortened: "J. Lung Dis." """
    whole = full.split()
    return " ".join(one if one in whole else f"{one}." for one in short.split())


def _tail(paper: Paper) -> str:
    """The pages as "409-21": what both have in front is not written twice."""
    first, last = paper.pages
    if len(first) == len(last):
        same = next(i for i, pair in enumerate(zip(first, last, strict=True)) if len({*pair}) > 1)
        last = last[same:]
    return f"{first}-{last}".rstrip("-")


def _place(number: int) -> Callable[[Paper], str]:
    return lambda p: p.places[number] if number < len(p.places) else ""


def _folk(number: int) -> Callable[[Paper], str]:
    return lambda p: ", ".join(
        one.written("spaced") for one, at in zip(p.people, p.works_at, strict=True) if at == number
    )


def _dotted(day: date) -> str:
    return f"{day.day}. {day.month}. {day.year}"


# Fields whose name is not the fact's, or that are not a plain value of the paper.
_SHOWN: dict[str, tuple[str, Callable[[Paper], object]]] = {
    "full": ("journal", lambda p: p.journal[0]),
    "short": ("journal", lambda p: p.journal[1]),
    "stopped": ("journal", lambda p: _stopped(*p.journal)),
    "year": ("year", lambda p: p.published.year),
    "month": ("month", lambda p: f"{p.published:%B}"),
    "mon": ("month", lambda p: f"{p.published:%b}"),
    "day": ("day", lambda p: p.published.day),
    "pages": ("pages", lambda p: "-".join(filter(None, p.pages))),
    "dashed": ("pages", lambda p: "–".join(filter(None, p.pages))),
    "cut": ("pages", _tail),
    "keywords": ("keywords", lambda p: "; ".join(p.keywords)),
    "words": ("keywords", lambda p: ", ".join(p.keywords)),
    "terms": ("keywords", lambda p: " – ".join(p.keywords)),
    "received": ("received", lambda p: f"{p.received:%Y %b} {p.received.day}"),
    "accepted": ("accepted", lambda p: f"{p.accepted:%Y %b} {p.accepted.day}"),
    "submitted": ("received", lambda p: f"{p.received.day} {p.received:%B %Y}"),
    "taken": ("accepted", lambda p: f"{p.accepted.day} {p.accepted:%B %Y}"),
    "submitted_on": ("received", lambda p: _dotted(p.received)),
    "taken_on": ("accepted", lambda p: _dotted(p.accepted)),
    "epub": ("epub", lambda p: f"{p.accepted:%Y %b} {p.accepted.day}"),
    **{f"place{n}": (f"place{n}", _place(n)) for n in range(3)},
    **{f"folk{n}": ("folk", _folk(n)) for n in range(3)},
}
