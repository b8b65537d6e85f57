"""MEDLINE exports (.nbib): fields by tags of up to four letters, one record after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from rag.cleaning import Extract, ExtractWriter, LostRecord
from rag.errors import LoadError
from rag.loaders.dates import write_date, year_of
from rag.loaders.facts import Facts, full_name
from rag.types import Field

Tags = list[tuple[str, str]]

_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)")
_LONGEST_LINE = 1 << 20
_LONGEST_RECORD = 1 << 24  # characters; a record is a page, not a book
# A structured abstract's labels: "BACKGROUND: …" at its start or after a sentence.
_LABEL = re.compile(r"(?:^|(?<=[.?!)]) )([A-Z][A-Z0-9 ,/&()'-]{2,60}): (?=\S)")
_LISTED: tuple[tuple[str, str, Field | None], ...] = (
    ("Publication types", "PT", Field.CATEGORY),
    ("Language", "LA", None),
    ("Keywords", "OT", Field.KEYWORDS),
    ("MeSH terms", "MH", Field.KEYWORDS),
    ("Supplementary MeSH terms", "NM", Field.KEYWORDS),
    ("Chemicals", "RN", Field.KEYWORDS),
    ("Genes", "GS", Field.KEYWORDS),
    ("Grants", "GR", Field.FUNDING),
    ("Data banks", "SI", Field.IDENTIFIER),
    ("Conflict of interest statement", "COIS", Field.INTERESTS),
    ("Investigators", "FIR", Field.AUTHORS),
    ("Publisher", "PB", None),
    ("Notes", "GN", None),
)
_RELATIONS = {
    "CIN": "Comment in", "CON": "Comment on", "EIN": "Erratum in", "EFR": "Erratum for",
    "CRI": "Corrected and republished in", "CRF": "Corrected and republished from",
    "DDIN": "Dataset described in", "DRIN": "Dataset use reported in",
    "ECI": "Expression of concern in", "ECF": "Expression of concern for",
    "RPI": "Republished in", "RPF": "Republished from", "RIN": "Retraction in",
    "ROF": "Retraction of", "UIN": "Update in", "UOF": "Update of",
    "SPIN": "Summary for patients in", "ORI": "Original report in",
}  # fmt: skip
_ABSTRACTS = (("AB", "Abstract"), ("OAB", "Other abstract"), ("TAB", "Transliterated abstract"))


def read_medline(stream: BinaryIO) -> Iterator[Extract | LostRecord]:
    """The records of a MEDLINE file. Raises LoadError where it is not one or not UTF-8."""
    found = 0
    for tags in _records(stream):
        found += 1
        yield _read(tags)
    if not found:
        raise LoadError("no MEDLINE record in it (a line 'PMID- …' starts one)")


# -- lines to records ------------------------------------------------------------------------


def _records(stream: BinaryIO) -> Iterator[Tags]:
    """The fields of each record: a PMID begins one, and so does a tag after an empty line."""
    tags: list[tuple[str, list[str]]] = []
    size, blank = 0, True
    for line in _lines(stream):
        match = _TAG.fullmatch(line)
        if match and tags and (match[1] == "PMID" or (blank and match[1] == "BTI")):
            yield _joined(tags)
            tags, size = [], 0
        if match:
            tags.append((match[1], [match[2].strip()]))
        elif line.strip() and tags:
            tags[-1][1].append(line.strip())
        elif line.strip():
            raise LoadError("not a MEDLINE file: text stands before the first field")
        blank, size = not line.strip(), size + len(line)
        if size > _LONGEST_RECORD:
            raise LoadError("a MEDLINE record without an end: export it again")
    if tags:
        yield _joined(tags)


def _lines(stream: BinaryIO) -> Iterator[str]:
    number = 0
    while raw := stream.readline(_LONGEST_LINE):
        number += 1
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise LoadError(f"not UTF-8 text (line {number:,}): export it as UTF-8") from error
        yield line.rstrip("\r\n")


def _joined(tags: list[tuple[str, list[str]]]) -> Tags:
    """Fields with their continuation lines."""
    return [(tag, " ".join(part for part in parts if part)) for tag, parts in tags]


# -- a record --------------------------------------------------------------------------------


def _read(tags: Tags) -> Extract:
    writer = ExtractWriter()
    facts = _facts(tags)
    facts.write(writer)
    for tag, title in _ABSTRACTS:
        for text in _values(tags, tag):
            write_abstract(text, title, writer)
    for text in _values(tags, "CI"):
        writer.heading("Copyright")
        writer.paragraph(text)
    return writer.finish(facts.record, key=facts.pmid)


def _facts(tags: Tags) -> Facts:
    date = _first(tags, "DP")
    electronic = _first(tags, "DEP")
    return Facts(
        title=_first(tags, "TI") or _first(tags, "BTI") or _first(tags, "TT"),
        authors=_authors(tags),
        journal=_first(tags, "JT") or _first(tags, "TA") or _first(tags, "BTI"),
        abbreviation=_first(tags, "TA"),
        year=year_of(date) or year_of(electronic[:4]),
        date=date,
        volume=_first(tags, "VI"),
        issue=_first(tags, "IP"),
        pages=_first(tags, "PG"),
        doi=_doi(tags),
        pmid=_first(tags, "PMID"),
        others=tuple(_others(tags)),
    )


def _values(tags: Tags, wanted: str) -> list[str]:
    return [value for tag, value in tags if tag == wanted and value]


def _first(tags: Tags, wanted: str) -> str:
    return next(iter(_values(tags, wanted)), "")


def _authors(tags: Tags) -> tuple[str, ...]:
    """Full names where they are given, else the short ones, and groups in their order."""
    full = any(tag == "FAU" for tag, _ in tags)
    wanted = ("FAU", "CN") if full else ("AU", "CN")
    names = (full_name(value) if tag == "FAU" else value for tag, value in tags if tag in wanted)
    return tuple(name for name in names if name)


def _doi(tags: Tags) -> str:
    for tag in ("LID", "AID"):
        for value in _values(tags, tag):
            if value.endswith("[doi]"):
                return value.removesuffix("[doi]").strip()
    return ""


def _others(tags: Tags) -> Iterator[tuple[str, str, Field | None]]:
    yield "PMCID", _first(tags, "PMC"), Field.IDENTIFIER
    online = _first(tags, "DEP")
    yield "Published online", write_date(online[:4], online[4:6], online[6:8]), Field.DATE
    yield from _history(tags)
    yield "Original title", _first(tags, "TT") if _first(tags, "TI") else "", Field.TITLE
    yield from _affiliations(tags)
    yield "Editors", ", ".join(map(full_name, _values(tags, "FED"))), None
    for label, tag, listed in _LISTED:
        yield label, "; ".join(dict.fromkeys(_values(tags, tag))), listed
    for tag, value in tags:
        if label := _RELATIONS.get(tag, ""):
            yield label, value, None


def _history(tags: Tags) -> Iterator[tuple[str, str, Field]]:
    """When it was received and accepted: "2005/06/17 [received]"."""
    for date in _values(tags, "PHST"):
        for status, field in (("received", Field.SUBMITTED), ("accepted", Field.ACCEPTED)):
            if date.endswith(f"[{status}]"):
                parts = date.split()[0].split("/")
                yield status.capitalize(), write_date(*parts[:3]), field


def _affiliations(tags: Tags) -> Iterator[tuple[str, str, Field]]:
    """Each place once, with the names of those who work there; a place follows its author."""
    places: dict[str, list[str]] = {}
    name = ""
    for tag, value in tags:
        if tag in ("FAU", "CN", "FIR"):
            name = value if tag == "CN" else full_name(value)
        elif tag == "AD" and value:
            places.setdefault(value, []).extend([name] if name else [])
    for place, names in places.items():
        who = ", ".join(dict.fromkeys(names))
        yield (f"Affiliation of {who}" if who else "Affiliation"), place, Field.AFFILIATION


def write_abstract(text: str, title: str, writer: ExtractWriter) -> None:
    """An abstract by its labels, if it starts with one or has several."""
    labels = list(_LABEL.finditer(text))
    if not labels or (labels[0].start() > 0 and len(labels) < 2):
        labels = []
    lead = text[: labels[0].start()] if labels else text
    if lead.strip():
        writer.heading(title)
        writer.paragraph(lead)
    ends = [*(label.start() for label in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=False):
        writer.heading(label[1] if title == "Abstract" else f"{title}: {label[1]}")
        writer.paragraph(text[label.end() : end])
