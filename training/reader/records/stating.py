"""Whether a paper in print states what a question asks for, and where."""

from __future__ import annotations

import re
from collections.abc import Callable

from training.reader.examples import Span
from training.reader.records.naming import Details, fits
from training.reader.records.papers import Paper
from training.reader.records.printing import Printed, values

# What is left out where a fact is missing, and what would tell it; other facts are their own.
PLACES = ("place0", "place1", "place2")
TOLD_BY = {
    **dict.fromkeys("authors everyone first last coauthors count".split(), ("author",)),
    **{
        "when": ("year",),
        "titles": ("title",),
        "works": ("title",),
        "place": PLACES,
        "workplace": PLACES,
    },
}
_KIND_TOLD = re.compile("review|trial|case|meta-analysis|study|report|comment", re.IGNORECASE)


def stated(printed: Printed, fact: str, who: int = 0) -> list[Span] | None:
    """Where a question's fact stands, [] where it does not; None where that is open to doubt.

    `who` is the number of the author whom the question is about, if about one.
    """
    spans, people = printed.spans, len(printed.paper.people)
    named = spans.get("author", [])
    if fact in _BYLINE:
        return _BYLINE[fact](named, people, who) if named else []
    if fact in ("when", "month", "day"):
        if "epub" in spans and fact not in spans and fact != "when":
            return None  # another date than the one asked for
        date = [span for one in ("year", "month", "day") for span in spans.get(one, [])]
        return spans.get("month", []) if fact == "month" else _hull(date, fact in (*spans, "when"))
    places = [span for n in range(3) for span in spans.get(f"place{n}", [])]
    if fact == "place":
        return places
    if fact == "workplace":
        told = printed.tells_who or not places or len(printed.paper.places) == 1
        return spans.get(f"place{printed.paper.works_at[who]}", []) if told else None
    return spans.get("title" if fact in ("titles", "works") else fact, [])


def _hull(spans: list[Span], there: bool = True) -> list[Span]:
    found = sorted(spans) if there else []
    return [(found[0][0], max(end for _, end in found))] if found else []


def _others(named: list[Span], people: int, who: int) -> list[Span] | None:
    if people < 2 or who >= len(named) or len(named) < 2:
        return None
    return _hull(named[:who]) + _hull(named[who + 1 :])


_Byline = Callable[[list[Span], int, int], list[Span] | None]
_BYLINE: dict[str, _Byline] = {
    "authors": lambda named, people, _: _hull(named),
    "everyone": lambda named, people, _: _hull(named) if len(named) == people else None,
    "count": lambda named, people, _: _hull(named) if len(named) == people else None,
    "first": lambda named, people, _: named[:1],
    "last": lambda named, people, _: (
        None if people < 2 else named[-1:] if len(named) == people else []
    ),
    "coauthors": _others,
}


def hinted(printed: Printed, fact: str) -> bool:
    """Whether a fact that is not stated may be gathered from what is."""
    if fact == "kind" and _KIND_TOLD.search(printed.paper.title):
        return True
    told = {value for one in TOLD_BY.get(fact, (fact,)) for value in values(printed.paper, one)}
    text = printed.text.casefold()
    return any(_stands(value.casefold(), text) for value in told if value)


def differs(printed: Printed, details: Details, meant: Paper, titled: bool) -> bool:
    """Whether one can see that the paper in print is not the one that a name means.

    `titled` is whether its title stands above it.
    """
    paper, seen = printed.paper, {*printed.spans} | ({"title"} if titled else {*()})
    wrong = [one for one in details if not fits({one: details[one]}, paper)]
    if "people" in wrong and "author" in seen:
        shown = paper.families[: len(printed.spans["author"])]
        missing = {*details["people"]} - {*shown}
        if missing and (len(shown) == len(paper.people) or meant.families[0] in missing):
            return True
    return any(one in seen for one in wrong)


def _stands(value: str, text: str) -> bool:
    """Whether it stands there as words of its own."""
    place = text.find(value)
    while place >= 0:
        around = text[place - 1 : place] + text[place + len(value) : place + len(value) + 1]
        if not any(one.isalnum() for one in around):
            return True
        place = text.find(value, place + 1)
    return False
