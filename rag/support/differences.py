"""What a sentence says that its evidence does not: rules, each about one kind of words.

A rule looks at the sentences of the evidence that the statement is told from, not at all of
them: the number of one sentence does not carry another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.support.evidence import Told
from rag.support.roles import find_misplaced, is_joining
from rag.support.statements import Statement, Token
from rag.support.turning import STRENGTH, find_turned
from rag.support.wording import FRAMES, NEGATIVE_PREFIXES, RIVALS, poles_of
from rag.terms import fold, folded_stem

_ALIKE = 0.6  # share of kept tokens from which what stands in another's place was put there
_NEGATIVE = (*NEGATIVE_PREFIXES, "fail", "lack")
_NEARLY_SAME = 0.75  # … though the evidence has the name elsewhere
_VERBAL = ("s", "ed", "ing")
_SHORT = 4  # tokens whose place a name may take
_LABEL = re.compile(r"([^\W_]+[ -][^\W_]+) ?\(([^()\s]{2,24})\)")
_POINTING = frozenset(folded_stem(w) for w in "it they this these those their its".split())
_JOINING = frozenset("and or with plus versus vs".split())


@dataclass(frozen=True, slots=True)
class Difference:
    """What is missing from the evidence, as written; `opposite` where that says the contrary."""

    missing: str
    opposite: bool = False


def find_differences(told: Told) -> list[Difference]:
    """Everything that the sentence says otherwise than its evidence, without repetition."""
    rules: tuple[Callable[[Told], Iterator[Difference]], ...] = (
        _numbers, _reordered_numbers, _names, _relabelled, _replaced,
        _turned_in_place, _turned, _misplaced, _substituted, _exchanged, _unframed,
    )  # fmt: skip
    found = (one for rule in rules for one in rule(told))
    unique: dict[str, Difference] = {}
    for one in found:
        known = unique.get(one.missing.lower())
        if known is None or (one.opposite and not known.opposite):
            unique[one.missing.lower()] = one
    return list(unique.values())


def _turned(told: Told) -> Iterator[Difference]:
    for missing, opposite in find_turned(told.statement, told.homes):
        yield Difference(missing, opposite)


def _misplaced(told: Told) -> Iterator[Difference]:
    for token in find_misplaced(told.statement, told.homes):
        yield Difference(token.written, opposite=not token.quantity)


def _substituted(told: Told) -> Iterator[Difference]:
    """In a sentence kept nearly as it was, a thing that the evidence lacks for one that it has.

    Verbs, which paraphrases change, are told by their endings.
    """
    if told.kept < _NEARLY_SAME:
        return
    home, statement = told.homes[0], told.statement
    for tag, a, b, c, d in told.operations:
        if tag != "replace" or max(b - a, d - c) > _SHORT:
            continue
        left_out = [
            one
            for one in home.tokens[a:b]
            if one.is_content and not one.quantity and one.key not in statement.keys
        ]
        ends = {end for one in left_out for end in poles_of(one.key)}
        for one in statement.tokens[c:d]:
            is_new = (
                one.weight
                and not (is_joining(one) or one.written.lower().endswith(_VERBAL))
                and not any(there.holds(one) for there in told.everywhere)
            )
            if left_out and is_new and not ends & poles_of(one.key):
                yield Difference(one.written)


def _unframed(told: Told) -> Iterator[Difference]:
    """What the evidence does not say itself but tests, supposes, denies, asks for or quotes."""
    if told.kept < _NEARLY_SAME:
        return
    ours = set(told.statement.written)
    for word in told.homes[0].written:
        if word in FRAMES and not ours & FRAMES:
            yield Difference(word)
            return


def _exchanged(told: Told) -> Iterator[Difference]:
    """One word of a set that exclude each other, "weekly" for "daily"."""
    ours = set(told.statement.written)
    theirs = {word for home in told.homes for word in home.written}
    for rivals in RIVALS:
        said = (ours & rivals) - theirs
        if said and (theirs & rivals) - ours:
            yield Difference(min(said), opposite=True)


def _turned_in_place(told: Told) -> Iterator[Difference]:
    """In a sentence kept nearly as it was, "not" put in, "may" left out, "all" for "most"."""
    if told.kept < _NEARLY_SAME:
        return
    home, statement = told.homes[0], told.statement
    for tag, a, b, c, d in told.operations:
        if tag == "equal" or b - a > _SHORT:
            continue
        theirs, ours = home.tokens[a:b], statement.tokens[c:d]
        had = [one for one in theirs if one.cue == "not"]
        have = [one for one in ours if one.cue == "not"]
        told_by_prefix = any(_is_negated_by_prefix(one) for one in (*theirs, *ours))
        if bool(had) != bool(have) and not told_by_prefix:
            yield Difference((have or had)[0].written, opposite=True)
        strength = max((STRENGTH.get(one.cue, 0) for one in theirs), default=0)
        if strength:
            yield from (
                Difference(one.written) for one in ours if STRENGTH.get(one.cue, 0) > strength
            )
        doubts = [one for one in theirs if one.cue == "may"]
        if doubts and not any(one.cue for one in ours):
            yield Difference(doubts[0].written)
        ends = {(axis, -side) for one in theirs for axis, side in poles_of(one.key)}
        for one in ours:
            if not one.quantity and ends & poles_of(one.key):
                yield Difference(one.written, opposite=True)


def _is_negated_by_prefix(token: Token) -> bool:
    """Whether it may say "not" by its first letters: "unclear" for "not clear"."""
    return token.is_content and token.key.startswith(_NEGATIVE)


def _numbers(told: Told) -> Iterator[Difference]:
    """Each number must stand in a home, with its unit and its bound; ordinals are words."""
    for ours in told.statement.quantities:
        same = [theirs for home in told.homes for theirs in home.quantities if ours.is_same(theirs)]
        written = told.statement.text[ours.start : ours.end].strip()
        if not same:
            yield Difference(written)
        elif all(theirs.bound != ours.bound for theirs in same):
            yield Difference(written, all(theirs.bound == -ours.bound for theirs in same))


def _reordered_numbers(told: Told) -> Iterator[Difference]:
    """In a sentence kept nearly as it was, numbers that changed places: "from 7 to 12"."""
    if told.kept < _NEARLY_SAME:
        return
    home = told.homes[0].tokens
    once = []
    for token in told.statement.tokens:
        same = [one.place for one in home if token.is_same_number(one)]
        if len(same) == 1:
            once.append((token, same[0]))
    for (first, after), (_, before) in pairwise(once):
        if before < after and not all(one.key in _JOINING for one in home[before + 1 : after]):
            yield Difference(first.written)


def _names(told: Told) -> Iterator[Difference]:
    """Each name must stand somewhere in the evidence, its numbered part beside it."""
    tokens = told.statement.tokens
    for token in tokens:
        if token.name == 2 and not any(one.holds(token) for one in told.everywhere):
            if not _is_held_with_neighbour(token, tokens, told.everywhere):
                yield Difference(token.written)
        elif token.joined and token.written.isdigit():
            whole = (tokens[token.place - 1].written + token.written).lower()
            if not any(whole in one.held for one in told.everywhere):
                yield Difference(f"{tokens[token.place - 1].written}-{token.written}")


def _is_held_with_neighbour(
    token: Token, tokens: Sequence[Token], everywhere: Sequence[Statement]
) -> bool:
    """Whether a name stands there as one word with what a hyphen joins it to."""
    neighbours = tokens[max(0, token.place - 1) : token.place + 2]
    for first, second in pairwise(neighbours):
        if second.joined and any(
            (first.written + second.written).lower() in one.held for one in everywhere
        ):
            return True
    return False


def _relabelled(told: Told) -> Iterator[Difference]:
    """A bracket after the same words that holds something else: "survival (OS)" for "(PFS)"."""
    source = " ".join(fold(told.source).split())
    for match in _LABEL.finditer(told.sentence):
        words, label = fold(match[1]), fold(match[2])
        theirs = re.findall(rf"{re.escape(words)} ?\(([^()]+)\)", source)
        if theirs and not any(label in one for one in theirs):
            yield Difference(match[2])


def _replaced(told: Told) -> Iterator[Difference]:
    """In a sentence kept nearly as it was, a name or number in the place of another."""
    if told.kept < _ALIKE:
        return
    home, statement = told.homes[0], told.statement
    for tag, a, b, c, d in told.operations:
        if tag != "replace":
            continue
        theirs, ours = home.tokens[a:b], statement.tokens[c:d]
        for token in ours:
            if not (token.quantity or token.name) or _is_kept(token, theirs):
                continue
            stands = any(one.holds(token) for one in told.everywhere)
            if stands and (told.kept < _least_kept(token, theirs, told) or len(theirs) > _SHORT):
                continue  # told in other words, and not put in another's place
            in_home = stands and home.holds(token)
            others = [one for one in theirs if _rivals(token, one, told, in_home)]
            if others and not _is_reordered(token, others, home):
                yield Difference(token.written)


def _least_kept(token: Token, theirs: Sequence[Token], told: Told) -> float:
    """How much of the sentence must be as it was for a name of the evidence to be misplaced.

    A name from elsewhere may stand for the nearest sentence's "they" and "this".
    """
    if any(one.key in _POINTING for one in theirs):
        return 2.0
    return _NEARLY_SAME if told.homes[0].holds(token) else _ALIKE


def _rivals(ours: Token, theirs: Token, told: Told, in_home: bool) -> bool:
    """Whether a word may have stood where another name or number now does.

    A name that the nearest sentence lacks takes the place of any word that is left out; one that
    it has, that of a name alone, or of any word where all but that one was kept.
    """
    if ours.quantity:
        return theirs.quantity is not None
    if theirs.quantity:  # "the microbiota promoter" for "the 35S promoter"
        return not in_home
    keys, kept = told.homes[0].keys, told.statement.keys
    left_out = keys.count(theirs.key) > kept.count(theirs.key)
    if in_home and ours.is_code == theirs.is_code and theirs.name + left_out >= 2:
        return True
    one_for_one = len(keys) == len(kept) and told.kept > 1 - 1.5 / len(kept)
    is_word = theirs.is_content and theirs.weight > 0
    return is_word and left_out and (not in_home or one_for_one)


def _is_kept(token: Token, theirs: Sequence[Token]) -> bool:
    if token.quantity:
        return any(token.is_same_number(one) for one in theirs)
    return bool(theirs) and Statement(" ".join(one.written for one in theirs)).holds(token)


def _is_reordered(token: Token, others: Sequence[Token], home: Statement) -> bool:
    """Whether a name stands beside its rival in the evidence too, as in "A and B"."""
    places = [one.place for one in home.tokens if one.key == token.key]
    return any(
        all(
            one.key in _JOINING or one.name == 2
            for one in home.tokens[min(place, other.place) + 1 : max(place, other.place)]
        )
        for place in places
        for other in others
        if not (token.quantity and abs(place - other.place) > 2)
    )
