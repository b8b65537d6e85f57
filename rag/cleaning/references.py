"""Entries of citation lists, told by where they stand and by their form."""

from __future__ import annotations

import re

from rag.cleaning.bibliography import CITATION, DOI, MARKER, NAMES, PMID
from rag.cleaning.chrome import furniture
from rag.headings import is_known

_ADDRESS = re.compile(r"(?:doi:?\s*)?(?:https?://|10\.\d{4,9}/)\S+[\s–-]*", re.IGNORECASE)


def is_names(line: str) -> bool:
    """Whether the line is nothing but authors in index form: "Marit G, Cony P"."""
    return NAMES.fullmatch(line.strip()) is not None


def is_citation(line: str) -> bool:
    """Whether the line places an article: journal, year, volume, or identifiers."""
    citation = CITATION.search(line)
    return bool(citation and (citation.start() > 0 or PMID.search(line) or DOI.search(line)))


def entry_length(lines: list[str], position: int, *, in_list: bool, marked: bool) -> int:
    """How many lines from `position` form one entry of a citation list; 0 for none.

    `in_list` says that a heading such as "References" was passed; `marked` that its entries
    are numbered, so that lines without a number go on with the entry above.
    """
    line = lines[position].strip()
    follower = lines[position + 1].strip() if position + 1 < len(lines) else ""
    if is_names(line) and is_citation(follower) and not is_names(follower):
        return 2
    if in_list:
        return _listed_length(lines, position) if marked else _with_address(line, follower)
    names = NAMES.match(line)
    closed = names is not None and line[names.end() - 1 : names.end() + 1].strip()[-1:] in ".,:"
    return int(bool(names and closed and is_citation(line[names.end() :]) and len(line) < 600))


def _with_address(line: str, follower: str) -> int:
    """One line, and the next where that is nothing but the entry's address."""
    return (
        2 if line and _ADDRESS.fullmatch(follower) and not _ADDRESS.fullmatch(line) else bool(line)
    )


def _listed_length(lines: list[str], position: int) -> int:
    length = 1
    for line in lines[position + 1 :]:
        if not line.strip() or MARKER.match(line) or is_known(line) or furniture(line):
            break
        length += 1
    return length
