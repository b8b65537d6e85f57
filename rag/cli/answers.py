"""An answer as `rag ask` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.cli.terminal import terminal
from rag.export import (
    answer_to_dict,
    answer_to_markdown,
    citations_to_bibtex,
    citations_to_ris,
    to_json,
    used,
)

if TYPE_CHECKING:
    from rag.types import Answer, Citation

FORMATS = ("text", "json", "markdown", "bibtex", "ris")


def written(answer: Answer, form: str) -> str:
    """The answer in a format. An abstention cites nothing: it is empty as BibTeX and RIS."""
    match form:
        case "json":
            return to_json(answer_to_dict(answer))
        case "markdown":
            return answer_to_markdown(answer)
        case "bibtex":
            return citations_to_bibtex(answer.citations)
        case "ris":
            return citations_to_ris(answer.citations)
    return _answer_text(answer)


def _answer_text(answer: Answer) -> str:
    lines = [answer.text, ""]
    if answer.abstained and answer.nearest:
        lines.append("Nearest passages (not an answer):")
    for citation in answer.nearest or answer.citations:
        lines.append(f"[{citation.number}] {_origin(citation)}")
        if answer.abstained or answer.generated:
            lines.append(f"    {' '.join(citation.quote.split())}")
    if answer.notice:
        lines.append(answer.notice)
    if answer.removed:
        lines.append(f"sentences left out, because no passage carries them: {answer.removed}")
    if answer.usage:
        lines.append(used(answer.usage))
    lines.append(f"confidence {answer.confidence:.2f}")
    return "\n".join(terminal(line) for line in lines)


def _origin(citation: Citation) -> str:
    """Where a quotation stands, in one line."""
    authors = ", ".join(citation.authors[:3]) + (" et al." if len(citation.authors) > 3 else "")
    identifier = (
        f"doi:{citation.doi}" if citation.doi else citation.pmid and f"PMID {citation.pmid}"
    )
    place = f"page {citation.page}" if citation.page else citation.section
    facts = [citation.title or citation.document_id, authors, citation.journal, citation.year]
    listed = "listed in: " if citation.reference else ""
    line = ". ".join(str(fact).rstrip(".") for fact in [*facts, identifier, place] if fact)
    return f"{listed}{line} ({citation.document_id}:{citation.start}-{citation.end})"
