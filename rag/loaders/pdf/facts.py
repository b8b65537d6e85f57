"""What the first page and the file's own metadata say of a paper: title, authors, year, DOI."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pypdf import PdfReader

from rag.cleaning.bibliography import CITATION, find_doi, split_names
from rag.cleaning.header import header_fields, is_name_list, is_prose, read_record
from rag.headings import is_known, is_references
from rag.loaders.pdf.paragraphs import Kind, Paragraph, Type
from rag.types import Record

_YEAR = r"(?P<year>(?:19|20)\d\d)"
# "(2024) 9:234" · "2018, pages 84–91" · "2021, 12, 345" · "Published online: 18 September 2024"
_PLACED = r"\d{1,4}\s?(?:\(\w+\))?\s?[:,]\s?\w?\d"  # "9(2):234"
_CITED = re.compile(
    rf"\b{_YEAR}\)?\s?[;,:]?\s?{_PLACED}"
    rf"|\b{_YEAR.replace('year', 'paged')}[,.]?\s(?:pages|pp?\.|vol)"
    rf"|\b{_PLACED}\d*(?:\s?[-–]\s?\w?\d+)?\s?\({_YEAR.replace('year', 'after')}\)",
    re.IGNORECASE,
)
_DATED = re.compile(
    rf"(?:published|publication|available online|copyright|©|\(c\))[^.]{{0,60}}?\b{_YEAR}\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[*†‡§¶✉∗#]+|(?<=[^\W\d_])\d+(?:\s*,\s*\d+)*")


def page_one(found: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs that begin on the first page that has any."""
    first = found[0].first.page if found else 0
    return [paragraph for paragraph in found if paragraph.first.page == first]


def find_title(reader: PdfReader, found: Sequence[Paragraph], type_: Type) -> Paragraph | None:
    """The paragraph that is the title: the metadata's where it stands there, else the largest."""
    opening = page_one(found)
    metadata = reader.metadata
    stated = _folded(str(metadata.get("/Title") or "") if metadata else "")
    if len(stated) >= 8:
        for paragraph in opening:
            text = _folded(paragraph.text)
            if len(text) >= 8 and (text in stated or stated in text) and _is_like(text, stated):
                return paragraph
    larger = [
        paragraph
        for paragraph in opening
        if paragraph.first.size > type_.size + 1
        and paragraph.kind in (Kind.HEADING, Kind.ASIDE)
        and len(paragraph.text.split()) >= 3
        and not is_known(paragraph.text)
    ]
    return max(larger, key=lambda paragraph: round(paragraph.first.size), default=None)


def find_authors(text: str) -> tuple[str, ...]:
    """The authors of a line that is nothing but their names."""
    bare = re.sub(r"\s*,(?:\s*,)*\s*", ", ", _MARKS.sub(" ", text)).strip(" ,")
    bare = re.sub(r"\s+", " ", re.sub(r",\s*(?=and\b|&)", " ", bare))
    return split_names(bare) if is_name_list(bare) else ()


def find_record(reader: PdfReader, found: Sequence[Paragraph], heads: Sequence[str]) -> Record:
    """DOI, year and journal, as far as the file shows them; the title's line is marked as such.

    `heads` are the running heads and feet of the first page: they often say where it appeared.
    """
    opening = list(_before_references(page_one(found)))
    text = [paragraph.text for paragraph in opening]
    doi = next(filter(None, map(find_doi, _metadata(reader))), None)
    placed = read_record([(head, header_fields(head, after_title=True)) for head in heads], "")
    facts = [paragraph.text for paragraph in opening if not _is_body(paragraph)]
    return Record(
        doi=doi or next(filter(None, map(find_doi, [*text, *heads])), None),
        year=_year(facts) or _year(heads),
        journal=placed.journal if placed.year else None,
    )


def _is_body(paragraph: Paragraph) -> bool:
    return paragraph.kind is Kind.BODY and is_prose(paragraph.text)


def _before_references(found: Sequence[Paragraph]) -> Iterator[Paragraph]:
    for paragraph in found:
        if paragraph.kind is Kind.ENTRY or is_references(paragraph.text):
            return
        yield paragraph


def _year(texts: Sequence[str]) -> int | None:
    for pattern in (CITATION, _CITED, _DATED):
        for text in texts:
            if match := pattern.search(text):
                return int(next(value for value in match.groupdict().values() if value))
    return None


def _metadata(reader: PdfReader) -> Iterator[str]:
    """The metadata's values that may hold a DOI: the information dictionary, then XMP."""
    for key, value in (reader.metadata or {}).items():
        if key.lower() in ("/doi", "/wps-articledoi", "/subject", "/identifier"):
            yield str(value)
    root = reader.root_object.get("/Metadata")
    stream = root.get_object() if root is not None else None
    if stream is not None and hasattr(stream, "get_data"):
        packet = stream.get_data()[:200_000].decode("utf-8", "replace")
        for match in re.finditer(r"(?:doi|identifier|url)>\s*([^<]{8,200})<", packet):
            yield match[1]


def _folded(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _is_like(text: str, stated: str) -> bool:
    return min(len(text), len(stated)) >= 0.5 * max(len(text), len(stated))
