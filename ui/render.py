"""Answer -> HTML. Pure: strings in, strings out, no file, no network, no Gradio.

Every character that comes from a document, a question or a message passes through `escape`, and
every address through `ui.links`; nothing else may write into the page. Elements are tied by their
ids: in turn 2, `quote-2-1` is the first quotation in the chat and `source-2-1` its card; links
that carry `data-jump` lead from one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rag.asides import Reply
from rag.types import Answer, Citation, Kind
from ui.cards import NEAREST, act, byline, cite_link, highlighted, jump, sources
from ui.conversation import Shelf, Turn, conversations, title_of
from ui.exports import export_links
from ui.links import escape
from ui.written import written

__all__ = [
    "corpus",
    "masthead",
    "notice",
    "panel",
    "question_bubble",
    "shelf",
    "sources",
    "turn_bubble",
    "waiting_bubble",
]

ABSTENTION = "The corpus does not answer this question."
DOCUMENTS_LISTED = 50


class Listed(Protocol):
    """What the list of documents shows of each."""

    @property
    def title(self) -> str: ...
    @property
    def authors(self) -> Sequence[str]: ...
    @property
    def year(self) -> int | None: ...
    @property
    def journal(self) -> str | None: ...
    @property
    def source(self) -> str: ...


# --- the chat ----------------------------------------------------------------------------------


def question_bubble(question: str, turn: int = 0) -> str:
    """A question, as it was typed; `turn` 0 where it is not answered yet."""
    edit = act("edit", "Edit", "Edit this question and ask it again", turn=turn) if turn else ""
    return f'<div class="cw-question" dir="auto">{escape(question)}</div>{_row_of(edit)}'


def waiting_bubble(turn: Turn, number: int, *, writing: bool = False) -> str:
    """What stands in the answer's place while it is looked for: what is found of it by now.

    `writing` says that a model writes from that.
    """
    found = _said(turn, number) if turn.answers or turn.notes else ""
    doing = "Writing from the quotations…" if writing and found else "Reading the corpus…"
    return f'<div class="cw-answer cw-waiting">{found}<p>{doing}</p></div>'


def notice(message: str, *, is_problem: bool = True) -> str:
    """One line about something that went wrong, or well; nothing for an empty message."""
    shown = (
        'class="cw-notice" role="alert"'
        if is_problem
        else 'class="cw-notice cw-told" role="status"'
    )
    return f"<p {shown}>{escape(message)}</p>" if message else ""


def turn_bubble(turn: Turn, number: int) -> str:
    """What is said to a message: notes, then the answers, each under its question if several."""
    body = f'<div id="answer-{number}">{_said(turn, number)}</div>'
    return f'<div class="cw-answer">{body}{_actions(turn, number)}</div>'


def _said(turn: Turn, number: int) -> str:
    several = len(turn.answers) > 1
    parts = [_note(note) for note in turn.notes]
    for answer in turn.answers:
        asked = f'<h3 dir="auto">{escape(answer.question)}</h3>' if several else ""
        sure = "" if turn.is_summary else _confidence(answer)
        parts.append(asked + _answer(answer, number, sure))
    return "".join(parts)


def _note(note: Reply) -> str:
    lines = "".join(f'<li dir="auto">{escape(line)}</li>' for line in note.lines)
    listed = f"<ul>{lines}</ul>" if lines else ""
    return f'<div class="cw-note"><p dir="auto">{escape(note.text)}</p>{listed}</div>'


def _answer(answer: Answer, turn: int, sure: str) -> str:
    """The quotations, each with a link to its source; or that the corpus does not answer."""
    if answer.abstained:
        return _abstention(answer, turn, sure)
    quotations = "".join(_quotation(one, f"{turn}-{one.number}") for one in answer.citations)
    return written(answer, turn) + quotations + sure


def _actions(turn: Turn, number: int) -> str:
    """What can be done with what was said."""
    copy = (
        f'<button type="button" class="cw-act" data-act="copy" data-copy-of="answer-{number}" '
        'aria-label="Copy this answer">Copy</button>'
    )
    again = act("retry", "Ask again", "Ask this question again", turn=number)
    judged = (
        act("right", "Right", "This answer is right", turn=number)
        + act("wrong", "Wrong", "This answer is wrong", turn=number)
        if turn.answers
        else ""
    )
    return _row_of(copy + again + judged + export_links(turn, number))


def _row_of(buttons: str) -> str:
    return f'<div class="cw-acts">{buttons}</div>' if buttons else ""


def _quotation(citation: Citation, ids: str) -> str:
    return (
        f'<blockquote class="cw-quotation" id="quote-{ids}" tabindex="-1" dir="auto">'
        f"“{highlighted(citation)}”&nbsp;"
        f"{cite_link(citation, ids)}"
        f'<footer dir="auto">{escape(_attribution(citation))}</footer></blockquote>'
    )


def _attribution(citation: Citation) -> str:
    """The line under a quotation; the year only where it is the quoted work's own."""
    name = citation.title or citation.source
    if citation.kind is Kind.REFERENCE:
        return f"reference listed in {name}"
    return f"{name} ({citation.year})" if citation.year else name


