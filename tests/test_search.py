"""Search: words and vectors fused, best first, each passage once."""

from __future__ import annotations

import pytest

from rag import Assistant
from rag.errors import UsageError
from rag.types import Kind
from tests.seeds import CZECH, MEDGEN

QUERY = "antibodies against CD19 and CD22"


def test_hits_come_best_first_and_once(assistant: Assistant) -> None:
    hits = assistant.search(QUERY, 30)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert len({h.passage.id for h in hits}) == len(hits) == 30
    assert all(-1.001 <= h.similarity <= 1.001 and 0 <= h.words <= 1 for h in hits)


def test_a_shorter_list_is_the_head_of_a_longer_one(assistant: Assistant) -> None:
    long = [h.passage.id for h in assistant.search(QUERY, 20)]
    assert [h.passage.id for h in assistant.search(QUERY, 5)] == long[:5]


def test_hits_are_slices_of_their_documents(assistant: Assistant) -> None:
    for hit in assistant.search(QUERY, 60):
        passage = hit.passage
        text = assistant.document(passage.document_id).text
        assert text[passage.start : passage.end] == passage.text


def test_a_rare_word_finds_its_passage(assistant: Assistant) -> None:
    (hit,) = assistant.search("MUNI/A/1105/2018", 1)
    assert "MUNI/A/1105/2018" in hit.passage.text


def test_other_words_of_the_same_meaning_find_it_too(assistant: Assistant) -> None:
    found = [h.passage.document_id for h in assistant.search("a cancer resisting medication", 5)]
    assert MEDGEN in found


def test_prose_goes_before_references_unless_papers_are_asked_for(assistant: Assistant) -> None:
    (about,) = assistant.search("prognosis of relapsed or refractory AML", 1)
    assert about.passage.kind is Kind.PROSE
    papers = assistant.search("DOI of the paper by Ganzel on survival of relapsed AML patients", 3)
    assert papers[0].passage.kind is Kind.REFERENCE
    assert "Ganzel" in papers[0].passage.text


def test_accents_and_case_do_not_matter_to_words(assistant: Assistant) -> None:
    (hit,) = assistant.search("HRABOVSKY", 1)
    assert hit.passage.document_id == CZECH


def test_nothing_in_common_still_gives_the_nearest(assistant: Assistant) -> None:
    assert len(assistant.search("sourdough bread", 4)) == 4


@pytest.mark.parametrize("limit", [0, -1])
def test_no_hits_cannot_be_asked_for(assistant: Assistant, limit: int) -> None:
    with pytest.raises(UsageError, match="at least 1"):
        assistant.search(QUERY, limit)


def test_more_than_there_are_gives_all_there_are(assistant: Assistant) -> None:
    total = sum(summary.passages for summary in assistant.documents())
    assert len(assistant.search(QUERY, 10_000)) == total
