"""What a file is, told from its first bytes; its name only hints where they leave it open."""

from __future__ import annotations

import codecs
import csv
import json
import re
from enum import StrEnum
from pathlib import PurePath

from rag.errors import LoadError
from rag.loaders.columns import ABOUT, column
from rag.loaders.pubmed_text import is_pubmed_text

_CLOSED = (
    (b"{\\rtf", "an RTF file: save it as .docx, PDF or text"),
    (b"\xfd7zXZ", "a compressed file: unpack it first"),
    (b"BZh", "a compressed file: unpack it first"),
    (b"7z\xbc\xaf", "an archive: unpack it first"),
    (b"Rar!", "an archive: unpack it first"),
    (b"SQLite format 3\x00", "a database: export its text"),
)
_ROOT = re.compile(r"<(?!\?|!)(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_PROLOGUE = re.compile(
    r"\A\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>\s*)*", re.S
)
_DOCTYPE_HTML = re.compile(r"\A\s*(?:<!--.*?-->\s*)*<!doctype\s+html", re.S | re.I)
_PUBMED_ROOTS = re.compile(
    r"(?:PubmedArticle|PubmedBookArticle|MedlineCitation|PubmedBookArticleSet)(?:Set)?"
)
_JATS_ROOTS = ("article", "pmc-articleset", "articles")
_HTML_ROOTS = ("html", "head", "body")
_MEDLINE_TAG = re.compile(r"[A-Z]{2,4} {0,2}- ?")
_WEB_ARCHIVE = re.compile(r"\s*(?:From|MIME-Version):[^\n]*\n(?:.*\n)*?Content-Type: multipart/")
_RIS_START = re.compile(r"TY  - ?[A-Z]+")
_BIBTEX = re.compile(r"\s*(?:%[^\n]*\n\s*)*@(?:article|book|inproceedings|misc)\s*\{", re.I)
_LEAST_MEDLINE_TAGS = 2


class Format(StrEnum):
    """The kinds of file that are read."""

    PDF = "pdf"
    PUBMED = "PubMed XML"
    JATS = "JATS XML"
    MEDLINE = "MEDLINE"
    PUBMED_TEXT = "PubMed's text"
    RIS = "RIS"
    HTML = "HTML"
    DOCX = "Word"
    JSON = "JSON"
    JSON_LINES = "JSON lines"
    CSV = "CSV"
    MARKDOWN = "Markdown"
    TEXT = "text"


def sniff(head: bytes, name: str) -> Format:
    """The format of a file by its first bytes and its name. Raises LoadError for others."""
    if head[:1024].lstrip().startswith(b"%PDF-"):
        return Format.PDF
    # Word's reader tells its own files from others of the same kinds of container.
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return Format.DOCX
    for mark, reason in _CLOSED:
        if head.startswith(mark):
            raise LoadError(reason)
    if head[257:262] == b"ustar":
        raise LoadError("an archive: unpack it first")
    suffix = PurePath(name.lower().removesuffix(".gz")).suffix
    text = _characters(head)
    if text.lstrip().startswith("<"):
        found = _markup(text, suffix)
        if found:
            return found
    return _plain(text, suffix)


def _characters(head: bytes) -> str:
    """The head as far as it is text; a character that the head cuts in two does not matter."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace")
    return head.decode("utf-8", "replace").removeprefix("\ufeff")


def _markup(text: str, suffix: str) -> Format | None:
    if _DOCTYPE_HTML.match(text):
        return Format.HTML
    body = _PROLOGUE.sub("", text, count=1)
    match = _ROOT.match(body)
    root = match[1] if match else ""
    if _PUBMED_ROOTS.fullmatch(root):
        return Format.PUBMED
    if root in _JATS_ROOTS:
        return Format.JATS
    if root.lower() in _HTML_ROOTS or suffix in (".html", ".htm", ".xhtml"):
        return Format.HTML
    if text.lstrip().startswith("<?xml") or suffix == ".xml":
        kind = f"its root is <{root[:60]}>" if root else "without a root element"
        raise LoadError(f"an XML file of a kind that is not read ({kind}): save it as text or PDF")
    return None


def _plain(text: str, suffix: str) -> Format:
    if suffix in (".mht", ".mhtml") or _WEB_ARCHIVE.match(text):
        return Format.HTML  # whose reader says what to do
    lines = [line for line in text.splitlines()[:-1] or text.splitlines() if line.strip()]
    tags = [line for line in lines[:40] if _MEDLINE_TAG.match(line)]
    if suffix == ".nbib" or (len(tags) >= _LEAST_MEDLINE_TAGS and _is_medline(lines[0], tags)):
        return Format.MEDLINE
    if lines and _RIS_START.match(lines[0]):
        return Format.RIS
    if is_pubmed_text(text):
        return Format.PUBMED_TEXT
    if _BIBTEX.match(text):
        raise LoadError("a BibTeX file: export RIS, .nbib or CSV, which hold abstracts too")
    if suffix in (".jsonl", ".ndjson") or (lines and _is_object(lines[0])):
        return Format.JSON_LINES
    if suffix == ".json" or _is_json(text):
        return Format.JSON
    if suffix in (".csv", ".tsv") or _is_table(lines):
        return Format.CSV
    return Format.MARKDOWN if suffix in (".md", ".markdown") else Format.TEXT


def _is_medline(first: str, tags: list[str]) -> bool:
    """RIS looks alike ("TY  - JOUR"), but its tags are others."""
    begins = _MEDLINE_TAG.match(first) is not None
    return begins and any(line.startswith(("PMID-", "OWN -", "STAT-", "JID -")) for line in tags)


def _is_object(line: str) -> bool:
    if not line.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _is_json(text: str) -> bool:
    """Whether a text begins as a JSON value of objects does: "[{" or "{" and a quoted name."""
    return re.match(r'\s*(?:\[\s*\{\s*"|\{\s*"[^"\n]*"\s*:)', text) is not None


def _is_table(lines: list[str]) -> bool:
    """Whether the first line names columns that say what a document is."""
    if not lines:
        return False
    for delimiter in ",\t;":
        names = next(csv.reader([lines[0]], delimiter=delimiter), [])
        known = [column(name) for name in names]
        if len(names) > 1 and sum(one is not None for one in known) > 1 and ABOUT & {*known}:
            return True
    return False
