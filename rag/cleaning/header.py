"""The top of a document: title, authors, journal, dates and identifiers, line by line."""

from __future__ import annotations

import re

from rag.cleaning.bibliography import (
    ADDRESS,
    CITATION,
    DAY,
    DEGREES,
    PLACE,
    WEEKDAY,
    citation_fields,
    find_doi,
    find_place,
    find_pmid,
    find_year,
    label_field,
    split_names,
)
from rag.headings import PUBLICATION_TYPE
from rag.types import Field, Record

_LABELLED = re.compile(
    r"(?P<label>[A-Z][\w /()’'-]{1,40}|doi|pmid|DOI|PMID)\s?:\s*(?P<value>.*)", re.S
)
_ET_AL = re.compile(r"(?P<authors>.{3,200}?) et al\b\.?(?P<journal>[^;]*)")
_NAME_PARTICLES = frozenset("de del della der di du la le van von den ten bin al el y e".split())
_MARKS = re.compile(r"[\d*†‡§¶✉]+(?:\s*,\s*[\d*†‡§¶✉]+)*")
_BETWEEN_NAMES = re.compile(r"\s*[,;·∙|]\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+")
_MOST_NAME_WORDS = 5
_PROSE_WORDS = 14
_LONGEST_PLACE = 200
_FULL_LINE = 45  # characters; a shorter title was not cut by the width of a page
_PERIODICAL = re.compile(
    r"(?:the )?(?:[^\W\d_]+ ){0,3}(?:journal|annals|archives|proceedings|transactions|bulletin)"
    r"(?: (?:of|for|in|on)(?: the)?(?: [^\W\d_]+[,]?){1,7})?",
    re.IGNORECASE,
)
_VOLUME = re.compile(
    r"(?:volume|vol\.?) \d+\b.{0,80}?\b(?P<year>(?:1[89]|20)\d\d)\b.{0,20}", re.IGNORECASE
)
_CODE = re.compile(r"[A-Z]{0,5}[-.]?\d{1,6}[A-Z]?")
_PART = re.compile(r"(?:sec|section|topic|volume|issue|part)\b[.:]? (?:\S+ ?){1,6}", re.IGNORECASE)
_OPEN_END = re.compile(r"[:,–—-]$|\b(?:a|an|the|of|in|on|at|by|to|for|from|with|and|or|as)$")


def labelled(line: str) -> tuple[Field, str] | None:
    """The fact and the value of a line "Label: value", if the label announces one."""
    match = _LABELLED.fullmatch(line)
    fact = label_field(match["label"]) if match else None
    return (fact, match["value"].strip()) if match and fact else None


def is_prose(line: str) -> bool:
    """Whether a line reads as text, not as a title or a fact."""
    words = len(line.split())
    return words >= 45 or (words >= _PROSE_WORDS and line.rstrip("”\"')").endswith((".", "!", "?")))


def is_name_list(line: str) -> bool:
    """Whether a line is nothing but full names: "Ada Berg 1,2, Bo Lindqvist and C. van Roe".

    "By Jane Doe, M.D." is one too.
    """
    bare = DEGREES.sub("", line)
    line, titled = re.sub(r"^[Bb]y\s+", "", bare), bare != line or line[:3].lower() == "by "
    parts = _BETWEEN_NAMES.split(_MARKS.sub(" , ", line))
    names = [ADDRESS.sub("", name.strip()) for name in parts if name.strip(" .")]
    listed = len(names) > 1 or titled or bool(re.search(r"\b[A-Z]\.", line))
    return listed and all(_is_full_name(name.split()) for name in names)


def _is_full_name(words: list[str]) -> bool:
    if not 2 <= len(words) <= _MOST_NAME_WORDS:
        return False
    return all(
        word.lower() in _NAME_PARTICLES or (word[0].isupper() and re.fullmatch(r"[\w’'.-]+", word))
        for word in words
    )


