"""The documents as HTML: the table, a document with its text, what became of files. Pure.

As in `ui.render`, every character passes through `escape`, and every address through `ui.links`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from rag.indexing import FileReport, Status
from rag.store import DocumentSummary
from rag.types import Document
from ui.cards import act, byline, sections, under_heading
from ui.catalogue import TEXT_PART, Browsing, Page
from ui.links import escape, publication_links
from ui.telling import Told
from ui.writing import Standing

COLUMNS = {
    "title": "Title",
    "authors": "Authors",
    "year": "Year",
    "journal": "Journal",
    "passages": "Passages",
    "added": "Added",
}
_AUTHORS_SHOWN = 3
_REPORTS_SHOWN = 300
_NAMES_SHOWN = 5
_STILL_READ = "What is in it already is listed here, and can be asked."
_AGAIN = (
    '<div class="cw-acts">'
    + act("again", "Index again", "Read the files of all documents again", to="library")
    + "</div>"
)


# --- the table ---------------------------------------------------------------------------------


def table(page: Page, browsing: Browsing, *, read_only: bool, index: Path) -> str:
    """A page of the list, with its count and the ways to the other pages."""
    if not page.total:
        return empty(read_only=read_only, index=index, into="into the field above")
    heads = "".join(_head(key, name, browsing) for key, name in COLUMNS.items())
    rows = "".join(_row(one, browsing) for one in page.rows)
    return (
        f'<p class="cw-count" role="status">{escape(_count(page))}</p>'
        '<table class="cw-table"><caption class="cw-hidden">The documents; a column head sorts '
        f"by it, a title opens the document</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{_pager(page)}{'' if read_only else _AGAIN}"
    )


def _count(page: Page) -> str:
    all_of_them = _number(page.total, "document")
    if not page.found:
        return f"None of {all_of_them} fits what is looked for."
    shown = f"{page.first + 1:,}–{page.first + len(page.rows):,} of {page.found:,}"
    if page.found == page.total:
        return all_of_them if len(page.rows) == page.total else f"{shown} documents"
    return f"{shown} found among {all_of_them}"


def _head(key: str, name: str, browsing: Browsing) -> str:
    sorted_by = key == browsing.order
    way = "descending" if browsing.descending else "ascending"
    state = f' aria-sort="{way}"' if sorted_by else ""
    button = act("sort", name, to="library", key=key)
    return f'<th scope="col" data-column="{key}"{state}>{button}</th>'


def _row(one: DocumentSummary, browsing: Browsing) -> str:
    names = ", ".join(one.authors[:_AUTHORS_SHOWN])
    names += " et al." if len(one.authors) > _AUTHORS_SHOWN else ""
    facts = {
        "authors": names,
        "year": str(one.year or ""),
        "journal": one.journal or "",
        "passages": f"{one.passages:,}",
        "added": one.added[:10],
    }
    here = ' aria-current="true"' if one.id == browsing.opened else ""
    title = act("show", one.title or one.id, to="library", id=one.id)
    # On a narrow page the cells stand below each other, each under its column's name.
    cells = "".join(
        f'<td data-label="{COLUMNS[key]}" dir="auto">{escape(fact)}</td>'
        for key, fact in facts.items()
    )
    return f'<tr{here}><th scope="row" dir="auto">{title}</th>{cells}</tr>'


def _pager(page: Page) -> str:
    earlier = act("page", "Previous", "Previous page", to="library", page=page.number - 1)
    later = act("page", "Next", "Next page", to="library", page=page.number + 1)
    ways = (earlier if page.number else "") + ("" if page.is_last else later)
    return f'<nav class="cw-acts" aria-label="Pages of the list">{ways}</nav>' if ways else ""


def empty(*, read_only: bool, index: Path, into: str) -> str:
    """That there are no documents, and how they come in: what is dropped goes `into` something."""
    drop = "" if read_only else f"<p>Drop files {into}, or index a folder from the shell:</p>"
    command = escape(f"rag index PATH --index {quote(str(index))}")
    return (
        '<div class="cw-empty"><h2>The corpus is empty</h2>'
        f"{drop or '<p>Index a folder of documents:</p>'}<pre><code>{command}</code></pre></div>"
    )


# --- a document --------------------------------------------------------------------------------


def nothing_open(page: Page) -> str:
    """What stands on the right while no document is open."""
    return '<p class="cw-hint">Open a document to read its text.</p>' if page.total else ""


def document(one: Document, listed: DocumentSummary, reach: int, *, read_only: bool) -> str:
    """A document: its facts, what can be done with it, and the first `reach` characters."""
    name = one.record.title or one.id
    ask = act("only", "Ask about this document", f"Ask about this document: {name}", id=one.id)
    close = act("show", "Close", "Close this document", to="library", id="")
    removal = "" if read_only else _removal(one)
    return (
        f'<article class="cw-open" data-id="{escape(one.id)}" aria-label="{escape(name)}">'
        f'<h2 tabindex="-1" dir="auto">{escape(name)}</h2>'
        f"{byline(one.record.authors, one.record.year, one.record.journal)}"
        f"{publication_links(one.record.doi, one.record.pmid, one.record.url)}"
        f"{_facts(one, listed)}"
        f'<div class="cw-acts">{ask}{close}</div>{removal}{_text(one, reach)}</article>'
    )


def _facts(one: Document, listed: DocumentSummary) -> str:
    sources = "".join(f"<li>{escape(name)}</li>" for name in one.sources or (one.source,))
    linked = "".join(f"<li>{act('show', id, to='library', id=id)}</li>" for id in listed.linked)
    pages = f", {_number(len(one.pages), 'page')}" if one.pages else ""
    size = f"{len(one.text):,} characters{pages}, {_number(listed.passages, 'passage')}"
    facts = {
        "Name": escape(one.id),
        "Files": f"<ul>{sources}</ul>",
        "Same work, other text": f"<ul>{linked}</ul>" if linked else "",
        "Size": escape(size),
        "Added": escape(listed.added[:10]),
    }
    rows = "".join(f"<dt>{name}</dt><dd>{fact}</dd>" for name, fact in facts.items() if fact)
    return f'<dl class="cw-facts" dir="auto">{rows}</dl>'


def _removal(one: Document) -> str:
    """The way out of the index, behind a question."""
    remove = act("remove", "Remove it", f"Remove from the index: {one.id}", to="library", id=one.id)
    return (
        '<details class="cw-more cw-removal"><summary>Remove this document…</summary>'
        "<p>It will no longer be found or quoted. A file that was dropped here goes with it; "
        "a file of a folder of yours stays there, and comes back when the folder is indexed."
        f"</p>{remove}</details>"
    )


def _text(one: Document, reach: int) -> str:
    parts = "".join(
        under_heading(name, escape(one.text[start:end].strip()), "h3")
        for name, start, end in sections(one, 0, reach)
    )
    left = len(one.text) - reach
    more = act("more", f"Show {min(left, TEXT_PART):,} more of {left:,} characters", to="library")
    return (
        '<section class="cw-text" dir="auto" aria-label="Text" tabindex="0">'
        f"{parts}{more if left > 0 else ''}</section>"
    )


# --- what became of files ----------------------------------------------------------------------


def live(content: str) -> str:
    """Content that a screen reader tells of when it changes."""
    return f'<div role="status">{content}</div>'


def told(one: Told) -> str:
    """A line of progress, why it went no further, or a report on each file."""
    if one.error:
        return f'<p class="cw-notice" role="alert">{escape(one.error)}</p>'
    if one.reports:
        return _reports(one.reports)
    if not one.line:
        return ""
    # The time is for those who look: nobody wants to be told of every tick.
    spent = f' <span aria-hidden="true">({one.seconds:,} s)</span>' if one.seconds else ""
    return f'<p class="cw-progress">{escape(one.line)}{spent}</p>'


def standing(one: Standing) -> str:
    """Who writes to the index, and what was dropped in and is not in it; "" where all is well."""
    if one.line:
        line = f"This window is writing to the index: {one.line}. {_STILL_READ}"
    elif one.locked:
        line = f"{one.locked[:1].upper()}{one.locked[1:]} before you add or remove anything. "
        line += _STILL_READ
    elif one.left_over:
        return _left_over(one)
    else:
        return ""
    return f'<p class="cw-progress">{escape(line)}</p>'


def _left_over(one: Standing) -> str:
    names = ", ".join(one.left_over[:_NAMES_SHOWN])
    rest = len(one.left_over) - _NAMES_SHOWN
    more = f" and {rest:,} more" if rest > 0 else ""
    line = (
        f"{_number(len(one.left_over), 'file')} in {one.folder} not in the index: {names}{more}. "
        "Adding was broken off, or they were removed by another program. Index them, or delete "
        "them there."
    )
    again = act("again", "Index them", "Index these files, and those of all documents again",
                to="library")  # fmt: skip
    return f'<p class="cw-progress">{escape(line)}</p><div class="cw-acts">{again}</div>'


def _reports(reports: Sequence[FileReport]) -> str:
    counts = Counter(one.status for one in reports)
    counted = ", ".join(f"{counts[status]:,} {status}" for status in Status if counts[status])
    # Of very many files only those that something is to be said of.
    spoken = [one for one in reports if one.status is not Status.UNCHANGED or one.reason]
    spoken = list(reports) if len(reports) <= _REPORTS_SHOWN else spoken
    lines = "".join(map(_report, spoken[:_REPORTS_SHOWN]))
    rest = len(spoken) - _REPORTS_SHOWN
    more = f'<p class="cw-hint">and {rest:,} more</p>' if rest > 0 else ""
    return (
        f"<p>{escape(_number(len(reports), 'file'))}: {escape(counted)}</p>"
        f'<ul class="cw-reports">{lines}</ul>{more}'
    )


def _report(one: FileReport) -> str:
    passages = f", {_number(one.passages, 'passage')}" if one.passages else ""
    reason = f": {one.reason}" if one.reason else ""
    failed = ' class="cw-failed"' if one.incomplete else ""
    return (
        f'<li{failed} dir="auto"><b>{escape(one.file)}</b> '
        f"{escape(f'{one.status}{passages}{reason}')}</li>"
    )


def removed(ids: Sequence[str]) -> str:
    """What was taken out."""
    if not ids:
        return "<p>Nothing was removed: the text stands in another file too.</p>"
    return f"<p>Removed: {escape(', '.join(ids))}</p>"


def _number(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
