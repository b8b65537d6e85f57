"""Negation, doubt, share and comparison: whether a sentence turns what its evidence says.

A cue ("not", "may", "most") is about the next word that says something, its anchor; the end of a
comparison ("greater") is compared at the words around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.support.statements import Statement, Token
from rag.support.wording import PLUS_AXES, negated_forms, poles_of

_REACH = 6  # tokens from a cue to its anchor
_BEFORE, _AFTER = 5, 3  # tokens before and after an anchor in which a cue is about it
_AROUND = 5  # tokens from a comparison to what it is about
STRENGTH = {"some": 1, "most": 2, "all": 3}
_DROPPABLE = ("may", "some", "most")  # to leave one out says more than the evidence
Turn = tuple[str, bool]  # what is missing, and whether the evidence says the opposite


def find_turned(statement: Statement, homes: Sequence[Statement]) -> Iterator[Turn]:
    """What of the statement's turns the evidence does not make, and the reverse."""
    if not homes:
        return
    yield from _added_negations(statement, homes)
    yield from _dropped_cues(statement, homes)
    yield from _prefixed(statement, homes)
    yield from _strengthened(statement, homes)
    yield from _opposed(statement, homes)


def _added_negations(statement: Statement, homes: Sequence[Statement]) -> Iterator[Turn]:
    for cue in statement.tokens:
        if cue.cue != "not":
            continue
        anchor = _anchor(cue, statement)
        where = [
            (one, home) for home in homes for one in home.tokens if anchor and one.key == anchor.key
        ]
        if where and not any(_is_under(one, home, ("not",)) for one, home in where):
            yield cue.written, True
        elif not where and not any(_denies(home) for home in homes):
            yield cue.written, False


def _dropped_cues(statement: Statement, homes: Sequence[Statement]) -> Iterator[Turn]:
    """A cue of the evidence whose anchor the statement keeps without it."""
    for home in homes:
        for cue in home.tokens:
            if cue.cue != "not" and cue.cue not in _DROPPABLE:
                continue
            anchor = _anchor(cue, home)
            if anchor is None or anchor.quantity or _stands_free(anchor, homes, cue.cue):
                continue
            kinds = ("not",) if cue.cue == "not" else (*_DROPPABLE, "not")
            ours = [one for one in statement.tokens if one.key == anchor.key]
            numbered = cue.cue in STRENGTH and bool(statement.quantities)
            if ours and not numbered and not any(_is_under(t, statement, kinds) for t in ours):
                yield cue.written, cue.cue == "not"


def _stands_free(anchor: Token, homes: Sequence[Statement], kind: str) -> bool:
    """Whether the evidence has the word without such a cue as well."""
    return any(
        one.key == anchor.key and not _is_under(one, home, (kind,))
        for home in homes
        for one in home.tokens
    )


def _prefixed(statement: Statement, homes: Sequence[Statement]) -> Iterator[Turn]:
    """ "clear" for "unclear", and the reverse."""
    keys = {key for home in homes for key in home.keys}
    ours = set(statement.keys)
    for token in statement.tokens:
        if token.quantity or token.key in keys:
            continue
        if keys.intersection(negated_forms(token.key)):
            if not _is_under(token, statement, ("not",)):
                yield token.written, True
            continue
        for home in homes:
            bare = [one for one in home.tokens if token.key in negated_forms(one.key)]
            if bare and not any(one.key in ours or _is_under(one, home, ("not",)) for one in bare):
                yield token.written, True


def _strengthened(statement: Statement, homes: Sequence[Statement]) -> Iterator[Turn]:
    """ "all" where the evidence says "most", "most" where it says "some" or nothing."""
    allowed = max(
        [STRENGTH.get(one.cue, 0) for home in homes for one in home.tokens]
        + [2 for home in homes for one in home.quantities if one.unit == "%" and one.value > 50]
        + [3 for home in homes for one in home.quantities if one.unit == "%" and one.value == 100]
        + [0]
    )
    alone = any(one.cue == "only" for home in homes for one in home.tokens)
    for token in statement.tokens:
        if token.cue == "only" and not alone:
            yield token.written, False
        strength = STRENGTH.get(token.cue, 0)
        if strength > 1 and strength > allowed:
            yield token.written, False


