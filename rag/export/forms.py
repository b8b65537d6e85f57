"""Answers, citations and hits as JSON."""

from __future__ import annotations

import json
from typing import Any

from rag.snippets import snippet
from rag.types import Answer, Citation, Hit

_CITATION = (
    "number document_id title authors year journal doi pmid url source sources page "
    "section kind quote start end score highlights"
).split()
_STATEMENT = "text citations support missing against".split()
_REFERENCE = "authors title year journal doi pmid".split()


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """The object that `rag ask --json` prints; with more of it where a model was asked."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "confidence": round(answer.confidence, 4),
        "citations": [citation_to_dict(citation) for citation in answer.citations],
        "nearest": [citation_to_dict(citation) for citation in answer.nearest],
        "timings_ms": {name: round(ms, 1) for name, ms in answer.timings_ms.items()},
    } | (_of_the_model(answer) if answer.generated or answer.notice else {})


def _of_the_model(answer: Answer) -> dict[str, Any]:
    """What there is to say where a model was asked."""
    return {
        "generated": answer.generated,
        "statements": [
            {name: getattr(one, name) for name in _STATEMENT} for one in answer.statements
        ],
        "notice": answer.notice,
        "removed": answer.removed,
        "usage": dict(answer.usage),
    }


def citation_to_dict(citation: Citation) -> dict[str, Any]:
    """A citation of that object; `reference` holds a citation list entry's own facts."""
    reference = citation.reference
    return {name: getattr(citation, name) for name in _CITATION} | {
        "reference": reference and {name: getattr(reference, name) for name in _REFERENCE}
    }


def hit_to_dict(rank: int, hit: Hit) -> dict[str, Any]:
    """The object that `rag search --json` prints for a hit; all spans are document offsets."""
    passage = hit.passage
    start, end = snippet(hit)
    names = "document_id title byline section page kind start end text".split()
    return (
        {"rank": rank, "score": round(hit.score, 4)}
        | {name: getattr(passage, name) for name in names}
        | {
            "similarity": round(hit.similarity, 4),
            "words": round(hit.words, 4),
            "snippet": passage.text[start - passage.start : end - passage.start],
            "highlights": hit.highlights,
        }
    )


def to_json(form: dict[str, Any]) -> str:
    """One line of JSON. Half characters, which no encoding has, stand in it as escapes."""
    line = json.dumps(form, ensure_ascii=False)
    return line if line.isascii() or _is_text(line) else json.dumps(form)


def _is_text(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True
