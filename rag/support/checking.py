"""The check of a written sentence against the passages that it cites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.reading.network import Network
from rag.support.differences import Difference, find_differences
from rag.support.evidence import Told, is_verbatim, lay_beside
from rag.support.scoring import Thresholds, best, load_thresholds, read_features
from rag.types.answers import Support

_VERBATIM = 0.99  # the score of what stands in the evidence as it is
_PARTLY, _CONTRADICTED = 0.4, 0.05  # most that scores what a rule speaks against
Pair = tuple[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether evidence carries a sentence.

    `score` (0..1) is how likely it does; `missing` what the sentence says and the evidence does
    not, as written ("40 mg", "CD22"), or a word of the evidence that it leaves out ("not").
    """

    support: Support
    score: float
    missing: tuple[str, ...] = ()


class Checker:
    """Checks sentences by rules and by the trained reader, without whatever wrote them."""

    def __init__(self, network: Network) -> None:
        """`network` is the shipped reader or another in its place."""
        self._network = network

    def check(self, sentence: str, evidence: Sequence[str], *, title: str = "") -> Verdict:
        """Whether the texts of the cited passages carry a sentence. Raises ModelError."""
        evidence = [text for text in evidence if text.strip()]
        if not sentence.strip() or not evidence:
            return Verdict(Support.NOT, 0.0)
        told, thresholds = lay_beside(sentence, evidence, title), load_thresholds()
        differences = find_differences(told)
        if differences:
            return _spoken_against(told, differences, thresholds)
        if is_verbatim(told):
            return Verdict(Support.SUPPORTED, _VERBATIM)
        features = read_features(self._network, told, sentence, evidence, title)
        return _weighed(told, *best(features, thresholds.model), thresholds)

    def check_many(self, pairs: Iterable[Pair], *, title: str = "") -> list[Verdict]:
        """One Verdict a pair of a sentence and its evidence, in order. Raises ModelError."""
        return [self.check(sentence, evidence, title=title) for sentence, evidence in pairs]


def _spoken_against(
    told: Told, differences: Sequence[Difference], thresholds: Thresholds
) -> Verdict:
    """What rules find needs no reader: it was read, and is not there."""
    missing = tuple(one.missing for one in differences)
    if max(told.covered, told.kept) < thresholds.covered:  # the evidence is of something else
        return Verdict(Support.NOT, _CONTRADICTED, missing)
    if any(one.opposite for one in differences):
        return Verdict(Support.CONTRADICTED, _CONTRADICTED, missing)
    return Verdict(Support.PARTLY, _PARTLY * told.covered, missing)


def _weighed(told: Told, score: float, contradiction: float, thresholds: Thresholds) -> Verdict:
    if score >= thresholds.supported:
        return Verdict(Support.SUPPORTED, score)
    about = told.covered >= thresholds.covered
    if about and contradiction >= thresholds.contradicted:
        return Verdict(Support.CONTRADICTED, min(score, _CONTRADICTED))
    return Verdict(Support.PARTLY if about and score >= thresholds.partly else Support.NOT, score)
