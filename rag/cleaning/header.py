"""The top of a document: title, authors, journal, dates and identifiers, line by line."""

from __future__ import annotations

import re

from rag.cleaning.bibliography import (
    CITATION,
    citation_fields,
    find_doi,
    find_pmid,
    find_year,
    label_field,
    split_names,
)
from rag.cleaning.headings import PUBLICATION_TYPE
from rag.types import Field, Record

_LABELLED = re.compile(
    r"(?P<label>[A-Z][\w /()’'-]{1,40}|doi|pmid|DOI|PMID)\s?:\s*(?P<value>.*)", re.S
)
_ET_AL = re.compile(r"(?P<authors>.{3,200}?) et al\b\.?(?P<journal>[^;]*)")
_NAME_PARTICLES = frozenset("de del della der di du la le van von den ten bin al el y e".split())
_MARKS = re.compile(r"[\d*†‡§¶✉]+(?:\s*,\s*[\d*†‡§¶✉]+)*")
_BETWEEN_NAMES = re.compile(r"\s*[,;]\s*|\s+(?:and|&)\s+")
_MOST_NAME_WORDS = 5
_PROSE_WORDS = 14


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
    """Whether a line is nothing but full names: "Ada Berg 1,2, Bo Lindqvist and C. van Roe"."""
    names = [name for name in _BETWEEN_NAMES.split(_MARKS.sub(" , ", line)) if name.strip(" .")]
    listed = len(names) > 1 or bool(re.search(r"\b[A-Z]\.", line))
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
        return frozenset({found[0]}) | citation_fields(line)
    if PUBLICATION_TYPE.fullmatch(line):
        return frozenset({Field.CATEGORY})
    fields = set(citation_fields(line))
    citation = CITATION.search(line)
    if citation and re.search(r"[^\W\d_]{2}", line[: citation.start()]):
        fields.add(Field.JOURNAL)
    if after_title and not fields:
        if match := _ET_AL.match(line):
            fields.add(Field.AUTHORS)
            if match["journal"].strip(" ."):
                fields.add(Field.JOURNAL)
        elif is_name_list(line):
            fields.add(Field.AUTHORS)
    return frozenset(fields)


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
            values["year"] = find_year(value)
        if Field.DOI in fields and "doi" not in values:
            values["doi"] = find_doi(value)
        if Field.PMID in fields and "pmid" not in values:
            values["pmid"] = find_pmid(text) or (value if value.isdigit() else None)
    return Record(**values)  # type: ignore[arg-type]


def _authors(text: str) -> tuple[str, ...]:
    match = _ET_AL.match(text)
    return (*split_names(match["authors"]), "et al.") if match else split_names(text)


def _journal(text: str) -> str | None:
    match = _ET_AL.match(text)
    if match:
        text = match["journal"]
    citation = CITATION.search(text)
    undated = re.sub(r"[.,;]?\s*\b(?:19|20)\d\d\b.*", "", text)
    name = text[: citation.start()] if citation else undated
    return name.strip(" .,;") or None
