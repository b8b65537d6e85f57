"""Search: words and vectors fused, best first, each passage once."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, Settings, build_index
from rag.errors import UsageError
from rag.query import MAX_QUESTION
from rag.search import REFERENCE_PENALTY, Weights
from rag.types import Kind
from tests.seeds import CZECH, NAMES

QUERY = "antibodies against CD19 and CD22"


def opened(folder: Path, **texts: str) -> Assistant:
    """An assistant over texts, a file each."""
    (folder / "docs").mkdir()
    for name, text in texts.items():
        (folder / "docs" / f"{name}.txt").write_text(text, encoding="utf-8")
    build_index([folder / "docs"], Settings.load(index=folder / "index"))
    return Assistant.open(folder / "index")


def test_hits_come_best_first_and_once(assistant: Assistant) -> None:
    hits = assistant.search(QUERY, 30)
    for cited in (False, True):  # references may have to wait for their turn
        scores = [h.score for h in hits if (h.passage.kind is Kind.REFERENCE) == cited]
        assert scores == sorted(scores, reverse=True)
    assert len({h.passage.id for h in hits}) == len(hits) == 30
    assert all(-1.001 <= h.similarity <= 1.001 and 0 <= h.words <= 1 for h in hits)


@pytest.mark.parametrize("by_document", [False, True])
@pytest.mark.parametrize("question", [QUERY, "Who wrote the review?", "children", "sourdough"])
def test_a_shorter_list_is_the_head_of_a_longer_one(
    assistant: Assistant, question: str, by_document: bool
) -> None:
    long = [h.passage.id for h in assistant.search(question, 40, by_document=by_document)]
    for limit in (1, 2, 3, 5, 12, 39):
        short = assistant.search(question, limit, by_document=by_document)
        assert [h.passage.id for h in short] == long[:limit]


# -- a document once -------------------------------------------------------------------------


def test_each_document_comes_once_with_its_best_passage(assistant: Assistant) -> None:
    first: dict[str, int] = {}
    for hit in assistant.search(QUERY, 1000):
        first.setdefault(hit.passage.document_id, hit.passage.id)
    hits = assistant.search(QUERY, 1000, by_document=True)
    assert {h.passage.document_id: h.passage.id for h in hits} == first
    assert [h.passage.document_id for h in hits] == list(first)
    assert set(first) == set(NAMES)


def test_a_long_document_does_not_hide_the_others(tmp_path: Path) -> None:
    """It has more passages on the question than are looked at."""
    long = "".join(
        f"## Part {n}\n\nThe copper kettle hums at {n} decibels on stove {n * 7}.\n\n"
        for n in range(400)
    )
    others = {f"s{n}": f"Note {n} names a thing that hums like kettle {n}." for n in range(6)}
    with opened(tmp_path, long=f"Kettles\n\n{long}", **others) as assistant:
        hits = assistant.search("How loud does the copper kettle hum?", 7, by_document=True)
        assert {h.passage.document_id for h in hits} == {
            "long.txt", *(f"{name}.txt" for name in others)
        }  # fmt: skip
        assert hits[0].passage.document_id == "long.txt"


# -- repeats ---------------------------------------------------------------------------------

ABSTRACT = (
    "The copper kettle hums at {level} decibels before the water boils. Its lid rattles when "
    "steam escapes. Nine {what} were heated on an iron stove, and the noise of each was taken "
    "down by two listeners who sat behind a screen."
)


@pytest.mark.parametrize("by_document", [False, True])
def test_what_says_the_same_again_waits_and_is_not_lost(tmp_path: Path, by_document: bool) -> None:
    texts = {
        "once": ABSTRACT.format(level=41, what="kettles"),
        "again": ABSTRACT.format(level=41, what="copper kettles"),
        "more": ABSTRACT.format(level=42, what="kettles"),
        "lid": "A lid of a kettle is made of copper too, and hums in the wind.",
        "drum": "A drum hums when it is beaten.",
        "garden": "Roses grow behind the gate of the garden.",
    }
    with opened(tmp_path, **texts) as assistant:
        hits = assistant.search(
            "At what level does the copper kettle hum?", 6, by_document=by_document
        )
        names = [Path(hit.passage.document_id).stem for hit in hits]
        assert sorted(names) == sorted(texts)
        repeated = {"once", "again", "more"}
        assert names[0] in repeated
        assert set(names[1:4]) == {"lid", "drum", "garden"}
        assert set(names[4:]) == repeated - {names[0]}
        for some in (hits[:4], hits[4:]):
            assert [h.score for h in some] == sorted((h.score for h in some), reverse=True)
        shown = assistant.search(
            "At what level does the copper kettle hum?", 6, weights=Weights(repeats=2)
        )
        assert {Path(h.passage.document_id).stem for h in shown[:3]} == repeated


def test_hits_are_slices_of_their_documents(assistant: Assistant) -> None:
    for hit in assistant.search(QUERY, 60):
        passage = hit.passage
        text = assistant.document(passage.document_id).text
        assert text[passage.start : passage.end] == passage.text


def test_a_rare_word_finds_its_passage(assistant: Assistant) -> None:
    (hit,) = assistant.search("MUNI/A/1105/2018", 1)
    assert "MUNI/A/1105/2018" in hit.passage.text


def test_other_words_of_the_same_meaning_find_it_too(tmp_path: Path) -> None:
    """No word of the question stands in the text that it means."""
    texts = {
        "rest": "The physician ordered bed rest for her sick child.",
        "bread": "Dough rises overnight before it goes into a hot oven.",
        "tram": "The tram stops at the harbour every ten minutes.",
        "rent": "Tenants pay their landlord on the first of each month.",
    }
    with opened(tmp_path, **texts) as assistant:
        for question, name in (
            ("What did a doctor tell the mother of an ill boy?", "rest"),
            ("When does public transport serve ships?", "tram"),
            ("baking a loaf", "bread"),
        ):
            (hit,) = assistant.search(question, 1)
            assert hit.passage.document_id == f"{name}.txt"


def test_a_text_goes_before_references_unless_papers_are_asked_for(assistant: Assistant) -> None:
    about = assistant.search("prognosis of relapsed or refractory AML", 3)
    assert all(hit.passage.kind is not Kind.REFERENCE for hit in about)
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
    assert len(assistant.search(QUERY, 10_000, by_document=True)) == len(NAMES)


@pytest.mark.parametrize("words", ["leukemia ", "a ", "CD19-CD22 ", "zzzz qqqq ", "B-ALL/T-ALL "])
def test_the_longest_question_is_searched(assistant: Assistant, words: str) -> None:
    longest = (words * MAX_QUESTION)[: MAX_QUESTION - 1] + "x"
    assert len(assistant.search(longest, 5)) == 5


@pytest.mark.parametrize("weights", [Weights(words=0), Weights(words=1)])
def test_words_and_vectors_may_be_searched_alone(assistant: Assistant, weights: Weights) -> None:
    hits = assistant.search(QUERY, 10, weights=weights)
    one = [hit.words if weights.words else hit.similarity for hit in hits]
    assert one
    for hit, expected in zip(hits, one, strict=True):
        penalty = REFERENCE_PENALTY if hit.passage.kind is Kind.REFERENCE else 0
        assert hit.score == pytest.approx(expected - penalty, abs=1e-5)
