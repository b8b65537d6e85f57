"""What a PubMed record states beside title, authors and place: all that its fields hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from rag.loaders.dates import write_date
from rag.loaders.inline import flat, flat_all
from rag.types import Field

Fact = tuple[str, str, Field | None]


def other_facts(record: etree._Element, *, published: str = "") -> tuple[Fact, ...]:
    """The lines below the identifiers, in reading order."""
    facts: list[Fact] = [
        ("PMCID", _id(record, "pmc"), Field.IDENTIFIER),
        ("Bookshelf ID", _id(record, "bookaccession"), Field.IDENTIFIER),
        ("Published online", published, Field.DATE),
        *_history(record),
        ("Original title", _first(record, ".//VernacularTitle"), Field.TITLE),
        *_affiliations(record),
        ("Investigators", _people(record, ".//Investigator"), Field.AUTHORS),
        ("Editors", _people(record, ".//Book/AuthorList[@Type='editors']/Author"), None),
        ("Publisher", _publisher(record), None),
        ("Publication types", _listed(record, ".//PublicationType"), Field.CATEGORY),
        ("Language", _listed(record, ".//Language"), None),
        ("Keywords", _listed(record, ".//KeywordList/Keyword"), Field.KEYWORDS),
        ("MeSH terms", "; ".join(_mesh(record)), Field.KEYWORDS),
        ("Supplementary MeSH terms", _listed(record, ".//SupplMeshName"), Field.KEYWORDS),
        ("Chemicals", _listed(record, ".//NameOfSubstance"), Field.KEYWORDS),
        ("Genes", _listed(record, ".//GeneSymbol"), Field.KEYWORDS),
        ("Grants", "; ".join(_grants(record)), Field.FUNDING),
        ("Data banks", "; ".join(_data_banks(record)), Field.IDENTIFIER),
        ("Conflict of interest statement", _first(record, ".//CoiStatement"), Field.INTERESTS),
        *_relations(record),
        ("Notes", _listed(record, ".//GeneralNote"), None),
    ]
    return tuple(fact for fact in facts if fact[1])


def _first(record: etree._Element, path: str) -> str:
    return flat(record.find(path))


def _listed(record: etree._Element, path: str) -> str:
    return "; ".join(flat_all(record.findall(path)))


def _id(record: etree._Element, kind: str) -> str:
    """An identifier of the record's own list."""
    for place in ("PubmedData", "BookDocument"):
        found = record.find(f"{place}/ArticleIdList/ArticleId[@IdType='{kind}']")
        if found is not None:
            return flat(found)
    return ""


def _history(record: etree._Element) -> Iterator[Fact]:
    for status, field in (("received", Field.SUBMITTED), ("accepted", Field.ACCEPTED)):
        date = record.find(f".//History/PubMedPubDate[@PubStatus='{status}']")
        if date is not None:
            parts = (flat(date.find(name)) for name in ("Year", "Month", "Day"))
            yield status.capitalize(), write_date(*parts), field


def person(author: etree._Element) -> str:
    """A person's or a group's name: "Ada Berg Jr"."""
    given = flat(author.find("ForeName")) or flat(author.find("Initials"))
    parts = (given, flat(author.find("LastName")), flat(author.find("Suffix")))
    return " ".join(part for part in parts if part) or flat(author.find("CollectiveName"))


def _people(record: etree._Element, path: str) -> str:
    return ", ".join(dict.fromkeys(filter(None, map(person, record.findall(path)))))


def _affiliations(record: etree._Element) -> Iterator[Fact]:
    """Each place once, with the names of those who work there."""
    places: dict[str, list[str]] = defaultdict(list)
    for author in record.iter("Author"):
        for place in author.iter("Affiliation"):
            places[flat(place)].append(person(author))
    for place in record.findall(".//Article/Affiliation"):
        places[flat(place)] = []
    for name, people in places.items():
        who = ", ".join(dict.fromkeys(filter(None, people)))
        yield (f"Affiliation of {who}" if who else "Affiliation"), name, Field.AFFILIATION


def _publisher(record: etree._Element) -> str:
    parts = ("Location", "Name")
    return ": ".join(filter(None, (_first(record, f".//Publisher/Publisher{p}") for p in parts)))


def _mesh(record: etree._Element) -> Iterator[str]:
    """Descriptors with their qualifiers: "HIV Infections/therapy"."""
    for heading in record.iter("MeshHeading"):
        yield "/".join(flat_all(list(heading)))


def _grants(record: etree._Element) -> Iterator[str]:
    for grant in record.iter("Grant"):
        number, agency, country = (
            flat(grant.find(name)) for name in ("GrantID", "Agency", "Country")
        )
        yield ", ".join(part for part in (number, agency, country) if part)


def _data_banks(record: etree._Element) -> Iterator[str]:
    for bank in record.iter("DataBank"):
        numbers = ", ".join(flat_all(list(bank.iter("AccessionNumber"))))
        yield f"{flat(bank.find('DataBankName'))}: {numbers}" if numbers else ""


def _relations(record: etree._Element) -> Iterator[Fact]:
    """Errata, retractions and comments: "Retraction in: Blood. 2020;135(1):3. PMID: 1"."""
    for relation in record.iter("CommentsCorrections"):
        kind = relation.get("RefType", "")
        if kind in ("", "Cites"):
            continue
        words = re.findall(r"[A-Z][a-z]*", kind)
        label = " ".join([words[0], *map(str.lower, words[1:])]) if words else kind
        source, pmid = flat(relation.find("RefSource")), flat(relation.find("PMID"))
        where = " ".join(part for part in (source, f"PMID: {pmid}" if pmid else "") if part)
        yield label, " ".join(filter(None, (where, flat(relation.find("Note"))))), None
