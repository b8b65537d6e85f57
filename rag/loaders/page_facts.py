"""What a web page's head says of the article: citation, Dublin Core and PRISM tags, JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from rag.cleaning.bibliography import find_doi, find_year
from rag.loaders.facts import Facts, full_name, listed_names
from rag.types import Field

# The names of meta tags that state a fact, the most telling first.
_NAMES = {
    "title": ("citation_title", "dc.title", "dcterms.title", "prism.title", "eprints.title"),
    "authors": ("citation_author", "citation_authors", "dc.creator", "dcterms.creator"),
    "author": ("author",),
    "journal": (
        "citation_journal_title",
        "prism.publicationname",
        "citation_journal_abbrev",
        "dc.source",
        "dcterms.ispartof",
    ),
    "date": (
        "citation_publication_date",
        "citation_date",
        "prism.publicationdate",
        "citation_cover_date",
        "citation_online_date",
        "dc.date",
        "dcterms.issued",
        "dc.date.issued",
        "citation_year",
        "article:published_time",
        "datepublished",
        "pubdate",
        "publishdate",
        "publish-date",
    ),
    "volume": ("citation_volume", "prism.volume"),
    "issue": ("citation_issue", "prism.number"),
    "first": ("citation_firstpage", "prism.startingpage"),
    "last": ("citation_lastpage", "prism.endingpage"),
    "doi": (
        "citation_doi",
        "prism.doi",
        "dc.identifier",
        "dc.identifier.doi",
        "dcterms.identifier",
    ),
    "pmid": ("citation_pmid",),
    "url": ("citation_abstract_html_url", "citation_public_url", "prism.url", "og:url"),
    "keywords": ("citation_keywords", "citation_keyword", "dc.subject", "dcterms.subject"),
    "category": ("citation_article_type", "dc.type.articletype", "prism.section"),
}
_ARTICLES = re.compile(r"\w*article|blogposting|report")
_COMPACT_DAY = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)$")
_MOST_VALUES = 300  # of one name; a paper may have that many authors


def page_facts(root: HtmlElement, heading: str) -> Facts:
    """The facts that the page's head states; `heading` is the page's main heading."""
    tags = _meta_tags(root)
    article = next(_linked_articles(root), {})

    def stated(name: str) -> list[str]:
        return next((tags[key] for key in _NAMES[name] if key in tags), [])

    def one(name: str) -> str:
        return next(iter(stated(name)), "")

    date = one("date") or _text(article.get("datePublished"))
    date = _COMPACT_DAY.sub(r"\1-\2-\3", date.split("T")[0].replace("/", "-"))
    title = one("title") or _text(article.get("headline") or article.get("name"))
    pages = "-".join(part for part in (one("first"), one("last")) if part)
    keywords = "; ".join(stated("keywords"))
    return Facts(
        title=title or heading or next(iter(tags.get("og:title", [])), ""),
        authors=tuple(_names(stated("authors")) or _writers(article, stated("author"))),
        journal=one("journal") or _journal(article),
        year=find_year(date),
        date=date if find_year(date) else "",
        volume=one("volume"),
        issue=one("issue"),
        pages=pages,
        doi=next((doi for value in stated("doi") if (doi := find_doi(value))), ""),
        pmid=one("pmid") if one("pmid").isdigit() else "",
        url=_address(root, one("url")),
        others=(
            ("Key words", keywords, Field.KEYWORDS),
            ("Article type", one("category"), Field.CATEGORY),
        ),
    )


def _meta_tags(root: HtmlElement) -> dict[str, list[str]]:
    """The contents of the meta tags, by name; the same content twice is one."""
    tags: dict[str, list[str]] = {}
    for tag in root.iter("meta"):
        said = tag.get("name") or tag.get("property") or tag.get("itemprop") or ""
        name = said.lower().strip()
        content = " ".join((tag.get("content") or "").split())
        if name and content:
            values = tags.setdefault(re.sub(r"^(dc|dcterms|prism)[._:]", r"\1.", name), [])
            if content not in values and len(values) < _MOST_VALUES:
                values.append(content)
    return tags


def _names(stated: list[str]) -> list[str]:
    """Authors, one a tag as it should be, or all in one; "Berg, Ada" is one name."""
    return list(listed_names(stated[0])) if len(stated) == 1 else list(map(full_name, stated))


def _linked_articles(root: HtmlElement) -> Iterator[dict[str, Any]]:
    """What JSON-LD says of an article on the page."""
    for script in root.xpath("//script[contains(@type, 'ld+json')]"):
        try:
            found = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        rows = found if isinstance(found, list) else [found]
        for row in rows:
            if isinstance(row, dict):
                nested = [row, row.get("mainEntity"), *_listed(row.get("@graph"))]
                yield from (one for one in nested if isinstance(one, dict) and _is_article(one))


def _is_article(row: dict[str, Any]) -> bool:
    return any(_ARTICLES.fullmatch(_text(kind).lower()) for kind in _listed(row.get("@type")))


def _writers(article: dict[str, Any], stated: list[str]) -> list[str]:
    """The authors whom JSON-LD or else a plain tag names: people before publishers.

    The plain tag often holds the site's name or the name of the page's editor.
    """
    listed = _listed(article.get("author"))
    people = [one for one in listed if isinstance(one, dict) and one.get("@type") == "Person"]
    return _named_of(people) or _names(stated) or _named_of(listed)


def _named_of(listed: list[Any]) -> list[str]:
    return [name for one in listed if (name := _named(one))]


def _named(value: object) -> str:
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _journal(article: dict[str, Any]) -> str:
    """The periodical that the article is part of, through its issue and volume."""
    part: object = article.get("isPartOf")
    for _ in range(4):
        if not isinstance(part, dict):
            break
        if "Periodical" in [_text(kind) for kind in _listed(part.get("@type"))]:
            return _named(part)
        part = part.get("isPartOf")
    return ""


def _address(root: HtmlElement, stated: str) -> str:
    """The page's own address on the web."""
    links = root.xpath("//link[@rel='canonical']/@href")
    return next((url for url in (*links, stated) if re.match(r"https?://\S+$", url)), "")


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
