"""Where a quotation stands in a page's characters.

Cleaning and a PDF library agree on letters and digits, and on little else: spaces, hyphens at
line ends, ligatures and the order of columns differ. So only letters and digits are compared,
folded by case and compatibility. A quotation is looked for as a whole; then in parts, for it may
be broken by a column, a page or a glyph that the two libraries read differently; then by
likeness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from rag.pictures.folding import Folded, fold

Span = tuple[int, int]
Beside = Callable[[], tuple[str, str]]  # the text of the page before and of the one behind

_LEAST = 12  # letters and digits: a part that is so long is found anywhere on the page
_LEAST_REST = 4  # a part that is all that is still missing between others
_LEAST_OVER = 24  # a start or an end that runs over, and of which no more is to be seen
_LEAST_EDGE = 5  # the same at the page's end or start
_EDGE = 0.1  # of the page's letters: so near to its end or start
_SLACK = 8  # letters and digits that may stand between two parts besides those missing
_MOST = 0.6  # of the quotation: a share that tells it from another one of like words
_ALIKE = 80.0  # of 100, as rapidfuzz counts
_ALIKE_REST = 65.0  # of what is missing right before or behind
_MOST_SIGNS = 6_000  # of a quotation: what follows is not looked for


@dataclass(frozen=True, slots=True)
class _Part:
    """Letters of a quotation (from `start`) found on a page (from `at`), as many as `length`."""

    start: int
    at: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length

    @property
    def until(self) -> int:
        return self.at + self.length


def find_quote(
    quote: str, page: str, near: float | None = None, beside: Beside = lambda: ("", "")
) -> list[Span]:
    """The spans of a page's text that hold the quotation, or the part of it that is there.

    Spans are in the quotation's order. Of several places the first is taken, or the one nearest
    to `near` (0..1). Empty where there is none. `beside` gives the texts of the pages before and
    behind, "" where there is none: it is asked where only a start or an end is found.
    """
    quote = quote[:_MOST_SIGNS]
    wanted, there = fold(quote), fold(page)
    if not wanted.text or not there.text:
        return []
    hint = None if near is None else int(near * len(there.text))
    found = (
        _whole(wanted.text, there, page, hint)
        or _parts(wanted.text, there, page, hint)
        or _edge(wanted.text, there, page, beside)
        or _alike(wanted.text, there.text)
    )
    spans = [(there.places[start], there.places[end - 1] + 1) for start, end in found]
    return _with_signs(quote, wanted, page, spans)


def _whole(wanted: str, there: Folded, page: str, hint: int | None) -> list[Span]:
    """The quotation as it is; rather as whole words than inside of others."""
    places = [
        (_is_cut(there, page, at, at + len(wanted)), abs(at - (hint or 0)), at)
        for at in _occurrences(wanted, there.text)
    ]
    if not places:
        return []
    cut, _, at = min(places)
    # A short one inside a word is another word.
    return [] if cut and len(wanted) < _LEAST else [(at, at + len(wanted))]


def _is_cut(there: Folded, page: str, start: int, end: int) -> bool:
    """Whether letters stand right before or after."""
    first, last = there.places[start], there.places[end - 1]
    return page[first - 1 : first].isalnum() or page[last + 1 : last + 2].isalnum()


def _occurrences(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _parts(wanted: str, there: Folded, page: str, hint: int | None) -> list[Span]:
    """The longest stretches that the two share, where they are most of the quotation."""
    parts: list[_Part] = []
    open_ = [(0, len(wanted))]
    while open_:
        low, high = open_.pop()
        start, length = _longest(wanted[low:high], there.text)
        if length < (min(_LEAST, max(high - low, _LEAST_REST)) if parts else _LEAST):
            continue
        start += low
        # What follows a part stands after it, as a rule; else it is rather near than far.
        anchor = parts[0].at + start - parts[0].start if parts else hint or 0
        piece = wanted[start : start + length]
        parts.append(_Part(start, _nearest(piece, there, page, anchor), length))
        open_ += [(low, start), (start + length, high)]
    kept = _belonging(parts, there, page)
    if sum(part.length for part in kept) < _MOST * len(wanted):
        return []
    return _widened(_joined(kept), wanted[: kept[0].start], wanted[kept[-1].end :], there.text)


def _widened(spans: list[Span], head: str, tail: str, there: str) -> list[Span]:
    """The spans with what stands right before and behind, if it is like what is missing there."""
    (start, _), (_, end) = spans[0], spans[-1]
    before = max(0, start - len(head) - _SLACK)
    if found := _similar(head, there[before:start], _ALIKE_REST):
        spans[0] = before + found[0], spans[0][1]
    if found := _similar(tail, there[end : end + len(tail) + _SLACK], _ALIKE_REST):
        spans[-1] = spans[-1][0], end + found[1]
    return spans


def _similar(part: str, text: str, least: float) -> Span | None:
    """The stretch of a text that is most like a part, if it is like it."""
    if len(part) < _LEAST_REST or not text:
        return None
    found = fuzz.partial_ratio_alignment(part, text, score_cutoff=least)
    return (found.dest_start, found.dest_end) if found else None


def _longest(wanted: str, text: str) -> Span:
    """Start and length of the longest stretch of `wanted` that stands in `text`."""
    best, start = (0, 0), 0
    for end in range(1, len(wanted) + 1):
        # What holds a stretch that is not there is not there: the start never goes back.
        while start < end and wanted[start:end] not in text:
            start += 1
        if end - start > best[1]:
            best = start, end - start
    return best


def _nearest(piece: str, there: Folded, page: str, anchor: int) -> int:
    """Where a piece stands: about where it is expected, else rather at a line's end or start."""

    def distance(at: int) -> tuple[bool, int]:
        off = abs(at - anchor)
        breaks = _ends_line(at, there, page) or _ends_line(at + len(piece), there, page)
        return off > _SLACK and not breaks, off

    return min(_occurrences(piece, there.text), key=distance)


