"""Evidence made into an answer: what is quoted, what is left out, when nothing is said."""

from __future__ import annotations

import pytest

from rag.answering import ABSTENTION, compose
from rag.cleaning import Extract, clean
from rag.passages import split_document
from rag.types import Answer, Document, Evidence, Hit, Kind

TEXT = """\
Kettles and their noise

Authors: Ada Berg; Bo Lindqvist
doi: 10.5555/kettle.1

Abstract

Kettles hum before they boil. The copper kettle hums at 41 decibels. Steel is louder by a third. Kettles hum before they boil.

References

1. Roe C. Tea at night. J Leaf. 2003;3(2):8–9. doi: 10.5555/leaf.8
2. Lee A, Kim B. Tea at noon. J Leaf. 2001;1(1):1–2.
3. Ahn S. Pots. J Leaf. 1999;2(1):3–4. PMID: 9000001
"""  # noqa: E501
DOCUMENT: Document = clean(Extract(TEXT), id="kettles.txt", source="kettles.txt", content_hash="0")
UNITS = [
    (passage, unit)
    for passage in split_document(DOCUMENT, passage_words=110)
    for unit in passage.units
]


def evidence(*chances: tuple[str, float]) -> list[Evidence]:
    """A unit that starts so, with its probability; each but the first match once."""
    found, used = [], set()
    for start, probability in chances:
        passage, unit = next(
            (p, u)
            for p, u in UNITS
            if DOCUMENT.text.startswith(start, u.start) and u.start not in used
        )
        used.add(unit.start)
        found.append(Evidence(Hit(passage, 1.0), unit.start, unit.end, probability))
    return found


def composed(
    *chances: tuple[str, float], confidence: float = 0.9, most: int = 3, threshold: float = 0.5
) -> Answer:
    return compose(
        "What hums?", evidence(*chances), confidence, lambda _: DOCUMENT,
        threshold=threshold, max_quotations=most,
    )  # fmt: skip


def test_the_answer_is_the_quotations_with_their_numbers() -> None:
    answer = composed(("The copper", 0.9), ("Steel", 0.8))
    assert answer.text == (
        "The copper kettle hums at 41 decibels. [1]\nSteel is louder by a third. [2]"
    )
    assert [c.quote for c in answer.citations] == [
        "The copper kettle hums at 41 decibels.", "Steel is louder by a third.",
    ]  # fmt: skip
    assert (answer.abstained, answer.nearest, answer.confidence) == (False, (), 0.9)


def test_the_same_words_are_quoted_once() -> None:
    answer = composed(("Kettles hum", 0.9), ("Kettles hum", 0.9), ("The copper", 0.9))
    assert len(answer.citations) == 2


PREPRINT: Document = clean(
    Extract("Kettles, a preprint\n\ndoi: 10.5555/KETTLE.1\n\nAbstract\n\nCopper hums at 41 dB.\n"),
    id="preprint.txt", source="preprint.txt", content_hash="1",
)  # fmt: skip
REPLY: Document = clean(
    Extract("A reply\n\ndoi: 10.5555/reply.2\n\nAbstract\n\nCopper hums at 39 dB.\n"),
    id="reply.txt", source="reply.txt", content_hash="2",
)  # fmt: skip


@pytest.mark.parametrize(("other", "quoted"), [(PREPRINT, 1), (REPLY, 2)])
def test_a_work_is_quoted_from_one_of_its_texts(other: Document, quoted: int) -> None:
    (found,) = (
        Evidence(Hit(passage, 1.0), unit.start, unit.end, 0.8)
        for passage in split_document(other, passage_words=110)
        for unit in passage.units
        if "Copper" in other.text[unit.start : unit.end]
    )
    documents = {DOCUMENT.id: DOCUMENT, other.id: other}
    answer = compose(
        "What hums?", [*evidence(("The copper", 0.9)), found], 0.9, documents.__getitem__,
        threshold=0.5, max_quotations=3,
    )  # fmt: skip
    assert len(answer.citations) == quoted
    assert answer.citations[0].document_id == DOCUMENT.id


def test_no_more_than_asked_for_are_quoted() -> None:
    everything = [("Kettles hum", 0.9), ("The copper", 0.9), ("Steel", 0.9)]
    assert len(composed(*everything, most=2).citations) == 2


def test_what_is_far_less_likely_is_left_out() -> None:
    assert len(composed(("The copper", 0.9), ("Steel", 0.05)).citations) == 1


def test_below_the_threshold_it_abstains_and_shows_the_nearest() -> None:
    answer = composed(("The copper", 0.4), ("Steel", 0.01), confidence=0.49)
    assert answer.abstained
    assert answer.text == ABSTENTION == "The corpus does not answer this question."
    assert answer.citations == ()
    assert [c.number for c in answer.nearest] == [1, 2]


def test_at_the_threshold_it_answers() -> None:
    assert not composed(("The copper", 0.5), confidence=0.5).abstained


def test_without_evidence_it_abstains_however_sure() -> None:
    answer = composed(confidence=1.0)
    assert answer.abstained
    assert answer.nearest == ()


def test_a_citation_carries_the_documents_facts() -> None:
    (citation,) = composed(("The copper", 0.9)).citations
    assert citation.title == "Kettles and their noise"
    assert citation.authors == ("Ada Berg", "Bo Lindqvist")
    assert (citation.doi, citation.section) == ("10.5555/kettle.1", "Abstract")
    assert (citation.kind, citation.reference) == (Kind.PROSE, None)
    assert DOCUMENT.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    ("start", "doi", "pmid"),
    [("1. Roe", "10.5555/leaf.8", None), ("2. Lee", None, None), ("3. Ahn", None, "9000001")],
)
def test_a_cited_entry_carries_its_own_identifiers(
    start: str, doi: str | None, pmid: str | None
) -> None:
    (citation,) = composed((start, 0.9)).citations
    assert citation.kind is Kind.REFERENCE
    assert citation.reference is not None
    assert (citation.reference.doi, citation.reference.pmid) == (doi, pmid)
    assert (citation.doi, citation.pmid) == ("10.5555/kettle.1", None)
