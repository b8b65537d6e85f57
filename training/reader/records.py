"""Questions about papers themselves: header lines and reference entries, made from real titles.

No set of such questions is at hand. Titles are those of SciFact's abstracts; names, journals,
dates and identifiers are drawn at random, so that nothing can be known by heart: what is asked
must be read. A third of the questions ask for what the entry lacks, or of a neighbouring paper.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from training.reader.examples import Example

_ONSETS = "B Br C Ch D F G Gr H J K Kr L M N P R S Sch St T Th V W Z".split()
_MIDDLES = "a e i o u ar el en er in on or an al ie ei au ö ü".split()
_ENDINGS = "ler man sen ski ez ova er berg ton son ini ard i a ng wa moto ić ska nd lli".split()
_GIVEN = (
    "Anna Wei Maria John Priya Hiroshi Elena Ahmed Sofia Luca Jan Petra Omar Mei David Ines"
    " Karl Ruth Tomas Aiko Nils Clara Yusuf Eva Paul"
).split()
_FIELDS = (
    "Oncol Haematol Immunol Virol Neurol Cardiol Pediatr Surg Genet Nephrol Microbiol Pharmacol"
).split()
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, slots=True)
class Paper:
    """A made-up record under a real title."""

    title: str
    people: tuple[tuple[str, str], ...]  # family name, given name
    journal: str
    year: int
    month: str
    volume: int
    issue: int
    pages: str
    doi: str
    pmid: int

    @property
    def listed(self) -> str:
        """Authors as a citation list writes them."""
        return ", ".join(f"{family} {given[0]}" for family, given in self.people)

    @property
    def named(self) -> str:
        """Authors as a title page writes them."""
        return ", ".join(f"{given} {family}" for family, given in self.people)


# What is asked, how, and the fact that answers.
_ASKED: tuple[tuple[str, Callable[[Paper], str], tuple[str, ...]], ...] = (
    (
        "authors",
        lambda p: p.people[0][0],
        (
            "Who wrote {what}?",
            "Who are the authors of {what}?",
            "Name the first author of {what}",
            "authors of {what}",
            "Whose paper is {what}?",
            "By whom was {what} written?",
        ),
    ),
    (
        "journal",
        lambda p: p.journal,
        (
            "In which journal did {what} appear?",
            "Where was {what} published?",
            "What journal published {what}?",
            "journal of {what}",
        ),
    ),
    (
        "year",
        lambda p: str(p.year),
        (
            "When was {what} published?",
            "In which year did {what} come out?",
            "publication year of {what}",
            "How old is {what}?",
        ),
    ),
    (
        "doi",
        lambda p: p.doi,
        ("What is the DOI of {what}?", "doi {what}", "Which DOI belongs to {what}?"),
    ),
    (
        "pmid",
        lambda p: str(p.pmid),
        (
            "What is the PMID of {what}?",
            "PubMed ID of {what}",
            "Under which PMID is {what} indexed?",
        ),
    ),
    (
        "pages",
        lambda p: p.pages,
        ("On which pages is {what}?", "What are the page numbers of {what}?"),
    ),
    (
        "volume",
        lambda p: f"{p.volume}({p.issue})",
        ("Which volume and issue holds {what}?", "volume of {what}"),
    ),
)


def records(data: Path, count: int, rng: random.Random) -> Iterator[Example]:
    """`count` questions over made-up headers and reference entries."""
    with (data / "scifact/corpus.jsonl").open(encoding="utf-8") as stream:
        titles = [json.loads(line)["title"].rstrip(".") for line in stream]
    for _ in range(count):
        papers = [_paper(rng.choice(titles), rng) for _ in range(rng.randint(2, 5))]
        yield (_reference if rng.random() < 0.6 else _header)(papers, rng)


def _reference(papers: list[Paper], rng: random.Random) -> Example:
    style, lacking = rng.choice(_STYLES)
    name, fact, wordings = rng.choice(_ASKED)
    subject, shown = papers[0], papers[0] if rng.random() < 0.75 else papers[1]
    text = style(shown)
    question = rng.choice(wordings).format(what=_describe(subject, name, rng))
    answerable = shown is subject and name not in lacking and fact(shown) in text
    return _example(question, text, fact(shown), "", answerable)


def _header(papers: list[Paper], rng: random.Random) -> Example:
    paper = papers[0]
    lines = {
        "title": paper.title,
        "authors": paper.named,
        "place": f"{paper.journal}. {paper.year} {paper.month};{paper.volume}({paper.issue})"
        f":{paper.pages}.",
        "doi": f"doi: {paper.doi}.",
        "pmid": f"PMID: {paper.pmid}",
    }
    kept = [key for key in lines if key == "title" or rng.random() < 0.8]
    text = "\n".join(lines[key] for key in kept)
    name, fact, wordings = rng.choice(_ASKED)
    asked = paper if rng.random() < 0.8 else papers[1]
    what = rng.choice(("this paper", "the article")) if rng.random() < 0.1 else ""
    question = rng.choice(wordings).format(what=what or _describe(asked, name, rng))
    answerable = (asked is paper or bool(what)) and fact(paper) in text
    return _example(question, text, fact(paper), paper.title, answerable)


def _example(question: str, text: str, fact: str, title: str, answerable: bool) -> Example:
    place = text.find(fact)
    spans = ((place, place + len(fact)),) if answerable else ()
    return Example("records", question, text, title, answerable, spans, spans)


def _describe(paper: Paper, asked: str, rng: random.Random) -> str:
    """A paper named by what is not asked for."""
    family = paper.people[0][0]
    ways = [f"“{paper.title}”", f"the paper on {_topic(paper.title, rng)}"]
    if asked != "authors":
        ways += [f"{family} et al. {paper.year}" if asked != "year" else f"{family} et al."]
        ways += [f"the article by {family}", f"the work of {family} and colleagues"]
        if asked != "journal":
            ways.append(f"the {paper.journal} paper by {family}")
    if asked not in ("journal", "year"):
        ways.append(f"the {paper.year} article in {paper.journal}")
        ways.append(f"the {paper.journal} {paper.year} paper on {_topic(paper.title, rng)}")
    return rng.choice(ways)


def _topic(title: str, rng: random.Random) -> str:
    """A few neighbouring words of a title, as one who half remembers it would say."""
    words = title.split()
    size = min(len(words), rng.randint(3, 7))
    start = rng.randint(0, len(words) - size)
    return " ".join(words[start : start + size]).lower().strip(":,;()")


def _paper(title: str, rng: random.Random) -> Paper:
    first = rng.randint(1, 1900)
    year = rng.randint(1975, 2026)
    journal = rng.choice(("J Clin {}", "Eur J {}", "Ann {}", "Int J {}", "Nat Rev {}", "{} Lett"))
    return Paper(
        title=title,
        people=tuple((_family(rng), rng.choice(_GIVEN)) for _ in range(rng.randint(1, 7))),
        journal=journal.format(rng.choice(_FIELDS)),
        year=year,
        month=rng.choice(_MONTHS),
        volume=rng.randint(1, 200),
        issue=rng.randint(1, 24),
        pages=f"{first}-{first + rng.randint(1, 30)}",
        doi=f"10.{rng.randint(1000, 9999)}/{rng.choice('abcdefgh')}{rng.randint(1000, 999999)}",
        pmid=rng.randint(1_000_000, 41_000_000),
    )


def _family(rng: random.Random) -> str:
    return rng.choice(_ONSETS) + rng.choice(_MIDDLES) + rng.choice(_ENDINGS)


_STYLES: tuple[tuple[Callable[[Paper], str], frozenset[str]], ...] = (
    (
        lambda p: (
            f"{p.listed}. {p.title}. {p.journal}. {p.year} {p.month};{p.volume}({p.issue})"
            f":{p.pages}. doi: {p.doi}. PMID: {p.pmid}."
        ),
        frozenset(),
    ),
    (
        lambda p: (
            f"{p.title}\n{p.listed}\n{p.journal} {p.year} {p.month};{p.volume}({p.issue})"
            f":{p.pages}. doi: {p.doi}. PMID: {p.pmid}"
        ),
        frozenset(),
    ),
    (
        lambda p: (
            f"{p.listed}, “{p.title},” {p.journal}, vol. {p.volume}, no. {p.issue}, "
            f"pp. {p.pages}, {p.month} {p.year}."
        ),
        frozenset({"doi", "pmid", "volume"}),
    ),
    (
        lambda p: (
            f"{p.people[0][0]} {p.people[0][1][0]}, et al. ({p.year}). {p.title}. "
            f"{p.journal}, {p.volume}({p.issue}), {p.pages}. https://doi.org/{p.doi}"
        ),
        frozenset({"pmid"}),
    ),
    (
        lambda p: f"{p.journal}. {p.year} {p.month};{p.volume}({p.issue}):{p.pages} - PubMed",
        frozenset({"authors", "doi", "pmid"}),
    ),
)
