"""What a model writes, taken apart as it comes: plain sentences and the numbers they name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rag.sentences import split_sentences

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# Characters that must follow a sentence before its end is certain, and those between two looks.
_LOOKAHEAD, _STEP = 40, 20
_MOST_OF_A_RANGE = 10  # numbers in "[1-10]"
_LIST = r"\^?\d{1,3}(?:\s*[,;–-]\s*\^?\d{1,3})*"
# "[1]", "[1, 3]", "[2-4]", "[^1]", "[1](address)", "【1†source】"; but not the "[18]" of "[18]F".
_NUMBERS = re.compile(
    rf"\s*[\[【]\s*(?:(?i:passages?|sources?)\s+)?({_LIST})\s*(?:†[^\]】\n]*)?[\]】]"
    r"(?:\([^()\n]*\))?(?![^\W\d_])"
)
_LEADING = re.compile(rf"(?:{_NUMBERS.pattern})+[.,;]?")
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?</\1>\s*", re.DOTALL | re.IGNORECASE)
_THINKING = re.compile(r"<(?:think|thinking|reasoning)>", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:\b(?:https?|ftp|file)://|\bwww\.|\b(?:data|javascript):(?=\S))\S*", re.I)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_LOOSE = re.compile(r"\s+([.,;:!?])(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in plain text, without the numbers of passages that it names."""

    text: str
    numbers: tuple[int, ...]


class SentenceStream:
    """Sentences of a text that comes in pieces, each given once its end is certain."""

    def __init__(self) -> None:
        self._held = ""
        self._unseen = 0  # characters since the last look: a model may write without any end

    @property
    def is_at_end(self) -> bool:
        """Whether what is held ends as a sentence does."""
        return bool(re.search(r"[.!?…][\"”’)\]]*\s*(?:\[[^\]]*\]\s*[.]?\s*)*$|\]\s*$", self._held))

    def take(self, text: str) -> list[Sentence]:
        """The sentences that a further piece completes."""
        self._held += text
        self._unseen += len(text)
        if self._unseen < _STEP:
            return []
        self._unseen = 0
        self._held = _THOUGHT.sub("", self._held)
        if _THINKING.search(self._held):
            return []
        spans = _spans(self._held)
        if len(spans) < 2:
            return []
        last = spans[-1][0]
        if len(self._held) - last < _LOOKAHEAD:
            spans, last = spans[:-1], spans[-2][0]
        found = [self._held[start:end] for start, end in spans[:-1]]
        self._held = self._held[last:]
        return _sentences(found)

    def rest(self, *, is_cut: bool = False) -> list[Sentence]:
        """What is left at the end; of a text that was cut off, without its last piece."""
        text = _THINKING.split(_THOUGHT.sub("", self._held))[0]
        spans = _spans(text)
        self._held = ""
        return _sentences([text[start:end] for start, end in (spans[:-1] if is_cut else spans)])


def plain(text: str) -> str:
    """The text of a piece of Markdown: no links, images or HTML, no addresses, one line.

    >>> plain("See **this** ![chart](http://x/y.png) <b>now</b>, [here](http://x).")
    'See this now, here.'
    """
    parts = [
        part
        for token in _markdown().parse(text)
        for part in (_words(token.children) if token.type == "inline" else ())
    ]
    shown = _ADDRESS.sub("", "".join(parts))
    seen = "".join(
        "" if unicodedata.category(char) == "Cf" else char if char.isprintable() else " "
        for char in _BOLD.sub(r"\2", shown)
    )
    return _LOOSE.sub(r"\1", " ".join(seen.split()))


def _spans(text: str) -> list[tuple[int, int]]:
    """The places of the sentences, each with the numbers that stand behind its full stop."""
    spans: list[tuple[int, int]] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        for start, end in split_sentences(line):
            start, end = start + offset, end + offset
            named = _LEADING.match(text, start, end)
            if named and spans and _belongs_before(text[spans[-1][1] : start], named.end() == end):
                spans[-1] = (spans[-1][0], named.end())
                start = end - len(text[named.end() : end].lstrip())
            if start < end:
                spans.append((start, end))
        offset += len(line)
    return spans


def _belongs_before(gap: str, stands_alone: bool) -> bool:
    """Whether numbers after a gap are the last sentence's: in its line, or in one of their own.

    Elsewhere a line that begins with one is an entry of a list of sources.
    """
    return "\n" not in gap or stands_alone


def _sentences(pieces: list[str]) -> list[Sentence]:
    found = [
        Sentence(plain(_NUMBERS.sub("", piece)), tuple(dict.fromkeys(_numbers(piece))))
        for piece in pieces
    ]
    return [one for one in found if any(char.isalpha() for char in one.text)]


def _numbers(piece: str) -> Iterator[int]:
    for match in _NUMBERS.finditer(piece):
        for part in re.split(r"[,;]", match[1].replace("^", "")):
            first, *more = (int(number) for number in re.findall(r"\d+", part))
            last = more[-1] if more else first
            yield from range(first, min(last, first + _MOST_OF_A_RANGE) + 1)


def _words(tokens: list[Token] | None) -> Iterator[str]:
    for token in tokens or ():
        if token.type in ("text", "code_inline"):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield " "


@cache
def _markdown() -> MarkdownIt:
    """CommonMark, but for emphasis: it takes away the asterisks of names such as HLA-A*02."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").disable(["emphasis", "html_block"])
