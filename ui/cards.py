"""The right side: a card for each source, with the quotation in its surroundings.

As in `ui.render`, which uses these, every character passes through `escape`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.export import cite_as_text
from rag.types import Answer, Citation, Document, Kind, Reference
from ui.conversation import Turn
from ui.links import escape, publication_links

NEAREST = "Nearest passages — not an answer"
REACH, WIDE_REACH = 260, 1500  # characters shown on each side of a quotation
AUTHORS_SHOWN = 6


def jump(target: str) -> str:
    """The attributes of a link that leads to the element with the id `target`."""
    return f'href="#{target}" data-jump="{target}"'


def act(name: str, words: str, label: str = "", **data: object) -> str:
    """A button that asks something of the page's owner: `data` goes with it, as `data-…`."""
    told = "".join(f' data-{key}="{escape(str(value))}"' for key, value in data.items())
    spoken = f' aria-label="{escape(label)}" title="{escape(label)}"' if label else ""
    return (
        f'<button type="button" class="cw-act" data-act="{name}"{told}{spoken}>'
        f"{escape(words)}</button>"
    )


def highlighted(citation: Citation) -> str:
    """The quotation, escaped, with the spans of the short answer in `<strong>`."""
    pieces, done = [], 0
    for start, end in sorted(citation.highlights):
        first = max(start - citation.start, done)
        last = min(end - citation.start, len(citation.quote))
        if first < last:
            pieces.append(escape(citation.quote[done:first]))
            pieces.append(f"<strong>{escape(citation.quote[first:last])}</strong>")
            done = last
    return "".join(pieces) + escape(citation.quote[done:])


def sections(
    document: Document, start: int, end: int, whole: tuple[int, int] = (0, 0)
) -> Iterator[tuple[str, int, int]]:
    """`text[start:end]`, cut where a section begins: the name, start and end of each part.

    The name is "" for what stands before the first section, and where the text itself begins
    with it. The span `whole` is never cut.
    """
    starts, last = [(0, "")], ""
    for block in document.blocks:
        if block.section != last and not whole[0] < block.start < whole[1]:
            starts.append((block.start, block.section))
        last = block.section
    ends = [first for first, _ in starts[1:]]
    for (first, name), until in zip(starts, [*ends, len(document.text)], strict=True):
        a, b = max(first, start), min(until, end)
        if a < b and not document.text[a:b].isspace():
            yield "" if a == first and document.text.startswith(name, a) else name, a, b


def under_heading(name: str, content: str, tag: str) -> str:
    """Escaped text, which is `content`, under its section's name in `<tag>`, where it has one."""
    return (f"<{tag}>{escape(name)}</{tag}>" if name else "") + f"<p>{content}</p>"


def surroundings(text: str, start: int, end: int, reach: int) -> tuple[int, int]:
    """The span that holds `text[start:end]` and up to `reach` characters on each side of it.

    It is cut at white space.
    """
    first, last = max(0, start - reach), min(len(text), end + reach)
    if first:
        cut = re.search(r"\s+", text[first:start])
        first = first + cut.end() if cut else start
    if last < len(text):
        cut = re.search(r"\s+\S*$", text[end:last])
        last = end + cut.start() if cut else end
    return first, last


def _passage(citation: Citation, document: Document | None, reach: int, tag: str) -> str:
    """The quotation in `<tag>`, in its surroundings where the document still holds it there.

    What is shown of a section stands under its name, the quotation's own too: it may say what
    the text leaves out, as "Exclusion criteria" does of a list.
    """
    quote = f"<{tag}>{highlighted(citation)}</{tag}>"
    start, end = citation.start, citation.end
    if document is None or document.text[start:end] != citation.quote:
        shown = under_heading(citation.section, quote, "h4")
    else:
        text, shown = document.text, ""
        first, last = surroundings(text, start, end, reach)
        for name, begins, ends in sections(document, first, last, (start, end)):
            cut = "… " if begins == first > 0 else ""
            cut_off = " …" if ends == last < len(text) else ""
            part = _quoting(text, (begins, ends), (start, end), quote)
            shown += under_heading(name, cut + part + cut_off, "h4")
    return f'<blockquote class="cw-passage" dir="auto">{shown}</blockquote>'


def _quoting(text: str, part: tuple[int, int], span: tuple[int, int], quote: str) -> str:
    """A part of a text, escaped, with `quote` in the place of the span where it holds that."""
    (begins, ends), (start, end) = part, span
    if not begins <= start < ends:
        return escape(_closed_up(text[begins:ends]).strip())
    before, after = _closed_up(text[begins:start]), _closed_up(text[end:ends])
    return escape(before.lstrip()) + quote + escape(after.rstrip())


def _closed_up(text: str) -> str:
    """Empty lines taken out; only surroundings are set so, a quotation never is."""
    return re.sub(r"[^\S\n]*\n\s*", "\n", text)


def _in_context(citation: Citation, document: Document | None, tag: str) -> str:
    """The passage, and behind "Show more context" more of what surrounds it."""
    near, wide = (_passage(citation, document, reach, tag) for reach in (REACH, WIDE_REACH))
    more = f'<details class="cw-more"><summary>Show more context</summary>{wide}</details>'
    return near if near == wide else near + more


def _name(citation: Citation) -> str:
    return citation.title or citation.source


