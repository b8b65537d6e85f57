"""What a model wrote, as HTML: each sentence with the check's word for it. See `ui.render`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rag.answering import in_words
from rag.export import WRITTEN, used
from rag.types import Answer, Citation, Statement
from ui.cards import cite_link
from ui.links import escape


def written(answer: Answer, turn: int) -> str:
    """The sentences that a model wrote, each with its support; why it wrote none, if it did not.

    Nothing for an answer that no model was asked for.
    """
    if not answer.generated:
        return f'<p class="cw-hint">{escape(answer.notice)}</p>' if answer.notice else ""
    cited = {one.number: one for one in answer.citations}
    sentences = "".join(_sentence(one, cited, turn) for one in answer.statements)
    told = "".join(f'<p class="cw-hint">{escape(line)}</p>' for line in _told(answer))
    return f'<ul class="cw-written">{sentences}</ul>{told}<h4>The quotations it stands on</h4>'


def _sentence(statement: Statement, cited: Mapping[int, Citation], turn: int) -> str:
    kind = statement.support.name.lower()
    against = _links(statement.against, cited, turn)
    otherwise = f", but {against} says otherwise" if against else ""
    return (
        f'<li class="cw-{kind}" dir="auto">{escape(statement.text)} '
        f"{_links(statement.citations, cited, turn)} "
        f'<span class="cw-support">{escape(_word(statement))}{otherwise}</span></li>'
    )


def _word(statement: Statement) -> str:
    if not statement.citations:
        return "not supported: it cites nothing"
    return in_words(statement)


def _links(numbers: Sequence[int], cited: Mapping[int, Citation], turn: int) -> str:
    return "".join(cite_link(cited[number], f"{turn}-{number}") for number in numbers)


def _told(answer: Answer) -> Iterator[str]:
    """What else there is to know, a line each."""
    yield WRITTEN
    if answer.notice:
        yield answer.notice
    if answer.removed:
        many = "1 sentence" if answer.removed == 1 else f"{answer.removed} sentences"
        yield f"Left out, because no quotation carries it: {many}."
    if answer.usage:
        yield f"{used(answer.usage)}."
