"""PubMed's "Abstract (text)" exports: numbered records of blocks between empty lines.

A record is its citation, the title, the authors, then blocks that begin with their names
("Author information:", "Comment in"), the abstract, and at the end DOI, PMCID and PMID.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from rag.cleaning import Extract, ExtractWriter, LostRecord
from rag.cleaning.bibliography import CITATION, find_year, split_names
from rag.loaders.facts import Facts
from rag.loaders.medline import write_abstract
from rag.loaders.text import decode
from rag.types import Field

_BLOCKS = re.compile(r"\n[ \t]*\n")
_ID = re.compile(r"^(?P<name>DOI|PMCID|PMID): (?P<value>\S+)", re.MULTILINE)
_RELATION = re.compile(
    r"(?:Comment|Erratum|Retraction|Update|Republished|Expression of concern|Summary)[\w ]{0,30}"
    r" (?:in|on|for|of|from)\n"
)
_MARKS = re.compile(r"\(\d+\)|(?<=[^\W\d_])#")


def is_pubmed_text(text: str) -> bool:
    """Whether a text begins as such an export does, and names a PMID at a line's start."""
    lines = text.lstrip("\ufeff\r\n").splitlines()
    begins = bool(lines) and re.match(r"1\. \S.*\b(?:1[89]|20)\d\d\b", lines[0]) is not None
    return begins and any(re.match(r"PMID: \d+", line) for line in lines)


def read_pubmed_text(stream: BinaryIO) -> Iterator[Extract | LostRecord]:
    """The records of an export."""
    text = decode(stream.read()).replace("\r\n", "\n")
    pieces = re.split(r"\n[ \t]*\n[ \t]*\n+(?=\d{1,6}\. \S)", text)
    for piece in pieces:
        blocks = [block.strip() for block in _BLOCKS.split(piece) if block.strip()]
        if blocks:
            yield _read(blocks)


def _read(blocks: Sequence[str]) -> Extract:
    citation = " ".join(re.sub(r"\A\d{1,6}\. ", "", blocks[0]).split())
    ids = {match["name"]: match["value"] for block in blocks for match in _ID.finditer(block)}
    placed = CITATION.search(citation)
    has_authors = len(blocks) > 2 and _is_authors(blocks[2])
    others, abstract = _sorted(blocks[3 if has_authors else 2 :])
    facts = Facts(
        title=" ".join(blocks[1].split()) if len(blocks) > 1 else "",
        authors=_authors(blocks[2]) if has_authors else (),
        journal=citation[: placed.start()].strip(" .") if placed else citation.partition(".")[0],
        year=find_year(citation),
        date=_date(citation, placed),
        volume=placed["volume"] if placed else "",
        issue=(placed["issue"] or "") if placed else "",
        pages=(placed["pages"] or "") if placed else "",
        doi=ids.get("DOI", ""),
        pmid=ids.get("PMID", ""),
        others=(("PMCID", ids.get("PMCID", ""), Field.IDENTIFIER), *others),
    )
    writer = ExtractWriter()
    facts.write(writer)
    for block in abstract:
        if re.match(r"Copyright|©", block):
            writer.removed(block, "legal notice")
        else:
            write_abstract(" ".join(block.split()), "Abstract", writer)
    return writer.finish(facts.record, key=facts.pmid)


def _date(citation: str, placed: re.Match[str] | None) -> str:
    """The date as it stands: "2021 Feb 4"."""
    return placed.group().partition(";")[0].strip() if placed else ""


def _is_authors(block: str) -> bool:
    """Names with the numbers of their places, or a short list of names with initials."""
    bare = " ".join(_MARKS.sub("", block).split()).rstrip(".")
    names = re.split(r"[,;] ", bare)
    return all(re.search(r" [A-Z]{1,4}(?: (?:Jr|Sr|2nd|3rd))?$", name) for name in names[:3])


def _authors(block: str) -> tuple[str, ...]:
    return split_names(" ".join(_MARKS.sub("", block).split()).rstrip("."))


def _sorted(
    blocks: Sequence[str],
) -> tuple[list[tuple[str, str, Field | None]], list[str]]:
    """What is a fact of the record, and what its abstract."""
    facts: list[tuple[str, str, Field | None]] = []
    abstract: list[str] = []
    for block in blocks:
        label, _, value = block.partition(":")
        if _ID.match(block):
            continue
        if label == "Author information":
            places = re.split(r"(?m)^\(\d+\)", value.strip())
            facts += [("Affiliation", place, Field.AFFILIATION) for place in places if place]
        elif label in ("Conflict of interest statement", "Collaborators"):
            facts.append((label, value, Field.INTERESTS if label.startswith("Conf") else None))
        elif _RELATION.match(block):
            relation, _, works = block.partition("\n")
            facts.append((relation, works, None))
        else:
            abstract.append(block)
    return facts, abstract
