"""Examples drawn: a paper, what is asked of it, what is printed, and what is right."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.reader.examples import Example, Span
from training.reader.records.asking import SEVERAL, ask
from training.reader.records.naming import Details, neighbour
from training.reader.records.papers import Paper, draw_paper
from training.reader.records.printing import Printed, Style, facts_of, show
from training.reader.records.stating import PLACES, TOLD_BY, differs, hinted, stated
from training.reader.records.styles import ENTRIES, HEADERS
from training.reader.records.titles import Titles

ANSWERABLE = 0.6
LONGEST = 245  # pieces of question, title and passage: under the 288 tokens that are read
_PIECE = re.compile(r"[^\W\d_]{1,4}|\d{1,2}|[^\w\s]")

# What makes a question unanswerable, and how often: the fact is not in the entry; another paper
# is there, near or far; records never hold it; the paper is the one whose list the entry is of.
LACKS = {"missing": 40, "neighbour": 40, "far": 6, "never": 8, "citing": 6}
_LAYOUTS = {"entry": 45, "list": 25, "header": 30}
FACTS = {
    "authors": 10, "everyone": 3, "first": 6, "last": 4, "coauthors": 5, "count": 2, "when": 4,
    "year": 8, "month": 3, "day": 2, "journal": 9, "volume": 4, "issue": 3, "pages": 6, "doi": 9,
    "pmid": 8, "title": 7, "works": 3, "titles": 2, "place": 4, "workplace": 3, "email": 1,
    "received": 3, "accepted": 3, "funder": 3, "grant": 3, "keywords": 4, "kind": 4,
    "interests": 2, "several": 7,
}  # fmt: skip
_OF_HEADERS = frozenset(
    "place workplace email received accepted funder grant keywords kind interests".split()
)
# How often an entry and a header lack what may be missing.
_ENTRY_GAPS = {"doi": 0.35, "pmid": 0.35, "issue": 0.25, "day": 0.4, "month": 0.3, "epub": 0.8}
_HEADER_GAPS = {
    **{"title": 0.2, "author": 0.15, "year": 0.1, "month": 0.2, "day": 0.4, "epub": 0.8},
    **{"doi": 0.3, "pmid": 0.3, "issue": 0.2, "kind": 0.4, "place0": 0.4},
    **dict.fromkeys("email received accepted keywords grant interests".split(), 0.5),
}
# What cannot be asked for so: entries without titles are works too, and only the title of the
# paper that cites is known.
UNASKED = {
    "missing": {"coauthors", "titles", "works"},
    "citing": {"coauthors", "workplace", "title", "titles", "works"},
}
_LABELS = ("", "", "{}. ", "[{}] ", "({}) ", "{} ", "    {}. ")


@dataclass(frozen=True, slots=True)
class _Case:
    """What is asked of which paper, how papers are printed, and what makes it unanswerable."""

    paper: Paper
    who: int  # the number of the author whom the question is about, if about one
    facts: tuple[str, ...]
    lack: str
    layout: str
    style: Style

    @property
    def shown(self) -> bool:
        """Whether the paper is in the passage."""
        return self.lack in ("", "missing", "never")

    def print(self, paper: Paper, rng: random.Random) -> Printed:
        """A paper in the style, with gaps; what is asked for is kept, but not where it lacks."""
        odds = _HEADER_GAPS if self.layout == "header" else _ENTRY_GAPS
        gaps = {one for one, chance in odds.items() if rng.random() < chance}
        asked = {one for fact in self.facts for one in TOLD_BY.get(fact, (fact,))}
        gaps = gaps | asked if paper is self.paper and self.lack == "missing" else gaps - asked
        return show(paper, self.style, gaps | ({*PLACES} if "place0" in gaps else {*()}))

    def is_clear(self, printed: Printed) -> bool:
        """Whether the paper in print states what is asked, or does not, as it should."""
        found = [stated(printed, fact, self.who) for fact in self.facts]
        if None in found:
            return False
        if self.lack == "missing":
            return not any(found) and not any(hinted(printed, fact) for fact in self.facts)
        return all(found) or bool(self.lack)


def records(data: Path, rng: random.Random, count: int) -> Iterator[Example]:
    """`count` questions over made-up headers and reference entries."""
    titles = Titles(data)
    for _ in range(count):
        lack = _weighted(LACKS, rng) if rng.random() >= ANSWERABLE else ""
        odds = {one: odd for one, odd in FACTS.items() if one not in UNASKED.get(lack, ())}
        made = None
        while made is None:
            fact = _weighted(odds, rng)
            tries = (draw(titles, rng, lack, fact) for _ in range(40))
            made = next((one for one in tries if one), None)
        yield made


def draw(titles: Titles, rng: random.Random, lack: str, fact: str) -> Example | None:
    """An example that is without what `lack` says, or lacks nothing; for one of `FACTS`.

    None where the dice give none that is clear.
    """
    case = _draw_case(titles, rng, lack, fact)
    printed = case.print(case.paper, rng)
    if not case.is_clear(printed):
        return None
    header = case.layout == "header"
    above = _draw_title(case, titles, rng)
    question = ask(
        Printed(case.paper, False) if lack == "citing" else printed,
        case.who,
        case.facts,
        rng,
        title=above,
        entry=not header and lack != "citing",
        pointed=case.shown and case.layout != "list",
    )
    if question is None:
        return None
    text, details = question
    papers = [printed] if case.shown else []
    papers += _draw_others(case, details, titles, rng, titled=header and bool(above))
    if header and above and papers:
        above = papers[0].paper.title
    room = LONGEST - _tokens(text) - _tokens(above)
    return _example(case, text, above, _fitting(papers, room), rng)


def _draw_case(titles: Titles, rng: random.Random, lack: str, fact: str) -> _Case:
    facts = tuple(rng.sample(SEVERAL, rng.randint(2, 3))) if fact == "several" else (fact,)
    layout = _weighted(_LAYOUTS, rng)
    if lack == "citing" or (fact == "titles" and layout == "header"):
        layout = "entry"  # a header is that of no cited work
    elif _OF_HEADERS & {*facts} and (not lack or rng.random() < 0.6):
        layout = "header"
    paper = draw_paper(titles.draw(rng, layout == "list"), rng, whole=layout == "header")
    return _Case(
        paper=paper,
        who=rng.randrange(len(paper.people)),
        facts=("never",) if lack == "never" else facts,
        lack=lack,
        layout=layout,
        style=_draw_style(facts, layout, lack, rng),
    )


def _draw_style(facts: tuple[str, ...], layout: str, lack: str, rng: random.Random) -> Style:
    """One that has room for what is to be stated."""
    styles = HEADERS if layout == "header" else ENTRIES
    asked = {TOLD_BY.get(fact, (fact,))[0] for fact in facts}
    fit = [one for one in styles if lack or asked <= facts_of(one)]
    return rng.choice(fit or styles)


def _draw_title(case: _Case, titles: Titles, rng: random.Random) -> str:
    """What stands above the passage: the header's own title, or that of the citing paper."""
    titled = rng.random()
    if case.layout == "header":
        asked = case.lack == "missing" and "title" in case.facts
        return case.paper.title if titled < 0.85 and not asked else ""
    if case.lack == "citing":
        return case.paper.title
    return titles.related(case.paper.title, rng, case.layout == "list") if titled < 0.55 else ""


