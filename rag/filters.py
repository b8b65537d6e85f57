"""Which documents and passages a question is asked of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from rag.errors import UsageError
from rag.terms import fold, stems, words

Years = tuple[int | None, int | None]
Wanted = Sequence[str]  # a text is one too; kept as a tuple of texts
_LAST_YEAR = 9999
_WORDED = ("title", "author", "journal", "section")
_FIELDS = {
    name: field
    for field, names in {
        "years": "year years",
        "title": "title titles",
        "author": "author authors",
        "journal": "journal journals",
        "section": "section sections",
        "documents": "document documents",
        "folder": "folder folders",
    }.items()
    for name in names.split()
}
_FIELD = re.compile(
    rf'(?<!\S)(?P<name>{"|".join(_FIELDS)}):(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))(?!\S)',
    re.IGNORECASE,
)
_EMPTY_FIELD = re.compile(rf"(?<!\S)(?:{'|'.join(_FIELDS)}):(?!\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Filters:
    """Bounds on what is searched; all that are given must hold.

    `years` are the first and the last, None where it is open; one number is one year. Of the
    others each takes one text or several, of which any may hold: words in a row of the title,
    the journal's name or a section's ("blood" is in "Blood Advances"); an author's name, its
    words in any order, an initial for any; the id of a document, or its file; a folder's path
    from where the index was made, with all below it ("." is all there is). Case, accents and
    endings do not matter. Documents in `without` are passed over, as if not there.

    Raises UsageError for what is none of this.
    """

    years: Years | None = None
    title: Wanted = ()
    author: Wanted = ()
    journal: Wanted = ()
    section: Wanted = ()
    documents: Wanted = ()
    folder: Wanted = ()
    without: Collection[str] = frozenset()

    def __post_init__(self) -> None:
        """Bring every field to its one form."""
        object.__setattr__(self, "years", _years(self.years))
        object.__setattr__(self, "without", frozenset(_texts("without", self.without)))
        for name in (*_WORDED, "documents", "folder"):
            object.__setattr__(self, name, _texts(name, getattr(self, name)))
        for name in _WORDED:
            for text in getattr(self, name):
                if not word_key(text).strip():
                    raise UsageError(f"the filter {name}={text!r} holds no word to look for")
        folders = tuple(map(_folder, self.folder))
        object.__setattr__(self, "folder", folders if all(folders) else ())

    def and_also(self, other: Filters) -> Filters:
        """Both together; of what each names for the same field, any may hold."""
        if self.years and other.years and self.years != other.years:
            raise UsageError("years are given twice: give one range")
        both = {
            one.name: tuple(getattr(self, one.name)) + tuple(getattr(other, one.name))
            for one in fields(self)
            if one.name != "years"
        }
        return Filters(years=self.years or other.years, **both)

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    def __str__(self) -> str:
        """As it is typed: `author:Smith years:2015-2020`."""
        parts = [f"years:{_dash(self.years)}"] if self.years else []
        for name in (*_WORDED, "documents", "folder"):
            shown = name.removesuffix("s")
            parts += [f"{shown}:{_quoted(text)}" for text in getattr(self, name)]
        return " ".join(parts + [f"-document:{id}" for id in sorted(self.without)])


def word_key(text: str) -> str:
    """The stems of a text, each between spaces: one text holds another's words in a row where
    its key holds the other's.
    """
    return f" {' '.join(stems(text))} "


def name_key(name: str) -> str:
    """The words of a name, folded, each between spaces."""
    return f" {' '.join(fold(word.written) for word in words(name))} "


def parse_years(text: str) -> Years:
    """Years as they are typed: `2015`, `2015-2020`, `2015-`, `-2020`. Raises UsageError."""
    first, dash, last = text.replace("–", "-").replace("..", "-").partition("-")
    try:
        start, end = (int(part) if part.strip() else None for part in (first, last))
    except ValueError:
        start = end = None
    if start is None and end is None:
        raise UsageError(f"{text!r} names no years: give 2015, 2015-2020, 2015- or -2020")
    return (start, end) if dash else (start, start)


def split_fields(text: str) -> tuple[str, Filters]:
    """A search as it is typed, taken apart: its words, and the filters among them.

    `author:Smith`, `title:"mixed lineage"`, `years:2015-2020`; a field's name may lack its "s"
    or have one. Where there are no other words, those of the fields are looked for.
    """
    if empty := _EMPTY_FIELD.search(text):
        raise UsageError(
            f"nothing follows {empty.group()} give its words right after it, as in author:Smith"
        )
    found: dict[str, Any] = {}
    for match in _FIELD.finditer(text):
        value = match["quoted"] if match["quoted"] is not None else match["plain"]
        found.setdefault(_FIELDS[match["name"].lower()], []).append(value)
    worded = [value for name in _WORDED for value in found.get(name, [])]
    if years := found.pop("years", []):
        if len(years) > 1:
            raise UsageError("the field years stands twice: give one range")
        found["years"] = parse_years(years[0])
    rest = " ".join(_FIELD.sub(" ", text).split())
    return rest or " ".join(worded) or text, Filters(**found)


def _years(value: Any) -> Years | None:
    if value is None:
        return None
    if isinstance(value, int):
        value = (value, value)
    if isinstance(value, str):
        return _years(parse_years(value))
    try:
        first, last = value
    except (TypeError, ValueError):
        raise UsageError(f"years must be a first and a last year, not {value!r}") from None
    for year in (first, last):
        if year is not None and not _is_year(year):
            raise UsageError(f"{year!r} is no year: give a number, or None where it is open")
    if first is not None and last is not None and first > last:
        raise UsageError(f"the years {first} to {last} run backwards: give the first one first")
    return None if first is None and last is None else (first, last)


def _texts(name: str, value: Any) -> Wanted:
    if value is None:
        return ()
    several = isinstance(value, Iterable) and not isinstance(value, str)
    given = tuple(value) if several else (value,)
    if not all(isinstance(text, str) and _is_text(text) for text in given):
        raise UsageError(f"the filter {name} takes a text or several, not {value!r}")
    return tuple(dict.fromkeys(given))


def _is_text(value: str) -> bool:
    """Bytes of the command line that are no UTF-8 come as half characters."""
    return not any("\ud800" <= char <= "\udfff" for char in value)


def _is_year(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LAST_YEAR


def _folder(path: str) -> str:
    plain = path.replace("\\", "/").removeprefix("./").rstrip("/")
    if not plain:
        raise UsageError(f"{path!r} names no folder: give one as `rag documents` shows it, or .")
    return "" if plain == "." else plain


def _quoted(text: str) -> str:
    return f'"{text}"' if re.search(r"\s", text) else text


def _dash(years: Years) -> str:
    first, last = ("" if year is None else str(year) for year in years)
    return first if first == last else f"{first}-{last}"
