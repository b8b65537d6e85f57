"""Pairs that look right and are not: what teaches the reader to doubt.

Answerable pairs teach no doubt. Ways of making hard negatives: the evidence removed from its
passage; another window of the same text; the likeliest wrong passages by search (`mining.py`);
the question altered (an entity, a number or a word of direction changed) so that the passage no
longer answers; a claim turned round, so that its evidence contradicts it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from rag.evaluation.folding import squeezed
from training.reader.examples import Example, Stance

# A finding with its direction turned is contradicted; a question whose direction is turned asks
# for something else, unless it asks for yes or no.
_DIRECTIONS = (
    "increase decrease|increased decreased|increases decreases|increasing decreasing|higher lower"
    "|highest lowest|more less|more fewer|most least|largest smallest|best worst|better worse"
    "|positive negative|larger smaller|longer shorter|maximum minimum|activate inhibit"
    "|activates inhibits|activated inhibited|activation inhibition|benefit harm"
    "|advantages disadvantages|cause prevent|causes prevents|raise lower|raises lowers"
    "|promotes suppresses|promote suppress|improves worsens|improve worsen|win lose|won lost"
)
# Another of these asks about, or tells of, something else.
_GROUPS = (
    "men women|male female|adults children|acute chronic|upper lower|north south|east west"
    "|oldest youngest|old young|inside outside|early late|earliest latest|before after|first last"
    "|start end|begin end|began ended|above below"
)
_YES_OR_NO = frozenset(
    "is are was were am do does did has have had can could may might will would should must".split()
)


def _pairs(words: str) -> dict[str, str]:
    """Each word's opposite; of a word with several, the first."""
    pairs = [(a, b) for a, b in map(str.split, reversed(words.split("|")))]
    return {b: a for a, b in pairs} | dict(pairs)


_TURNED, _OTHERS = _pairs(_DIRECTIONS), _pairs(_GROUPS)
_WORD = re.compile(r"\w[\w'-]*\w|\w")


def removed(example: Example) -> Example | None:
    """The passage without the sentences that hold the answer; None where others may hold it."""
    if not example.complete:
        return None
    evidence = example.evidence or ()
    kept, held = [], False
    for start, end in example.units:
        if any(start < b and a < end for a, b in evidence):
            held = True
        else:
            kept.append(example.passage[start:end])
    texts = [example.passage[a:b] for a, b in example.answers or ()]
    text = " ".join(kept)
    if not held or len(kept) < 2 or any(holds(text, answer) for answer in texts):
        return None
    return _unanswered(replace(example, passage=text))


def altered(example: Example, rng: random.Random, others: Sequence[Example]) -> Example | None:
    """The question with an entity, a number or a direction changed."""
    words = list(_WORD.finditer(example.question))
    is_closed = bool(words) and words[0][0].lower() in _YES_OR_NO
    opposites = _OTHERS if is_closed else _TURNED | _OTHERS
    turned = [w for w in words if w[0].lower() in opposites]
    if turned and rng.random() < 0.4:
        word = rng.choice(turned)
        return _with_word(example, word, opposites[word[0].lower()])
    names = [w for w in words[1:] if _is_name(w[0])]
    if not names:
        return None
    word = rng.choice(names)
    near = _usable(example, word[0], _WORD.findall(example.passage))
    if rng.random() < 0.5 or not near:
        asked = [other.question for other in rng.sample(others, min(40, len(others)))]
        far = [w for question in asked for w in _WORD.findall(question)[1:]]
        near = _usable(example, word[0], far)
    return _with_word(example, word, rng.choice(near)) if near else None


def reversed_claim(example: Example, rng: random.Random) -> Example | None:
    """A supported statement with a direction turned round: its evidence contradicts it."""
    words = [w for w in _WORD.finditer(example.question) if w[0].lower() in _TURNED]
    if example.stance is not Stance.SUPPORTS or not words:
        return None
    word = rng.choice(words)
    question = _replaced(example.question, word, _TURNED[word[0].lower()])
    return replace(example, question=question, stance=Stance.CONTRADICTS)


def holds(text: str, answer: str) -> bool:
    """Whether an answer's words stand in a text, however they are spaced and hyphenated."""
    return squeezed(answer) in squeezed(text)


def _unanswered(example: Example) -> Example:
    stance = Stance.UNDECIDED if example.stance is not None else None
    return replace(example, answerable=False, answers=(), evidence=(), stance=stance)


def _with_word(example: Example, word: re.Match[str], other: str) -> Example:
    question = _replaced(example.question, word, other)
    return _unanswered(replace(example, question=question, relevant=None))


def _usable(example: Example, word: str, words: Sequence[str]) -> list[str]:
    """Those that could stand for a word of the question, and are neither asked nor answered."""
    held = example.question.lower()
    answers = " ".join(example.passage[a:b] for a, b in example.answers or ())
    alike = (w for w in words if _same_shape(w, word))
    return [w for w in alike if w.lower() not in held and w not in answers]


def _replaced(text: str, word: re.Match[str], other: str) -> str:
    if word[0][0].isupper() and other.islower():
        other = other.capitalize()
    return text[: word.start()] + other + text[word.end() :]


def _is_name(word: str) -> bool:
    return word[0].isupper() or any(c.isdigit() for c in word) or len(word) > 7


def _same_shape(word: str, other: str) -> bool:
    """Whether a word could stand for another: number for number, name for name, word for word."""
    if other.isdigit() or word.isdigit():
        return word.isdigit() and other.isdigit() and len(word) == len(other)
    if any(c.isdigit() for c in other) or other[1:].lower() != other[1:]:
        return any(c.isdigit() for c in word) or word[1:].lower() != word[1:]
    if other[0].isupper():
        return word[0].isupper() and len(word) > 2
    return word.islower() and len(word) > 5 and word[-2:] == other[-2:]
