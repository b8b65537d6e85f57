"""Web pages, as browsers save them.

The rules for what belongs to the article are our own. Libraries that find a page's main text
(trafilatura, readability) were considered: they drop citation lists, captions or tables to get
prose, and do not say what they dropped.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from rag.cleaning import Extract, ExtractWriter, LostRecord
from rag.errors import LoadError
from rag.loaders.furniture import Furniture
from rag.loaders.markup import Walk
from rag.loaders.page_facts import page_facts
from rag.loaders.text import marked_encoding

_HEAD = 4096  # bytes in which a page says its encoding
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})"
    rb"|^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(
    rb"\s*(?:From: <Saved by|(?:[A-Za-z-]+:[^\n]*\n)*?\s*Content-Type: multipart/related)",
    re.IGNORECASE,
)
# No characters of a text: libxml2 would end the text at the first of them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")

# The parser drops what stands behind them; browsers show it.
_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)


def read_html(stream: BinaryIO) -> Iterator[Extract | LostRecord]:
    """The article of a saved page; everything else on it is marked as removed.

    Raises LoadError for a page whose encoding is not known, and for a web archive.
    """
    content = stream.read()
    if _ARCHIVE.match(content[:_HEAD]):
        raise LoadError("a web archive (MHTML): save the page as HTML or as text")
    root = parse_page(_decode(content))
    furniture = Furniture(root)
    facts = page_facts(root, _main_heading(root, furniture))
    writer = ExtractWriter()
    facts.write(writer)
    Walk(writer, furniture=furniture, titled=facts.title).write(root)
    yield writer.finish(facts.record, furnished=True)


def parse_page(text: str) -> HtmlElement:
    """The tree of a page; what is broken in it is mended as browsers do. Raises LoadError."""
    text = _ENDS.sub("", _CONTROL.sub("", text)).encode("utf-8", "replace").decode("utf-8")
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, recover=True)
    if not text.strip():
        raise LoadError("there is no text in it")
    try:
        root = lxml.html.document_fromstring(text.encode(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise LoadError("an HTML page with nothing on it") from error
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        raise LoadError("an HTML page that is nested beyond reason: save it as text")
    return root


def _decode(content: bytes) -> str:
    """The page's characters, by what it says of its encoding; UTF-8 where it says nothing."""
    encoding = marked_encoding(content)
    if not encoding and (match := _CHARSET.search(content[:_HEAD])):
        encoding = _known((match[1] or match[2]).decode("ascii"))
    try:
        return content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        said = f"although it says {encoding}" if encoding else "and names no encoding"
        raise LoadError(
            f"not {(encoding or 'utf-8').upper()} text (byte {error.start:,}), {said}: "
            "save the page as UTF-8"
        ) from error


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError as error:
        raise LoadError(f"an unknown encoding, {name}: save the page as UTF-8") from error
    # As browsers read them: pages that say Latin-1 mean Windows-1252, and a page whose tags can
    # be read as bytes is not UTF-16.
    if found in ("iso8859-1", "ascii"):
        return "cp1252"
    return "utf-8" if found.startswith(("utf-16", "utf-32")) else found


def _main_heading(root: HtmlElement, furniture: Furniture) -> str:
    """The heading that the page's title repeats, else the first that is not furniture.

    A title repeats the site's name too, which may stand in a heading of its own: the longest is
    the article's.
    """
    title = " ".join(" ".join(root.xpath("//title//text()")).split())
    shown = [
        text
        for heading in root.iter("h1")
        if (text := " ".join(heading.text_content().split()))
        and not any(furniture.rule(around) for around in heading.iterancestors())
    ]
    return max((text for text in shown if text in title), key=len, default=next(iter(shown), ""))
