"""Key sentences of one document, quoted.

Sentences are scored by how near they stand to the document's centroid (Radev et al. 2004, with
sentence vectors for words) and by their place, and chosen by maximal marginal relevance
(Carbonell and Goldstein 1998), so that none says again what another has said.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rag.answering import cite, quoted_text
from rag.asides.replies import Reply, reply_undecided
from rag.asides.subjects import Found, find_documents
from rag.embedding import Embeddings
from rag.passages import split_document
from rag.store.base import Store
from rag.terms import stems
from rag.types import Answer, Document, Evidence, Hit, Kind, Passage, Unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOTHING = "The document has no running text that could be quoted."
_FEWEST, _MOST = 3, 5  # sentences
_PER_SENTENCE = 3  # a further one is quoted for as many of the document
_RELEVANCE = 0.7  # against newness
_PLACE, _SECTION = 0.08, 0.05  # on the scale of cosines
_LEANING, _ANNOUNCING = -0.25, -0.25
_LEAST_SHARE = 0.5  # of the best sentence's score
_WORDS = range(5, 71)
_ENCODED = 160  # sentences; of longer documents, those with the commonest words
_ENOUGH = 4  # sentences of abstract and conclusions that make the others needless
_SURELY = 0.95  # the most that can be said of a document being the one meant
_OPENING = re.compile(
    r"|.*\b(?:abstract|(?:^|lay |plain[ -]language |executive )summary)\b.*", re.IGNORECASE
)
_CLOSING = re.compile(
    r".*\b(?:conclusions?|concluding|perspectives?|key (?:points|messages|findings)|take-home)\b.*",
    re.IGNORECASE,
)
_FINDINGS = re.compile(r"\b(?:results?|findings)\b", re.IGNORECASE)
_ABOUT_THE_TEXT = re.compile(
    r"\b(?:acknowledge?ments?|funding|financ\w+|conflicts?|competing|disclosures?|contributions?"
    r"|ethic\w+|availability|supplement\w*|supporting information|abbreviations|keywords?"
    r"|references|bibliography|appendix|correspond\w+|affiliations?|copyright|licen[cs]e|permissions?"
    r"|publisher|footnotes?|tables?|figures?|figs?|boxe?s?|legends?)\b",
    re.IGNORECASE,
)
_NO_SENTENCE = re.compile(
    r"(?:[^:;]{1,80}: [^;]*; ){2}"  # a table's row
    r"|©|\bcopyright\b|\ball rights reserved\b|\bcreative commons\b|\bcorresponding author\b"
    r"|\b(?:manuscript|authors?|editorial board|editors?|publisher) (?:\w+ )?(?:declares?|declared"
    r"|read and approved|contributed|thanks?|acknowledges?)\b|https?://|\bwww\.",
    re.IGNORECASE,
)
# What says so among its first words leans on the sentence before it.
_LEANS = re.compile(
    r"(?:however|moreover|furthermore|in addition|additionally|therefore|thus|hence|in contrast"
    r"|on the other hand|conversely|likewise|similarly|nevertheless|nonetheless|for example"
    r"|for instance|consequently|also|finally|but|and|or|so|we also)\b"
    r"|(?:[^\W_]\S*\s+){0,4}?(?:this|these|those|they|them|their|its|such|he|she|his|her)\b"
    r"|it\b(?! (?:is|was|has been|seems|appears) \w+ (?:to|that)\b)",
    re.IGNORECASE,
)
# What says what the text is about to say.
_ANNOUNCES = re.compile(
    r"\b(?:we|(?:this|the|our|present) (?:article|review|paper|study|chapter|work|report))"
    r" (?:(?:will|also|here|briefly|then|aims? to|now) )*"
    r"(?:review|discuss|summari[sz]e|describe|focus|present|outline|highlight|overview|address"
    r"|cover|examine|explore|consider)(?:e?s|e?d)?\b",
    re.IGNORECASE,
)


def summarise(
    subject: str,
    store: Store,
    encoder: Embeddings,
    *,
    question: str,
    passage_words: int,
    spoken_of: str | None = None,
) -> Answer | Reply:
    """The key sentences of the document that a subject names; or that none or several fit.

    A subject of "" means `spoken_of`, the id of the document that was cited last, or the only
    document. `question` is what the person wrote.
    """
    documents = store.documents()
    last = tuple(one for one in documents if one.id == spoken_of and not subject)
    found = Found(last, 1.0) if last else find_documents(subject, store)
    if len(found.documents) != 1:
        return reply_undecided(subject, found, documents)
    document = store.document(found.documents[0].id)
    return summarise_document(
        document, encoder, question=question, passage_words=passage_words, share=found.share
    )


def summarise_document(
    document: Document,
    encoder: Embeddings,
    *,
    question: str,
    passage_words: int,
    share: float = 1.0,
) -> Answer:
    """Three to five key sentences of a document, in its order; fewer where it has fewer.

    `confidence` is not calibrated: it is `share` (0..1), how much of what was said the document
    bears, and never certainty. The score of a citation is its cosine to the document's centroid.
    A document without prose gives an answer that abstains, with no quotation.
    """
    found = key_sentences(split_document(document, passage_words=passage_words), encoder)
    if not found:
        return Answer(question, NOTHING, abstained=True, confidence=0.0)
    citations = tuple(cite(number, one, document) for number, one in enumerate(found, start=1))
    said = quoted_text(citations)
    return Answer(question, said, False, min(share, _SURELY), citations=citations)


def key_sentences(passages: Sequence[Passage], encoder: Embeddings) -> list[Evidence]:
    """The key sentences among a document's passages, in their order."""
    units = _quotable(passages)
    if not units:
        return []
    texts = [_text(*one) for one in units]
    vectors = np.asarray(encoder.embed_documents(texts), dtype=np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    centroid = vectors.mean(axis=0)
    central = vectors @ (centroid / max(float(np.linalg.norm(centroid)), 1e-9))
    scores = central + np.array(_bonuses(units, texts), dtype=np.float32)
    most = min(_MOST, max(_FEWEST, math.ceil(len(units) / _PER_SENTENCE)))
    return [
        Evidence(
            Hit(units[at][0], float(scores[at])),
            units[at][1].start,
            units[at][1].end,
            min(1.0, max(0.0, float(central[at]))),
        )
        for at in sorted(_chosen(scores, vectors, most))
    ]


def _quotable(passages: Sequence[Passage]) -> list[tuple[Passage, Unit]]:
    """The sentences that can stand for a document: prose of its own, each text once."""
    found: dict[tuple[str, ...], tuple[Passage, Unit]] = {}
    for passage in passages:
        if passage.kind is not Kind.PROSE or _ABOUT_THE_TEXT.search(passage.section):
            continue
        for unit in passage.units:
            text = _text(passage, unit)
            if not unit.fields and not _NO_SENTENCE.search(text):
                found.setdefault(tuple(text.casefold().split()), (passage, unit))
    fitting = [one for said, one in found.items() if len(said) in _WORDS]
    own = [one for one in fitting if _is_own_summary(one[0].section)]
    return _commonest(own if len(own) >= _ENOUGH else fitting or list(found.values()))


def _is_own_summary(section: str) -> bool:
    """Whether the authors say here what the whole says: abstracts and conclusions."""
    return bool(_OPENING.fullmatch(section) or _CLOSING.fullmatch(section))


def _commonest(units: list[tuple[Passage, Unit]]) -> list[tuple[Passage, Unit]]:
    """As many as are encoded: those whose words stand in the most sentences of the document."""
    if len(units) <= _ENCODED:
        return units
    held = [frozenset(stems(_text(*one))) for one in units]
    counts = Counter(one for stems in held for one in stems)
    weights = [
        sum(math.log(counts[one]) for one in stems) / math.sqrt(len(stems) or 1) for stems in held
    ]
    kept = sorted(range(len(units)), key=lambda at: -weights[at])[:_ENCODED]
    return [units[at] for at in sorted(kept)]


def _bonuses(units: Sequence[tuple[Passage, Unit]], texts: Sequence[str]) -> list[float]:
    """What place and wording add to a sentence's score."""
    opening = [at for at, (passage, _) in enumerate(units) if _OPENING.fullmatch(passage.section)]
    # Without an abstract it is the first sentence of all that says what this is about.
    edges = {opening[0], opening[-1]} if opening else {0}
    return [
        _PLACE * (at in edges)
        + _SECTION * bool(_CLOSING.fullmatch(section) or _FINDINGS.search(section))
        + _LEANING * bool(_LEANS.match(text))
        + _ANNOUNCING * bool(_ANNOUNCES.search(text))
        for at, (section, text) in enumerate(
            (passage.section, text) for (passage, _), text in zip(units, texts, strict=True)
        )
    ]


def _chosen(scores: NDArray[np.float32], vectors: NDArray[np.float32], most: int) -> list[int]:
    """Places by maximal marginal relevance; none with far less of a score than the best."""
    likeness = vectors @ vectors.T
    left = [at for at in range(len(scores)) if scores[at] >= _LEAST_SHARE * scores.max()]
    chosen: list[int] = []
    while left and len(chosen) < most:
        worth = {
            at: _RELEVANCE * scores[at]
            - (1 - _RELEVANCE) * max((likeness[at][one] for one in chosen), default=0.0)
            for at in left
        }
        best = max(left, key=lambda at: worth[at])
        chosen.append(best)
        left.remove(best)
    return chosen


def _text(passage: Passage, unit: Unit) -> str:
    return passage.text[unit.start - passage.start : unit.end - passage.start]
