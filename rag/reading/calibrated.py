"""The reader: a trained network, search scores, term coverage and records, weighed together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.embedding.onnx import OnnxEncoder
from rag.query import Query, Vocabulary
from rag.reading import calibration
from rag.reading.features import Candidate, find_candidates
from rag.reading.network import ReaderNetwork, Reading
from rag.types import Evidence, Hit, Kind

# Features of which confidence takes the greatest over all units: whether any passage is about
# what is asked, and reads as its answer.
_GREATEST = (
    "reads_answer",
    "reads_evidence",
    "reads_span",
    "passage_similarity",
    "passage_coverage",
    "context_coverage",
)
_OF_THE_BEST = ("missing_names", "unknown")  # features taken of the best unit


class CalibratedReader:
    """Scores units by what the network reads, search scores, term coverage and facts stated."""

    def __init__(
        self, encoder: OnnxEncoder, vocabulary: Vocabulary, network: ReaderNetwork
    ) -> None:
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
                highlights=_highlights(candidate),
            )
            for candidate in self.candidates(query, hits)
        ]
        return sorted(evidence, key=lambda e: (-e.probability, -e.hit.score, e.start))

    def confidence(self, query: Query, evidence: Sequence[Evidence]) -> float:
        """The best units' probabilities, set right for their being the best of many."""
        if not evidence:
            return 0.0
        model = calibration.load(f"confidence_{_kind(query)}")
        return model.probability(
            confidence_features([(one.probability, one.features) for one in evidence])
        )

    def candidates(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """The units of the hits with all their features."""
        stems = sorted({t.lower() for term in query.terms for form in term.forms for t in form})
        frequencies = self._vocabulary.document_frequencies(stems)
        found = find_candidates(query, hits, frequencies, self._encoder.is_word)
        if not found:
            return []
        passages = [(_title(hit), hit.passage.text) for hit in hits]
        readings = self._network.read(query.expansion.text, passages)
        by_passage = {hit.passage.id: reading for hit, reading in zip(hits, readings, strict=True)}
        return [_as_read(one, by_passage[one.hit.passage.id]) for one in found]


def confidence_features(
    units: Sequence[tuple[float, Mapping[str, float]]],
) -> dict[str, float]:
    """What confidence is computed from: the units' probabilities and features, best first."""
    best, features = units[0]
    second = units[1][0] if len(units) > 1 else 0.0
    return {
        "logit": calibration.logit(best),
        "second": calibration.logit(second),
        **{name: max(one[name] for _, one in units) for name in _GREATEST},
        **{name: features[name] for name in _OF_THE_BEST},
    }


def _kind(query: Query) -> str:
    return "record" if query.asks_for_record else "prose"


def _title(hit: Hit) -> str:
    """The title that a passage is read under, which says what "these drugs" are for.

    The title of a list's document says nothing of the works that are listed.
    """
    return "" if hit.passage.kind is Kind.REFERENCE else hit.passage.title


def _as_read(candidate: Candidate, reading: Reading) -> Candidate:
    """The candidate with what the network says of it."""
    first = candidate.hit.passage.start
    start, end = candidate.unit.start - first, candidate.unit.end - first
    mean, peak = reading.evidence(start, end)
    span, place = reading.span(start, end)
    features = {
        **candidate.features,
        "reads_answer": reading.answers,
        "reads_evidence": mean,
        "reads_peak": peak,
        "reads_span": span,
    }
    return replace(candidate, features=features, answer=(first + place[0], first + place[1]))


def _highlights(candidate: Candidate) -> tuple[tuple[int, int], ...]:
    """The short answer, where the network would rather give it than none."""
    if candidate.answer is None or candidate.features["reads_span"] <= 0:
        return ()
    start, end = candidate.answer
    return ((start, end),) if start < end else ()
