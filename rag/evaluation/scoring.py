"""An answer against its gold question: one Row of what was right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.evaluation.folding import SqueezedText, missing_facts, share_of_facts, squeezed
from rag.evaluation.gold import GoldQuestion
from rag.types import Answer, Citation, Document


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation of an answer; `precise` is None where the gold names no evidence."""

    document: str
    text: str
    precise: bool | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Row:
    """How one question fared. What a set does not say is None."""

    id: str
    question: str
    kind: str
    answerable: bool
    abstained: bool
    confidence: float
    right: bool  # every fact stands in the quotations, or rightly abstained
    would_be_right: bool  # the same with no threshold: by what was nearest where it abstained
    fact_recall: float | None
    fact_recall_first: float | None  # by the first quotation alone
    first_document: bool | None
    quotations: tuple[Quotation, ...]
    missing: tuple[str, ...]  # facts that no quotation holds, each by its first spelling
    answer: str
    latency_ms: float


class Judge:
    """Scores answers; keeps the texts of documents that it has looked into."""

    def __init__(self, document: Callable[[str], Document]) -> None:
        self._document = document
        self._texts: dict[str, SqueezedText] = {}

    def score(self, gold: GoldQuestion, answer: Answer, latency_ms: float) -> Row:
        """The Row of an answer."""
        quotes = [citation.quote for citation in answer.citations]
        quotations = tuple(self._quotation(gold, citation) for citation in answer.citations)
        recall, first = _recalls(gold, quotes)
        documented = self._first_document(gold, answer.citations)
        shown = answer.citations or answer.nearest
        return Row(
            id=gold.id,
            question=gold.question,
            kind=gold.kind,
            answerable=gold.answerable,
            abstained=answer.abstained,
            confidence=answer.confidence,
            right=_holds_all(gold, recall, documented) if gold.answerable else answer.abstained,
            would_be_right=_holds_all(
                gold,
                _recalls(gold, [citation.quote for citation in shown])[0],
                self._first_document(gold, shown),
            ),
            fact_recall=recall,
            fact_recall_first=first,
            first_document=documented,
            quotations=quotations,
            missing=tuple(fact[0] for fact in missing_facts(gold.facts or (), quotes)),
            answer=answer.text,
            latency_ms=round(latency_ms, 2),
        )

    def _quotation(self, gold: GoldQuestion, citation: Citation) -> Quotation:
        document = self._document(citation.document_id)
        exact = document.text[citation.start : citation.end] == citation.quote
        precise = self._is_precise(gold, citation) if gold.evidence else None
        if not gold.answerable:
            precise = False  # there is nothing right to quote
        return Quotation(citation.document_id, citation.quote, precise, exact)

    def _is_precise(self, gold: GoldQuestion, citation: Citation) -> bool:
        """Whether a quotation overlaps a sentence of the evidence in a document that is right."""
        if gold.documents and citation.document_id not in gold.documents:
            return False
        quote = squeezed(citation.quote)
        for sentence in gold.evidence:
            wanted = squeezed(sentence)
            if wanted in quote or quote in wanted:
                return True
            places = self._text(citation.document_id).find(sentence)
            if any(start < citation.end and citation.start < end for start, end in places):
                return True
        return False

    def _first_document(self, gold: GoldQuestion, citations: Sequence[Citation]) -> bool | None:
        if not gold.answerable or not (gold.documents or gold.context):
            return None
        if not citations:
            return False
        if gold.documents:
            return citations[0].document_id in gold.documents
        return squeezed(citations[0].quote) in squeezed(gold.context)

    def _text(self, document_id: str) -> SqueezedText:
        if document_id not in self._texts:
            self._texts[document_id] = SqueezedText(self._document(document_id).text)
        return self._texts[document_id]


def _recalls(gold: GoldQuestion, quotes: Sequence[str]) -> tuple[float | None, float | None]:
    if not gold.answerable or gold.facts is None:
        return None, None
    return share_of_facts(gold.facts, quotes), share_of_facts(gold.facts, quotes[:1])


def _holds_all(gold: GoldQuestion, recall: float | None, documented: bool | None) -> bool:
    """Whether quotations hold every fact; by their document where a set names no facts."""
    if not gold.answerable:
        return False
    return recall == 1.0 if recall is not None else bool(documented)
