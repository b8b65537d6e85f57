"""The front matter of a JATS article: what the paper states of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rag.loaders.dates import write_date, year_of
from rag.loaders.facts import Facts
from rag.loaders.inline import flat, flat_all
from rag.types import Field

_ASIDE = frozenset({"xref", "fn", "email"})
# The issue's date is the one that a paper is cited by; a collection has no month of its own.
_DATES = ("ppub", "print", "collection", "epub-ppub", "epub", "electronic", "pub", "")


def read_front(article: etree._Element) -> tuple[Facts, str]:
    """The header, and what tells the article from others: its DOI, else PMCID, else PMID."""
    meta = article.find("front/article-meta")
    meta = etree.Element("article-meta") if meta is None else meta
    journal = article.find("front/journal-meta")
    journal = etree.Element("journal-meta") if journal is None else journal
    doi, pmid, pmcid = (_id(meta, kind) for kind in ("doi", "pmid", "pmc"))
    pmcid = f"PMC{pmcid}" if pmcid.isdigit() else pmcid
    date, online = _dates(meta)
    names = [flat(journal.find(".//journal-title")), _journal_id(journal)]
    facts = Facts(
        title=_title(meta),
        authors=tuple(_names(meta, "author")),
        journal=names[0] or names[1],
        abbreviation=flat(journal.find(".//abbrev-journal-title")) or names[1],
        year=year_of(date),
        date=date,
        volume=flat(meta.find("volume")),
        issue=flat(meta.find("issue")),
        pages=_pages(meta),
        doi=doi,
        pmid=pmid,
        others=(
            ("PMCID", pmcid, Field.IDENTIFIER),
            ("Published online", online, Field.DATE),
            *_others(meta, article),
        ),
    )
    return facts, doi or pmcid or pmid


def _id(meta: etree._Element, kind: str) -> str:
    """An identifier of the article's own, older and newer ways of naming it."""
    kinds = {"pmc": ("pmc", "pmcid", "pmcaid")}.get(kind, (kind,))
    found = {i.get("pub-id-type"): flat(i) for i in meta.findall("article-id")}
    return next((found[name] for name in kinds if found.get(name)), "")


def _journal_id(journal: etree._Element) -> str:
    ids = {i.get("journal-id-type"): flat(i) for i in journal.findall("journal-id")}
    return next((ids[k] for k in ("nlm-ta", "iso-abbrev") if ids.get(k)), "")


def _title(meta: etree._Element) -> str:
    group = meta.find("title-group")
    if group is None:
        return ""
    without = frozenset({"fn", "xref"})
    parts = [flat(group.find("article-title"), without)]
    parts += [flat(subtitle, without) for subtitle in group.findall("subtitle")]
    return " ".join(
        part if part.endswith((":", "?", "!", ".")) or part is parts[-1] else f"{part}:"
        for part in parts
        if part
    )


def _names(meta: etree._Element, kind: str) -> Iterator[str]:
    """People and groups of one kind, in their order; people of a group stay its own."""
    for contrib in meta.iterfind("contrib-group/contrib"):
        if contrib.get("contrib-type", "author") == kind and (name := contributor(contrib)):
            yield name


def contributor(contrib: etree._Element) -> str:
    """A name as it is read: "Dr Ada Berg Jr", or that of a group."""
    for path in ("name", "name-alternatives/name"):
        name = contrib.find(path)
        if name is not None:
            parts = (flat(name.find(p)) for p in ("prefix", "given-names", "surname", "suffix"))
            return " ".join(part for part in parts if part)
    for path in ("string-name", ".//string-name", "collab", ".//collab", "anonymous"):
        name = contrib.find(path)
        if name is not None:
            without = _ASIDE | {"contrib-group", "aff"}
            return flat(name, without).strip(" ,;") or path.title() * (path == "anonymous")
    return ""


