"""Section headings: those that papers share, and lines that look like one."""

from __future__ import annotations

import re

from rag.types import Field

_REFERENCES = re.compile(
    r"(?:references|bibliography|literature cited|reference list|works cited|cited literature"
    r"|list of references|(?:selected|cited) references|references cited)"
    r"(?: and (?:notes|recommended reading))?",
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
    r"|abbreviations|data availability.{0,20}|author contributions|appendix.{0,20}"
    r"|authors?['’]? (?:information|affiliations?|details)|authors and affiliations"
    r"|rights and permissions|about this article|cite this article"
    r"|additional information|ethics (?:declarations|approval.{0,30})|publisher['’]s note"
    r"|external links|see also|further reading|change history|foot ?notes",
    re.IGNORECASE,
)
# Sections whose lines are facts about the paper, not prose.
RECORD_SECTIONS: dict[str, Field] = {
    "affiliation": Field.AFFILIATION,
    "affiliations": Field.AFFILIATION,
    "author information": Field.AFFILIATION,
    "author affiliations": Field.AFFILIATION,
    "authors and affiliations": Field.AFFILIATION,
    "publication type": Field.CATEGORY,
    "publication types": Field.CATEGORY,
    "mesh terms": Field.KEYWORDS,
    "substances": Field.KEYWORDS,
    "keywords": Field.KEYWORDS,
    "key words": Field.KEYWORDS,
}
# What PubMed calls a kind of publication, alone on a line above a title.
PUBLICATION_TYPE = re.compile(
    r"(?:systematic )?reviews?|journal article|case reports?|(?:randomi[sz]ed )?(?:controlled )?"
    r"(?:clinical )?trial|meta-analysis|comparative study|editorials?|letters?|comments?|news"
    r"|(?:multicenter|observational|validation|evaluation) study|practice guideline|guideline"
    r"|(?:(?:original|research|review|opinion|perspective|editorial) )*articles?|preprint"
    r"|clinical trial, phase \w+|(?:mini )?review article|perspective|opinion|commentary"
    r"|(?:brief|short|rapid) (?:report|communication|article)|brief research report|technical note"
    r"|(?:open|free) access(?: article)?|(?:narrative|scoping|mini) review",
    re.IGNORECASE,
)
# A line that ends in one of these, or speaks in the first person, was cut from a sentence.
_CUT = re.compile(
    r"\b(?:a|an|the|of|in|on|at|by|to|for|from|with|and|or|but|that|which|as|is|are|was|were)$"
    r"|\b(?:we|our|I|it follows)\b",
)
# A stop, and at most a note's number behind it.
_ENDED = re.compile(r"[.,;:?!][\"'”’)\]]*(?:\s?\[[^\]]{1,20}\])*$")
_NUMBERING = re.compile(r"^(?:#{1,6}\s+|\d{1,2}(?:\.\d{1,2})*\.?\s+|[IVX]+\.\s+)")


def bare(line: str) -> str:
    """The line without heading marks, numbering and a closing colon."""
    return _NUMBERING.sub("", line.strip()).rstrip(":").strip("*_ ")


def unmarked(line: str) -> str:
    """The line without heading marks; a number at its start is its own: "30 years of …"."""
    return re.sub(r"^#{1,6}\s+", "", line.strip()).rstrip(":").strip("*_ ")


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
        and not _ENDED.search(line)
        and not _CUT.search(line)
        and not re.search(r"\d{4}|[;=@]|[.!?]\s", line)
    )
