"""The terms of a question: what an answer's text must cover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag.query.weights import term_weight
from rag.terms import Word, fold, stem, stems, words

_LIGHTEST = 0.05  # terms below this weight ("what", "in", "how") say nothing of the subject
# Words for the thing that is asked about rather than its subject.
_GENRE = frozenset(
    stems(
        "paper article review study publication reference citation abstract manuscript report "
        "entry record document text page source corpus literature published publish appear "
        "appeared listed list cited cite described describe mention mentioned according authors "
        "state stated states say says wrote written number full give tell find show"
    )
)
_COMMON = 0.35  # words lighter than this are the language's: "all", "car"
HEAD_CREDIT = 0.6  # share of a compound's weight that its head alone covers
_LEAST_RESPELT = 5  # letters; shorter words have too many neighbours
_COMPOUND = re.compile(r"[^\W_]+(?:[-/–][^\W_]+)+")
Form = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question, or a compound such as "B-ALL".

    A text covers the term when it holds all tokens of one of its `forms`: its own, or those of
    the abbreviation or the long form that the corpus gives for it. `weight` (0..1) is how much
    the word says about what is asked for; `start:end` is its place in the query's text.
    `head` are the forms of what a compound is a kind of: a B-ALL is an ALL.
    """

    written: str
    forms: frozenset[Form]
    weight: float
    start: int = 0
    end: int = 0
    head: frozenset[Form] = frozenset()

    def is_covered(self, tokens: frozenset[str] | set[str]) -> bool:
        """Whether a text with these tokens (see `tokens`) covers the term."""
        return _holds(tokens, self.forms)

    def credit(self, tokens: frozenset[str] | set[str]) -> float:
        """1 for a term that is covered, `HEAD_CREDIT` for one whose head is, else 0."""
        if self.is_covered(tokens):
            return 1.0
        return HEAD_CREDIT if _holds(tokens, self.head) else 0.0


def _holds(tokens: frozenset[str] | set[str], forms: Iterable[Form]) -> bool:
    return any(all(token in tokens for token in form) for form in forms)


class Vocabulary(Protocol):
    """What a query must know of the corpus's words; a store gives it."""

    def abbreviations(self) -> Mapping[str, str]:
        """Short forms with their long forms."""

    def document_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """In how many passages each stem occurs; stems that occur in none may be left out."""

    def similar_stems(self, stem: str) -> Sequence[str]:
        """Stems of the corpus that are spelt nearly so."""


def tokens(text: str) -> set[str]:
    """What a text covers: stems of its words, and its capital abbreviations as written.

    "ALL" is not "all": an abbreviation that is also a common word counts only in capitals.
    Initials of neighbouring words count as the abbreviation that they make, in capitals:
    "hematopoietic stem cell transplantation" covers "HSCT".
    """
    found: set[str] = set()
    in_order = list(words(text))
    for word in in_order:
        found.add(word.stem)
        if word.written.isupper() and len(word.written) > 1:
            found.add(word.written)
        elif (singular := word.written[:-1]).isupper() and len(singular) > 1:  # "TKIs"
            found |= {singular, stem(fold(singular))}
    found |= {initials for initials, _ in _initialisms(in_order)}
    return found


def _initialisms(in_order: Sequence[Word]) -> Iterator[tuple[str, Sequence[Word]]]:
    """Abbreviations of three to five letters that neighbouring words make, with the words."""
    for length in (3, 4, 5):
        for start in range(len(in_order) - length + 1):
            window = in_order[start : start + length]
            if all(
                term_weight(word.stem) > _LIGHTEST and word.written.isalpha() for word in window
            ):
                yield "".join(word.written[0] for word in window).upper(), window


def question_terms(
    text: str, asking: Sequence[tuple[int, int]], vocabulary: Vocabulary
) -> tuple[Term, ...]:
    """The terms of a question; words inside `asking` spans, which ask for a fact, are left out."""
    found = _terms(text, asking, vocabulary.abbreviations())
    shortened = _known_initialisms(text, vocabulary)
    return tuple(_respelt(_also(term, shortened), vocabulary) for term in found)


def _known_initialisms(text: str, vocabulary: Vocabulary) -> dict[int, set[Form]]:
    """For each word of a long form, by its place: abbreviations of it that the corpus uses."""
    made = list(_initialisms(list(words(text))))
    known = vocabulary.document_frequencies([initials.lower() for initials, _ in made])
    forms: dict[int, set[Form]] = {}
    for initials, window in made:
        if known.get(initials.lower()):
            for word in window:
                forms.setdefault(word.start, set()).add((initials,))
    return forms


def _also(term: Term, forms: Mapping[int, set[Form]]) -> Term:
    return replace(term, forms=term.forms | forms.get(term.start, set()))


