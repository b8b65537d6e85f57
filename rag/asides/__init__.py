"""What is said besides questions: small talk, summaries, several questions, other languages."""

from rag.asides.kinds import (
    Aside,
    Capabilities,
    Foreign,
    Greeting,
    Listing,
    Several,
    Summary,
    Thanks,
)
from rag.asides.replies import Reply, heading, reply_to
from rag.asides.smalltalk import without_courtesies
from rag.asides.sorting import sort_out
from rag.asides.subjects import Found, find_documents
from rag.asides.summary import summarise, summarise_document

__all__ = [
    "Aside",
    "Capabilities",
    "Foreign",
    "Found",
    "Greeting",
    "Listing",
    "Reply",
    "Several",
    "Summary",
    "Thanks",
    "find_documents",
    "heading",
    "reply_to",
    "sort_out",
    "summarise",
    "summarise_document",
    "without_courtesies",
]
