"""Real titles, and what people remember of them."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

_GRAMMAR = frozenset(
    """a an and are as at but by can do does for from has have how in into is its not of on or that
    the their this through to under using via was what when which who why with within without new
    between among during after before versus vs""".split()
)
_VAGUE = frozenset("role study studies analysis effect effects approach".split())
SHORT = 85  # characters of a title that leaves room for others


class Titles:
    """Real titles, and which of them share a rare word."""

    def __init__(self, data: Path) -> None:
        """Those of SciFact's abstracts that are titles, and not a scrap of a page."""
        with (data / "scifact/corpus.jsonl").open(encoding="utf-8") as stream:
            read = [str(json.loads(line)["title"]).strip(" []\".'") for line in stream]
        self._all = [one for one in read if 4 <= len(one.split()) <= 26 and one[-1] not in ":,;"]
        self._short = [one for one in self._all if len(one) < SHORT]
        self._holding: dict[str, list[str]] = defaultdict(list)
        for title in self._all:
            for word in content_words(title):
                self._holding[word].append(title)

    def draw(self, rng: random.Random, short: bool = False) -> str:
        """Any of them; with `short`, one that leaves room for others."""
        return rng.choice(self._short if short else self._all)

    def related(self, title: str, rng: random.Random, short: bool = False) -> str:
        """Another that shares a word which few have, where there is one."""
        rare = [some for w in content_words(title) if 1 < len(some := self._holding[w]) < 60]
        near = [one for one in rng.choice(rare) if one != title] if rare else []
        near = [one for one in near if len(one) < SHORT] if short else near
        return rng.choice(near) if near else self.draw(rng, short)


def content_words(text: str) -> list[str]:
    """Its words in lower case, without those that say little."""
    vague = _GRAMMAR | _VAGUE
    return [word for word in words(text) if word not in vague and len(word) > 3]


def words(text: str) -> list[str]:
    """Its words in lower case."""
    return re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", text.lower())


# -- parts of a title ------------------------------------------------------------------------


def topic(title: str, rng: random.Random) -> str:
    """What a title speaks of, as one who half remembers it would say; "" where none will do.

    It ends where a phrase does: at a mark or before a word of grammar.
    """
    parts = re.split(r"[:;,?!()\[\]“”\"]+|\s-+\s|--|[–—]|\. ", title)
    chunks = [part.split() for part in parts]
    for _ in range(6):
        part = rng.choice(chunks)
        ends = [i for i in range(2, len(part) + 1) if not _links(part[i : i + 1])]
        if not ends:
            continue
        end = rng.choice(ends)
        starts = [
            i for i in range(max(0, end - 6), end - 1) if not _links(part[i - 1 : i] if i else [])
        ]
        start = rng.choice(starts or [max(0, end - 3)])
        chosen = " ".join(part[start:end])
        own, all_of_it = content_words(chosen), words(chosen)
        if len(own) > 1 and {all_of_it[0], all_of_it[-1]} <= {*own}:
            return _lowered(chosen)
    return ""


def _links(following: Sequence[str]) -> bool:
    """Whether a phrase goes on: with anything but a word of grammar."""
    return bool(following) and following[0].lower() not in _GRAMMAR


def _lowered(text: str) -> str:
    """In lower case but for abbreviations and the names of genes and cells."""
    return " ".join(w.lower() if w[1:].islower() or len(w) == 1 else w for w in text.split())


def _opening(title: str, rng: random.Random) -> str:
    parts = title.split()
    return " ".join(parts[: rng.randint(3, 6)]).rstrip(":,;-–") if len(parts) > 6 else ""


def _ending(title: str, rng: random.Random) -> str:
    """All but the first words."""
    parts = title.split()
    return " ".join(parts[rng.randint(2, 3) :]) if len(parts) > 6 else ""


def _remembered(title: str, rng: random.Random) -> str:
    """Some of its words, in order."""
    own = list(dict.fromkeys(content_words(title)))
    if len(own) < 2:
        return ""
    chosen = {*rng.sample(own, min(len(own), rng.randint(2, 5)))}
    return " ".join(word for word in own if word in chosen)


PARTS: dict[str, Callable[[str, random.Random], str]] = {
    "title": lambda title, _: title,
    "lower": lambda title, _: title.lower(),
    "topic": topic,
    "opening": _opening,
    "ending": _ending,
    "words": _remembered,
}
