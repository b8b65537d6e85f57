"""Words that the corpus does not hold, set right where it holds one that is spelt nearly so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Prefix

from rag.query.question_terms import is_known
from rag.query.spelling import Speller
from rag.query.term import Term
from rag.query.vocabulary import Vocabulary, is_english, speller_of
from rag.terms import fold, stem

_LEAST_NAME = 8  # letters of a word with a capital inside a question: shorter ones are names


@dataclass(frozen=True, slots=True)
class Respelling:
    """A word of a question, where it stands and what it was taken for."""

    start: int
    end: int
    written: str
    taken_for: str
    stem: str  # of the corpus, which may not be the stem of `taken_for`


def respell(
    terms: Sequence[Term], vocabulary: Vocabulary
) -> tuple[tuple[Term, ...], tuple[Respelling, ...]]:
    """The terms, those that the corpus lacks with the form of a near neighbour, and which.

    Never numbers, codes, names in capitals or words of general English: a corpus that does not
    hold the word "marriage" is not asked about carriages.
    """
    known = vocabulary.stems()
    unknown = [term for term in terms if not is_known(term, known) and _may_be_misspelt(term)]
    if not unknown:
        return tuple(terms), ()
    speller = speller_of(vocabulary)
    found = {term.start: slip for term in unknown if (slip := _respelling(term, speller))}
    mended = tuple(_with_form(term, found.get(term.start)) for term in terms)
    return mended, tuple(found.values())


def _with_form(term: Term, slip: Respelling | None) -> Term:
    if slip is None:
        return term
    form = (slip.stem,)
    return replace(term, forms=term.forms | {form}, phrases=term.phrases | {form})


def _may_be_misspelt(term: Term) -> bool:
    word = term.written
    named = not word.islower() and (term.start > 0 and len(word) < _LEAST_NAME)
    return word.isalpha() and not named and word[1:].islower()


def _respelling(term: Term, speller: Speller) -> Respelling | None:
    word = fold(term.written)
    near = speller.nearest(stem(word))
    if near is None or is_english(word):
        return None
    return Respelling(term.start, term.end, term.written, _with_ending(word, near), near)


def _with_ending(word: str, near: str) -> str:
    """A stem of the corpus with the ending of the word that was written, if it keeps its stem."""
    own = stem(word)
    kept = Prefix.similarity(word, own)
    ending, cut = word[kept:], len(own) - kept
    whole = (near[: len(near) - cut] if cut else near) + ending
    return whole if stem(whole) == near else near
