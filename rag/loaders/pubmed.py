"""PubMed XML: each record with its header, its abstract by sections, and its reference list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from rag.cleaning import Extract, ExtractWriter, LostRecord
from rag.loaders.citing import identified
from rag.loaders.dates import write_date, year_of
from rag.loaders.facts import Facts
from rag.loaders.inline import flat
from rag.loaders.pubmed_facts import other_facts, person
from rag.loaders.xml import notes, read_records

_RECORDS = frozenset({"PubmedArticle", "PubmedBookArticle"})
_ROOTS = _RECORDS | {"PubmedArticleSet", "PubmedBookArticleSet"}
# What the labels of other abstracts' kinds mean to a reader.
_KINDS = {
    "plain-language-summary": "Plain language summary",
    "Publisher": "Abstract (publisher)",
}


def read_pubmed(stream: BinaryIO) -> Iterator[Extract | LostRecord]:
    """The records of a PubMed XML file. Raises LoadError for what is not one."""
    for record in read_records(stream, kind="PubMed XML", roots=_ROOTS, records=_RECORDS):
        yield record if isinstance(record, LostRecord) else _read(record)


def _read(record: etree._Element) -> Extract:
    writer = ExtractWriter()
    facts = _facts(record)
    facts.write(writer)
    _write_abstracts(record, writer)
    _write_references(record, writer)
    return writer.finish(facts.record, key=facts.pmid, notes=notes(record))


# -- the header ------------------------------------------------------------------------------


def _facts(record: etree._Element) -> Facts:
    """The header of an article or of a book's chapter."""
    book = record.find("BookDocument")
    if book is not None:
        return _book_facts(book, record)
    citation, article = _part(record, "MedlineCitation"), _part(record, "MedlineCitation/Article")
    issue = _part(article, "Journal/JournalIssue")
    date = _date(issue.find("PubDate"))
    electronic = _date(article.find("ArticleDate"))
    year = year_of(date) or year_of(electronic)
    names = [flat(article.find(f"Journal/{name}")) for name in ("Title", "ISOAbbreviation")]
    names.append(flat(citation.find("MedlineJournalInfo/MedlineTA")))
    return Facts(
        title=flat(article.find("ArticleTitle")) or flat(article.find("VernacularTitle")),
        authors=_authors(article.findall("AuthorList/Author")),
        journal=next((name for name in names if name), ""),
        abbreviation=names[1] or names[2],
        year=year,
        date=(date if year_of(date) else electronic) or str(year or ""),
        volume=flat(issue.find("Volume")),
        issue=flat(issue.find("Issue")),
        pages=_pages(article),
        doi=_doi(article, record.find("PubmedData")),
        pmid=flat(citation.find("PMID")),
        others=other_facts(record, published=electronic if electronic != date else ""),
    )


def _book_facts(book: etree._Element, record: etree._Element) -> Facts:
    whole = _part(book, "Book")
    title = flat(whole.find("BookTitle"))
    lists = book.findall("AuthorList") or whole.findall("AuthorList")
    authors = [list_ for list_ in lists if list_.get("Type") != "editors"] or lists
    date = _date(whole.find("PubDate")) or _date(book.find("ContributionDate"))
    return Facts(
        title=flat(book.find("ArticleTitle")) or title,
        authors=_authors([author for list_ in authors for author in list_.findall("Author")]),
        journal=title,
        year=year_of(date),
        date=date,
        volume=flat(whole.find("Volume")),
        pages=_pages(book),
        doi=_doi(book, book),
        pmid=flat(book.find("PMID")),
        others=other_facts(record),
    )


def _part(element: etree._Element, path: str) -> etree._Element:
    """The part, or an empty one: records leave out what they like."""
    found = element.find(path)
    return etree.Element("none") if found is None else found


def _authors(authors: list[etree._Element]) -> tuple[str, ...]:
    return tuple(name for name in map(person, authors) if name)


def _date(element: etree._Element | None) -> str:
    if element is None:
        return ""
    year, month, day, season = (flat(element.find(n)) for n in ("Year", "Month", "Day", "Season"))
    return write_date(year, month, day, season) or flat(element.find("MedlineDate"))


def _pages(article: etree._Element) -> str:
    pages = flat(article.find("Pagination/MedlinePgn"))
    ends = [flat(article.find(f"Pagination/{end}")) for end in ("StartPage", "EndPage")]
    return pages or "-".join(dict.fromkeys(end for end in ends if end))


def _doi(article: etree._Element, data: etree._Element | None) -> str:
    """The record's own DOI: never one of its reference list, which has lists of its own."""
    places = article.findall("ELocationID[@EIdType='doi']")
    places.sort(key=lambda place: place.get("ValidYN") == "N")
    if data is not None:
        places += data.findall("ArticleIdList/ArticleId[@IdType='doi']")
    return next((doi for doi in map(flat, places) if doi), "")


# -- the text --------------------------------------------------------------------------------


def _write_abstracts(record: etree._Element, writer: ExtractWriter) -> None:
    article = record.find("MedlineCitation/Article")
    holder = record.find("BookDocument") if article is None else article
    if holder is not None and (abstract := holder.find("Abstract")) is not None:
        _write_abstract(abstract, "Abstract", writer)
    for other in record.findall("MedlineCitation/OtherAbstract"):
        kind = other.get("Type", "")
        title = _KINDS.get(kind, f"Abstract ({kind})" if kind else "Abstract")
        language = other.get("Language", "eng")
        _write_abstract(other, title if language == "eng" else f"{title}, {language}", writer)


def _write_abstract(abstract: etree._Element, title: str, writer: ExtractWriter) -> None:
    """The paragraphs of an abstract, each under its own label where it has one."""
    plain = title == "Abstract"
    section = ""
    for text in abstract.findall("AbstractText"):
        label = (text.get("Label") or "").strip()
        label = "" if label.upper() == "UNLABELLED" else label
        heading = (label if plain else f"{title}: {label}") if label else title
        if heading != section:
            writer.heading(heading)
            section = heading
        writer.paragraph(flat(text))
    if rights := flat(abstract.find("CopyrightInformation")):
        writer.heading("Copyright")
        writer.paragraph(rights)


def _write_references(record: etree._Element, writer: ExtractWriter) -> None:
    entries = [
        identified(flat(entry.find("Citation")), _ids(entry)) for entry in record.iter("Reference")
    ]
    for cited in record.iterfind(".//CommentsCorrections[@RefType='Cites']"):
        pmid = flat(cited.find("PMID"))
        entries.append(identified(flat(cited.find("RefSource")), {"pmid": pmid}))
    if any(entries):
        writer.heading("References")
    for entry in dict.fromkeys(entries):
        writer.reference(entry)


def _ids(entry: etree._Element) -> dict[str, str]:
    names = {"pubmed": "pmid", "doi": "doi", "pmc": "pmcid"}
    ids = entry.findall("ArticleIdList/ArticleId")
    return {names[kind]: flat(i) for i in ids if (kind := i.get("IdType", "")) in names}
