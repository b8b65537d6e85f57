"""The text of a JATS article: sections, lists, boxes, figures, tables, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lxml import etree

from rag.cleaning import ExtractWriter
from rag.cleaning.bibliography import label_field
from rag.headings import bare
from rag.loaders.grids import table_lines
from rag.loaders.inline import flat, runs
from rag.types import Field, Reference

# What a section is called whose title is left to the house that prints it.
_UNTITLED = {
    "ack": "Acknowledgements",
    "app": "Appendix",
    "fn-group": "Footnotes",
    "glossary": "Abbreviations",
    "bio": "Biography",
}
_UNHEADED = "Main text"
_SECTIONS = frozenset(
    "sec ack app app-group notes glossary bio fn-group boxed-text statement abstract"
    " trans-abstract supplementary-material fig-group table-wrap-group".split()
)
_LABELLED = frozenset({"app", "boxed-text", "statement"})
_LISTS = frozenset(
    {"list", "def-list", "disp-quote", "verse-group", "speech", "disp-formula-group"}
)
_FLOATS = frozenset(
    "fig table-wrap boxed-text supplementary-material fig-group table-wrap-group fn".split()
)
_BREAKS = _LISTS | _FLOATS
_PASSED = frozenset("title label ref-list object-id graphic media sec-meta permissions".split())
_STATED = (
    (Field.FUNDING, re.compile(r"fund|financ|support", re.I)),
    (Field.INTERESTS, re.compile(r"conflict|compet|coi|interest", re.I)),
)
_LONGEST_TITLE = 160


class Body:
    """Puts the parts of an article down, each under the headings it stands under."""

    def __init__(self, writer: ExtractWriter) -> None:
        self._writer = writer
        self._path: tuple[str, ...] = ()
        self._written: tuple[str, ...] = ()
        self._pictured = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be read."""
        count = self._pictured
        return (f"{count} formulas given as pictures alone are left out",) if count else ()

    @contextmanager
    def section(self, title: str) -> Iterator[None]:
        """What is written inside stands under this heading, below those around it."""
        outer = self._path
        title = bare(title).rstrip(" .:")
        if title and title not in outer[-1:]:
            self._path = (*outer, title)
        try:
            yield
        finally:
            self._path = outer

    def write_references(self, entries: Iterable[tuple[str, Reference | None]]) -> None:
        """The citation list: each entry's line, and its parts where it names them."""
        with self.section("References"):
            for entry, parts in entries:
                self._head()
                self._writer.reference(entry, parts)

    def write_headed(self, element: etree._Element, title: str) -> None:
        """The blocks of an element under its own title, or else the one given."""
        own = flat(element.find("title"))
        with self.section(own if own and own.lower() != title.lower() else title):
            self.write_blocks(element)

    def write_blocks(self, element: etree._Element) -> None:
        """All that an element holds, in order."""
        for child in element:
            if child.tag not in _PASSED:
                self.write_block(child)

    def write_block(self, element: etree._Element) -> None:
        """One block, by its kind."""
        name = str(element.tag)
        if name in ("fig", "supplementary-material"):
            self._write_figure(element)
        elif name == "table-wrap":
            self._write_table(element)
        elif name in _SECTIONS:
            self._write_section(element)
        elif name == "fn":
            self._write_footnote(element)
        elif name in _LISTS:
            self._write_list(element)
        elif name == "caption":
            for text in element.iterfind("p"):  # its title heads the section
                self._write(flat(text))
        elif element.find("p") is not None:
            self.write_blocks(element)
        else:
            self._write_paragraph(element)

    # -- blocks ------------------------------------------------------------------------------

    def _head(self) -> None:
        """The heading, when there is something to put under it."""
        path = self._path or (_UNHEADED,)
        if path != self._written:
            self._writer.heading(": ".join(path))
            self._written = path

    def _write(self, text: str, field: Field | None = None) -> None:
        if not any(map(str.isalnum, text)):
            return
        self._head()
        if field:
            self._writer.fact(text, field)
        else:
            self._writer.paragraph(text)

    def _write_section(self, element: etree._Element) -> None:
        title = flat(element.find("title")) or flat(element.find("caption/title"))
        label = flat(element.find("label")) if element.tag in _LABELLED else ""
        title = title or label or _UNTITLED.get(str(element.tag), "")
        kinds = [element.get(name, "") for name in ("sec-type", "notes-type")]
        fact = label_field(title) or _stated(" ".join(kinds))
        with self.section(title):
            if fact in (Field.FUNDING, Field.INTERESTS) and element.find("sec") is None:
                for paragraph in element.iterfind("p"):
                    self._write(flat(paragraph), fact)
            else:
                self.write_blocks(element)

    def _write_paragraph(self, element: etree._Element) -> None:
        """Prose; lists in it part it, floats wait for its end."""
        self._pictured += sum(map(_is_picture, element.iter("disp-formula", "inline-formula")))
        texts, floats = [], []
        for run in runs(element, _BREAKS):
            if isinstance(run, str):
                texts.append(run)
            elif run.tag in _FLOATS:
                floats.append(run)
            else:
                self._write(" ".join(texts).strip())
                self._write_list(run)
                texts = []
        self._write(" ".join(texts).strip())
        for float_ in floats:
            self.write_block(float_)

    def _write_list(self, element: etree._Element) -> None:
        if title := flat(element.find("title")):
            self._write(title)
        for item in element:
            if item.tag == "def-item":
                term = ", ".join(map(flat, item.iterfind("term")))
                self._write(f"{term}: {' '.join(map(flat, item.iterfind('def')))}")
            elif item.tag not in _PASSED:
                self._write_item(item)

    def _write_item(self, item: etree._Element) -> None:
        """An item's label goes before its first paragraph."""
        label = flat(item.find("label"))
        for number, child in enumerate(part for part in item if part.tag not in _PASSED):
            if (
                label
                and not number
                and child.tag == "p"
                and next(child.iter(*_LISTS), None) is None
            ):
                self._write(f"{label} {flat(child)}")
            else:
                self.write_block(child)
        if not len(item):
            self._write(flat(item))

    def _write_footnote(self, element: etree._Element) -> None:
        field = _stated(element.get("fn-type", ""))
        texts = [flat(paragraph) for paragraph in element.iterfind("p")]
        title = element.find("p/bold")
        if title is not None and len(texts) > 1 and flat(title) == texts[0]:
            with self.section(texts[0].capitalize() if texts[0].isupper() else texts[0]):
                for text in texts[1:]:
                    self._write(text, field)
        else:
            label = flat(element.find("label"))
            for number, text in enumerate(texts):
                self._write(f"{label} {text}" if label and not number else text, field)

    def _write_figure(self, element: etree._Element) -> None:
        self._write_caption(element)
        for name in ("p", "media/caption", "attrib"):
            for text in element.iterfind(name):
                self._write(flat(text))

    def _write_caption(self, element: etree._Element) -> str:
        """ "Figure 1. Title. What it shows."; what comes back names the float in a heading."""
        label = flat(element.find("label")).rstrip(" .:")
        title = flat(element.find("caption/title"))
        texts = [flat(paragraph) for paragraph in element.iterfind("caption/p")]
        lead = ". ".join(part for part in (label, title.rstrip()) if part)
        first = texts[0] if texts else ""
        gap = " " if lead.endswith((".", "?", "!", ":")) else ". "
        self._write(gap.join(part for part in (lead, first) if part))
        for text in texts[1:]:
            self._write(text)
        name = title or first
        return f"{label}. {name}" if 0 < len(name) <= _LONGEST_TITLE else label

    def _write_table(self, element: etree._Element) -> None:
        with self.section(self._write_caption(element)):
            for table in element.iter("table"):
                for line in table_lines(table):
                    with self.section(line.under):
                        self._write(line.text)
            for foot in element.iterfind("table-wrap-foot"):
                self.write_blocks(foot)


def _stated(kind: str) -> Field | None:
    """The fact that a footnote's or a section's kind announces."""
    return next((field for field, pattern in _STATED if pattern.search(kind)), None)


def _is_picture(formula: etree._Element) -> bool:
    return not flat(formula, frozenset({"label"}))
