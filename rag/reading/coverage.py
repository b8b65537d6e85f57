"""The first reader: embeddings, term coverage and records; no training on reading itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.abbreviations import expand
from rag.embedding.onnx import OnnxEncoder, TokenVectors
from rag.query import Query, Vocabulary
from rag.reading import calibration
from rag.reading.features import Candidate, find_candidates, soft_coverage
from rag.types import Evidence, Hit, Kind

# Units whose cosine is worth computing: those of the best passages, by the cheap features.
ENCODED_UNITS = 32


class CoverageReader:
    """Scores units by cosine, coverage of the question's terms and facts stated."""

    def __init__(self, encoder: OnnxEncoder, vocabulary: Vocabulary) -> None:
        """`vocabulary` is the corpus's: frequencies and abbreviations."""
        self._encoder, self._vocabulary = encoder, vocabulary

    def read(self, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
        """Every candidate unit as Evidence, the likeliest answer first."""
        candidates = self.candidates(query, hits)
        model = calibration.load("record" if query.asks_for_record else "prose")
        evidence = [
            Evidence(
                hit=candidate.hit,
                start=candidate.unit.start,
                end=candidate.unit.end,
                probability=model.probability(candidate.features),
                features=candidate.features,
            )
            for candidate in candidates
        ]
        return sorted(evidence, key=lambda e: (-e.probability, -e.hit.score, e.start))

    def confidence(self, query: Query, evidence: Sequence[Evidence]) -> float:
        """The best unit's probability, set right for its being the best of many."""
        if not evidence:
            return 0.0
        kind = "record" if query.asks_for_record else "prose"
        features = {"logit": calibration.logit(evidence[0].probability)}
        return calibration.load(f"confidence_{kind}").probability(features)

    def candidates(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """The units of the hits with all their features."""
        stems = sorted({t.lower() for term in query.terms for form in term.forms for t in form})
        frequencies = self._vocabulary.document_frequencies(stems)
        found = find_candidates(query, hits, frequencies, self._encoder.is_word)
        found = sorted(found, key=_promise, reverse=True)[:ENCODED_UNITS]
        if not found:
            return []
        abbreviations = self._vocabulary.abbreviations()
        texts = [expand(_in_context(candidate), abbreviations).text for candidate in found]
        question, *units = self._encoder.encode_tokens([query.expansion.text, *texts])
        return [
            _with_meaning(query, candidate, question, unit)
            for candidate, unit in zip(found, units, strict=True)
        ]


def _in_context(candidate: Candidate) -> str:
    """What is encoded of a unit: under its title, which says what "these drugs" are for.

    The title of a list's document says nothing of the works that are listed.
    """
    passage = candidate.hit.passage
    titled = passage.title and passage.kind is not Kind.REFERENCE
    return f"{passage.title}\n{candidate.text}" if titled else candidate.text


def _with_meaning(
    query: Query, candidate: Candidate, question: TokenVectors, unit: TokenVectors
) -> Candidate:
    """The candidate with the features that need the model."""
    mean, least = soft_coverage(query, question, unit)
    features = {
        **candidate.features,
        "similarity": float(unit.text @ question.text),
        "soft_coverage": mean,
        "soft_minimum": least,
    }
    return replace(candidate, features=features)


def _promise(candidate: Candidate) -> float:
    """Which units are worth encoding, by what is known without it."""
    features = candidate.features
    return features["context_coverage"] + features["fields"] + candidate.hit.score
