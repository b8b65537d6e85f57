"""Questions for facts of a paper, in the words of `wordings.toml`."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Collection
from pathlib import Path

from training.reader.records.naming import Details, details_of, name
from training.reader.records.printing import Printed
from training.reader.records.titles import topic

_WORDINGS = tomllib.loads(Path(__file__).with_name("wordings.toml").read_text(encoding="utf-8"))
ASKED: dict[str, list[str]] = _WORDINGS["asked"]
_NOUNS_OF: dict[str, list[str]] = _WORDINGS["nouns_of"]
WAYS = {
    slot: [(one, details_of(one)) for one in _WORDINGS[kind]]
    for slot, kind in (("{what}", "named"), ("{key}", "keys"))
}
SEVERAL = tuple(_NOUNS_OF)  # what can be asked for together with others

# The detail of a name that would give a fact away.
_TELLTALE = {
    **dict.fromkeys(("authors", "first", "coauthors"), "people"),
    **{one: one for one in "year month journal volume issue pages doi pmid kind".split()},
    "when": "year",
}
_WHOLE = re.compile(r"\{(?:title|lower|ending)\}")
_POINTED, _CITED, _LOWER, _OPENED = 0.06, 0.15, 0.1, 0.05  # how often


def ask(
    printed: Printed,
    who: int,
    facts: Collection[str],
    rng: random.Random,
    *,
    entry: bool,
    pointed: bool,
    title: str,
) -> tuple[str, Details] | None:
    """A question, and what it says of the paper; None where the dice give none that is clear.

    The paper is named by what is printed of it, or stands under the `title` that is shown with
    it. `who` is the number of the author whom the question is about. With `pointed`, "this
    paper" will do. Of an entry, the title is that of the paper that cites it.
    """
    paper = printed.paper
    wording = rng.choice(ASKED["several" if len(facts) > 1 else next(iter(facts))])
    known = {"people" if one == "author" else one for one in printed.spans}
    known |= {"title"} if title == paper.title else set()
    told = known - {_TELLTALE.get(fact, "") for fact in facts}
    template = wording.replace("{facts}", _listed(facts, rng))
    if "{what}" in wording and pointed and rng.random() < _POINTED:
        template = template.replace(
            "{what}", rng.choice(_WORDINGS["pointing" if entry else "deictic"])
        )
    elif slot := next((one for one in WAYS if one in wording), ""):
        ways = [one for one, details in WAYS[slot] if details <= told]
        if not ways:
            return None
        way = rng.choice(ways)
        if entry and title and slot == "{what}" and rng.random() < _CITED:
            way = rng.choice(_WORDINGS["citing"]).replace("{what}", way)
        template = template.replace(slot, way)
    filled = name(_with_nouns(template, entry, rng), paper, who, rng)
    if not filled or not {*filled[1]} <= known or _reveals(template, filled[1], printed, facts):
        return None
    text = filled[0].replace("{citing}", title).replace("{about}", topic(title, rng) or title)
    return _typed(text, rng), filled[1]


def _reveals(template: str, details: Details, printed: Printed, facts: Collection[str]) -> bool:
    """Whether the question tells what it asks for, or names people who are not shown."""
    paper = printed.paper
    people = details.get("people", ())
    shown = paper.families[: len(printed.spans.get("author", ()))]
    return (
        not {*people} <= {*shown}
        or ("last" in facts and paper.families[-1] in people)
        or ("title" in facts and _WHOLE.search(template) is not None)
    )


def _listed(facts: Collection[str], rng: random.Random) -> str:
    nouns = [rng.choice(_NOUNS_OF[fact]) for fact in facts if fact in _NOUNS_OF]
    return " and ".join(filter(None, (", ".join(nouns[:-1]), *nouns[-1:])))


def _with_nouns(template: str, entry: bool, rng: random.Random) -> str:
    kind = "cited_nouns" if entry and rng.random() < 0.4 else "nouns"
    return template.replace("{noun}", rng.choice(_WORDINGS[kind]))


def _typed(text: str, rng: random.Random) -> str:
    """As one types it: some in small letters, some with a word or two in front."""
    text = re.sub(r"\?(?=[?.])|(?<=\?)[?.]", "", text)
    chance = rng.random()
    if chance < _LOWER:
        return text.lower().rstrip("?.")
    return f"{rng.choice(_WORDINGS['openings'])} {text}" if chance < _LOWER + _OPENED else text
