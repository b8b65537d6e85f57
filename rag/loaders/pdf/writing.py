"""Paragraphs to an Extract: marks for what each is, and the place where each page starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.cleaning import Extract, ExtractWriter
from rag.cleaning.header import header_fields, is_prose
from rag.headings import is_known
from rag.loaders.pdf.facts import find_authors
from rag.loaders.pdf.paragraphs import Kind, Paragraph
from rag.types import Field, Record


@dataclass
class PageWriter:
    """Writes paragraphs down, and notes where the pages start among them."""

    title: Paragraph | None
    removed: Sequence[Sequence[tuple[str, str]]]  # for each page: text and rule
    record: Record
    _writer: ExtractWriter = field(default_factory=ExtractWriter)
    _pages: int = 0
    _opening: bool = True  # whether nothing but the header was written so far
    _titled: bool = False

    def write(self, paragraphs: Sequence[Paragraph], notes: tuple[str, ...]) -> Extract:
        """The extract of all paragraphs."""
        front = paragraphs[0].first.page if paragraphs else 0
        for paragraph in paragraphs:
            self._opening = self._opening and paragraph.first.page == front
            self._start_pages(paragraph.first.page)
            self._start_pages_inside(paragraph)
            self._put(paragraph)
        self._start_pages(len(self.removed) - 1)
        return self._writer.finish(self.record, notes=notes, wrapped=True)

    def _start_pages(self, page: int) -> None:
        """Start all pages up to this one, with what was removed from each."""
        while self._pages <= page:
            self._writer.page()
            for text, rule in self.removed[self._pages]:
                self._writer.removed(text, rule)
            self._pages += 1

    def _start_pages_inside(self, paragraph: Paragraph) -> None:
        """Start the pages that begin inside a paragraph, at the character that opens them."""
        last = paragraph.last.page
        for page in range(self._pages, last + 1):
            for text, rule in self.removed[page]:
                self._writer.removed(text, rule)
        length = 0
        for line in paragraph.lines:
            while self._pages <= line.page:
                self._writer.page(ahead=length)
                self._pages += 1
            length += len(" ".join(line.text.split())) + 1

    def _put(self, paragraph: Paragraph) -> None:
        text, writer = paragraph.text, self._writer
        if paragraph is self.title:
            self._titled = True
            writer.fact(text, Field.TITLE)
        elif self._in_header(paragraph, text):
            self._put_header(text)
        elif paragraph.kind is Kind.HEADING:
            writer.heading(text)
        elif paragraph.kind is Kind.ENTRY:
            writer.reference(text)
        else:
            writer.paragraph(text)

    def _in_header(self, paragraph: Paragraph, text: str) -> bool:
        """Whether a paragraph stands in the header: above all prose and all sections."""
        section = paragraph.kind is Kind.HEADING and is_known(text)
        prose = paragraph.kind is not Kind.HEADING and is_prose(text) and not find_authors(text)
        if section or prose or paragraph.kind is Kind.ENTRY:
            self._opening = False
        return self._opening

    def _put_header(self, text: str) -> None:
        authors = find_authors(text) if self._titled else ()
        if authors:
            self._writer.fact(text, Field.AUTHORS)
            if not self.record.authors:
                self.record = replace(self.record, authors=authors)
        elif self.title is not None and not self._titled:
            self._writer.fact(text, *header_fields(text, after_title=False))
        else:
            self._writer.line(text)
