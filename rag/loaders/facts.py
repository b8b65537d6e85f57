"""The facts of a record of fields, put as lines at the top of its text so that they are quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.cleaning import ExtractWriter
from rag.types import Field, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a bibliographic record states of a document, as the format writes it.

    `date` is the date as a reader expects it ("2021 Aug 1"), `year` its year. `abbreviation`
    is the journal's short name. `others` are further lines, `(label, value, field)`, in the
    order in which they are to be read; the field is None for a fact that has no name.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    journal: str = ""
    abbreviation: str = ""
    year: int | None = None
    date: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    others: tuple[tuple[str, str, Field | None], ...] = ()

    @property
    def record(self) -> Record:
        """The facts that every document has."""
        return Record(
            title=" ".join(self.title.split()),
            authors=tuple(" ".join(author.split()) for author in self.authors),
            year=self.year,
            journal=self.journal or None,
            doi=self.doi or None,
            pmid=self.pmid or None,
            url=self.url or None,
        )

    @property
    def citation(self) -> tuple[str, frozenset[Field]]:
        """Journal, date, volume, issue and pages in one line, and which of them it states.

        >>> Facts(journal="Blood", date="2021 Aug", volume="137", pages="1-9").citation[0]
        'Blood. 2021 Aug;137:1-9'
        """
        date = self.date or str(self.year or "")
        place = self.volume + (f"({self.issue})" if self.issue else "")
        place += f":{self.pages}" if self.pages else ""
        dated = ";".join(part for part in (date, place) if part)
        stated = {
            Field.JOURNAL: self.journal,
            Field.DATE: date,
            Field.VOLUME: self.volume,
            Field.ISSUE: self.issue,
            Field.PAGES: self.pages,
        }
        line = ". ".join(part for part in (self._journal, dated) if part)
        return line, frozenset(fact for fact, value in stated.items() if value)

    @property
    def _journal(self) -> str:
        """The journal's name, and its short one where that is another."""
        name, short = self.journal.rstrip(". "), self.abbreviation.rstrip(". ")
        return f"{name} ({short})" if short and short.casefold() != name.casefold() else name

    def write(self, writer: ExtractWriter) -> None:
        """Put the header block down: title, authors, journal, identifiers, the others."""
        writer.fact(self.title, Field.TITLE)
        if self.authors:
            writer.fact(f"Authors: {', '.join(self.authors)}", Field.AUTHORS)
        citation, fields = self.citation
        if citation:
            label = "Journal" if self.journal else "Published"
            writer.fact(f"{label}: {citation}", *fields)
        if self.doi:
            writer.fact(f"DOI: {self.doi}", Field.DOI)
        if self.pmid:
            writer.fact(f"PMID: {self.pmid}", Field.PMID)
        for label, value, field in self.others:
            if value.strip():
                writer.fact(f"{label}: {value}", *([field] if field else []))


def listed_names(text: str) -> tuple[str, ...]:
    """The names of a field that holds one or all of them; "Berg, Ada" is one name.

    >>> listed_names("Berg, Ada; Roe, Bo"), listed_names("Ada Berg, Bo Roe, and Cy Poe")
    (('Ada Berg', 'Bo Roe'), ('Ada Berg', 'Bo Roe', 'Cy Poe'))
    """
    several = re.split(r"\s*;\s*", text)
    if len(several) == 1 and text.count(",") > 1:
        several = re.split(r"\s*,\s*(?:(?:and|&)\s+)?", text)
    return tuple(full_name(name.strip()) for name in several if name.strip())


def full_name(name: str) -> str:
    """ "Berg, Ada, Jr" as "Ada Berg Jr"."""
    last, *first = (part.strip() for part in name.split(",", 2))
    return " ".join(part for part in (*first[:1], last, *first[1:]) if part)
