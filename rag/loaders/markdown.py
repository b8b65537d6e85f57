"""Markdown: CommonMark with tables, made a tree and walked as a page is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from rag.cleaning import Extract, ExtractWriter, LostRecord
from rag.cleaning.bibliography import find_doi, find_year, split_names
from rag.loaders.facts import Facts
from rag.loaders.html import parse_page
from rag.loaders.markup import Walk
from rag.loaders.text import decode
from rag.types import Field

_FRONT = re.compile(r"\A---[ \t]*\n(?P<lines>(?:[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_LINE = re.compile(r"(?P<name>[A-Za-z][\w -]{0,30}):[ \t]+(?P<value>\S.*)")
_ITEM = re.compile(r"\s+-\s+(?:name:\s*)?(?P<value>\S.*)|\s*-\s+(?:name:\s*)?(?P<flush>\S.*)")
# Tags for which Markdown has no sign of its own, or that converters write instead of it.
_TAG = re.compile(r"&lt;(/?(?:sup|sub|br|b|i|em|strong|u)) ?/?&gt;", re.IGNORECASE)
_CODE = re.compile(r"(<code[ >].*?</code>)", re.DOTALL)
# "[^1]: https://…" would be taken for the definition of a link, and be lost.
_FOOTNOTE = re.compile(r"^(?= {0,3}\[\^[^\]\n]+\]:)( {0,3})", re.MULTILINE)


def read_markdown(stream: BinaryIO) -> Iterator[Extract | LostRecord]:
    """The document of a Markdown file; HTML in it stays text, but for tags inside words."""
    from markdown_it import MarkdownIt

    text = decode(stream.read()).replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(text)
    values = _front_matter(front["lines"]) if front else {}
    facts = _facts(values)
    writer = ExtractWriter()
    facts.write(writer)
    body = _FOOTNOTE.sub(r"\1\\", text[front.end() if front and values else 0 :])
    rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    parts = _CODE.split(rendered)  # code stands at every second place
    parts[::2] = [_TAG.sub(r"<\1>", part) for part in parts[::2]]
    rendered = "".join(parts)
    if rendered.strip():
        Walk(writer, titled=facts.title).write(parse_page(f"<html><body>{rendered}</body></html>"))
    yield writer.finish(facts.record)


def _front_matter(lines: str) -> dict[str, list[str]]:
    """The plain "key: value" lines at the top, and lists below a key; all else is passed over."""
    values: dict[str, list[str]] = {}
    name = ""
    for line in lines.split("\n"):
        if match := _LINE.fullmatch(line.rstrip()):
            name = match["name"].lower()
            values[name] = _items(match["value"])
        elif re.fullmatch(r"[A-Za-z][\w -]{0,30}:\s*", line):
            name = line.strip().rstrip(":").lower()
        elif name and (item := _ITEM.fullmatch(line.rstrip())):
            values.setdefault(name, []).append(_bare(item["value"] or item["flush"]))
    return values


def _items(value: str) -> list[str]:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return [_bare(item) for item in value[1:-1].split(",") if item.strip()]
    return [_bare(value)]


def _bare(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _facts(values: dict[str, list[str]]) -> Facts:
    def one(*names: str) -> str:
        return next((values[name][0] for name in names if values.get(name)), "")

    authors = values.get("authors") or values.get("author") or []
    if len(authors) == 1:
        authors = list(split_names(authors[0]))
    date = one("date", "published", "year")
    keywords = "; ".join(values.get("keywords") or values.get("tags") or [])
    return Facts(
        title=one("title"),
        authors=tuple(authors),
        journal=one("journal"),
        year=find_year(date),
        date=date,
        doi=find_doi(one("doi")) or "",
        others=(("Key words", keywords, Field.KEYWORDS),),
    )
