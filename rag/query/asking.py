"""Which facts of a paper a question asks for: its DOI, its authors, when it was accepted."""

from __future__ import annotations

import re

from rag.types import Field

# How people ask for a fact of a paper. The words that ask are not words that an answer repeats.
_ASKING: tuple[tuple[Field, str], ...] = (
    (Field.DOI, r"\b(?:doi|digital object identifier)s?\b"),
    (Field.PMID, r"\b(?:pmids?|pubmed (?:id|number|identifier|reference|accession)s?)\b"),
    (Field.AUTHORS, r"\b(?:(?:co-?|first |last |lead |senior )?authors?(?:ed|ship)?)\b"),
    (
        Field.AUTHORS,
        r"\b(?:who|whom)\b.{0,30}\b(?:wrote|written|writes?|authored|penned|published)\b",
    ),
    (Field.AUTHORS, r"\bwritten by\b|\bwhose\b(?=.{0,20}\b(?:paper|article|review|study)\b)"),
    (Field.JOURNAL, r"\b(?:journals?|periodicals?)\b"),
    (Field.JOURNAL, r"\bwhere\b(?=.{0,160}\b(?:published|publish|appear(?:ed)?|printed)\b)"),
    (Field.SUBMITTED, r"\b(?:submitted|submission|received)\b(?=.{0,160})"),
    (Field.ACCEPTED, r"\b(?:accepted|acceptance)\b"),
    (Field.AFFILIATION, r"\b(?:affiliat\w+|institut(?:e|ion)s?|place of work|workplaces?)\b"),
    (Field.FUNDING, r"\b(?:project|grant|award) (?:number|no|code|id)\b"),
    (Field.FUNDING, r"\b(?:fund(?:ed|ing|er|ers|s)?|grants?|sponsor\w*|financ\w+)\b"),
    (Field.INTERESTS, r"\b(?:(?:conflicts?|competing) (?:of )?interests?|disclosures?)\b"),
    (Field.KEYWORDS, r"\bkey ?-?words?\b"),
    (Field.CATEGORY, r"\b(?:publication|article|document|paper|semantic) (?:type|category|kind)\b"),
    (Field.CATEGORY, r"\bcategory\b(?=.{0,80}\b(?:paper|article|review)\b)"),
    (Field.CATEGORY, r"\b(?:type|kind|category) of (?:publication|article|document|paper)\b"),
    (Field.VOLUME, r"\b(?:(?:which|what|journal) volume|volume (?:number|no))\b"),
    (Field.VOLUME, r"\bvolume,? (?:and )?(?:issue|page)"),
    (Field.ISSUE, r"\b(?:issue number|(?:which|what) issue|volume,? (?:and )?issue)\b"),
    (Field.PAGES, r"\b(?:page (?:numbers?|range)|pages)\b"),
    (
        Field.IDENTIFIER,
        r"\b(?:u?ids?|identifiers?|accession|cui|(?:record|concept) (?:number|code))\b",
    ),
    (Field.TITLE, r"\btitled?\b"),
)
# "When" and "which year" ask for a paper's date only where a paper is spoken of.
_DATE = re.compile(
    r"\b(?:when|what (?:year|date)|which year|in what year|date|year)\b", re.IGNORECASE
)
_PAPER = (
    r"paper|article|review|study|publication|reference|citation|abstract|manuscript|report|entry"
)
_PUBLISHED = re.compile(rf"\b(?:{_PAPER}|publish(?:ed)?|appear(?:ed)?|et al)\b", re.IGNORECASE)
_DATED_FIELDS = frozenset({Field.SUBMITTED, Field.ACCEPTED})


def asked_fields(text: str) -> tuple[frozenset[Field], list[tuple[int, int]]]:
    """The facts asked for, and the spans of the words that ask."""
    asked: set[Field] = set()
    spans: list[tuple[int, int]] = []
    for fact, pattern in _ASKING:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if fact is Field.IDENTIFIER and any(a <= match.start() < b for a, b in spans):
                continue  # the "ID" of "PubMed ID"
            asked.add(fact)
            spans.append(match.span())
    dated = _DATE.search(text)
    if dated and _PUBLISHED.search(text) and not asked & _DATED_FIELDS:
        asked.add(Field.DATE)
        spans.append(dated.span())
    return frozenset(asked), spans
