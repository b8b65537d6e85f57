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

from training.reader.examples import Example, Stance

_OPPOSITES = {
    one: other
    for pair in (
        "increase decrease|increased decreased|increases decreases|higher lower|highest lowest"
        "|high low|more less|most least|before after|first last|with without|largest smallest"
        "|best worst|early late|earliest latest|positive negative|start end|begin end|began ended"
        "|larger smaller|longer shorter|oldest youngest|maximum minimum|north south|east west"
        "|activate inhibit|activates inhibits|activation inhibition|upper lower|men women"
        "|male female|adults children|benefit harm|advantages disadvantages|cause prevent"
        "|causes prevents|win lose|won lost|acute chronic|old young|above below|inside outside"
    ).split("|")
    for one, other in (pair.split(), reversed(pair.split()))
}
_WORD = re.compile(r"\w[\w'-]*\w|\w")


def removed(example: Example) -> Example | None:
    """The passage without the sentences that hold the answer."""
    evidence = example.evidence or ()
    kept, held = [], False
    for start, end in example.units:
        if any(start < b and a < end for a, b in evidence):
            held = True
        else:
            kept.append(example.passage[start:end])
    texts = [example.passage[a:b] for a, b in example.answers or ()]
    text = " ".join(kept)
    if not held or len(kept) < 2 or any(_holds(text, answer) for answer in texts):
        return None
    return _unanswered(replace(example, passage=text))


def altered(example: Example, rng: random.Random, others: Sequence[Example]) -> Example | None:
    """The question with an entity, a number or a direction changed."""
    words = list(_WORD.finditer(example.question))
    opposites = [w for w in words if w[0].lower() in _OPPOSITES]
    if opposites and rng.random() < 0.4:
        word = rng.choice(opposites)
        return _with_word(example, word, _OPPOSITES[word[0].lower()])
    names = [w for w in words[1:] if _is_name(w[0])]
    if not names:
        return None
    word = rng.choice(names)
    pool = [w for w in _WORD.findall(example.passage) if _same_shape(w, word[0])]
    if rng.random() < 0.5 or not pool:
        pool = [
            w
            for other in rng.sample(others, min(40, len(others)))
            for w in _WORD.findall(other.question)[1:]
            if _same_shape(w, word[0])
        ]
    held = example.question.lower()
    answers = " ".join(example.passage[a:b] for a, b in example.answers or ())
    pool = [w for w in pool if w.lower() not in held and w not in answers]
    return _with_word(example, word, rng.choice(pool)) if pool else None


def reversed_claim(example: Example, rng: random.Random) -> Example | None:
    """A supported statement with a direction turned round: its evidence contradicts it."""
    words = [w for w in _WORD.finditer(example.question) if w[0].lower() in _OPPOSITES]
    if example.stance is not Stance.SUPPORTS or not words:
        return None
    word = rng.choice(words)
    question = _replaced(example.question, word, _OPPOSITES[word[0].lower()])
    return replace(example, question=question, stance=Stance.CONTRADICTS)


def _unanswered(example: Example) -> Example:
    stance = Stance.UNDECIDED if example.stance is not None else None
    return replace(example, answerable=False, answers=(), evidence=(), stance=stance)


def _with_word(example: Example, word: re.Match[str], other: str) -> Example:
    question = _replaced(example.question, word, other)
    return _unanswered(replace(example, question=question, relevant=None))


def _replaced(text: str, word: re.Match[str], other: str) -> str:
    return text[: word.start()] + other + text[word.end() :]


def _holds(text: str, answer: str) -> bool:
    return answer.casefold() in text.casefold()


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
