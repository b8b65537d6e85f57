"""JATS XML (PubMed Central and publishers): whole articles with tables and reference lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from rag.cleaning import Extract, ExtractWriter, LostRecord
from rag.loaders.inline import flat
from rag.loaders.jats_body import Body
from rag.loaders.jats_front import read_front
from rag.loaders.jats_references import cited
from rag.loaders.xml import notes, read_records

_ROOTS = frozenset({"article", "pmc-articleset", "OAI-PMH", "articles"})
# Abstracts that repeat the paper in a picture or in a line's worth of words.
_PICTURED = frozenset({"graphical", "toc", "teaser"})
_BACK = frozenset({"ack", "app-group", "app", "sec", "notes", "glossary", "bio", "fn-group"})


def read_jats(stream: BinaryIO) -> Iterator[Extract | LostRecord]:
    """The articles of a JATS file. Raises LoadError for what is not one."""
    for article in read_records(
        stream, kind="a JATS article", roots=_ROOTS, records=frozenset({"article"})
    ):
        yield article if isinstance(article, LostRecord) else _read(article)


def _read(article: etree._Element) -> Extract:
    writer = ExtractWriter()
    facts, key = read_front(article)
    facts.write(writer)
    body = Body(writer)
    _write_parts(article, body)
    for number, part in enumerate(article.findall("sub-article") + article.findall("response"), 1):
        title = flat(part.find(".//article-title"))
        with body.section(title or f"{part.get('article-type', 'part')} {number}"):
            _write_parts(part, body)
    return writer.finish(facts.record, key=key, notes=(*notes(article), *body.notes))


def _write_parts(article: etree._Element, body: Body) -> None:
    """An article from abstract to reference list."""
    for abstract in article.iterfind("front/article-meta/abstract"):
        if abstract.get("abstract-type") not in _PICTURED or abstract.find(".//p") is not None:
            body.write_headed(abstract, "Abstract")
    for abstract in article.iterfind("front/article-meta/trans-abstract"):
        body.write_headed(abstract, "Abstract")
    for abstract in article.iterfind("front-stub/abstract"):
        body.write_headed(abstract, "Abstract")
    for text in article.iterfind("body"):
        body.write_blocks(text)
    for back in article.iterfind("back"):
        for part in back:
            if part.tag in _BACK:
                body.write_block(part)
    for floats in article.iterfind("floats-group"):
        with body.section("Figures and tables"):
            body.write_blocks(floats)
    for notes_ in article.iterfind("front/article-meta/author-notes"):
        body.write_headed(notes_, "Author notes")
    entries = [entry for ref in article.iterfind(".//ref-list/ref") for entry in cited(ref)]
    body.write_references(dict.fromkeys(entries))
