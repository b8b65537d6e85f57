"""A turn as files to take away: links that hold what they give, so that nothing is asked for."""

from __future__ import annotations

import json

from rag.export import answer_to_dict, answer_to_markdown, citations_to_bibtex, citations_to_ris
from ui.conversation import Turn
from ui.links import download


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
        f"<li>{download(f'answer-{number}.{suffix}', kind, text, name)}</li>"
        for name, suffix, kind, text in forms
    )
    return f'<details class="cw-export"><summary>Export</summary><ul>{links}</ul></details>'


def _json(turn: Turn) -> str:
    answers = [answer_to_dict(answer) for answer in turn.answers]
    given = answers[0] if len(answers) == 1 else answers
    return json.dumps(given, ensure_ascii=False, indent=2)