def _abstention(answer: Answer, turn: int, sure: str) -> str:
    target = f"sources-{turn}"
    see = f"<p><a {jump(target)}>{NEAREST}</a></p>" if answer.nearest else ""
    verdict = f'<p class="cw-verdict">{ABSTENTION}</p>'
    return f'<div class="cw-abstained">{verdict}{see}{sure}</div>'


def confidence(probability: float, that: str = "") -> str:
    """The probability in a word, with its figure: "High confidence · 0.93"."""
    word = "High" if probability >= 0.8 else "Moderate" if probability >= 0.5 else "Low"
    figure = f"{probability:.2f}"
    figure = ">0.99" if probability > 0.995 else "<0.01" if probability < 0.005 else figure
    return f"{word} confidence{that} · {figure}"


def _confidence(answer: Answer) -> str:
    explained = "Calibrated probability that the corpus answers this question"
    words = confidence(answer.confidence, " that it does" if answer.abstained else "")
    return f'<p class="cw-confidence" title="{explained}">{escape(words)}</p>'


# --- the right side ----------------------------------------------------------------------------


def masthead(writer: str = "", host: str = "") -> str:
    """The name, and what it promises; or who `writer` is that writes answers, and on which host."""
    if not writer:
        promise = "in their own words: every sentence is a quotation you can check."
        return f"<h1>Citewell</h1><p>Answers from your own documents, {promise}</p>"
    where = f"where a model, {writer}, writes"
    return (
        "<h1>Citewell</h1><p>Answers from your own documents, each sentence checked against the "
        'quotations it names.</p><p class="cw-writer">Your questions and the passages found for '
        f"them go to {escape(f'{host}, {where}')}.</p>"
    )


def panel(sections: Sequence[str]) -> str:
    """The sources of every turn; the last stand open, a click in the chat opens earlier ones."""
    return "".join(
        f'<section data-turn="{turn}"{"" if turn == len(sections) else " hidden"}>{section}'
        "</section>"
        for turn, section in enumerate(sections, 1)
    )


def shelf(kept: Shelf, shown: str) -> str:
    """The conversations that the browser keeps, newest first; `shown` is the id of this one."""
    rows = "".join(_kept(one, shown) for one in conversations(kept))
    new = act("new", "New conversation")
    hint = "They are kept in this browser alone." if rows else "Nothing has been asked yet."
    return f'{new}<ul class="cw-shelf">{rows}</ul><p class="cw-hint">{hint}</p>'


def _kept(conversation: Mapping[str, Any], shown: str) -> str:
    title, id = title_of(conversation), conversation["id"]
    here = ' aria-current="true"' if id == shown else ""
    drop = act("forget", "×", f"Delete the conversation: {title}", id=id)
    return f"<li{here}>{act('open', title, id=id)}{drop}</li>"


def corpus(documents: Sequence[Listed]) -> str:
    """What stands on the right before the first question: the documents that can be asked."""
    rows = "".join(_row(document) for document in documents[:DOCUMENTS_LISTED])
    rest = len(documents) - DOCUMENTS_LISTED
    more = f'<p class="cw-hint">and {rest} more</p>' if rest > 0 else ""
    count = "1 document" if len(documents) == 1 else f"{len(documents)} documents"
    return (
        f"<h2>The corpus: {count}</h2>"
        '<p class="cw-hint">The sources of an answer appear here, each with the passage that is '
        f'quoted.</p><ul class="cw-documents">{rows}</ul>{more}'
    )


def _row(document: Listed) -> str:
    facts = byline(document.authors, document.year, document.journal)
    return f"<li><span>{escape(document.title or document.source)}</span>{facts}</li>"
