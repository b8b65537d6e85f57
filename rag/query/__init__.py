"""What was meant: the terms that an answer must cover and the facts that are asked for."""

from rag.query.term import Term, tokens
from rag.query.understanding import MAX_QUESTION, Query, check_question, understand
from rag.query.vocabulary import Vocabulary
from rag.query.weights import term_weight

__all__ = [
    "MAX_QUESTION",
    "Query",
    "Term",
    "Vocabulary",
    "check_question",
    "term_weight",
    "tokens",
    "understand",
]
