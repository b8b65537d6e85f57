"""The lines of a source text: where each stands, and which of them belong together."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate

from rag.cleaning import chrome
from rag.cleaning.bibliography import MARKER
from rag.cleaning.header import is_prose, labelled
from rag.headings import is_known
from rag.sentences import split_sentences

TERMINAL = re.compile(r"[.!?…][\"'”’)\]]*$")
_LEAST_WIDTH = 40  # characters; narrower lines are not text that was wrapped
_GREATEST_WIDTH = 140  # longer ones neither
_LEAST_SENTENCE = 4  # words
_MEASURED = 40  # lines that tell the width, and whether they are prose


class Lines:
    """The lines of a text, by position; beyond either end all is blank."""

    def __init__(self, source: str, *, furnished: bool = False) -> None:
        self.spans = _spans(source)
        self.texts = [source[start:end] for start, end in self.spans]
        self._furnished = furnished

    @cached_property
    def saved(self) -> bool:
        """Whether they are those of a web page, with what stood around its text."""
        return self._furnished or chrome.is_saved_page(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def at(self, position: int) -> str:
        """The line without white space around it."""
        return self.texts[position].strip() if 0 <= position < len(self.texts) else ""

    def is_alone(self, position: int) -> bool:
        """Whether blank lines stand on both sides."""
        return not self.at(position - 1) and not self.at(position + 1)

    def goes_on(self, position: int) -> bool:
        """Whether what follows begins as the inside of a sentence does."""
        return any(self.at(next_)[:1].islower() for next_ in (position + 1, position + 2))

    def to_value(self, position: int) -> int:
        """How many lines from a label to its value on the next line that is not blank."""
        following = position + 1
        while following < len(self.texts) and not self.at(following):
            following += 1
        return following - position + 1 if following < len(self.texts) else 1

    def names(self, position: int) -> int:
        """How many lines from here are names in a list, one a line."""
        count = 0
        while re.fullmatch(r"[•·*-]\s*\S+(?: \S+){1,4}", line := self.at(position + count)):
            if chrome.furniture(line):
                break
            count += 1
        return count

    def wrapped(self, position: int, most: int | None = None) -> int:
        """How many lines a paragraph spans: lines go on while they are cut at one width.

        `most` is how many of them the caller cares for.
        """
        if MARKER.match(self.texts[position]):
            return 1
        measured = position + 1
        while measured < position + _MEASURED and self._continues(measured):
            measured += 1
        # Most lines tell the width: a page may hold one that runs on.
        widths = sorted(len(line.rstrip()) for line in self.texts[position:measured])
        width = widths[int(0.8 * len(widths))]
        if width > _GREATEST_WIDTH or self._is_like_heading(position, width):
            return 1
        following, end = position + 1, position + (most or len(self.texts))
        while (
            following < end
            and self._continues(following)
            and not MARKER.match(self.texts[following])
        ):
            line = self.texts[following - 1].rstrip()
            ended = TERMINAL.search(line) is not None
            if ended and (len(line) < 0.6 * width or self._is_like_heading(following, width)):
                break
            if following - 1 > position and self._is_like_heading(following - 1, width):
                break
            following += 1
        return following - position

    def is_wrapped_prose(self, position: int) -> bool:
        """Whether a paragraph begins here whose lines are cut at one width."""
        if len(self.at(position)) < 0.6 * _LEAST_WIDTH:
            return False
        length = self.wrapped(position, most=_MEASURED)
        block = [self.at(position + offset) for offset in range(length)]
        width = max(map(len, block))
        if length < 2 or width < _LEAST_WIDTH or any(map(labelled, block)):
            return False
        joined = " ".join(block)
        even = all(len(line) >= 0.6 * width for line in block[:-1])
        return is_prose(joined) and (even or self._begins_sentences(position, joined))

    def _begins_sentences(self, position: int, joined: str) -> bool:
        """Whether ragged lines below an empty one are two sentences at least."""
        spans = split_sentences(joined) if not self.at(position - 1) else []
        return len(spans) > 1 and all(
            len(joined[start:end].split()) >= _LEAST_SENTENCE for start, end in spans[:2]
        )

    def _is_like_heading(self, position: int, width: int) -> bool:
        """Whether a short line between two sentences begins like a heading, and so does the next.

        The last line of a paragraph is short too, but ends as sentences do.
        """
        line, after = self.at(position), self.at(position + 1)
        return (
            len(line) < 0.5 * width
            and line[:1].isupper()
            and not re.search(r"[.!?:;,\d]", line)
            and TERMINAL.search(self.at(position - 1)) is not None
            and after[:1].isupper()
        )

    def _continues(self, position: int) -> bool:
        line = self.at(position)
        if not line or is_known(line):
            return False
        return not (self.saved and (chrome.furniture(line) or chrome.is_side_section(line)))


def _spans(source: str) -> list[tuple[int, int]]:
    """Where each line stands, without its line break."""
    ends = list(accumulate(map(len, source.splitlines(keepends=True))))
    starts = [0, *ends]
    return [
        (start, start + len(source[start:end].rstrip("\r\n\f\v\x1c\x1d\x1e\x85\u2028\u2029")))
        for start, end in zip(starts, ends, strict=False)
    ]
