"""What is said to an aside, in plain text: of the assistant and of its list of documents alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.asides.kinds import Aside, Capabilities, Foreign, Greeting, Listing, Thanks
from rag.asides.subjects import Found
from rag.store import DocumentSummary

_LISTED = 20  # documents; more are counted
_NAMED = 3  # authors
_USES = (
    "A question, or key words, is answered with sentences of the documents, each with its place.",
    "“What documents do you have?” lists them.",
    "“Summarise …”, with words of a title, an author or a file's name, quotes the key sentences "
    "of one document.",
    "Several questions in one message are answered one after the other.",
    "Where the documents do not answer, it says so; it knows nothing besides them.",
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said that is no answer from the corpus: a line of text, and a list below it."""

    text: str
    lines: tuple[str, ...] = ()


def reply_to(aside: Aside, documents: Sequence[DocumentSummary]) -> Reply:
    """What is said to an aside that is no request; `documents` are all that there are.

    Raises ValueError for a summary and for several questions, which are to be carried out.
    """
    held = _count(documents)
    match aside:
        case Greeting():
            return Reply(f"Hello. Ask a question: the answer is quoted from {held}.")
        case Thanks():
            return Reply("You are welcome. Ask on whenever you like.")
        case Capabilities():
            return Reply(f"This is Citewell: it answers with quotations from {held}.", _USES)
        case Listing():
            return Reply(f"There {_are(documents)} {held}.", _listed(documents))
        case Foreign(language):
            seems = f"in {language}" if language else "in another language"
            return Reply(f"This seems to be {seems}. Please ask in English.")
        case _:
            raise ValueError(f"{aside!r} is to be carried out, not replied to")


def reply_undecided(subject: str, found: Found, documents: Sequence[DocumentSummary]) -> Reply:
    """That no document, or more than one, is the one to be summarised; with the choice."""
    if not documents:
        return Reply("There are no documents to summarise.")
    how = "Name one by words of its title, an author, its year or its file"
    if not found.documents:
        return Reply(f"No document is known by “{subject}”. {how}.", _listed(documents))
    which = f"{len(found.documents):,} documents fit “{subject}” equally well."
    if not subject:
        which = f"Which of the {len(documents):,} documents is meant?"
    return Reply(f"{which} {how}.", _listed(found.documents))


def heading(document: DocumentSummary) -> Reply:
    """What stands over a summary: of which document it is, and what kind of summary."""
    return Reply(
        f"Key sentences of {_line(document)}, quoted in the document's order. What stands between "
        "them is left out."
    )


def _listed(documents: Sequence[DocumentSummary]) -> tuple[str, ...]:
    lines = [_line(one) for one in documents[:_LISTED]]
    more = len(documents) - len(lines)
    return (*lines, f"… and {more:,} more; `rag documents` lists all") if more else tuple(lines)


def _line(document: DocumentSummary) -> str:
    """A document by its title or file, with its authors and year."""
    authors = [one for one in document.authors if one != "et al."]
    names = ", ".join(authors[:_NAMED])
    if len(document.authors) > min(len(authors), _NAMED):
        names += " et al."
    facts = ", ".join(filter(None, (names, str(document.year or ""))))
    name = f"“{document.title}”" if document.title else document.source
    return f"{name} ({facts})" if facts else name


def _count(documents: Sequence[DocumentSummary]) -> str:
    if not documents:
        return "no documents yet; `rag index` adds some"
    return "one document" if len(documents) == 1 else f"{len(documents):,} documents"


def _are(documents: Sequence[DocumentSummary]) -> str:
    return "is" if len(documents) == 1 else "are"
