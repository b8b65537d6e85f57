"""Section headings: those that papers share, and lines that look like one."""

from __future__ import annotations

import re

from rag.types import Field

_REFERENCES = re.compile(
    r"(?:references|bibliography|literature cited|reference list|works cited|cited literature)"
    r"(?: and notes)?",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"(?:structured )?abstract|summary|(?:general )?introduction|background|rationale"
    r"|objectives?|aims?|purpose|importance|(?:materials?|patients?|subjects?) (?:and|&) methods?"
    r"|methods?(?: and materials?)?|methodology|study design|design|setting|participants"
    r"|interventions?|statistical analys[ie]s|results?(?: and discussion)?|findings|discussion"
    r"|conclusions?(?: and relevance)?|interpretation|limitations|acknowledge?ments?|funding"
    r"|definition|description|affiliations?|publication types?|mesh terms|substances|key ?words"
    r"|conflicts? of interests?(?: statement)?|competing interests?|supplementary .{3,30}"
    r"|abbreviations|data availability.{0,20}|author contributions|appendix.{0,20}",
    re.IGNORECASE,
)
# Sections whose lines are facts about the paper, not prose.
RECORD_SECTIONS: dict[str, Field] = {
    "affiliation": Field.AFFILIATION,
    "affiliations": Field.AFFILIATION,
    "publication type": Field.CATEGORY,
    "publication types": Field.CATEGORY,
    "mesh terms": Field.KEYWORDS,
    "substances": Field.KEYWORDS,
    "keywords": Field.KEYWORDS,
    "key words": Field.KEYWORDS,
}
# What PubMed calls a kind of publication, alone on a line above a title.
PUBLICATION_TYPE = re.compile(
    r"(?:systematic )?review|journal article|case reports?|(?:randomi[sz]ed )?(?:controlled )?"
    r"(?:clinical )?trial|meta-analysis|comparative study|editorial|letter|comment|news"
    r"|(?:multicenter|observational|validation|evaluation) study|practice guideline|guideline"
    r"|(?:original )?(?:research )?article|research article|preprint|clinical trial, phase \w+",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"^(?:#{1,6}\s+|\d{1,2}(?:\.\d{1,2})*\.?\s+|[IVX]+\.\s+)")


def bare(line: str) -> str:
    """The line without heading marks, numbering and a closing colon."""
    return _NUMBERING.sub("", line.strip()).rstrip(":").strip("*_ ")


def is_references(line: str) -> bool:
    """Whether the line heads a citation list."""
    return _REFERENCES.fullmatch(bare(line)) is not None


def is_known(line: str) -> bool:
    """Whether the line is a heading that papers share."""
    return is_references(line) or _KNOWN.fullmatch(bare(line)) is not None


def looks_like_heading(line: str, *, alone: bool) -> bool:
    """Whether an unknown line has a heading's form: short, capital, unpunctuated, by itself."""
    if re.match(r"#{1,6}\s+\S", line):
        return True
    return (
        alone
        and 2 < len(line) <= 80
        and len(line.split()) <= 10
        and line[0].isupper()
        and line[-1] not in ".,;:?!"
        and not re.search(r"\d{4}|[;=@]|[.!?]\s", line)
    )