def _terms(
    text: str, asking: Sequence[tuple[int, int]], abbreviations: Mapping[str, str]
) -> Iterator[Term]:
    shorts = _by_long_form(abbreviations)
    longs = {short.lower(): stems(long) for short, long in abbreviations.items()}
    expanded = _long_form_spans(text, shorts)
    compounds = {match.start(): match.group() for match in _COMPOUND.finditer(text)}
    inside_until = 0
    for word in words(text):
        if word.start < inside_until or any(a <= word.start < b for a, b in asking):
            continue
        compound = compounds.get(word.start)
        if compound and _is_name(compound):
            inside_until = word.start + len(compound)
            forms_, head = _compound_forms(compound, longs), _head_forms(compound, longs)
            yield Term(compound, forms_, 1.0, word.start, inside_until, head)
            continue
        weight = term_weight(word.stem)
        shouted = word.written.isupper() and len(word.written) > 1
        forms: set[Form] = {(word.stem,), (stem(_american(fold(word.written))),)}
        if shouted:
            forms.add((word.written,))
        if shouted and weight < _COMMON:  # "ALL"
            forms, weight = {(word.written,)}, 0.7
        if word.written.lower() in longs and (shouted or weight > _COMMON):
            forms.add(tuple(longs[word.written.lower()]))
        forms |= {(short,) for short, spans in expanded.items() if word.start in spans}
        if word.stem in _GENRE:
            weight = min(weight, _LIGHTEST + 0.01)
        if weight > _LIGHTEST:
            yield Term(word.written, frozenset(forms), weight, word.start, word.end)


def _respelt(term: Term, vocabulary: Vocabulary) -> Term:
    """A word that the corpus does not have may be a slip of the pen for one that it has."""
    stemmed = stem(fold(term.written))
    if len(stemmed) < _LEAST_RESPELT or not stemmed.isalpha():
        return term
    if any(
        vocabulary.document_frequencies([token.lower() for form in term.forms for token in form])
    ):
        return term
    similar = {(other,) for other in vocabulary.similar_stems(stemmed)}
    return replace(term, forms=term.forms | similar)


_BRITISH = (("ae", "e"), ("oe", "e"), ("our", "or"), ("yse", "yze"), ("isation", "ization"))


def _american(word: str) -> str:
    """A British spelling in American letters: "leukaemia", "tumour"; others come out odd.

    An odd form matches nothing, so that no list of words is needed.
    """
    for british, american in _BRITISH:
        word = word.replace(british, american) if len(word) > 5 else word
    return word


def _is_name(compound: str) -> bool:
    """Whether a compound is one name ("B-ALL", "FLT3-ITD", "R/R"), not two words in a row."""
    parts = re.split(r"[-/–]", compound)
    return any(
        len(part) <= 3 or part.isupper() or re.search(r"\d", part) for part in parts
    ) and not any(
        part.lower() in ("non", "pre", "co", "re", "anti", "of", "in", "to", "and", "or", "the")
        for part in parts
    )


def _compound_forms(compound: str, longs: Mapping[str, list[str]]) -> frozenset[Form]:
    """A compound's tokens, with each part that abbreviates something also written out."""
    forms: list[list[str]] = [[]]
    for part in re.split(r"[-/–]", compound):
        stemmed = stem(fold(part))
        ambiguous = len(part) in (2, 3) and term_weight(stemmed) < _COMMON  # the "all" of "b-all"
        shouted = part.upper() if ambiguous else stemmed
        choices = [[shouted]]
        if part.lower() in longs:
            choices.append(longs[part.lower()])
        forms = [form + choice for form in forms for choice in choices]
    if compound.lower() in longs:
        forms.append(longs[compound.lower()])
    return frozenset(tuple(form) for form in forms)


def _head_forms(compound: str, longs: Mapping[str, list[str]]) -> frozenset[Form]:
    """The forms of a compound's last part, where that is an abbreviation of its own."""
    head = re.split(r"[-/–]", compound)[-1]
    if head.lower() not in longs:
        return frozenset()
    return frozenset({(head.upper(),), tuple(longs[head.lower()])})


def _by_long_form(abbreviations: Mapping[str, str]) -> dict[Form, str]:
    return {tuple(stems(long)): short for short, long in abbreviations.items()}


def _long_form_spans(text: str, shorts: Mapping[Form, str]) -> dict[str, set[int]]:
    """For each short form whose long form stands in the text: where that one's words start."""
    found = list(words(text))
    sequence = [word.stem for word in found]
    spans: dict[str, set[int]] = {}
    for form, short in shorts.items():
        for start in _occurrences(sequence, form):
            places = {word.start for word in found[start : start + len(form)]}
            spans.setdefault(_token(short), set()).update(places)
    return spans


def _occurrences(sequence: Sequence[str], form: Form) -> Iterable[int]:
    length = len(form)
    return [i for i in range(len(sequence) - length + 1) if tuple(sequence[i : i + length]) == form]


def _token(short: str) -> str:
    """The one token by which a short form is known in a text's tokens."""
    return short if short.isupper() and short.isalnum() else stem(fold(short))
