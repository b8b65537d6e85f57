"""A source text in, a cleaned Document out: the lines read from top to bottom, once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rag.cleaning import bibliography, chrome, references
from rag.cleaning.assembly import Piece, assemble, mark_keywords
from rag.cleaning.extract import Extract, Mark, Role, readable
from rag.cleaning.header import goes_on, header_fields, is_prose, labelled, may_be_title
from rag.cleaning.lines import Lines
from rag.cleaning.mapped import MappedText, join
from rag.cleaning.mending import Mender, without_soft_hyphens
from rag.headings import (
    RECORD_SECTIONS,
    bare,
    is_known,
    is_references,
    looks_like_heading,
    unmarked,
)
from rag.types import Document, Field, Kind, Reference, Removal

_STRAY = re.compile(r"^[.,;:]\s+(?=\S)|(?<=\.)\s+\.$")


@dataclass(slots=True)
class _Reading:
    """Where the reading of a page stands."""

    pieces: list[Piece] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)  # the pieces' texts, folded
    title: str = ""
    section: str = ""
    in_header: bool = True
    in_list: bool = False
    aside: str = ""  # the side section that is being passed over


def clean(extract: Extract, *, id: str, source: str, content_hash: str) -> Document:
    """The document that an extract holds.

    The text returned has no page furniture, its spaces and broken hyphens are mended, and no
    letter or digit is added or changed.
    """
    state = _Page(extract).read()
    return assemble(
        state.pieces,
        extract,
        id=id,
        source=source,
        content_hash=content_hash,
        title=state.title,
        removals=state.removals,
    )


class _Page:
    """The lines of one extract, read in order."""

    def __init__(self, extract: Extract) -> None:
        source = self.source = readable(extract.text)
        self.marks = extract.marks
        self.lines = Lines(source, furnished=extract.furnished)
        self.spans = self.lines.spans
        self.wrapped = extract.wrapped
        self.mender = Mender(source)
        self.state = _Reading()
        self.numbered = sum(bool(bibliography.MARKER.match(line)) for line in self.lines.texts) >= 3

    # -- reading -------------------------------------------------------------------------

    def read(self) -> _Reading:
        """Take every line in turn; each step says how many lines it used."""
        position = 0
        while position < len(self.lines):
            position += self._step(position)
        if not self.marks:
            mark_keywords(self.state.pieces, glued=self.mender.glued)
        return self.state

    def _step(self, position: int) -> int:
        line, state = self.lines.at(position), self.state
        if not line:
            return 1
        if mark := self.marks.get(self.spans[position][0]):
            return self._take_marked(position, line, mark)
        if self._pass_over(position, line):
            return 1
        if is_known(line) or self._is_form_heading(position, line):
            return self._enter_section(position, line)
        length = references.entry_length(
            self.lines.texts, position, in_list=state.in_list, marked=self.numbered
        )
        if length:
            state.in_header = False
            self._take_reference(position, length)
            return length
        if state.in_header and not is_prose(line) and not self.lines.is_wrapped_prose(position):
            return self._take_header(position, line)
        state.in_header = False
        return self._take_labelled(position, line) or self._take_paragraph(position)

    def _take_marked(self, position: int, line: str, mark: Mark) -> int:
        """A line that the format itself tells what it is."""
        state = self.state
        text = MappedText.from_source(self.source, *self.spans[position]).strip()
        text = self.mender.rejoin(text) if self.wrapped else without_soft_hyphens(text)
        if mark.role is Role.REMOVED:
            self._remove(position, mark.rule)
        elif mark.role is Role.HEADING:
            self._enter_section(position, line)
        elif mark.role is Role.RECORD:
            if Field.TITLE in mark.fields and not state.title:
                state.title = text.text
            self._take(text, Kind.RECORD, mark.fields, atomic=True)
        elif mark.role is Role.REFERENCE:
            self._take_entry(text, mark.reference)
        else:
            self._take(text, Kind.PROSE, frozenset())
        state.in_header = state.in_header and mark.role in (Role.RECORD, Role.REMOVED)
        return 1

    def _pass_over(self, position: int, line: str) -> bool:
        """Whether the line is page furniture; it is then noted as removed."""
        state = self.state
        if self.lines.saved and chrome.is_neighbour(self.lines.at(position - 1)):
            self._remove(position, "another article")
            return True
        if self.lines.saved and not any(map(str.isalnum, line)):
            self._remove(position, "no words")
            return True
        found = chrome.furniture(line)
        if found and (self.lines.saved or found[0] is chrome.Strength.SURE):
            self._remove(position, found[1])
        elif self.lines.saved and chrome.is_side_section(line):
            # Above the title nothing can be beside the text yet.
            state.aside = line if state.title else ""
            state.in_list = False
            self._remove(position, f"side section: {line}")
        elif state.aside and not is_known(line):
            self._remove(position, f"side section: {state.aside}")
        else:
            return False
        return True

    def _is_form_heading(self, position: int, line: str) -> bool:
        if self.state.in_header or self.state.in_list:
            return bool(re.match(r"#{2,6}\s+\S", line))
        section = self.state.section.lower()
        if RECORD_SECTIONS.get(section) is Field.AFFILIATION and "," in line:
            return False
        alone = self.lines.is_alone(position)
        if self.lines.goes_on(position):
            return False
        return looks_like_heading(line, alone=alone) and labelled(line) is None

    def _enter_section(self, position: int, line: str) -> int:
        state = self.state
        state.aside = ""
        state.in_list = is_references(line)
        state.section = bare(line)
        fact = RECORD_SECTIONS.get(state.section.lower())
        if state.title and fact is None:
            state.in_header = False
        self._remove(position, "heading kept as the section's name")
        return 1

    def _take_header(self, position: int, line: str) -> int:
        state = self.state
        text, length = self._mended(position), 1
        found = labelled(line.lstrip("•· "))
        if found and not found[1]:  # "MedGen UID:" with its value on the next line
            length = self.lines.to_value(position)
            if found[0] is Field.AUTHORS:
                length = max(length, self.lines.names(position + 1) + 1)
            text = self._joined(position, length)
        if found or self.lines.saved:
            text = text[len(text.text) - len(text.text.lstrip("•· ")) :]
        if _folded(text.text) in state.seen:
            self._remove(position, "repeated header line")
            state.section = ""
            return length
        fields = header_fields(text.text, after_title=bool(state.title))
        fact = RECORD_SECTIONS.get(state.section.lower())
        if not fields and fact:
            fields = frozenset({fact})
        if Field.TITLE in fields and not state.title and (stated := labelled(text.text)):
            state.title = stated[1]
        if not fields and not state.title and may_be_title(line):
            if goes_on(line, self.lines.at(position + 1)):
                text, length = self._joined(position, 2), 2
            state.title = unmarked(text.text)
            fields = frozenset({Field.TITLE})
            text = text[text.text.find(state.title) :]
        self._take(text, Kind.RECORD, fields, atomic=True)
        return length

    def _take_labelled(self, position: int, line: str) -> int:
        """A fact stated below the header: "Submitted: …", "Key words: …"; 0 if it is not one."""
        found = labelled(line)
        fact = RECORD_SECTIONS.get(self.state.section.lower())
        stated = found[0] if found else fact
        if stated is None or len(line) > 400:
            return 0
        length = self.lines.to_value(position) if found and not found[1] else 1
        text = self._joined(position, length)
        fields = bibliography.citation_fields(text.text) | {stated}
        self._take(text, Kind.RECORD, fields, atomic=True)
        return length

    def _take_reference(self, position: int, length: int) -> None:
        parts = [self._mended(position + offset) for offset in range(length)]
        # On a saved page the numbers are the browser's; in a text they are its author's.
        if self.lines.saved:
            parts[0] = parts[0][_marker_length(parts[0].text) :]
        parts = [self._without_link_tail(part) for part in parts]
        self._take_entry(join(parts, "\n" if length == 2 and not self.state.in_list else " "))

    def _take_entry(self, text: MappedText, parts: Reference | None = None) -> None:
        if any(map(str.isalnum, text.text)):
            reference = parts or bibliography.parse_reference(text.text, 0, len(text.text))
            fields = bibliography.reference_fields(reference, text.text)
            self.state.pieces.append(
                Piece(text, Kind.REFERENCE, self.state.section, fields, True, reference)
            )

    def _take_paragraph(self, position: int) -> int:
        length = self.lines.wrapped(position)
        text = self._joined(position, length)
        self._take(text, Kind.PROSE, frozenset())
        return length

    # -- lines ---------------------------------------------------------------------------

    def _take(
        self, text: MappedText, kind: Kind, fields: frozenset[Field], *, atomic: bool = False
    ) -> None:
        if text.text:
            self.state.seen.add(_folded(text.text))
            self.state.pieces.append(Piece(text, kind, self.state.section, fields, atomic))

    def _remove(self, position: int, rule: str) -> None:
        start, end = self.spans[position]
        self.state.removals.append(Removal(start, end, rule, self.source[start:end]))

    def _mended(self, position: int) -> MappedText:
        line = MappedText.from_source(self.source, *self.spans[position])
        mended = self.mender.mend(line)
        return mended.edit((m.start(), m.end(), "") for m in _STRAY.finditer(mended.text))

    def _joined(self, position: int, length: int) -> MappedText:
        """Lines that belong together as one stretch, hyphens at their ends mended."""
        start, end = self.spans[position][0], self.spans[position + length - 1][1]
        if length == 1:
            return self._mended(position)
        return self.mender.mend(MappedText.from_source(self.source, start, end))

    def _without_link_tail(self, text: MappedText) -> MappedText:
        end = chrome.link_tail(text.text)
        return text[:end].strip() if end < len(text.text) else text


def _marker_length(text: str) -> int:
    match = bibliography.MARKER.match(text)
    return match.end() if match else 0


def _folded(text: str) -> str:
    return text.casefold().rstrip(". ")