def _opposed(statement: Statement, homes: Sequence[Statement]) -> Iterator[Turn]:
    """The end of a comparison that the evidence does not have, or only the other end."""
    keys = {key for home in homes for key in home.keys}
    for token in statement.tokens:
        if token.name == 2 or token.quantity:
            continue
        for axis, side in sorted(poles_of(token.key)):
            turned = _is_turned(token, axis, side, statement, homes)
            if turned or (token.key not in keys and _is_other_end(axis, side, homes)):
                yield token.written, True
                break
        else:
            if token.key not in keys and _is_unsaid(token, homes):
                yield token.written, False


def _is_turned(
    token: Token, axis: str, side: int, statement: Statement, homes: Sequence[Statement]
) -> bool:
    """Whether the words nearest to it are nearest to the other end in the evidence."""
    votes: list[int] = []
    for word in statement.tokens:
        if not word.is_content or word is token or poles_of(word.key):
            continue
        if _nearest_pole(word, axis, statement) != (token.place, side):
            continue
        for home in homes:
            where = (one for one in home.tokens if one.key == word.key)
            nearest = (_nearest_pole(one, axis, home) for one in where)
            votes += [found[1] for found in nearest if found]
    denied = _is_under(token, statement, ("not",))
    return bool(votes) and not denied and side not in votes


def _nearest_pole(word: Token, axis: str, statement: Statement) -> tuple[int, int] | None:
    """Place and side of the axis's end that stands nearest to a word, of any near."""
    found = []
    first = max(0, word.place - _AROUND)
    for one in statement.tokens[first : word.place + _AROUND + 1]:
        if one is word or one.quantity or one.name == 2:
            continue
        apart = abs(one.place - word.place) + 3 * abs(one.clause - word.clause)
        between = statement.tokens[min(one.place, word.place) : max(one.place, word.place)]
        apart += 2 * sum(t.key in ("and", "or", "than") for t in between)
        found += [(apart, one.place, side) for on, side in poles_of(one.key) if on == axis]
    if not found:
        return None
    _, place, side = min(found)
    return place, side


def _is_other_end(axis: str, side: int, homes: Sequence[Statement]) -> bool:
    """Whether the evidence knows the axis by its other end alone, and denies nothing."""
    sides = {
        other for home in homes for key in home.keys for on, other in poles_of(key) if on == axis
    }
    return sides == {-side} and not any(_denies(home) for home in homes)


def _is_unsaid(token: Token, homes: Sequence[Statement]) -> bool:
    """Whether the evidence compares nothing in that direction, whatever the words."""
    sides = {side for axis, side in poles_of(token.key) if axis in PLUS_AXES[:2]}
    said = {
        side
        for home in homes
        for key in home.keys
        for axis, side in poles_of(key)
        if axis in PLUS_AXES
    } | {one.bound for home in homes for one in home.quantities}
    return bool(sides) and not sides & said and not any(_denies(home) for home in homes)


def _anchor(cue: Token, statement: Statement) -> Token | None:
    """The next word that says something, of the same clause."""
    for one in statement.tokens[cue.place + 1 : cue.place + 1 + _REACH]:
        if one.clause != cue.clause:
            return None
        if one.is_content and not (one.written.endswith("ly") and not one.name):
            return one
    return None


def _is_under(token: Token, statement: Statement, kinds: Sequence[str]) -> bool:
    """Whether a cue of one of the kinds is about the word: it stands before or soon after."""
    first = max(0, token.place - _BEFORE)
    near = statement.tokens[first : token.place + _AFTER + 1]
    return any(
        one.cue in kinds
        and one.clause == token.clause
        and (one.key != "non" or one.place == token.place - 1)  # "non-severe" denies no more
        for one in near
    )


def _denies(home: Statement) -> bool:
    """Whether anything in the sentence is negated, by a word of its own or by a prefix."""
    return any(one.cue == "not" or _has_negative_end(one.key) for one in home.tokens)


def _has_negative_end(key: str) -> bool:
    return any(side < 0 for axis, side in poles_of(key) if axis not in ("order", "age", "sex"))
