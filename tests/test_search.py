"""Search: words and vectors fused, best first, each passage once."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, Settings, build_index
from rag.errors import UsageError
from rag.types import Kind
from tests.seeds import CZECH, MEDGEN

QUERY = "antibodies against CD19 and CD22"


def test_hits_come_best_first_and_once(assistant: Assistant) -> None:
    hits = assistant.search(QUERY, 30)
    for cited in (False, True):  # references may have to wait for their turn
        scores = [h.score for h in hits if (h.passage.kind is Kind.REFERENCE) == cited]
        assert scores == sorted(scores, reverse=True)
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
    found = [
        h.passage.document_id
        for h in assistant.search("tumour that medicines no longer hold back", 5)
    ]
    assert MEDGEN in found


def test_prose_goes_before_references_unless_papers_are_asked_for(assistant: Assistant) -> None:
    (about,) = assistant.search("prognosis of relapsed or refractory AML", 1)
    assert about.passage.kind is Kind.PROSE
    papers = assistant.search("DOI of the paper by Ganzel on survival of relapsed AML patients", 3)
    assert papers[0].passage.kind is Kind.REFERENCE
    assert "Ganzel" in papers[0].passage.text


def test_references_do_not_crowd_out_what_a_paper_says(tmp_path: Path) -> None:
    """A paper cites three hundred works in the question's own words."""
    cited = "".join(
        f"{n}. Berg A. How loud the copper kettle hums, part {n}. Tea Sci. 2019;{n}(2):1-9.\n"
        for n in range(1, 301)
    )
    said = "Hums of copper were measured in a kettle. They came to 41 decibels."
    text = f"Kettles and noise\n\nResults\n\n{said}\n\nReferences\n\n{cited}"
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text(text, encoding="utf-8")
    build_index([tmp_path / "docs"], Settings.load(index=tmp_path / "index"))
    with Assistant.open(tmp_path / "index") as assistant:
        hits = assistant.search("How loud is the hum of the copper kettle?", 4)
        assert any("41 decibels" in hit.passage.text for hit in hits)
        papers = assistant.search("Title of the paper by Berg in Tea Sci on kettles", 4)
        assert all(hit.passage.kind is Kind.REFERENCE for hit in papers)


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
