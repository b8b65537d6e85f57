"""Which document a person means: by its title's words, authors, year, journal, id or file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from rag.filters import Filters, word_key
from rag.store import DocumentSummary
from rag.store.base import Store
from rag.terms import fold, stem, stems, words
from rag.types import Kind, SearchTerm

_LEAST_SHARE = 0.6  # of what was said, by weight, that a document must bear
_EQUAL = 1e-6  # shares that differ by less are equal
_LIKE, _LONG_ENOUGH = 84, 5  # 0..100 and letters: "Hrabowski" is Hrabovský, "ALL" is not AML
_STATED = 50  # passages looked at for what documents say of themselves
# What every document is, or says nothing of which is meant.
_LIGHT = frozenset(
    stems(
        """a an the this that these those my your our its of on in by about from for with and or to
        at as is are was were it one s et al paper papers article document documents study report
        page text file pdf txt abstract publication review reviews
        work record entry source chapter titled called named entitled
        written published whole entire full html xml md docx csv"""
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    """The documents that fit a name equally well, and the share of its words that they bear.

    None is nothing found, several is undecided. `share` (0..1) weighs rare words most.
    """

    documents: tuple[DocumentSummary, ...] = ()
    share: float = 0.0


def find_documents(subject: str, store: Store) -> Found:
    """The document meant by a subject; "" means the only one.

    What titles, authors, journals, years and files do not settle is looked for in what documents
    state of themselves: their record lines, and sentences about funding and the like.
    """
    documents = store.documents()
    named = [one for one in documents if _identifies(subject, one)]
    if named:
        return Found(_one_text(named), 1.0)
    said = _said(subject)
    if not said:
        return Found(_one_text(documents), 1.0 if documents else 0.0)
    known = {one.id: _known(one, said) for one in documents}
    said = _spelled(said, known.values())
    found = _best(said, documents, known)
    return found if found.documents else _best(said, documents, _stated(said, known, store))


def _identifies(subject: str, document: DocumentSummary) -> bool:
    """Whether this is the document's id, file, DOI or PMID, or its whole title."""
    wanted = subject.strip().casefold()
    paths = [document.id, document.source, *document.sources]
    names = {path.rpartition("/")[2] for path in paths} | set(paths)
    names |= {re.sub(r"\.\w{1,5}$", "", name) for name in names}
    identifiers = {document.doi or "", document.pmid or "", document.url or ""}
    plain = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:? ?|pmid:? ?)", "", wanted)
    if wanted and (wanted in map(str.casefold, names) or plain in map(str.casefold, identifiers)):
        return True
    key = word_key(subject)
    return bool(key.strip()) and key == word_key(document.title)


def _said(subject: str) -> dict[str, str]:
    """The words that tell which document is meant: their stems, and as they are written."""
    found = {word.stem: word.written for word in words(subject)}
    return {one: written for one, written in found.items() if one not in _LIGHT}


def _known(document: DocumentSummary, said: dict[str, str]) -> set[str]:
    """What a document is known by: words, their stems, and initials of its title's if asked for."""
    parts = [document.title, *document.authors, document.journal or "", str(document.year or "")]
    parts += {document.id, document.source, *document.sources, document.pmid or ""}
    known: set[str] = set()
    for word in words("\n".join(parts)):
        known |= {word.stem, fold(word.written)}
    short = [written for written in said.values() if written.isupper() and len(written) > 1]
    if short:
        letters = "".join(word.written[0] for word in words(document.title)).upper()
        known.update(one for one in short if one in letters)
    return known


def _spelled(said: dict[str, str], known: Iterable[set[str]]) -> dict[str, str]:
    """The words, those that no document knows taken for the likest that one does."""
    vocabulary = set().union(*known)
    spelled = {}
    for one, written in said.items():
        if one not in vocabulary and written not in vocabulary and len(one) >= _LONG_ENOUGH:
            like = process.extractOne(
                fold(written), vocabulary, scorer=fuzz.ratio, score_cutoff=_LIKE
            )
            if like:
                one, written = stem(like[0]), like[0]
        spelled[one] = written
    return spelled


def _best(
    said: dict[str, str], documents: Sequence[DocumentSummary], known: dict[str, set[str]]
) -> Found:
    """The documents that bear the greatest share of what was said."""
    bearing = {
        one: {id for id, mine in known.items() if one in mine or written in mine}
        for one, written in said.items()
    }
    weights = {one: math.log(1 + len(documents) / max(1, len(ids))) for one, ids in bearing.items()}
    shares = dict.fromkeys(known, 0.0)
    for one, ids in bearing.items():
        for id in ids:
            shares[id] += weights[one] / sum(weights.values())
    best = max(shares.values(), default=0.0)
    if best < _LEAST_SHARE:
        return Found()
    first = [one for one in documents if shares[one.id] > best - _EQUAL]
    row = word_key(" ".join(said.values()))
    in_a_row = [one for one in first if len(said) > 1 and row in word_key(one.title)]
    return Found(_one_text(in_a_row if len(in_a_row) == 1 else first), min(1.0, best))


def _stated(said: dict[str, str], known: dict[str, set[str]], store: Store) -> dict[str, set[str]]:
    """What documents are known by, with what those that hold the words state of themselves."""
    scope = store.scope(Filters())
    matches = scope.match([SearchTerm(((one,),)) for one in said])
    ids = scope.best(matches, _STATED, references=False)
    more = {id: set(mine) for id, mine in known.items()}
    for passage in store.passages(ids.tolist()).values():
        for unit in passage.units:
            if passage.kind is Kind.RECORD or unit.fields:
                text = passage.text[unit.start - passage.start : unit.end - passage.start]
                more.get(passage.document_id, set()).update(stems(text))
    return more


def _one_text(documents: Sequence[DocumentSummary]) -> tuple[DocumentSummary, ...]:
    """The fullest text where all are texts of one work; else all."""
    fullest = max(documents, key=lambda one: one.passages, default=None)
    if fullest and all(one is fullest or one.id in fullest.linked for one in documents):
        return (fullest,)
    return tuple(documents)
