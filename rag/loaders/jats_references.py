"""Entries of a JATS reference list, each as one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from rag.cleaning.bibliography import find_doi, find_pmid, find_year, split_names
from rag.loaders.citing import Entry, closed, identified
from rag.loaders.inline import flat, flat_all
from rag.types import Reference

_CITATIONS = frozenset({"element-citation", "mixed-citation", "nlm-citation", "citation"})
_IDS = frozenset({"pub-id", "object-id"})
# What an entry's line is made of; what else it holds goes behind.
_PLACED = _IDS | frozenset(
    "label person-group name string-name collab etal article-title chapter-title source year"
    " volume issue fpage lpage page-range elocation-id month day season issn isbn".split()
)


def cited(ref: etree._Element) -> Iterator[tuple[str, Reference | None]]:
    """The entries of a `ref`, which may hold several and notes beside them, and their parts."""
    for citation in ref.iter(*_CITATIONS):
        ids = {i.get("pub-id-type", ""): flat(i) for i in citation.iter("pub-id")}
        if "pmc" in ids:
            ids["pmcid"] = ids["pmc"]
        own = _is_written(citation)
        entry = flat(citation, _IDS | {"label"}) if own else _by_parts(citation).line
        if entry := identified(entry, ids):
            yield entry, _parts(citation, ids, entry) if len(citation) else None
    for note in ref.iterfind("note"):
        yield flat(note), None


def _parts(citation: etree._Element, ids: Mapping[str, str], entry: str) -> Reference | None:
    """What an entry names of itself; None where it names neither title nor source."""
    titles = [flat(citation.find(name)) for name in ("article-title", "chapter-title")]
    source = flat(citation.find("source"))
    title = next(filter(None, [*titles, source]), "")
    if not title:
        return None
    return Reference(
        start=0,
        end=0,
        authors=split_names(_people(citation)),
        title=title.rstrip("."),
        year=find_year(flat(citation.find("year"))),
        journal=source.rstrip(".") if source and source != title else None,
        doi=ids.get("doi") or find_doi(entry),
        pmid=ids.get("pmid") or find_pmid(entry),
    )


def _is_written(citation: etree._Element) -> bool:
    """Whether the entry is a text with its own punctuation, not a row of parts."""
    if not len(citation):
        return True
    parts = [child for child in citation if child.tag not in _IDS and child.tag != "label"]
    gaps = [child.tail for child in parts[:-1]]
    return citation.tag == "mixed-citation" and bool(gaps) and all(gaps)


def _by_parts(citation: etree._Element) -> Entry:
    titles = [flat(citation.find(name)) for name in ("article-title", "chapter-title")]
    title, source = next(filter(None, titles), ""), flat(citation.find("source"))
    editors = _people(citation, editors=True)
    if editors and title:
        source = f"In: {editors}, editors. {source}"
    return Entry(
        authors=_people(citation) or (f"{editors}, editors" if editors and not title else ""),
        title=title,
        source=source,
        year=flat(citation.find("year")),
        volume=flat(citation.find("volume")),
        issue=flat(citation.find("issue")).strip("()"),
        pages=_pages(citation),
        rest=" ".join(map(closed, _rest(citation))),
    )


def _people(citation: etree._Element, *, editors: bool = False) -> str:
    """The authors or the editors as lists write them: "Berg A, Roe C, et al"."""
    groups = [
        group
        for group in citation.iterfind("person-group")
        if (group.get("person-group-type") == "editor") is editors
    ]
    holders = groups if groups or editors else [citation]
    names = [name for holder in holders for name in map(_listed, holder) if name]
    texts = [flat(group) for group in groups if not len(group)]
    return ", ".join(names + texts)


def _listed(name: etree._Element) -> str:
    if name.tag == "name":
        given = flat(name.find("given-names"))
        parts = (flat(name.find("surname")), _initials(given), flat(name.find("suffix")))
        return " ".join(part for part in parts if part)
    if name.tag == "etal":
        return "et al"
    return flat(name) if name.tag in ("string-name", "collab") else ""


def _initials(given: str) -> str:
    """ "A. B." as "AB", as lists write it; a name that is written out stays so."""
    bare = given.replace(".", "")
    return "".join(bare.split()) if all(len(part) <= 1 for part in bare.split()) else given


def _pages(citation: etree._Element) -> str:
    first, last = flat(citation.find("fpage")), flat(citation.find("lpage"))
    pages = first if last in ("", first) else f"{first}-{last}"
    return pages or flat(citation.find("page-range")) or flat(citation.find("elocation-id"))


def _rest(citation: etree._Element) -> Iterator[str]:
    """What has no place in the line: publishers, editions, remarks between the parts."""
    where = [flat(citation.find(f"publisher-{part}")) for part in ("loc", "name")]
    yield ": ".join(part for part in where if part)
    yield flat(citation) if not len(citation) else " ".join((citation.text or "").split())
    others = [c for c in citation if c.tag not in _PLACED and not str(c.tag).startswith("publ")]
    yield from flat_all(others)
    for child in citation:
        remark = " ".join((child.tail or "").split()).strip(" .,;:")
        if any(map(str.isalnum, remark)):
            yield remark
