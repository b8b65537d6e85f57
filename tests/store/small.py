"""A few short texts, their word index, and questions put to it, for tests of the store."""

from __future__ import annotations

import contextlib
import sqlite3
from itertools import pairwise
from pathlib import Path

from rag import Settings, build_index
from rag.store.postings import update_words
from rag.store.words import WordIndex
from rag.types import SearchTerm

DIMENSION = 384  # of the default model's vectors

TEXTS = {
    "a.txt": "Copper kettles\n\nResults\n\nA copper kettle hums. The kettle of co-pper is old.\n\n"
    "## Methods\n\nEach kettle was filled, and each was heated on an iron stove in the yard.",
    "b.txt": "Iron stoves\n\nThe FLT3-ITD of a stove is no kettle. An iron stove is warm.",
    "c.txt": "Gardens\n\nRoses grow in the yard behind the iron gate, where the kettle stands.\n\n"
    "References\n\n1. Berg A. How loud the copper kettle hums. Tea Sci. 2019;1(2):1-9.\n"
    "2. Dahl B. Iron gates of old yards. Gate J. 2018;3(1):10-19.\n",
    "d.txt": f"Drums\n\n{'ox ' * 300}and a drum behind a kettle.",
}


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def built(folder: Path, index: Path, *, sync: bool = False) -> WordIndex:
    """The folder indexed, and the words as they lie in their file."""
    build_index([folder], Settings.load(index=index, passage_words=20), sync=sync)
    return read(index)


def read(index: Path) -> WordIndex:
    found = WordIndex.read(index)
    assert found is not None
    return found


def anew(index: Path) -> WordIndex:
    """The index as it is when nothing was known before."""
    with contextlib.closing(sqlite3.connect(index / "corpus.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        return update_words(None, connection)


def content(words: WordIndex) -> dict[str, object]:
    """All of it but the numbers that the terms go by."""
    posted = list(zip(words.rows.tolist(), words.counts.tolist(), strict=True))
    bounds = pairwise(words.starts.tolist())
    places = {
        term: posted[first:last] for term, (first, last) in zip(words.terms, bounds, strict=True)
    }
    assert words.starts[-1] == len(words.rows) == len(words.counts)
    names = ("ids", "documents", "references", "lengths", "marks")
    return {"places": places} | {name: getattr(words, name).tolist() for name in names}


def term(*forms: str, weight: float = 1.0) -> SearchTerm:
    return SearchTerm(tuple(tuple(form.split()) for form in forms), weight)


QUERIES = {
    "one word": [term("kettl")],
    "several": [term("kettl"), term("iron"), term("yard")],
    "a word twice": [term("kettl"), term("kettl")],
    "alternatives": [term("stove", "drum"), term("kettl", "copper", "iron")],
    "weights": [term("kettl", weight=0.3), term("yard", "gate", weight=0.8), term("iron")],
    "weight of none": [term("kettl", weight=0.0), term("yard")],
    "one of them unknown": [term("zebra", "gate")],
    "a word nowhere": [term("rose"), term("zebra", weight=0.7)],
    "a word nowhere that says little": [term("rose"), term("zebra", weight=0.0)],
    "nothing but unknown": [term("zebra")],
    "a pair that is joined": [term("flt3 itd")],
    "a pair that is joined elsewhere": [term("co pper"), term("old")],
    "a pair": [term("copper kettl")],
    "a pair with a short word": [term("ab kettl"), term("iron")],
    "a pair or one word": [term("iron gate", "rose")],
    "three words": [term("iron kettl yard")],
    "three words, one nowhere": [term("iron zebra yard"), term("rose")],
    "a title's word": [term("garden"), term("drum")],
    "a name in a list": [term("dahl"), term("berg")],
    "no alternative": [SearchTerm(()), term("rose")],
}
