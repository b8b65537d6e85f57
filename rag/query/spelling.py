"""Words of a question that the corpus does not hold, and those it holds that are spelt nearly so.

The distance counts letters that are missing, too many, wrong or swapped (optimal string
alignment, Damerau 1964). Which stems can be near is told first by their length and by the set
of their letters, for all at once: an edit changes at most two letters of the set.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rapidfuzz.distance import OSA

_LEAST = 5  # letters; shorter words have too many neighbours
_TWO_EDITS = 9  # letters from which a word may hold two slips
_SURE = 6  # letters from which one letter too many or too few is a slip
_ENDING = 3  # letters in which words of one root differ
_MOST_LETTERS = 32
_VOWELS = frozenset("aeiouy")
# Words that differ by one of these mean opposites or others of their kind, not slips.
_OPPOSED = (("hyper", "hypo"), ("inter", "intra"), ("macro", "micro"), ("pre", "pro"))


class Speller:
    """The stems of a corpus, ready to be compared with a word."""

    def __init__(self, stems: Mapping[str, int]) -> None:
        """`stems`: with the number of passages that each occurs in."""
        self._frequencies = stems
        self._stems = [
            stem
            for stem in stems
            if _LEAST - 1 <= len(stem) <= _MOST_LETTERS and stem.isascii() and stem.isalpha()
        ]
        self._letters = _letter_sets(self._stems)
        self._lengths = np.fromiter(map(len, self._stems), dtype=np.int16, count=len(self._stems))

    def nearest(self, stem: str) -> str | None:
        """The stem of the corpus that this one most likely is a slip for, if there is one."""
        if not (_LEAST <= len(stem) <= _MOST_LETTERS and stem.isascii() and stem.isalpha()):
            return None
        edits = 2 if len(stem) >= _TWO_EDITS else 1
        found = [
            (distance, -self._frequencies[other], other)
            for other in self._near(stem, edits)
            if (distance := OSA.distance(stem, other, score_cutoff=edits)) <= edits
            and _is_slip(stem, other, distance)
        ]
        return min(found)[2] if found else None

    def _near(self, stem: str, edits: int) -> list[str]:
        """Stems whose length and letters allow for so few edits."""
        differing = self._letters ^ _letter_sets([stem])[0]
        count = np.bitwise_count(differing)
        near = (count <= 2 * edits) & (np.abs(self._lengths - len(stem)) <= edits)
        return [self._stems[place] for place in np.flatnonzero(near)]


def _letter_sets(stems: list[str]) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """For each stem the set of its letters, as bits."""
    if not stems:
        return np.zeros(0, dtype=np.uint32)
    letters = np.array(stems, dtype=f"S{_MOST_LETTERS}").view(np.uint8)
    letters = letters.reshape(len(stems), _MOST_LETTERS)
    bits = np.where(letters, np.uint32(1) << (letters.astype(np.uint32) - 97) % 32, np.uint32(0))
    return np.asarray(np.bitwise_or.reduce(bits, axis=1))


def _is_slip(stem: str, other: str, distance: int) -> bool:
    """Whether the first stem may be the other, misspelt; the shorter, the likelier another word."""
    if _are_opposed(stem, other):
        return False
    swapped = len(stem) == len(other) and sorted(stem) == sorted(other)
    if distance > 1:  # but "carcinoid" and "carcinoma" differ on purpose
        return stem[0] == other[0] and stem[:-_ENDING] != other[: len(stem) - _ENDING]
    if swapped:
        return True
    if len(stem) != len(other):
        longer, shorter = sorted((stem, other), key=len, reverse=True)
        return len(stem) >= _SURE or _is_doubled(longer, shorter)
    (place,) = (i for i, pair in enumerate(zip(stem, other, strict=True)) if pair[0] != pair[1])
    vowels = {stem[place], other[place]} <= _VOWELS
    return place > 0 and (len(stem) > _SURE or (len(stem) == _SURE and vowels))


def _is_doubled(longer: str, shorter: str) -> bool:
    """Whether a letter too many repeats the one before it."""
    return any(
        longer[i] == longer[i - 1] and longer[:i] + longer[i + 1 :] == shorter
        for i in range(1, len(longer))
    )


def _are_opposed(stem: str, other: str) -> bool:
    return any(
        (stem.startswith(one) and other.startswith(two))
        or (stem.startswith(two) and other.startswith(one))
        for one, two in _OPPOSED
    )
