"""A hit in a terminal: whose it is, what it says, where it stands."""

from __future__ import annotations

import os
import sys

from rag.cli.terminal import terminal
from rag.snippets import snippet
from rag.types import Hit, Kind

_BOLD, _PLAIN = "\033[1m", "\033[0m"


def hit_text(rank: int, hit: Hit) -> str:
    """Lines for one hit: title, authors and place, a snippet, the span."""
    passage = hit.passage
    place = f"page {passage.page}" if passage.page else ""
    kind = "an entry of its references" if passage.kind is Kind.REFERENCE else ""
    facts = " · ".join(filter(None, (_shortened(passage.byline), passage.section, place, kind)))
    lines = [f"{rank}. {passage.title or passage.document_id}  ({hit.score:.3f})"]
    lines += [facts] if facts else []
    lines = [terminal(line) for line in lines]
    lines.append(_marked(hit))
    lines.append(terminal(f"{passage.document_id}:{passage.start}-{passage.end}"))
    return "\n   ".join(lines)


def _marked(hit: Hit) -> str:
    """The snippet, with the words of the question in bold where a person looks on."""
    passage = hit.passage
    start, end = snippet(hit)
    on, off = (_BOLD, _PLAIN) if _is_looked_at() else ("", "")
    parts, done = [], start
    for first, last in hit.highlights:
        if start <= first and last <= end:
            parts += [_text(hit, done, first), on, _text(hit, first, last), off]
            done = last
    parts.append(_text(hit, done, end))
    before = "… " if start > passage.start else ""
    after = " …" if end < passage.end else ""
    return f"{before}{''.join(parts)}{after}"


def _text(hit: Hit, start: int, end: int) -> str:
    """A slice in one line."""
    text = hit.passage.text[start - hit.passage.start : end - hit.passage.start]
    return terminal("".join(" " if char.isspace() else char for char in text))


def _is_looked_at() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _shortened(byline: str, length: int = 90) -> str:
    return byline if len(byline) <= length else f"{byline[:length].rsplit(' ', 1)[0]} …"
