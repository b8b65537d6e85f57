"""A tree of HTML elements, block by block, as the lines of an extract.

The one way for web pages, Markdown and Word documents: each becomes a tree, and the tree is
walked once, without recursion, so that no depth of nesting can do harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from rag.cleaning import ExtractWriter, chrome
from rag.cleaning.bibliography import MARKER
from rag.cleaning.header import header_fields, is_prose
from rag.headings import is_known, is_references
from rag.loaders.elements import (
    HEADINGS,
    INLINE,
    UNREAD,
    cell_mark,
    is_data_table,
    is_way_back,
    section_of,
)
from rag.loaders.furniture import Furniture, is_reference_list
from rag.loaders.grids import table_lines
from rag.loaders.inline import flat
from rag.types import Field

# What an entry, a row or a heading holds stands on its one line, blocks or not.
_WHOLE = frozenset(HEADINGS) | {"tr", "caption", "figcaption"}
_NESTS = "descendant::table or descendant::ul or descendant::ol or descendant::h2"
_MARKUP = re.compile(r"(?:</?[A-Za-z][^<>]*>\s*)+|<!--.*-->", re.DOTALL)
_LINKED_NUMBERS = re.compile(r"\s*\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\s*")
# An entry's number in an element of its own: nothing stands between it and the first name.
_LABEL = re.compile(r"^\d{1,4}\.(?=[A-Z])")


@dataclass(slots=True)
class _State:
    """What holds at a place of the tree; each entry of a list is the element that began it."""

    removed: tuple[HtmlElement, str] | None = None
    references: HtmlElement | None = None
    listed: int = 0  # level of the heading that began a citation list; 0 outside of one
    aside: tuple[int, str] | None = None  # level and text of a side section's heading
    aside_in: HtmlElement | None = None
    whole: HtmlElement | None = None
    note: HtmlElement | None = None  # a footnote; a list of them may follow the references
    preformatted: HtmlElement | None = None
    opening: bool = True  # nothing but facts so far
    label: str = ""  # a term whose description follows
    parts: list[str] = field(default_factory=list)


class Walk:
    """Writes the blocks of a tree. `furniture` is given for a web page: what it calls furniture
    is marked as removed. `titled` is the title that the header block states already."""

    def __init__(
        self, writer: ExtractWriter, *, furniture: Furniture | None = None, titled: str = ""
    ) -> None:
        self.writer = writer
        self.furniture = furniture
        self.titled = titled
        self.state = _State()

    def write(self, root: HtmlElement) -> None:
        """Put down every block below the root."""
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walker:
            if event == "start":
                if element.tag in UNREAD or is_way_back(element):
                    walker.skip_subtree()
                elif is_data_table(element):
                    self._write_table(element)
                    walker.skip_subtree()
                else:
                    self._enter(element)
            elif event == "end" and element.tag not in UNREAD:
                self._leave(element)
            if event != "start" and element is not root:
                self._add(element.tail)
        self._flush("p")

    def _write_table(self, table: HtmlElement) -> None:
        """A row a line, each cell behind the name of its column."""
        self._flush("p")
        for caption in table.iterchildren("caption"):
            self._put(flat(caption), "caption")
        for line in table_lines(table):
            self._put(line.text, "tr")

    # -- elements ------------------------------------------------------------------------

    def _enter(self, element: HtmlElement) -> None:
        state, tag = self.state, element.tag
        if self._parts_blocks(element):
            self._flush("p")
        elif tag == "br":
            state.parts.append("\n")
        elif tag in ("td", "th") and any(map(str.strip, state.parts)):
            state.parts.append(cell_mark(element))
        elif tag not in INLINE:
            state.parts.append(" ")
        self._begin(element)
        if tag == "sup":
            state.parts.append("\x00")  # where the superscript begins
        self._add(element.text)

    def _begin(self, element: HtmlElement) -> None:
        """Note what the element begins."""
        state, tag = self.state, element.tag
        if self.furniture and state.removed is None and (rule := self.furniture.rule(element)):
            self._flush("p")
            state.removed = (element, rule)
        if state.references is None and is_reference_list(element):
            state.references = element
        if state.whole is None and self._is_whole(element):
            state.whole = element
        if state.note is None and (element.get("id") or "").startswith(("footnote", "fn")):
            state.note = element
        if tag == "pre" and state.preformatted is None:
            state.preformatted = element

    def _is_whole(self, element: HtmlElement) -> bool:
        if element.tag in _WHOLE:
            return element.tag != "tr" or not element.xpath(_NESTS)
        entry = element.get("role") == "doc-biblioentry"
        return self._in_list and (entry or element.tag == "li") and not element.xpath(_NESTS)

    def _leave(self, element: HtmlElement) -> None:
        state, tag = self.state, element.tag
        if tag == "sup":
            self._close_superscript(element)
        if self._parts_blocks(element) or (state.removed and state.removed[0] is element):
            self._flush(tag)
        if state.whole is element:
            state.whole = None
        if state.preformatted is element:
            state.preformatted = None
        if state.note is element:
            state.note = None
        if state.removed and state.removed[0] is element:
            state.removed = None
        if state.references is element:
            state.references = None
        if state.aside_in is element:
            state.aside = state.aside_in = None
        if tag in HEADINGS and state.aside and state.aside_in is None:
            state.aside_in = section_of(element)

    def _parts_blocks(self, element: HtmlElement) -> bool:
        """Whether a line ends where the element begins and ends."""
        if element.tag in INLINE or element.tag == "br":
            return False
        return self.state.whole is None or self.state.whole is element

    def _close_superscript(self, element: HtmlElement) -> None:
        """A power keeps its mark, a note's number its brackets: 10^6, "cells [12]"."""
        parts = self.state.parts
        if "\x00" not in parts:
            return
        at = len(parts) - 1 - parts[::-1].index("\x00")
        inside, before = "".join(parts[at + 1 :]), "".join(parts[max(0, at - 3) : at])
        if _LINKED_NUMBERS.fullmatch(inside) and element.xpath("descendant::a or ancestor::a"):
            parts[at:] = [f"[{inside.strip()}]"]
        elif before[-1:].isdigit() and re.match(r"[-−–+]?\d", inside):
            parts[at:] = ["^", inside]
        else:
            del parts[at]

    # -- text ----------------------------------------------------------------------------

    def _add(self, text: str | None) -> None:
        if text:
            kept = text if self.state.preformatted is not None else re.sub(r"\s+", " ", text)
            self.state.parts.append(kept)

    def _flush(self, tag: str) -> None:
        """Put down the text that has gathered, as what the tag makes it."""
        state = self.state
        text, state.parts = "".join(state.parts).replace("\x00", ""), []
        for paragraph in re.split(r"\n[ \t]*\n", text):
            line = " ".join(paragraph.split())
            if not line:
                continue
            if tag == "dt" and len(line) <= 60 and state.removed is None:
                state.label = line if line.endswith((":", ".", "?")) else f"{line}:"
                continue
            if state.label:
                line, state.label = f"{state.label} {line}", ""
            self._put(line, tag)

    def _put(self, line: str, tag: str) -> None:
        state = self.state
        level = HEADINGS.get(tag, 0)
        if state.removed:
            self.writer.removed(line, state.removed[1])
        elif level:
            self._put_heading(line, level)
        elif rule := self._removal(line, tag):
            self.writer.removed(line, rule)
        elif self._in_list and state.note is None:
            self._put_entry(line)
        elif is_known(line) and not state.opening and not line.endswith("."):
            self._put_heading(line, 6)
        elif state.opening and not (is_prose(line) or _is_sentence(line)):
            self.writer.line(line)
        else:
            state.opening = False
            self.writer.paragraph(line)

    def _removal(self, line: str, tag: str) -> str | None:
        """The rule by which the line is not the document's; a row of a table always is."""
        if self.state.aside:
            return f"side section: {self.state.aside[1]}"
        if _same(line, self.titled):
            return "repeated title"
        if _MARKUP.fullmatch(line):
            return "markup"
        found = chrome.furniture(line) if tag != "tr" else None
        if found and (self.furniture or found[0] is chrome.Strength.SURE):
            return found[1]
        return None

    def _put_heading(self, line: str, level: int) -> None:
        state = self.state
        if self.furniture and chrome.is_side_section(line):
            if state.aside is None:
                state.aside, state.aside_in = (level, line), None
            self.writer.removed(line, f"side section: {line}")
            return
        if state.aside and level > state.aside[0]:
            self.writer.removed(line, f"side section: {state.aside[1]}")
            return
        state.aside = state.aside_in = None
        if is_references(line):
            state.listed, state.opening = level, False
        elif level <= state.listed:
            state.listed = 0
        if _same(line, self.titled):
            self.writer.removed(line, "repeated title")
        elif level == 1 and not self.titled:
            self.titled = line
            self.writer.fact(line, Field.TITLE)
        else:
            state.opening = False
            self.writer.heading(line)

    def _put_entry(self, line: str) -> None:
        """An entry of the citation list, without its number and the captions of its links."""
        line = _LABEL.sub("", MARKER.sub("", line))
        end = chrome.link_tail(line) if self.furniture else len(line)
        self.writer.reference(line[:end])
        self.writer.removed(line[end:], "link captions")

    @property
    def _in_list(self) -> bool:
        return self.state.references is not None or self.state.listed > 0


def _is_sentence(line: str) -> bool:
    """Whether a short line is a sentence all the same."""
    ended = re.search(r"[.!?][\"'”’)\]]*(?:\s?\[[^\]]{1,12}\])?$|\[[^\]]{1,12}\]\.$", line)
    return bool(ended) and len(line.split()) >= 6 and not header_fields(line, after_title=True)


def _same(first: str, second: str) -> bool:
    return first.casefold().rstrip(". ") == second.casefold().rstrip(". ")