def _dates(meta: etree._Element) -> tuple[str, str]:
    """The date to cite by, and that of going online where it is another."""
    dates: dict[str, str] = {}
    for date in meta.findall("pub-date"):
        kind = date.get("pub-type") or date.get("publication-format") or ""
        kind = "collection" if date.get("date-type") == "collection" else kind
        if written := _date(date):
            dates.setdefault(kind, written)
    online = next((dates[kind] for kind in ("epub", "electronic") if kind in dates), "")
    cited = next((dates[kind] for kind in _DATES if kind in dates), "")
    if cited and cited == dates.get("collection") and year_of(online) == year_of(cited):
        cited = online
    cited = cited or next(iter(dates.values()), "")
    return cited, "" if online == cited else online


def _date(date: etree._Element) -> str:
    year, month, day, season = (flat(date.find(n)) for n in ("year", "month", "day", "season"))
    if not year and (iso := re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", _iso(date))):
        year, month, day = (part or "" for part in iso.groups())
    return write_date(year, month, day, season) or flat(date.find("string-date"))


def _iso(date: etree._Element) -> str:
    return date.get("iso-8601-date", "")


def _pages(meta: etree._Element) -> str:
    first, last = flat(meta.find("fpage")), flat(meta.find("lpage"))
    pages = first if last in ("", first) else f"{first}-{last}"
    return pages or flat(meta.find("elocation-id")) or flat(meta.find("page-range"))


def _others(meta: etree._Element, article: etree._Element) -> Iterator[tuple[str, str, Field]]:
    for kind, field in (("received", Field.SUBMITTED), ("accepted", Field.ACCEPTED)):
        for date in meta.iterfind(f"history//date[@date-type='{kind}']"):
            yield kind.capitalize(), _date(date), field
    yield from _affiliations(meta)
    for translated in meta.iterfind("title-group/trans-title-group/trans-title"):
        yield "Translated title", flat(translated), Field.TITLE
    yield "Article type", article.get("article-type", "").replace("-", " "), Field.CATEGORY
    subjects = flat_all(list(meta.iterfind("article-categories//subject")))
    yield "Category", "; ".join(subjects), Field.CATEGORY
    for group in meta.iterfind("kwd-group"):
        title = flat(group.find("title")).rstrip(":") or "Keywords"
        yield (
            title,
            "; ".join(flat_all(list(group.iter("kwd", "compound-kwd-part")))),
            Field.KEYWORDS,
        )
    yield from _funding(meta)


def _affiliations(meta: etree._Element) -> Iterator[tuple[str, str, Field]]:
    """Each place with the names of those who point to it."""
    places = {aff.get("id", ""): _place(aff) for aff in meta.iter("aff")}
    who: dict[str, list[str]] = {place: [] for place in map(_place, meta.iter("aff"))}
    for contrib in meta.iterfind("contrib-group/contrib"):
        own = [_place(aff) for aff in contrib.iter("aff")]
        own += [places.get(id, "") for xref in contrib.iter("xref") for id in _pointed(xref)]
        for place in filter(None, own):
            who[place].append(contributor(contrib))
    for name, people in who.items():
        named = ", ".join(dict.fromkeys(filter(None, people)))
        yield (f"Affiliation of {named}" if named else "Affiliation"), name, Field.AFFILIATION


def _pointed(xref: etree._Element) -> list[str]:
    return xref.get("rid", "").split() if xref.get("ref-type") == "aff" else []


def _place(aff: etree._Element) -> str:
    text = flat(aff, frozenset({"label", "institution-id", "sup"}))
    return re.sub(r"\s+([,.;])", r"\1", text).strip(" ,;")


def _funding(meta: etree._Element) -> Iterator[tuple[str, str, Field]]:
    for statement in meta.iterfind("funding-group/funding-statement"):
        yield "Funding", flat(statement), Field.FUNDING
    for award in meta.iterfind("funding-group/award-group"):
        sources = flat_all([_named_source(s) for s in award.iterfind("funding-source")])
        ids = flat_all(list(award.iterfind("award-id")))
        yield "Grant", ", ".join((*sources, *ids)), Field.FUNDING


def _named_source(source: etree._Element) -> etree._Element:
    """The institution of a source, without its registry number."""
    found = source.find(".//institution")
    return source if found is None else found
