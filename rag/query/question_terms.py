"""The terms of a question, with the spellings by which the corpus knows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.query.term import LIGHTEST, Form, Term, initialisms
from rag.query.variants import is_code, segmentations, split_prefix
from rag.query.vocabulary import Glossary, Vocabulary, is_common
from rag.query.weights import term_weight
from rag.terms import Word, fold, stem, stems, words

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
_MOST_FORMS = 8  # of a compound, as its parts double them
_COMMON_NAME = 0.6  # … where the corpus defines a word in capitals: "CAT"
_NAMED = 0.7  # the least weight of a common word in capitals
_NO_NAMES = frozenset("non pre co re anti of in to and or the".split())
_COMPOUND = re.compile(r"[^\W_]+(?:[-‐‑–/][^\W_]+)+")
_JOINT = re.compile(r"[-‐‑–/]")
_LONGEST_COMMON = 6  # letters of a joined name that may be a common word
_LEAST_SPLIT = 3  # capitals of a part of "BCRABL"


@dataclass(slots=True)
class _Draft:
    """A term to be, with spellings that count if the corpus holds them."""

    term: Term
    forms: set[Form] = field(default_factory=set)
    phrases: set[Form] = field(default_factory=set)
    joined: set[str] = field(default_factory=set)  # "ball" for "B-ALL"
    shorts: set[str] = field(default_factory=set)
    splits: set[Form] = field(default_factory=set)  # phrases, if the corpus lacks the whole


def question_terms(
    text: str,
    asking: Sequence[tuple[int, int]],
    expanded: Sequence[tuple[int, int, str]],
    vocabulary: Vocabulary,
    glossary: Glossary,
) -> tuple[Term, ...]:
    """The terms of a question.

    Words inside `asking` spans, which ask for a fact, are left out. `expanded` are the
    abbreviations found in it, with their long forms.
    """
    in_order = list(words(text))
    drafts = [
        draft
        for draft in _drafts(text, in_order, glossary, expanded)
        if not any(a <= draft.term.start < b for a, b in asking)
    ]
    _add_short_forms(drafts, in_order, glossary)
    known = vocabulary.stems()
    return tuple(_with_known(draft, known) for draft in drafts)


def is_known(term: Term, frequencies: Mapping[str, int]) -> bool:
    """Whether the corpus holds any token of a term's forms."""
    return any(frequencies.get(token.lower(), 0) for form in term.forms for token in form)


def _drafts(
    text: str,
    in_order: Sequence[Word],
    glossary: Glossary,
    expanded: Sequence[tuple[int, int, str]],
) -> Iterator[_Draft]:
    compounds = {match.start(): match.group() for match in _COMPOUND.finditer(text)}
    shouting = text.isupper() and sum(term_weight(w.stem) <= LIGHTEST for w in in_order) > 1
    meant = {start: tuple(stems(long)) for start, _, long in expanded}
    inside_until, joined = 0, ""
    for word in in_order:
        if word.start < inside_until and not joined:
            continue
        compound = compounds.get(word.start)
        if compound:
            inside_until, joined = word.start + len(compound), ""
            if _is_name(compound):
                yield _draft_name(compound, word.start, glossary)
                continue
            joined = compound
        elif word.start >= inside_until:
            joined = ""
        capitals = _is_capitals(word.written) and not shouting
        draft = _draft_word(word, capitals, meant.get(word.start))
        if draft:
            if capitals:
                draft.splits = _splits(word.written, glossary)
            if joined:  # "co-infection" may be "coinfection"
                draft.forms.add((stem(fold(_JOINT.sub("", joined))),))
            yield draft


def _draft_name(compound: str, start: int, glossary: Glossary) -> _Draft:
    """A compound that is one name, such as "B-ALL"."""
    forms, head = _compound_forms(compound, glossary), _head_forms(compound, glossary)
    draft = _Draft(Term(compound, forms, 1.0, start, start + len(compound), head))
    _add_segmentations(draft)
    return draft


def _is_capitals(written: str) -> bool:
    return written.isupper() and len(written) > 1


def _splits(written: str, glossary: Glossary) -> set[Form]:
    """Where a name in capitals may hold a hyphen: "BCR-ABL", before a short form "B-ALL"."""
    small = fold(written)
    cuts = [
        cut
        for cut in range(1, len(small) - _LEAST_SPLIT + 1)
        if cut >= _LEAST_SPLIT or small[cut:] in glossary
    ]
    return {(small[:cut], small[cut:]) for cut in cuts if written.isalpha()}