def _draw_others(
    case: _Case, details: Details, titles: Titles, rng: random.Random, titled: bool
) -> Iterator[Printed]:
    """Papers that are not meant, in print: all that there are, or those beside the one."""
    listed = case.layout == "list"
    for _ in range(rng.randint(2, 5) if listed else 0 if case.shown else 1):
        if case.lack == "far":
            other = draw_paper(titles.draw(rng, listed), rng, whole=case.layout == "header")
        else:
            other = neighbour(
                case.paper, details, titles, rng, short=listed, same=case.lack == "neighbour"
            )
        printed = case.print(other, rng)
        if differs(printed, details, case.paper, titled):
            yield printed


def _fitting(papers: Sequence[Printed], room: int) -> list[Printed]:
    """The first of them that the network has room for."""
    kept = []
    for one in papers:
        room -= _tokens(one.text) + 5
        if room < 0:
            break
        kept.append(one)
    return kept


def _example(
    case: _Case, question: str, title: str, papers: Sequence[Printed], rng: random.Random
) -> Example | None:
    header = case.layout == "header"
    if not papers or (case.layout == "list" and len(papers) < 2):
        return None
    order = rng.sample(papers, len(papers))
    label, number = "" if header else rng.choice(_LABELS), rng.randint(1, 90)
    passage, answers, evidence = "", [], []
    for place, printed in enumerate(order):
        passage += "\n" * bool(place) + label.format(number + place)
        start = len(passage)
        passage += printed.text
        if printed.paper is case.paper and not case.lack:
            spans = [s for fact in case.facts for s in stated(printed, fact, case.who) or ()]
            answers += [(start + a, start + b) for a, b in spans]
            evidence += (
                [_line(printed.text, span) for span in spans] if header else [(start, len(passage))]
            )
    return Example(
        source="records",
        question=question,
        passage=passage,
        title=title,
        answerable=not case.lack,
        answers=None if "count" in case.facts and not case.lack else tuple(answers),
        evidence=tuple(dict.fromkeys(evidence)),
    )


def _line(text: str, span: Span) -> Span:
    end = text.find("\n", span[1])
    return text.rfind("\n", 0, span[0]) + 1, len(text) if end < 0 else end


def _tokens(text: str) -> int:
    """About as many as a tokenizer makes of such text, seldom fewer."""
    return len(_PIECE.findall(text))


def _weighted(odds: Mapping[str, int], rng: random.Random) -> str:
    return rng.choices([*odds], [*odds.values()])[0]
