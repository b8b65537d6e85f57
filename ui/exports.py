"""A turn as files to take away: links that hold what they give, so that nothing is asked for."""

from __future__ import annotations

import base64
import json

from rag.export import answer_to_dict, answer_to_markdown, citations_to_bibtex, citations_to_ris
from ui.conversation import Turn
from ui.links import escape


def export_links(turn: Turn, number: int) -> str:
    """Markdown, BibTeX, RIS and JSON of a turn's answers; nothing for a turn without."""
    if not turn.answers:
        return ""
    cited = [one for answer in turn.answers for one in answer.citations]
    forms = [
        ("Markdown", "md", "text/markdown", "\n".join(map(answer_to_markdown, turn.answers))),
        ("JSON", "json", "application/json", _json(turn)),
    ]
    if cited:
        forms[1:1] = [
            ("BibTeX", "bib", "text/plain", citations_to_bibtex(cited)),
            ("RIS", "ris", "text/plain", citations_to_ris(cited)),
        ]
    links = "".join(
        f'<li><a download="answer-{number}.{suffix}" href="{_address(kind, text)}">'
        f"{escape(name)}</a></li>"
        for name, suffix, kind, text in forms
    )
    return f'<details class="cw-export"><summary>Export</summary><ul>{links}</ul></details>'


def _json(turn: Turn) -> str:
    answers = [answer_to_dict(answer) for answer in turn.answers]
    given = answers[0] if len(answers) == 1 else answers
    return json.dumps(given, ensure_ascii=False, indent=2)


def _address(kind: str, text: str) -> str:
    data = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    return f"data:{kind};charset=utf-8;base64,{data}"