def _draft_word(word: Word, shouted: bool, meant: Form | None) -> _Draft | None:
    """A word with its spellings; none for one that says nothing of the subject."""
    weight = term_weight(word.stem)
    small = fold(word.written)
    forms: set[Form] = {(word.stem,)}
    if shouted:
        forms.add((word.written,))
    if shouted and weight < (_COMMON_NAME if meant else _COMMON):  # "ALL", "CAT"
        forms, weight = {(word.written,)}, max(weight, _NAMED)
    if meant and (shouted or weight > _COMMON):
        forms.add(meant)
    if word.stem in _GENRE:
        weight = min(weight, LIGHTEST + 0.01)
    if weight <= LIGHTEST:
        return None
    draft = _Draft(Term(word.written, frozenset(forms), weight, word.start, word.end))
    if is_code(word.written):
        _add_segmentations(draft)
    elif not shouted and (parts := split_prefix(small)):
        draft.phrases.add((parts[0], stem(parts[1])))
    return draft


def _add_segmentations(draft: _Draft) -> None:
    """The joined and split spellings of a name; what may cover it holds no single letter."""
    for form in segmentations(draft.term.written):
        if len(form) == 1 and form[0].isalpha() and form[0].isascii():
            draft.joined.add(form[0])
            continue
        draft.phrases.add(form)
        if all(len(token) > 1 and not token.isdecimal() for token in form):
            draft.forms.add(form)


def _add_short_forms(drafts: list[_Draft], in_order: Sequence[Word], glossary: Glossary) -> None:
    """For words of a long form: the short forms that the corpus gives or makes of initials."""
    given = glossary.shortened([word.written for word in in_order])
    shorts = {in_order[place].start: set(short) for place, short in given.items()}
    made: dict[int, set[str]] = {}
    for letters, window in initialisms(in_order):
        for word in window:
            made.setdefault(word.start, set()).add(letters)
    for draft in drafts:
        start = draft.term.start
        draft.shorts = made.get(start, set()) | shorts.get(start, set())


def _with_known(draft: _Draft, known: Mapping[str, int]) -> Term:
    """The term with those spellings that the corpus holds."""
    forms = draft.term.forms | _held(draft.forms, known)
    for joined in filter(known.get, draft.joined):
        common = len(joined) <= _LONGEST_COMMON and is_common(joined)
        forms = forms | {(joined.upper() if common else joined,)}
    heads = {form for form in draft.term.head if len(form) > 1}
    phrases = {tuple(map(fold, form)) for form in forms | heads} | _held(draft.phrases, known)
    shorts = frozenset(short for short in draft.shorts if known.get(fold(short)))
    forms = forms | {(short,) for short in shorts}
    if not is_known(replace(draft.term, forms=forms), known):
        phrases |= _held(draft.splits, known)
    return replace(draft.term, forms=forms, phrases=frozenset(phrases), shorts=shorts)


def _held(forms: Iterable[Form], known: Mapping[str, int]) -> set[Form]:
    return {form for form in forms if all(known.get(token.lower()) for token in form)}


def _is_name(compound: str) -> bool:
    """Whether a compound is one name ("B-ALL", "FLT3-ITD", "R/R"), not two words in a row."""
    parts = _JOINT.split(compound)
    return any(
        len(part) <= 3 or part.isupper() or re.search(r"\d", part) for part in parts
    ) and not any(part.lower() in _NO_NAMES for part in parts)


def _compound_forms(compound: str, glossary: Glossary) -> frozenset[Form]:
    """A compound's tokens, with each part that abbreviates something also written out."""
    forms: list[Form] = [()]
    for part in _JOINT.split(compound):
        stemmed = stem(fold(part))
        ambiguous = len(part) in (2, 3) and term_weight(stemmed) < _COMMON  # the "all" of "b-all"
        choices: list[Form] = [(part.upper() if ambiguous else stemmed,)]
        if part in glossary and len(forms) < _MOST_FORMS:
            choices.append(glossary.long_form(part))
        forms = [form + choice for form in forms for choice in choices]
    if compound in glossary:
        forms.append(glossary.long_form(compound))
    return frozenset(forms)


def _head_forms(compound: str, glossary: Glossary) -> frozenset[Form]:
    """The forms of a compound's last part, where that is an abbreviation of its own."""
    head = _JOINT.split(compound)[-1]
    if head not in glossary:
        return frozenset()
    return frozenset({(head.upper(),), glossary.long_form(head)})
