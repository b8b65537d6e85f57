"""The cited passages made ready: their sentences, and which of them a statement is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.abbreviations import find_abbreviations
from rag.sentences import split_sentences
from rag.support.statements import Statement, Token

_GAIN = 0.08  # share of a sentence's weight that a further sentence must add to count as told
_MOST_HOMES = 3
_MOST_GAPS = 4  # parts left out of a sentence that still is the same one


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence beside the evidence it is told in.

    `sentence` and `source`, all of the evidence, are as they came. `homes` are the evidence's
    sentences that it is made of, the nearest first; `everywhere` all sentences and the title;
    `operations` how the nearest becomes the sentence, as `difflib.SequenceMatcher.get_opcodes`
    gives them; `covered` is the share of its words' weight that the homes hold (0..1), `kept` the
    share of its tokens that stand in the nearest in order.
    """

    sentence: str
    source: str
    statement: Statement
    homes: tuple[Statement, ...]
    everywhere: tuple[Statement, ...]
    operations: tuple[tuple[str, int, int, int, int], ...]
    covered: float
    kept: float


def lay_beside(sentence: str, evidence: Sequence[str], title: str = "") -> Told:
    """Find what of the evidence a sentence is told from."""
    surroundings = "\n".join([title, *evidence])
    defined = find_abbreviations(sentence) | find_abbreviations(surroundings)
    defined |= _guessed(Statement(sentence), Statement(surroundings))
    statement = Statement(sentence, defined)
    told = [Statement(one, defined) for one in _sentences(evidence)]
    homes, covered = _homes(statement, told)
    everywhere = (*told, Statement(title, defined))
    if not homes:
        return Told(sentence, surroundings, statement, (), everywhere, (), 0.0, 0.0)
    matcher = SequenceMatcher(None, homes[0].keys, statement.keys, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    operations = tuple(matcher.get_opcodes())
    share = kept / len(statement.tokens)
    return Told(sentence, surroundings, statement, homes, everywhere, operations, covered, share)


def is_verbatim(told: Told) -> bool:
    """Whether all tokens of the sentence stand in its nearest, in order and nearly in one piece."""
    gaps = sum(tag != "equal" for tag, *_ in told.operations)
    return told.kept == 1 and gaps <= _MOST_GAPS


def _guessed(statement: Statement, surroundings: Statement) -> dict[str, str]:
    """Short forms of the one whose long form the other spells out, though neither defines it."""
    found = {}
    for one, other in ((statement, surroundings), (surroundings, statement)):
        for short in one.capitals - other.capitals:
            if short in other.initials:
                found[short] = other.initials[short]
    return found


def _sentences(evidence: Sequence[str]) -> list[str]:
    return [
        line[start:end]
        for text in evidence
        for line in text.split("\n")
        for start, end in split_sentences(line)
    ]


def _homes(statement: Statement, told: Sequence[Statement]) -> tuple[tuple[Statement, ...], float]:
    """The sentences that cover the statement's words, greedily; and how much they do."""
    words = [token for token in statement.tokens if token.weight]
    total = sum(token.weight for token in words)
    if not statement.tokens or not told:
        return (), 0.0
    held = [frozenset(t.place for t in words if one.holds(t)) for one in told]
    order, done = [_nearest(statement, told, held, words)], frozenset[int]()
    while len(order) <= _MOST_HOMES:
        done |= held[order[-1]]
        best = max(range(len(told)), key=lambda i: _weight(words, held[i] - done))
        if not total or _weight(words, held[best] - done) < _GAIN * total:
            break
        order.append(best)
    homes = tuple(told[place] for place in order[:_MOST_HOMES])
    return homes, _weight(words, done) / total if total else 1.0


def _nearest(
    statement: Statement,
    told: Sequence[Statement],
    held: Sequence[frozenset[int]],
    words: Sequence[Token],
) -> int:
    """The sentence that holds most; of those that hold nearly as much, the likest one."""
    weights = [_weight(words, one) for one in held]
    close = [i for i, one in enumerate(weights) if one >= 0.85 * max(weights)]

    def likeness(place: int) -> float:
        return SequenceMatcher(None, told[place].keys, statement.keys, autojunk=False).ratio()

    return max(close, key=likeness)


def _weight(words: Sequence[Token], places: frozenset[int]) -> float:
    return sum(token.weight for token in words if token.place in places)
