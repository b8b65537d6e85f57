"""Paragraphs that columns, pages, footnotes and figures have cut, made whole again."""

from __future__ import annotations

from collections.abc import Sequence

from rag.loaders.pdf.paragraphs import Kind, Paragraph, is_marked

_OPENERS = "([{“\"'‘«§∼~±<>≤≥=+-–—$€£"
_LEAST = 40  # characters: a shorter paragraph of one line is a label, unless it is a rest


def flow(found: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs in reading order, each whole.

    What stands between the two parts of a paragraph comes before it where it stands on the page
    on which the paragraph was cut, else after it: so each keeps its page.
    """
    whole: list[Paragraph] = []
    body: Paragraph | None = None  # the last paragraph of the body, while it may go on
    place = 0  # where it stands in `whole`
    headed = False  # whether a heading came since; in the middle of a sentence it is none
    for paragraph in found:
        rest = paragraph.kind is Kind.BODY and body and _is_rest(body, paragraph, headed=headed)
        if body and rest:
            _make_whole(whole, place, body, paragraph)
            place = whole.index(body)
            continue
        if paragraph.kind is Kind.BODY and _is_text(paragraph):
            body, place, headed = paragraph, len(whole), False
        elif paragraph.kind is Kind.HEADING:
            headed = True
        elif paragraph.kind is Kind.ENTRY:
            body = None
        whole.append(paragraph)
    return whole


def _make_whole(whole: list[Paragraph], place: int, body: Paragraph, rest: Paragraph) -> None:
    """Join the rest to the body; what stood between goes before or after."""
    cut = body.last.page
    between = whole[place + 1 :]
    before = [paragraph for paragraph in between if paragraph.last.page == cut == body.first.page]
    after = [paragraph for paragraph in between if paragraph not in before]
    body.lines.extend(rest.lines)
    whole[place:] = [*before, body, *after]


def _is_text(paragraph: Paragraph) -> bool:
    return len(paragraph.lines) > 1 or paragraph.first.letters >= _LEAST


def _is_rest(body: Paragraph, paragraph: Paragraph, *, headed: bool) -> bool:
    """Whether a paragraph goes on with the one that a column's or a page's end has cut."""
    last, first = body.last, paragraph.first
    if abs(last.size - first.size) > 0.45 or is_marked(first.text):
        return False
    if not (first.text[0].isalnum() or first.text[0] in _OPENERS):
        return False
    letter = next((char for char in first.text if char.isalnum()), "")
    if headed:
        return not body.is_closed and _is_full(body) and first.text[0].islower()
    if body.is_closed:
        return letter.islower() and _is_full(body) and first.text[0].islower()
    if letter.islower() or last.text.endswith(("-", "\u00ad", ",", "(")):
        return True
    indented = first.x0 - first.left > 0.6 * first.size and len(paragraph.lines) > 1
    return _is_full(body) and not indented and _is_text(paragraph)


def _is_full(paragraph: Paragraph) -> bool:
    """Whether the last line fills its column."""
    last = paragraph.last
    return last.right - last.x1 < 3 * last.size