def _belonging(parts: list[_Part], there: Folded, page: str) -> list[_Part]:
    """The first part, and in the quotation's order those that go on from it, either way."""
    if not parts:
        return []
    main = parts[0]
    kept = [main]
    for part in sorted(parts, key=lambda part: part.start):
        if part.start >= main.end and _goes_on(kept[-1], part, there, page):
            kept.append(part)
    for part in sorted(parts, key=lambda part: -part.start):
        if part.end <= main.start and _goes_on(part, kept[0], there, page):
            kept.insert(0, part)
    return kept


def _goes_on(part: _Part, other: _Part, there: Folded, page: str) -> bool:
    """Whether the text of a part goes on in another: soon after it, or in another column."""
    if 0 <= other.at - part.until <= other.start - part.end + _SLACK:
        return True
    if other.start != part.end or other.at < part.until:
        return False
    return _ends_line(part.until, there, page) and _ends_line(other.at, there, page)


def _ends_line(at: int, there: Folded, page: str) -> bool:
    """Whether a line of the page ends right before a letter, counted among the folded ones."""
    if not 0 < at < len(there.places):
        return True
    # pdfium gives U+0002 for a hyphen at a line's end.
    return any(char in "\r\n\x02\ufffe" for char in page[there.places[at - 1] : there.places[at]])


def _joined(parts: list[_Part]) -> list[Span]:
    """The parts as spans of the page; over what was read differently between two of them."""
    spans: list[Span] = []
    last: _Part | None = None
    for part in parts:
        if last and 0 <= part.at - last.until <= part.start - last.end + _SLACK:
            spans[-1] = spans[-1][0], part.until
        else:
            spans.append((part.at, part.until))
        last = part
    return spans


def _edge(wanted: str, there: Folded, page: str, beside: Beside) -> list[Span]:
    """The quotation's start at a line's end, or its end at a line's start, where it runs over."""
    margin, beside = int(_EDGE * len(there.text)), cache(beside)

    def goes_on(split: int, sure: bool) -> bool:
        return _runs_over(wanted, split, beside()[1], behind=True, sure=sure)

    def comes_over(split: int, sure: bool) -> bool:
        return _runs_over(wanted, split, beside()[0], behind=False, sure=sure)

    for length in range(len(wanted) - 1, _LEAST_EDGE - 1, -1):
        long, split = length >= _LEAST_OVER, len(wanted) - length
        for at in reversed([*_occurrences(wanted[:length], there.text)]):
            near = long or at >= len(there.text) - margin
            if near and _ends_line(at + length, there, page) and goes_on(length, long):
                return [(at, at + length)]
        for at in _occurrences(wanted[split:], there.text):
            near = long or at <= margin
            if near and _ends_line(at, there, page) and comes_over(split, long):
                return [(at, at + length)]
    return []


def _runs_over(wanted: str, split: int, page: str, *, behind: bool, sure: bool) -> bool:
    """Whether a quotation goes on, from before a split or `behind` it, on another page.

    That one does not hold it on both sides of the split. Unless it is `sure` already, it has what
    is next to the split at a line's start or end.
    """
    there = fold(page)
    low, high = max(0, split - _LEAST), split + _LEAST
    if wanted[low:high] in there.text:
        return False
    rest = wanted[split:high] if behind else wanted[low:split]
    edges = (at + (0 if behind else len(rest)) for at in _occurrences(rest, there.text))
    return sure or any(_ends_line(edge, there, page) for edge in edges)


def _alike(wanted: str, there: str) -> list[Span]:
    """The stretch of the page that is most like the quotation."""
    if len(wanted) < _LEAST:
        return []
    found = _similar(wanted, there, _ALIKE)
    return [found] if found else []


def _with_signs(quote: str, wanted: Folded, page: str, spans: list[Span]) -> list[Span]:
    """The spans with the quotation's own first and last signs: a bracket, a full stop."""
    if not spans:
        return spans
    opening, closing = quote[: wanted.places[0]], quote[wanted.places[-1] + 1 :]
    (first, _), (_, last) = spans[0], spans[-1]
    while first and page[first - 1] in opening and not page[first - 1].isspace():
        first -= 1
    while last < len(page) and page[last] in closing and not page[last].isspace():
        last += 1
    spans[0] = first, spans[0][1]
    spans[-1] = spans[-1][0], last
    return spans
