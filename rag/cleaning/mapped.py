"""Text that remembers where each of its characters stood in the source."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

INSERTED = -1  # the origin of white space that mending put in


@dataclass(frozen=True, slots=True)
class MappedText:
    """A string and, for each character, its offset in the source (or `INSERTED`)."""

    text: str
    origins: array[int]  # 32 bits each: a book's worth must fit

    @classmethod
    def from_source(cls, source: str, start: int, end: int) -> MappedText:
        """The slice `source[start:end]`, as it stands."""
        return cls(source[start:end], array("i", range(start, end)))

    @classmethod
    def inserted(cls, text: str) -> MappedText:
        """White space that the source does not have."""
        return cls(text, array("i", [INSERTED]) * len(text))

    def __getitem__(self, span: slice) -> MappedText:
        return MappedText(self.text[span], self.origins[span])

    def strip(self) -> MappedText:
        """Without white space at either end."""
        lead = len(self.text) - len(self.text.lstrip())
        return self[lead : lead + len(self.text.strip())]

    def edit(self, edits: Iterable[tuple[int, int, str]]) -> MappedText:
        """Replace ascending, disjoint `(start, end, white space)` spans; "" deletes.

        Replacements are white space alone: mending never writes a letter.
        """
        parts, position = [], 0
        for start, end, replacement in edits:
            if replacement.strip():
                raise ValueError(f"mending may only write white space, not {replacement!r}")
            parts.append(self[position:start])
            # One character for one keeps its origin: a line break mended to a space is the
            # same place in the source.
            if end - start == len(replacement):
                parts.append(MappedText(replacement, self.origins[start:end]))
            else:
                parts.append(MappedText.inserted(replacement))
            position = end
        parts.append(self[position:])
        return concatenate(parts)


def concatenate(parts: Sequence[MappedText]) -> MappedText:
    """The parts, one after the other."""
    origins = array("i")
    for part in parts:
        origins += part.origins
    return MappedText("".join(part.text for part in parts), origins)


def join(parts: Sequence[MappedText], separator: str) -> MappedText:
    """The parts with white space between them that the source does not have."""
    joined: list[MappedText] = []
    for part in parts:
        joined += [MappedText.inserted(separator), part] if joined else [part]
    return concatenate(joined)


def runs(origins: Sequence[int]) -> tuple[tuple[int, int, int], ...]:
    """Origins as runs `(text_start, source_start, length)`; inserted characters are left out."""
    found: list[tuple[int, int, int]] = []
    for position, origin in enumerate(origins):
        if origin == INSERTED:
            continue
        if found:
            text_start, source_start, length = found[-1]
            if position == text_start + length and origin == source_start + length:
                found[-1] = (text_start, source_start, length + 1)
                continue
        found.append((position, origin, 1))
    return tuple(found)
