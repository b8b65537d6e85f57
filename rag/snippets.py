"""What to show of a passage in a list: the part with most of the question's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rag.query import Query
from rag.terms import folded_stem, is_joint, words
from rag.types import Hit, Passage

LENGTH = 300  # characters


def matched_spans(query: Query, passage: Passage) -> tuple[tuple[int, int], ...]:
    """Where words of the question stand in a passage, as offsets into its document.

    Words that only count beside others ("B" in "B-ALL") are left out unless they stand so.
    """
    forms = {form for term in query.search_terms for form in term.alternatives}
    single = {form[0] for form in forms if len(form) == 1}
    joined = {"".join(form) for form in forms if len(form) == 2}
    apart = [form for form in forms if len(form) > 1 and min(map(len, form)) > 2]
    parts = {stem for form in apart for stem in form}
    found: dict[int, int] = {}  # start to end
    before = None
    for word in words(passage.text):
        if (
            before
            and is_joint(passage.text, before.end, word.start)
            and (before.stem + word.stem in joined | single)
        ):
            found[before.start] = word.end
        elif word.stem in single or word.stem in parts:
            found[word.start] = word.end
        before = word
    first = passage.start
    return tuple((first + start, first + end) for start, end in _merged(found.items()))


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in order, those that overlap as one."""
    start = end = -1
    for first, last in sorted(spans):
        if first >= end:
            if end > 0:
                yield start, end
            start, end = first, last
        end = max(end, last)
    if end > 0:
        yield start, end


def snippet(hit: Hit, length: int = LENGTH) -> tuple[int, int]:
    """The span, in document offsets, to show of a hit: at most about `length` characters.

    It begins where a sentence does, or a word, and holds the most words of the question that
    one such span can.
    """
    passage = hit.passage
    if passage.end - passage.start <= length:
        return passage.start, passage.end
    starts = [unit.start for unit in passage.units]
    for start, _ in hit.highlights:
        starts += [max(passage.start, start - length // 3), _word_start(passage, start)]
    spans = [_at_words(passage, start, min(start + length, passage.end)) for start in starts]
    return max(spans, key=lambda span: (_held(hit, *span), -span[0]))


def _held(hit: Hit, start: int, end: int) -> int:
    """How many different words of the question stand in a span."""
    passage = hit.passage
    inside = [(a, b) for a, b in hit.highlights if start <= a and b <= end]
    return len(
        {folded_stem(passage.text[a - passage.start : b - passage.start]) for a, b in inside}
    )


def _word_start(passage: Passage, at: int) -> int:
    """Where what stands between white space begins."""
    while at > passage.start and not passage.text[at - 1 - passage.start].isspace():
        at -= 1
    return at


def _at_words(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """The span drawn in to white space, so that no word is cut."""
    text, first = passage.text, passage.start
    a, b = start - first, end - first
    while 0 < a < b and not text[a - 1].isspace():
        a += 1
    while b < len(text) and b > a and not text[b].isspace():
        b -= 1
    if a >= b:
        return start, end
    trimmed = text[a:b].rstrip()
    return first + a, first + a + len(trimmed)
