"""The promises, over the seeds and a dozen questions: every quotation can be checked."""

from __future__ import annotations

import re

import pytest

from rag import Answer, Assistant, Citation
from rag.answering import ABSTENTION
from rag.types import Kind
from tests.seeds import AML, CHROME, FACTS, MEDGEN, NAMES, PAEDIATRIC, folded, source_text

QUESTIONS = (
    "Which antigens do monoclonal antibodies target in ALL?",
    "Which drugs has the US FDA approved for relapsed B-ALL?",
    "What does refractory acute leukemia mean?",
    "What is the MedGen UID of refractory acute leukemia?",
    "Who wrote the Czech review on relapsed ALL?",
    "What is the DOI of the review on targeted therapy in AML?",
    "When was the manuscript of the Czech review accepted?",
    "Which grant supported the work at Masaryk University?",
    "What is the PMID of the paper by Willemze, Archimbaud and Muus?",
    "Which paper by Ganzel is cited, and what is its DOI?",
    "What share of children with ALL survive?",
    "Is the site secure and encrypted?",
    "Where can I turn activity recording back on?",
    "What are the similar articles and LinkOut resources on PubMed?",
    "How do I bake sourdough bread?",
    "What is the capital of Mongolia?",
)


@pytest.fixture(scope="module", params=QUESTIONS)
def answer(request: pytest.FixtureRequest, assistant: Assistant) -> Answer:
    return assistant.ask(request.param)


def shown(answer: Answer) -> tuple[Citation, ...]:
    return (*answer.citations, *answer.nearest)


def test_every_quotation_is_a_slice_of_its_document(answer: Answer, assistant: Assistant) -> None:
    for citation in shown(answer):
        document = assistant.document(citation.document_id)
        assert document.text[citation.start : citation.end] == citation.quote
        assert citation.quote.strip() == citation.quote != ""


def test_every_quotation_stands_in_its_file(answer: Answer) -> None:
    for citation in shown(answer):
        assert folded(citation.quote) in folded(source_text(citation.source))
        assert citation.source in citation.sources


def test_no_quotation_holds_page_furniture(answer: Answer) -> None:
    for citation in shown(answer):
        text = f"{citation.quote}\n{citation.section}\n{citation.title}"
        assert [p for p in CHROME if re.search(rf"(?<!\w){re.escape(p)}(?!\w)", text)] == []


def test_an_answer_is_its_quotations_each_with_its_number(answer: Answer) -> None:
    if answer.abstained:
        assert answer.text == ABSTENTION
        return
    expected = [f"{' '.join(c.quote.split())} [{c.number}]" for c in answer.citations]
    assert " ".join(answer.text.split()) == " ".join(expected)
    assert [c.number for c in answer.citations] == list(range(1, len(expected) + 1))


def test_an_answer_either_answers_or_shows_what_came_nearest(
    answer: Answer, assistant: Assistant
) -> None:
    assert 0.0 <= answer.confidence <= 1.0
    assert answer.abstained == (answer.confidence < assistant.settings.threshold)
    assert bool(answer.citations) != answer.abstained
    assert bool(answer.nearest) == answer.abstained
    assert len(answer.citations) <= assistant.settings.max_quotations


def test_a_citation_carries_its_own_documents_facts(answer: Answer) -> None:
    for citation in shown(answer):
        facts = FACTS[citation.document_id]
        assert citation.title == facts.title
        assert citation.authors == facts.authors
        assert (citation.doi, citation.year) == (facts.doi, facts.year)
        assert (citation.journal, citation.pmid) == (facts.journal, None)


def test_a_cited_entry_carries_its_own_identifiers(answer: Answer, assistant: Assistant) -> None:
    for citation in shown(answer):
        assert (citation.reference is not None) == (citation.kind is Kind.REFERENCE)
        if citation.reference:
            entry = citation.reference
            assert entry in assistant.document(citation.document_id).references
            assert entry.doi is None or entry.doi in citation.quote
            assert entry.pmid is None or entry.pmid in citation.quote
            assert entry.doi != citation.doi or entry.doi is None


def test_highlights_lie_inside_the_quotation(answer: Answer) -> None:
    for citation in shown(answer):
        for start, end in citation.highlights:
            assert citation.start <= start < end <= citation.end


def test_no_text_is_quoted_twice(answer: Answer) -> None:
    quotes = [" ".join(c.quote.casefold().split()) for c in answer.citations]
    assert len(set(quotes)) == len(quotes)


# -- one question at a time ------------------------------------------------------------------


def references(assistant: Assistant, question: str) -> list[Citation]:
    return [c for c in shown(assistant.ask(question)) if c.reference]


@pytest.mark.parametrize(
    ("question", "listing", "doi", "pmid"),
    [
        ("What is the PMID of Willemze R, Archimbaud E, Muus P 1993?", MEDGEN, None, "7683357"),
        ("What is the DOI of Fülle HH, Hellriegel KP, Onkologie 1986?", MEDGEN,
         "10.1159/000215992", "3528962"),
        ("DOI of Delia M, FLAG-Ida regimen as bridge therapy to allotransplantation?", AML,
         "10.1016/j.clml.2017.06.002", None),
    ],
)  # fmt: skip
def test_an_entrys_identifiers_are_never_the_listing_documents(
    assistant: Assistant, question: str, listing: str, doi: str | None, pmid: str | None
) -> None:
    cited = [c for c in references(assistant, question) if c.document_id == listing]
    assert (doi, pmid) in [(c.reference.doi, c.reference.pmid) for c in cited if c.reference]
    assert {c.doi for c in cited} == {FACTS[listing].doi}
    assert {c.pmid for c in cited} == {None}


def test_an_entry_without_identifiers_borrows_none(assistant: Assistant) -> None:
    cited = references(assistant, "Which paper in J Biomed Biotechnol 2011 is cited?")
    for citation in cited:
        if citation.document_id == PAEDIATRIC:
            assert citation.reference is not None
            assert (citation.reference.doi, citation.reference.pmid) == (None, None)


@pytest.mark.parametrize(
    "question", ["How do I bake sourdough bread?", "Who won the chess world cup in 1987?"]
)
def test_what_the_corpus_does_not_say_is_not_answered(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.abstained
    assert answer.text == "The corpus does not answer this question."
    assert answer.citations == ()
    assert 1 <= len(answer.nearest) <= 3


def test_every_document_can_be_read_in_full(assistant: Assistant) -> None:
    assert [summary.id for summary in assistant.documents()] == list(NAMES)
    for summary in assistant.documents():
        assert assistant.document(summary.id).text
