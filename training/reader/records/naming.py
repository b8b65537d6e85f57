"""How people name a paper, and the papers that they could mistake for it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date

from training.reader.records.papers import Paper, draw_paper
from training.reader.records.titles import PARTS, Titles, words

# What a name says of a paper: of each detail, all that the paper must have to be meant.
Details = Mapping[str, tuple[object, ...]]

_SORTS = {
    "Review": "review",
    "Systematic Review": "review",
    "Case Reports": "case report",
    "Randomized Controlled Trial": "trial",
    "Meta-Analysis": "meta-analysis",
    "Letter": "letter",
    "Editorial": "editorial",
    "Comment": "comment",
}
# How a person is written in a question, and how often.
_FORMS = {"family": 12, "listed": 3, "stopped": 2, "full": 3}


def name(
    template: str, paper: Paper, who: int, rng: random.Random
) -> tuple[str, dict[str, tuple[object, ...]]] | None:
    """The template filled in, and what it says of the paper; None where the paper lacks that.

    `who` is the number of the author whom `{person}` means. Fields that are not of a paper are
    left as they stand.
    """
    form = rng.choices([*_FORMS], [*_FORMS.values()])[0]
    details: dict[str, tuple[object, ...]] = {}
    shown: dict[str, str] = {}
    for field in re.findall(r"\{(\w+)\}", template):
        if field in ("author", "second", "person"):
            number = {"author": 0, "second": 1, "person": who}[field]
            if number >= len(paper.people):
                return None
            person = paper.people[number]
            shown[field] = person.family if form == "family" else person.written(form)
            details["people"] = (*details.get("people", ()), person.family)
        elif field in PARTS:
            shown[field] = PARTS[field](paper.title, rng)
            if not shown[field]:
                return None
            details["title"] = (*details.get("title", ()), *words(shown[field]))
        elif field in _PLAIN:
            detail, write = _PLAIN[field]
            shown[field] = write(paper, rng)
            if not shown[field]:
                return None
            details[detail] = _HELD[detail](paper)
    return re.sub(r"\{(\w+)\}", lambda m: shown.get(m[1], m[0]), template), details


def fits(details: Details, paper: Paper) -> bool:
    """Whether a name can mean the paper."""
    return all({*held} <= {*_HELD[detail](paper)} for detail, held in details.items())


def details_of(template: str) -> frozenset[str]:
    """Which details a template tells."""
    fields = re.findall(r"\{(\w+)\}", template)
    people = {"author": "people", "second": "people", "person": "people"}
    plain = {field: detail for field, (detail, _) in _PLAIN.items()}
    known = {**people, **plain, **dict.fromkeys(PARTS, "title")}
    return frozenset(known[field] for field in fields if field in known)


def neighbour(
    paper: Paper, details: Details, titles: Titles, rng: random.Random, *, short: bool, same: bool
) -> Paper:
    """A paper that the name does not mean, though one or more of its details are right.

    With `same`, the other may bear the same title, if the name tells more than that.
    """
    for _ in range(20):
        wrong = rng.choice(list(details))
        kept = [one for one in details if one != wrong and rng.random() < 0.85]
        other = _with(paper, details, kept, _near_title(paper, kept, titles, rng, short, same), rng)
        if not fits(details, other):
            return other
    return draw_paper(titles.draw(rng, short), rng, whole=bool(paper.places))


def _near_title(
    paper: Paper, kept: Collection[str], titles: Titles, rng: random.Random, short: bool, same: bool
) -> str:
    if same and "title" in kept and rng.random() < 0.6:
        return paper.title
    return (
        titles.related(paper.title, rng, short) if rng.random() < 0.7 else titles.draw(rng, short)
    )


def _with(
    paper: Paper, details: Details, kept: Collection[str], title: str, rng: random.Random
) -> Paper:
    """A new paper of that title with the details that are kept; numbers lie near the others."""
    named = [one for one in paper.people if one.family in details.get("people", ())]
    people = named if "people" in kept else named[:-1]
    day = paper.published
    if "year" not in kept:
        year = min(max(day.year + rng.choice((-4, -3, -2, -1, 1, 2, 3, 5)), 1971), 2025)
        day = date(rng.choice((year, rng.randint(1975, 2025))), day.month, day.day)
    if "month" not in kept:
        day = day.replace(month=rng.randint(1, 12))
    day = day.replace(day=rng.randint(1, 28))
    other = draw_paper(title, rng, people, day, whole=bool(paper.places))
    if "journal" in kept:
        other = replace(other, journal=paper.journal)
    if "volume" in kept:
        other = replace(other, volume=paper.volume)
    if "issue" in kept:
        other = replace(other, issue=paper.issue)
    if {"doi", "pmid"} & {*details} and rng.random() < 0.5:
        other = replace(
            other, doi=_slipped(paper.doi, rng), pmid=int(_slipped(str(paper.pmid), rng))
        )
    return other


def _slipped(number: str, rng: random.Random) -> str:
    """The same with one of its last figures changed."""
    at = rng.choice([match.start() for match in re.finditer(r"\d", number)][-4:])
    figures = "123456789".replace(number[at], "")
    return number[:at] + rng.choice(figures) + number[at + 1 :]


_PLAIN: dict[str, tuple[str, Callable[[Paper, random.Random], str]]] = {
    "journal": ("journal", lambda p, rng: rng.choice(p.journal)),
    "year": ("year", lambda p, _: str(p.published.year)),
    "month": ("month", lambda p, _: f"{p.published:%B}"),
    "volume": ("volume", lambda p, _: str(p.volume)),
    "issue": ("issue", lambda p, _: str(p.issue)),
    "page": ("pages", lambda p, _: p.pages[0]),
    "doi": ("doi", lambda p, _: p.doi),
    "pmid": ("pmid", lambda p, _: str(p.pmid)),
    "sort": ("kind", lambda p, _: _SORTS.get(p.kind, "")),
}
_HELD: dict[str, Callable[[Paper], tuple[object, ...]]] = {
    "people": lambda p: p.families,
    "title": lambda p: tuple(words(p.title)),
    "journal": lambda p: (p.journal,),
    "year": lambda p: (p.published.year,),
    "month": lambda p: (p.published.month,),
    "volume": lambda p: (p.volume,),
    "issue": lambda p: (p.issue,),
    "pages": lambda p: (p.pages,),
    "doi": lambda p: (p.doi,),
    "pmid": lambda p: (p.pmid,),
    "kind": lambda p: (_SORTS.get(p.kind, p.kind),),
}
