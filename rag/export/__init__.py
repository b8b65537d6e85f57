"""Answers, citations and hits in the forms that other programs and papers take.

JSON (`forms`, and back by `parsing`), Markdown, BibTeX, RIS and one line of text. Nothing that a
document, a question or a file's name holds can become markup, a field or an entry of its own.
"""

from rag.export.bibtex import citations_to_bibtex
from rag.export.forms import answer_to_dict, citation_to_dict, hit_to_dict, to_json
from rag.export.lines import WRITTEN, used
from rag.export.markdown import answer_to_markdown
from rag.export.parsing import answer_from_dict, text_from
from rag.export.ris import citations_to_ris
from rag.export.vancouver import cite_as_text

__all__ = [
    "WRITTEN",
    "answer_from_dict",
    "answer_to_dict",
    "answer_to_markdown",
    "citation_to_dict",
    "citations_to_bibtex",
    "citations_to_ris",
    "cite_as_text",
    "hit_to_dict",
    "text_from",
    "to_json",
    "used",
]
