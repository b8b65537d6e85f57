"""What a parser hands to cleaning: text line by line, and what the format says of the lines."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.types import Field, Record, Reference

# Control characters end a text for SQLite; lone surrogates come from broken encodings. Each is
# one character still, so that offsets stay.
_NO_CHARACTERS = {
    **dict.fromkeys({*range(32), 127} - set(map(ord, "\t\n\r\f\v\x1c\x1d\x1e\x1f")), " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"),
}


class Role(StrEnum):
    """What a line is, where the format says so."""

    HEADING = "heading"  # of a section; level 1 is the outermost
    PARAGRAPH = "paragraph"  # prose, whole on its line
    RECORD = "record"  # a fact of the document's own
    REFERENCE = "reference"  # an entry of its citation list
    REMOVED = "removed"  # not the document's: `rule` says why


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a line.

    `reference` holds the parts of an entry where the format names them; its span does not count.
    """

    role: Role
    fields: frozenset[Field] = frozenset()
    rule: str = ""
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """A document's text as its parser gives it.

    `marks` are by the offset at which a line starts; lines without one are read by their form,
    as a plain text's are. `record` holds facts that the format states by name: they win over
    what the lines show. `page_starts` are offsets into `text`. `furnished` says that page
    furniture is to be expected, as on a saved page. `key` tells records of one file apart (a
    PMID, DOI, id or row); `notes` say what of the document could not be read. `wrapped` says
    that marked lines were put together from a printer's lines, so that hyphens followed by a
    space may be broken words.
    """

    text: str
    marks: Mapping[int, Mark] = field(default_factory=dict)
    record: Record = field(default_factory=Record)
    page_starts: tuple[int, ...] = ()
    furnished: bool = False
    key: str = ""
    notes: tuple[str, ...] = ()
    wrapped: bool = False

    @property
    def hash(self) -> str:
        """What tells a changed extract from an unchanged one."""
        marks = [
            (at, m.role, sorted(m.fields), m.rule, m.reference)
            for at, m in sorted(self.marks.items())
        ]
        whole = repr((self.text, marks, self.record, self.page_starts, self.furnished))
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class LostRecord:
    """A record of a file that could not be read: where it stands, and why."""

    place: str
    reason: str


@dataclass(slots=True)
class ExtractWriter:
    """Puts an extract's lines down one after the other.

    White space inside a line, line breaks among it, becomes single spaces; lines that come out
    empty are left out.
    """

    _lines: list[str] = field(default_factory=list)
    _marks: dict[int, Mark] = field(default_factory=dict)
    _length: int = 0
    _pages: list[int] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """The heading of the section that follows."""
        self.line(text, Mark(Role.HEADING))

    def paragraph(self, text: str) -> None:
        """Prose."""
        self.line(text, Mark(Role.PARAGRAPH))

    def fact(self, text: str, *fields: Field) -> None:
        """A line that states facts of the document: "Journal: Blood. 2021;137(4):1-9"."""
        self.line(text, Mark(Role.RECORD, frozenset(fields)))

    def reference(self, text: str, parts: Reference | None = None) -> None:
        """An entry of the citation list, with its parts where the format names them."""
        self.line(text, Mark(Role.REFERENCE, reference=parts))

    def removed(self, text: str, rule: str) -> None:
        """A line that is not the document's."""
        self.line(text, Mark(Role.REMOVED, rule=rule))

    def line(self, text: str, mark: Mark | None = None) -> None:
        """A line; without a mark it is read by its form, apart from its neighbours."""
        text = " ".join(text.split())
        if not text:
            return
        if mark:
            self._marks[self._length] = mark
        self._lines.append(f"{text}\n\n")
        self._length += len(text) + 2

    def page(self, *, ahead: int = 0) -> None:
        """A page starts here, or `ahead` characters into the line that comes next."""
        self._pages.append(self._length + ahead)

    def finish(
        self,
        record: Record | None = None,
        *,
        key: str = "",
        notes: tuple[str, ...] = (),
        furnished: bool = False,
        wrapped: bool = False,
    ) -> Extract:
        """The extract of all lines."""
        return Extract(
            "".join(self._lines),
            self._marks,
            record or Record(),
            tuple(self._pages),
            furnished,
            key,
            notes,
            wrapped,
        )


def readable(text: str) -> str:
    """The text, as long as it was, without what is no character of a text."""
    return text.translate(_NO_CHARACTERS)
