"""What goes with what: numbers with the groups they are of, and the two sides of a comparison.

All words of a sentence may stand in its evidence and it may be wrong all the same: "7.4% on
placebo and 9.8% on dapagliflozin" for the reverse. These rules look at the order alone, and only
where it leaves no doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.support.quantities import is_unit
from rag.support.statements import Statement, Token
from rag.support.wording import poles_of

_BEFORE_GROUP = frozenset("in on with given of for under among receiving by to".split())
_THAN = frozenset("than versus vs against".split())
_JOINING = frozenset("and or than vs versus compared against whereas while but".split())
_NEAR = 6  # tokens from a number with a unit to the group that it is of
_NEARER = 3  # … from one without, which stands before it


def find_misplaced(statement: Statement, homes: Sequence[Statement]) -> Iterator[Token]:
    """Words that stand beside another number, or on the other side, than in the evidence."""
    for home in homes:
        yield from _regrouped(statement, home)
        yield from _turned_round(statement, home)
    yield from _from_spread(statement, homes)


def _regrouped(statement: Statement, home: Statement) -> Iterator[Token]:
    """A group beside one number that the evidence names beside another of the same unit."""
    for number in statement.tokens:
        theirs = _only(number, home)
        if theirs is None or _is_in_row(number, statement):
            continue
        for word in _groups_of(number, statement):
            there = _only(word, home)
            if there and _other_between(theirs, there, home) and not _is_of_all(there, home):
                yield word


def _groups_of(number: Token, statement: Statement) -> Iterator[Token]:
    """The words that a number may be of: after "in", "on", "with", or at a clause's start."""
    for word in statement.tokens:
        if not (_is_of_group(word, statement) and _is_near(word, number)):
            continue
        if not any(one.quantity or is_joining(one) for one in _between(word, number, statement)):
            yield word


def _is_near(word: Token, number: Token) -> bool:
    if number.quantity and number.quantity.unit:
        return abs(word.place - number.place) <= _NEAR
    return 0 < word.place - number.place <= _NEARER  # "2 patients given placebo"


def _is_in_row(number: Token, statement: Statement) -> bool:
    """Whether another number stands right beside it, as in "7% and 9%"."""
    return any(
        _is_alike(one, number) and all(map(is_joining, _between(one, number, statement)))
        for one in statement.tokens
    )


def _between(one: Token, other: Token, statement: Statement) -> Sequence[Token]:
    first, last = sorted((one.place, other.place))
    return statement.tokens[first + 1 : last]


def is_joining(token: Token) -> bool:
    """Whether it sets side by side what stands before and after it."""
    return token.written.lower() in _JOINING


def _is_of_group(word: Token, statement: Statement) -> bool:
    if word.quantity or not word.is_content or is_joining(word) or is_unit(word.written):
        return False
    for before in reversed(statement.tokens[: word.place]):
        if before.clause != word.clause:
            return True
        if before.key in _BEFORE_GROUP:
            return True
        if before.is_content:
            return False
    return True


def _is_of_all(word: Token, home: Statement) -> bool:
    """Whether it begins the sentence, as what all of its numbers are of."""
    numbers = (one.place for one in home.tokens if one.quantity)
    introduced = any(one.key in _BEFORE_GROUP for one in home.tokens[: word.place])
    return not introduced and word.place < min(numbers, default=0)


def _other_between(number: Token, word: Token, home: Statement) -> bool:
    """Whether between the two stands another number of the unit, which the word is nearer to.

    In "A and B (7% and 9%)" the order says what belongs to what.
    """
    rivals = [
        one
        for one in _between(number, word, home)
        if _is_alike(one, number) and one.place not in home.spread
    ]
    if not rivals:
        return False
    near = rivals[-1] if number.place < word.place else rivals[0]
    return any(
        one.is_content and not (one.quantity or is_joining(one))
        for one in _between(number, near, home)
    )


def _turned_round(statement: Statement, home: Statement) -> Iterator[Token]:
    """ "A is higher than B" for "B is higher than A"."""
    ours, theirs = _sides(statement), _sides(home)
    if ours is None or theirs is None or not ours.ends & theirs.ends:
        return
    for before in ours.before:
        for after in ours.after:
            crossed = theirs.holds(after.key, before.key)
            if crossed and not theirs.holds(before.key, after.key):
                yield before
                return


@dataclass(frozen=True, slots=True)
class _Sides:
    """A comparison: the ends of the axes that it speaks of, and the words around its "than"."""

    ends: frozenset[tuple[str, int]]
    before: tuple[Token, ...]
    after: tuple[Token, ...]

    def holds(self, before: str, after: str) -> bool:
        """Whether one word stands before and another after."""
        return any(one.key == before for one in self.before) and any(
            one.key == after for one in self.after
        )


def _sides(statement: Statement) -> _Sides | None:
    for than in statement.tokens:
        if than.written.lower() not in _THAN:
            continue
        near = statement.tokens[max(0, than.place - _NEAR) : than.place]
        ends = frozenset(end for word in near for end in poles_of(word.key))
        said = [w for w in statement.tokens if w.is_content and not (w.quantity or poles_of(w.key))]
        before = tuple(w for w in said if w.place < than.place)
        after = tuple(w for w in said if w.place > than.place and w.clause == than.clause)
        if ends:
            return _Sides(ends, before, after)
    return None


def _from_spread(statement: Statement, homes: Sequence[Statement]) -> Iterator[Token]:
    """A number that the evidence gives as an end of an interval, told as the figure itself."""
    for number in statement.tokens:
        if not number.quantity or number.place in statement.spread:
            continue
        held = [
            one.place in home.spread
            for home in homes
            for one in home.tokens
            if number.is_same_number(one)
        ]
        if held and all(held):
            yield number


def _only(token: Token, home: Statement) -> Token | None:
    """The one token of the evidence that says the same; None where there are more or none."""
    if token.quantity:
        same = [one for one in home.tokens if token.is_same_number(one)]
    else:
        same = [one for one in home.tokens if one.key == token.key and not one.quantity]
    return same[0] if len(same) == 1 else None


def _is_alike(one: Token, number: Token) -> bool:
    return bool(
        one.quantity
        and number.quantity
        and one.quantity.unit == number.quantity.unit
        and one.quantity.value != number.quantity.value
    )
