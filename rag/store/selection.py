"""Filters as SQL: the passages that they let through."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rag.filters import Filters, name_key, word_key

_WORDED = {"title": "d.title_words", "journal": "d.journal_words"}
# Each takes a JSON list: a statement's own variables and depth are soon used up by a list of ids.
_ANY = "EXISTS (SELECT 1 FROM json_each(?) WHERE {})"
_PLACED = "d.key IN (SELECT s.document FROM sources s, json_each(?) WHERE {})"
_NAMED = _PLACED.format(
    "s.id = value OR s.file = value OR substr(s.file, -length(value) - 1) = '/' || value"
)
_BELOW = _PLACED.format("s.file = value OR instr(s.file, value || '/') = 1")


def selection(filters: Filters, sections: Sequence[str]) -> tuple[str, list[object]]:
    """The statement that gives the ids of passages, ascending, and its values.

    `sections` are all names of sections in the store.
    """
    conditions: list[str] = []
    values: list[object] = []

    def require(condition: str, value: object) -> None:
        conditions.append(condition)
        values.append(value)

    first, last = filters.years or (None, None)
    if first is not None:
        require("d.year >= ?", first)
    if last is not None:
        require("d.year <= ?", last)
    for name, column in _WORDED.items():
        if keys := [word_key(text) for text in getattr(filters, name)]:
            require(_ANY.format(f"instr({column}, value)"), _list(keys))
    if filters.author:
        require("names_author(d.author_words, ?)", _list(map(name_key, filters.author)))
    if filters.section:
        named = [name for name in sections if _names(name, filters.section)]
        require("p.section IN (SELECT value FROM json_each(?))", _list(named))
    if filters.documents:
        require(_NAMED, _list(filters.documents))
    if filters.folder:
        require(_BELOW, _list(filters.folder))
    if filters.without:
        require(f"NOT {_NAMED}", _list(sorted(filters.without)))
    held = " AND ".join(conditions) or "1"
    joined = "SELECT p.id FROM passages p JOIN documents d ON d.key = p.document"
    return f"{joined} WHERE {held} ORDER BY p.id", values


def names_author(authors: str, wanted: str) -> bool:
    """Whether one of the authors has one of the wanted names (a JSON list), for SQL.

    Words may stand in any order, and an initial for a name that begins so.
    """
    return any(
        _is_name_of(name.split(), author.split())
        for name in json.loads(wanted)
        for author in authors.split("|")
    )


def _is_name_of(wanted: Sequence[str], author: Sequence[str]) -> bool:
    same = set(wanted) & set(author)
    if not any(len(word) > 1 for word in same):
        return False
    return all(word in same or any(_abbreviate(word, own) for own in author) for word in wanted)


def _abbreviate(first: str, second: str) -> bool:
    """Whether one is the other's initial."""
    return first[:1] == second[:1] and min(len(first), len(second)) == 1


def _list(texts: Iterable[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)


def _names(section: str, wanted: Sequence[str]) -> bool:
    return any(word_key(text) in word_key(section) for text in wanted)
