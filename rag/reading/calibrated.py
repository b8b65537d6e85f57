"""The reader: a trained network, search scores, term coverage and records, weighed together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.embedding.encoder import Encoder
from rag.errors import ModelError
from rag.query import Query, Vocabulary
from rag.reading import calibration
from rag.reading.features import Candidate, find_candidates
from rag.reading.network import Network, Reading, titled
from rag.types import Evidence, Hit

# Features of which confidence takes the greatest over all units: whether any passage is about
# what is asked, and reads as its answer.
_GREATEST = (
    "reads_answer",
    "reads_evidence",
    "reads_span",
    "reads_relevant",
    "passage_similarity",
    "passage_coverage",
    "context_coverage",
)
_READ = ("reads_answer", "reads_evidence", "reads_span")  # … and these of both
# A sign that stands at the start of a number, not between two: "-20", not "10-20" or "COVID-19".
_SIGN = re.compile(r"(?<!\w)[-−–+±<>≤≥~≈£$€]\Z")
_OF_THE_BEST = ("missing_names", "unknown")  # features taken of the best unit


class CalibratedReader:
    """Scores units by what the network reads, search scores, term coverage and facts stated.

    The weights are fitted for the shipped network; another's logits are weighed alike.
    """

    def __init__(self, encoder: Encoder, vocabulary: Vocabulary, network: Network) -> None:
        """`vocabulary` is the corpus's: frequencies and abbreviations."""
        self._encoder, self._vocabulary, self._network = encoder, vocabulary, network

    def read(self, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
        """Every candidate unit as Evidence, the likeliest answer first."""
        model = calibration.load(_kind(query))
        evidence = [
            Evidence(
                hit=candidate.hit,
                start=candidate.unit.start,
                end=candidate.unit.end,
                probability=model.probability(candidate.features),
                features=candidate.features,
                highlights=_highlights(candidate, reading),
            )
            for candidate, reading in self._read(query, hits)
        ]
        return sorted(evidence, key=lambda e: (-e.probability, -e.hit.score, e.start))

    def confidence(self, query: Query, evidence: Sequence[Evidence]) -> float:
        """The best units' probabilities, set right for their being the best of many."""
        if not evidence:
            return 0.0
        model = calibration.load(f"confidence_{_kind(query)}")
        return model.probability(
            confidence_features(
                [(one.probability, one.hit.passage.id, one.features) for one in evidence]
            )
        )

    def candidates(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """The units of the hits with all their features."""
        return [candidate for candidate, _ in self._read(query, hits)]

    def _read(self, query: Query, hits: Sequence[Hit]) -> list[tuple[Candidate, Reading]]:
        stems = sorted({t.lower() for term in query.terms for form in term.forms for t in form})
        frequencies = self._vocabulary.document_frequencies(stems)
        found = find_candidates(query, hits, frequencies, self._encoder.is_word)
        if not found:
            return []
        passages = [titled(hit.passage) for hit in hits]
        readings = _checked(self._network.read(query.expansion.text, passages))
        by_passage = {hit.passage.id: reading for hit, reading in zip(hits, readings, strict=True)}
        read = [(one, by_passage[one.hit.passage.id]) for one in found]
        return [(_as_read(one, reading), reading) for one, reading in read]


def confidence_features(
    units: Sequence[tuple[float, int, Mapping[str, float]]],
) -> dict[str, float]:
    """What confidence is computed from: units' probabilities, passages and features, best first.

    `elsewhere` is the best unit of another passage: whether passages agree.
    """
    best, passage, features = units[0]
    second = units[1][0] if len(units) > 1 else 0.0
    elsewhere = next((one for one, other, _ in units if other != passage), 0.0)
    return {
        "logit": calibration.logit(best),
        "second": calibration.logit(second),
        "elsewhere": calibration.logit(elsewhere),
        **{name: max(one[name] for *_, one in units) for name in _GREATEST},
        **{f"best_{name}": features[name] for name in _READ},
        **{name: features[name] for name in _OF_THE_BEST},
    }


def _kind(query: Query) -> str:
    return "record" if query.asks_for_record else "prose"


def _as_read(candidate: Candidate, reading: Reading) -> Candidate:
    """The candidate with what the network says of it."""
    first = candidate.hit.passage.start
    start, end = candidate.unit.start - first, candidate.unit.end - first
    mean, peak = reading.evidence(start, end)
    span, _ = reading.span(start, end)
    features = {
        **candidate.features,
        "reads_answer": reading.answers,
        "reads_evidence": mean,
        "reads_peak": peak,
        "reads_span": span,
        "reads_relevant": 0.0 if reading.relevant is None else reading.relevant,
    }
    return replace(candidate, features=features)


def _checked(readings: Sequence[Reading]) -> Sequence[Reading]:
    if not all(one.is_finite for one in readings):
        raise ModelError("the reader gave no number for some passages: choose another one")
    return readings


def _highlights(candidate: Candidate, reading: Reading) -> tuple[tuple[int, int], ...]:
    """The short answers in a unit, in reading order, where the network would give any."""
    first = candidate.hit.passage.start
    spans = reading.spans(candidate.unit.start - first, candidate.unit.end - first)
    whole = (with_sign(candidate.hit.passage.text, *span) for _, span in spans)
    return tuple(sorted((first + start, first + end) for start, end in whole))


def with_sign(text: str, start: int, end: int) -> tuple[int, int]:
    """A span with the sign before its number and the "%" behind: "-20", not "20"."""
    if text[start : start + 1].isdigit() and _SIGN.search(text, 0, start):
        start -= 1
    return start, end + (text[end - 1 : end].isdigit() and text[end : end + 1] == "%")