def header_fields(line: str, *, after_title: bool) -> frozenset[Field]:
    """The facts that a header line states; empty where it may be the title."""
    if found := labelled(line):
        dated = found[0] is Field.JOURNAL and find_year(found[1]) is not None
        return frozenset({found[0], Field.DATE} if dated else {found[0]}) | citation_fields(line)
    if PUBLICATION_TYPE.fullmatch(line):
        return frozenset({Field.CATEGORY})
    if _VOLUME.fullmatch(line):
        return frozenset({Field.VOLUME, Field.DATE})
    if _PERIODICAL.fullmatch(line):
        return frozenset({Field.JOURNAL})
    if line[:3].lower() == "by " and is_name_list(_undated(line)):
        return frozenset({Field.AUTHORS, Field.DATE} if DAY.search(line) else {Field.AUTHORS})
    fields = set(citation_fields(line))
    citation = CITATION.search(line)
    if citation and re.search(r"[^\W\d_]{2}", line[: citation.start()]):
        fields.add(Field.JOURNAL)
    fields |= _placed_fields(line)
    if after_title and not fields:
        if match := _ET_AL.match(line):
            fields.add(Field.AUTHORS)
            if match["journal"].strip(" ."):
                fields.add(Field.JOURNAL)
        elif is_name_list(line):
            fields.add(Field.AUTHORS)
    return frozenset(fields)


def _placed_fields(line: str) -> set[Field]:
    """The facts of a line that places the article: "Title, vol. 33, 1998, pp. 1-9"."""
    match = PLACE.search(line) or DAY.search(line)
    if match is None or not re.match(r"[A-Z][^\W\d]", line) or len(line) > _LONGEST_PLACE:
        return set()
    if WEEKDAY.fullmatch(line, 0, match.start()):
        return {Field.DATE}
    stated = {Field.JOURNAL, Field.DATE}
    if match.re is PLACE:
        stated |= {Field.VOLUME}
        stated |= {Field.PAGES} if re.search(r"\d[-–]\d|\bpp?\.", line) else set()
    return stated


def may_be_title(line: str) -> bool:
    """Whether a line at the top may be the title: no item of a list, no part of a sentence, not
    the name of a journal ("Journal of Tea") or of a part of it ("Sec. Inflammation"), and no number
    of a poster ("GE98").
    """
    if any(form.fullmatch(line) for form in (_PART, _CODE, _PERIODICAL)):
        return False
    return not re.match(r"[•·.,;:*-]|\(", line)


def goes_on(title: str, follower: str) -> bool:
    """Whether a title that fills its line goes on in the next one."""
    if not follower or header_fields(follower, after_title=True) or is_prose(follower):
        return False
    if len(title) < _FULL_LINE or not may_be_title(follower) or title.endswith((".", "?", "!")):
        return False
    if follower[0].islower() or _OPEN_END.search(title):
        return True
    return len(follower.split()) >= 3 and not re.search(r"[\d,@:]", follower)


def read_record(lines: list[tuple[str, frozenset[Field]]], title: str) -> Record:
    """The record that a document's own lines state; the first line that states a fact wins."""
    values: dict[str, object] = {"title": title}
    for text, fields in lines:
        label = labelled(text)
        value = label[1] if label else text
        if Field.AUTHORS in fields and "authors" not in values:
            values["authors"] = _authors(value)
        if Field.JOURNAL in fields and "journal" not in values and (name := _journal(value)):
            values["journal"] = name
        if Field.DATE in fields and "year" not in values:
            place = PLACE.search(value)
            values["year"] = find_year(place.group() if place else value)
        if Field.DOI in fields and "doi" not in values:
            values["doi"] = find_doi(value)
        if Field.PMID in fields and "pmid" not in values:
            values["pmid"] = find_pmid(text) or (value if value.isdigit() else None)
    return Record(**values)  # type: ignore[arg-type]


def _undated(byline: str) -> str:
    """A byline without the day at its end: "By Ada Berg, 12 May 2020"."""
    match = DAY.search(byline)
    return byline[: match.start()] if match else byline


def _authors(text: str) -> tuple[str, ...]:
    text = _undated(text)
    match = _ET_AL.match(text)
    return (*split_names(match["authors"]), "et al.") if match else split_names(text)


def _journal(text: str) -> str | None:
    match = _ET_AL.match(text)
    if match:
        text = match["journal"]
    citation = find_place(text)
    undated = re.sub(r"[.,;]?\s*\b(?:19|20)\d\d\b.*", "", text)
    name = text[: citation.start()] if citation else undated
    return name.strip(" .,;") or None
