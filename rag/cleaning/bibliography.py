"""How papers state their own facts and those of the papers they cite."""

from __future__ import annotations

import re

from rag.types import Field, Reference

# What stands before an entry of a list: "[12] ", "3. ", "• ".
MARKER = re.compile(r"^\s*(?:\[\d{1,4}\]|\(?\d{1,4}[.)](?=\s)|[•*-](?=\s))\s*")
DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>;,]*[^\s\"<>;,.:)\]]", re.IGNORECASE)
PMID = re.compile(r"\bPMID:?\s*(\d{1,8})")
_YEAR = r"(?:1[89]|20)\d\d"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Spring|Summer|Fall|Autumn|Winter)"
# 2021 Aug 1;21(4):409-421 · 1993 May;7 Suppl 1:49-50 · 2019; 32(2): 90-96 · 2011;2011:148046
CITATION = re.compile(
    rf"\b(?P<year>{_YEAR})(?: {_MONTH}[a-z]*(?:-{_MONTH}[a-z]*)?\.?)?(?: \d{{1,2}})?\s?;\s?"
    r"(?P<volume>[\w.]+(?: Suppl(?: \d+)?)?)\s?"
    r"(?:\((?P<issue>[^)]{1,20})\))?\s?(?::\s?(?P<pages>[\w.]+(?:[-–][\w.]+)?))?"
)
_SURNAME = r"[^\W\d_][^\W\d_'’.-]*(?:[ '’-][^\W\d_]+){0,3}"
_NAME = rf"{_SURNAME} [A-Z][A-Z-]{{0,3}}(?![a-z])(?: (?:Jr|Sr|2nd|3rd|II|III))?"
NAMES = re.compile(rf"{_NAME}(?:, {_NAME})*(?:,? et al)?\.?")
# "Berg, A.B.; Roe, C.-D.; et al."
_INVERTED = rf"{_SURNAME}, (?:[A-Z]\.[ -]?){{1,4}}"
_SEMICOLONED = re.compile(rf"{_INVERTED}(?:; {_INVERTED})*(?:;? et al\.)?")
_LONGEST_JOURNAL = 120  # characters
# "Polym. Degrad. Stab.", behind a title: words cut short, each with its full stop.
_ABBREVIATED = re.compile(r"(?<=[.?!]\s)(?:[A-Z]\w*\.?\s)*(?:[A-Z]\w*\.\s){2}(?:[A-Z]\w*\.?\s)*$")
# "Journal 2016, 37, 2209–21."
_COMMAED = re.compile(rf"\b(?P<year>{_YEAR}), \d+(?: ?\(\w+\))?, \w+(?:[-–]\w+)?\.?$")

# What stands behind the names of those who hold them: "Jane Doe, M.D., Ph.D."
ADDRESS = re.compile(r"^(?:(?:Prof(?:essor)?|Dr|PD|Dame|Sir)\b\.?\s+)+")  # before a name
DEGREES = re.compile(
    r"(?:,\s+\(?(?:MD|Ph\.?\s?D|D\.?Phil|MPH|MSc|BSc|RN|Pharm\.?\s?D|ScD|DVM|DDS|MBBS|MBChB|FRCPC?)\b"
    r"|,?\s+\(?(?:M\.D|Ph\.\s?D|M\.P\.H|M\.Sc|B\.Sc|M\.S|B\.A|M\.A|R\.N|Sc\.D|M\.B|D\.V\.M)\b)\.?\)?"
)
# "Title, vol. 33, 1998, pp. 1-9" · "Title 2021, 13(10), 1973" · "Title 12, 594–600 (2012)"
_PAGES = r"(?:pp?\.? ?|pages? )?[A-Za-z]?\d+(?:[-–]\w+)?"
PLACE = re.compile(
    rf",?\s(?:vol(?:ume|\.)? ?\d+.{{0,60}}?\b{_YEAR}\b|{_YEAR}, \d+(?: ?\(\w+\))?, {_PAGES}"
    rf"|\d+(?: ?\(\w+\))?[,:] ?{_PAGES} \({_YEAR}\))",
    re.IGNORECASE,
)
# "Title, 19 April 2018": a periodical and the day.
DAY = re.compile(rf",\s\d{{1,2}} {_MONTH}[a-z]* {_YEAR}$")
WEEKDAY = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*")  # no periodical: "Mon, 9 May 2022"

_LABELS: tuple[tuple[Field, str], ...] = (
    (Field.AFFILIATION, r"affiliations?|.*place of work|institutions?|.*addresses?"),
    (Field.AUTHORS, r"(?:corresponding |contributing )?authors?|by|written by|creators?"),
    (Field.JOURNAL, r"journal|.*published in.*|source|publication|periodical"),
    (Field.DOI, r"doi"),
    (Field.PMID, r"pmid|pubmed id"),
    (Field.SUBMITTED, r"submitted|received|submission date|date received"),
    (Field.ACCEPTED, r"accepted|acceptance date|date accepted"),
    (Field.DATE, r"(?:how to )?cite (?:this .{3,20}|as)|(?:suggested |recommended )?citation"),
    (Field.DATE, r"(?:first |epub |e-?)?published(?: online)?(?: on)?|(?:publication )?date|year"),
    (Field.CATEGORY, r"category|(?:article|publication|document|semantic) types?|type"),
    (Field.KEYWORDS, r"key ?words?(?: plus)?|mesh terms?|subjects?|index terms"),
    (Field.FUNDING, r"funding.*|grants?.*|sponsors?|.*financial support.*"),
    (Field.INTERESTS, r".*conflicts? of interests?.*|.*competing interests?.*|disclosures?.*"),
    (Field.IDENTIFIER, r"(?:[\w-]+ ){0,2}(?:u?id|identifier|accession|number|no\.?)"),
    (Field.TITLE, r"title"),
)
_STATEMENTS: tuple[tuple[Field, str], ...] = (
    (
        Field.FUNDING,
        r"\b(?:supported|funded|financed|sponsored) (?:in part )?by\b|\bgrants?\b[^.]{0,40}"
        r"\b(?:no|number|from|agreement)\b|\bproject\b[^.]{0,120}\bnumber\b",
    ),
    (
        Field.INTERESTS,
        r"\b(?:conflicts? of interests?|competing (?:financial )?interests?)\b",
    ),
)