def source_label(citation: Citation) -> str:
    """What a screen reader says of a link to a source."""
    listed = "reference listed in " if citation.kind is Kind.REFERENCE else ""
    return f"Source {citation.number}: {listed}{_name(citation)}"


def cite_link(citation: Citation, ids: str) -> str:
    """The [n] that leads to a source's card."""
    return (
        f'<a class="cw-cite" {jump(f"source-{ids}")} '
        f'aria-label="{escape(source_label(citation))}">[{citation.number}]</a>'
    )


def byline(authors: Sequence[str], year: int | None, journal: str | None) -> str:
    """Authors, year and journal in one escaped line."""
    names = ", ".join(authors[:AUTHORS_SHOWN])
    names += " et al." if len(authors) > AUTHORS_SHOWN else ""
    facts = (escape(names), f"<em>{escape(journal)}</em>" if journal else "", str(year or ""))
    line = " · ".join(fact for fact in facts if fact)
    return f'<p class="cw-byline">{line}</p>' if line else ""


def _where(citation: Citation) -> str:
    """Where the quotation stands: section, page, file and offsets."""
    page = f"page {citation.page}" if citation.page else ""
    offsets = f"characters {citation.start} to {citation.end}"
    facts = [fact for fact in (citation.section, page, citation.source, offsets) if fact]
    return f'<p class="cw-where">{escape(" · ".join(facts))}</p>'


def _facts(citation: Citation) -> str:
    """Title, authors, identifiers: the document's own, or those of the entry that is quoted."""
    title = escape(_name(citation))
    if citation.kind is not Kind.REFERENCE:
        people = byline(citation.authors, citation.year, citation.journal)
        links = publication_links(citation.doi, citation.pmid, citation.url)
        return f"<h3>{title}</h3>{people}{links}"
    entry = citation.reference or Reference(citation.start, citation.end)
    named = f'<p class="cw-entry">{escape(entry.title)}</p>' if entry.title else ""
    people = byline(entry.authors, entry.year, entry.journal)
    links = publication_links(entry.doi, entry.pmid)
    return f"<h3>Reference listed in {title}</h3>{named}{people}{links}"


def _card(citation: Citation, document: Document | None, ids: str) -> str:
    turn, number = ids.split("-")
    doubt = act(
        "unsupported",
        "Does not support it",
        f"Note that quotation {citation.number} does not support the answer",
        turn=turn,
        number=number,
    )
    back = f'<a class="cw-back" {jump(f"quote-{ids}")}>Back to the answer</a>'
    return (
        f'<article class="cw-source" id="source-{ids}" tabindex="-1" '
        f'aria-label="{escape(source_label(citation))}"><header>'
        f'<span class="cw-number" aria-hidden="true">{citation.number}</span>'
        f"<div>{_facts(citation)}</div></header>{_in_context(citation, document, 'mark')}"
        f"{_where(citation)}"
        f"{_checks(citation, ids, f'quotation {citation.number}', doubt + back)}</article>"
    )


def _checks(citation: Citation, ids: str, name: str, more: str = "") -> str:
    """What can be done with a source: its page looked at, cited, and `more`.

    `name` is what the quotation is called, `ids` what its page opens under.
    """
    page = _page_button(citation, ids, name)
    place = f'<figure class="cw-page" id="page-{ids}" hidden></figure>' if page else ""
    cite = act("copy", "Copy citation", copy=cite_as_text(citation))
    return f'<div class="cw-acts">{page}{cite}{more}</div>{place}'


def _page_button(citation: Citation, ids: str, name: str) -> str:
    """Opens the page that the quotation stands on; nothing for a text without pages."""
    if citation.page is None:
        return ""
    told = {
        "document": citation.document_id,
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "into": f"page-{ids}",
    }
    label = f"Show page {citation.page} with {name} marked on it"
    return act("picture", f"Show page {citation.page}", label, **told)


def _muted_card(citation: Citation, document: Document | None, ids: str) -> str:
    return (
        '<article class="cw-source cw-muted" aria-label="Nearest passage, not an answer">'
        f"<header><div>{_facts(citation)}</div></header>"
        f"{_in_context(citation, document, 'span')}{_where(citation)}"
        f"{_checks(citation, ids, 'this passage')}</article>"
    )


def sources(turn: Turn, documents: Mapping[str, Document], number: int) -> str:
    """The right side of one turn: a card for each citation, or the nearest passages, muted."""
    parts = [
        _of_answer(answer, documents, number, place) for place, answer in enumerate(turn.answers)
    ]
    answered = any(not answer.abstained for answer in turn.answers)
    heading = "Sources" if answered or not parts else NEAREST
    body = "".join(parts) or '<p class="cw-hint">Nothing is quoted here.</p>'
    return f'<h2 id="sources-{number}" tabindex="-1">{heading}</h2>{body}'


def _of_answer(answer: Answer, documents: Mapping[str, Document], turn: int, place: int) -> str:
    asked = f'<p class="cw-asked" dir="auto">{escape(answer.question)}</p>'
    if answer.abstained:
        cards = [
            _muted_card(near, documents.get(near.document_id), f"{turn}-{place}-near-{nth}")
            for nth, near in enumerate(answer.nearest, start=1)
        ]
    else:
        cards = [
            _card(one, documents.get(one.document_id), f"{turn}-{one.number}")
            for one in answer.citations
        ]
    return asked + ("".join(cards) or '<p class="cw-hint">No passage comes near it.</p>')
