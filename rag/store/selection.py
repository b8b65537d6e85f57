"""Filters as SQL: the passages that they let through."""

from __future__ import annotations

from collections.abc import Sequence

from rag.filters import Filters, word_key

_WORDED = {"title": "d.title_words", "author": "d.author_words", "journal": "d.journal_words"}
_PLACED = "d.key IN (SELECT document FROM sources WHERE {})"


def selection(filters: Filters, sections: Sequence[str]) -> tuple[str, list[object]]:
    """The statement that gives the ids of passages, ascending, and its values.

    `sections` are all names of sections in the store.
    """
    conditions: list[str] = []
    values: list[object] = []

    def require(condition: str, *more: object) -> None:
        conditions.append(condition)
        values.extend(more)

    if filters.years:
        first, last = filters.years
        if first is not None:
            require("d.year >= ?", first)
        if last is not None:
            require("d.year <= ?", last)
    for name, column in _WORDED.items():
        keys = [word_key(text) for text in getattr(filters, name)]
        if keys:
            require(_any(f"instr({column}, ?)", len(keys)), *keys)
    if filters.section:
        named = [name for name in sections if _names(name, filters.section)]
        require(f"p.section IN ({', '.join('?' * len(named))})", *named)
    if filters.documents:
        require(_placed("id = ? OR file = ?", filters.documents), *_twice(filters.documents))
    if filters.folder:
        require(_placed("file = ? OR instr(file, ? || '/') = 1", filters.folder),
                *_twice(filters.folder))  # fmt: skip
    if filters.without:
        without = sorted(filters.without)
        require(f"NOT {_placed('id = ? OR file = ?', without)}", *_twice(without))
    held = " AND ".join(f"({one})" for one in conditions) or "1"
    joined = "SELECT p.id FROM passages p JOIN documents d ON d.key = p.document"
    return f"{joined} WHERE {held} ORDER BY p.id", values


def _any(condition: str, times: int) -> str:
    return " OR ".join([condition] * times)


def _placed(condition: str, wanted: Sequence[str]) -> str:
    return _PLACED.format(_any(condition, len(wanted)))


def _twice(texts: Sequence[str]) -> list[object]:
    return [text for text in texts for _ in range(2)]


def _names(section: str, wanted: Sequence[str]) -> bool:
    return any(word_key(text) in word_key(section) for text in wanted)