def label_field(label: str) -> Field | None:
    """The fact that a label such as "Authors" or "MedGen UID" announces."""
    label = label.strip().rstrip(":").lower()
    for fact, pattern in _LABELS:
        if re.fullmatch(pattern, label):
            return fact
    return None


def stated_fields(text: str) -> frozenset[Field]:
    """The facts about a paper itself that a sentence of prose states."""
    return frozenset(
        fact for fact, pattern in _STATEMENTS if re.search(pattern, text, re.IGNORECASE)
    )


def citation_fields(text: str) -> frozenset[Field]:
    """The facts of a paper that a line shows by its form: identifiers, date, volume, pages."""
    fields: set[Field] = set()
    if DOI.search(text):
        fields.add(Field.DOI)
    if PMID.search(text):
        fields.add(Field.PMID)
    if match := CITATION.search(text):
        fields |= {Field.DATE, Field.VOLUME}
        fields |= {f for f in (Field.ISSUE, Field.PAGES) if match[f.value]}
    return frozenset(fields)


def find_doi(text: str) -> str | None:
    """The first DOI in the text, without the resolver's address."""
    match = DOI.search(text)
    return match.group() if match else None


def find_pmid(text: str) -> str | None:
    """The first PubMed number in the text."""
    match = PMID.search(text)
    return match[1] if match else None


def find_year(text: str) -> int | None:
    """The year of the first dated citation in the text, else the first year at all."""
    match = CITATION.search(text)
    if match:
        return int(match["year"])
    match = re.search(rf"\b{_YEAR}\b", text)
    return int(match.group()) if match else None


def find_place(text: str) -> re.Match[str] | None:
    """Where a header line leaves the journal's name for year, volume and pages, or the day."""
    return PLACE.search(text) or CITATION.search(text) or DAY.search(text)


def split_names(text: str) -> tuple[str, ...]:
    """Authors named in a line, without affiliation numbers: "M. Doubek 1,2" is one name."""
    text = re.sub(r"(?:,? et al)\b\.?", "", text)
    text = DEGREES.sub("", re.sub(r"^\s*[Bb]y\s+", "", text))
    text = re.sub(r"(?<=[^\W\d_.])\s*\d+(?:\s*,\s*\d+)*\b", "", text)
    if ";" in text:  # "Berg, Ada; Lindqvist, Bo"
        names = re.split(r"\s*;\s*(?:and\s+)?", text)
    else:
        names = re.split(r"\s*[,•·∙|]\s*(?:and\s+)?|\s+and\s+|\s+&\s+", text)
    bare = (ADDRESS.sub("", name.strip(" *†‡§¶")) for name in names)
    return tuple(_closed(name) for name in bare if re.search(r"[^\W\d_]{2}", name))


def _closed(name: str) -> str:
    """The name without the list's full stop: "Yuan G." but "Doe J. R." as it is."""
    return name[:-1] if re.search(r"[^\W\d_]{2} [A-Z]+\.$", name) else name


def parse_reference(text: str, start: int, end: int) -> Reference:
    """An entry's parts, as far as its form gives them away.

    Forms known: "Names. Title. Journal. 2016;374(23):2209–21." (Vancouver), "Names\\nJournal
    2024 Oct;103(10):4057-63." (NCBI lists), "Journal. 2011;2011:148046" and "Berg, A.; Roe, B.
    Title. Journal 2016, 37, 2209–21." (ACS).
    """
    citation = CITATION.search(text) or _COMMAED.search(text)
    marker = MARKER.match(text)
    first = marker.end() if marker else 0
    names = _SEMICOLONED.match(text, first) or NAMES.match(text, first)
    head = text[names.end() if names else 0 : citation.start() if citation else len(text)]
    head = head if names else MARKER.sub("", head)
    title, journal = _title_and_journal(head, placed=citation is not None)
    return Reference(
        start=start,
        end=end,
        authors=split_names(names.group()) if names else (),
        title=title,
        year=find_year(text),
        journal=journal,
        doi=find_doi(text),
        pmid=find_pmid(text),
    )


def _title_and_journal(head: str, *, placed: bool) -> tuple[str, str | None]:
    """What stands between an entry's names and its year; `placed` says that a journal does."""
    if placed and (short := _ABBREVIATED.search(head, max(0, len(head) - _LONGEST_JOURNAL))):
        return head[: short.start()].strip(" .\n"), short.group().strip()
    parts = [part.strip(" .\n") for part in re.split(r"(?<=[.?!:])\s+(?=[A-Z])|\n", head)]
    parts = [part for part in parts if part]
    return ". ".join(parts[:-1] if placed else parts), (parts[-1] if parts and placed else None)


def reference_fields(reference: Reference, text: str) -> frozenset[Field]:
    """The facts that a parsed entry states."""
    found = set(citation_fields(text))
    for fact in (Field.AUTHORS, Field.TITLE, Field.JOURNAL):
        if getattr(reference, fact.value):
            found.add(fact)
    if reference.year:
        found.add(Field.DATE)
    return frozenset(found)
