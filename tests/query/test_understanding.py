"""What a question is taken to mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from rag.errors import QuestionError
from rag.query import MAX_QUESTION, check_question, tokens, understand
from rag.types import Field


class Words:
    """A corpus of few words."""

    known = ("leukemia", "relaps", "antibodi", "blinatumomab", "children", "tumor", "b", "all")

    def abbreviations(self) -> Mapping[str, str]:
        return {"ALL": "acute lymphoblastic leukemia", "CAR": "chimeric antigen receptor"}

    def document_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        return {stem: 3 for stem in stems if stem in self.known}

    def similar_stems(self, stem: str) -> Sequence[str]:
        return ["blinatumomab"] if stem.startswith("blina") else []


def terms(question: str) -> list[str]:
    return [term.written for term in understand(question, Words()).terms]


def covers(question: str, text: str) -> list[str]:
    found = tokens(text)
    return [term.written for term in understand(question, Words()).terms if term.is_covered(found)]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What is the DOI of the AML review?", {Field.DOI}),
        ("PubMed ID of the paper by Muus", {Field.PMID}),
        ("Who wrote the Czech review?", {Field.AUTHORS}),
        ("In which journal did it appear?", {Field.JOURNAL}),
        ("When was the manuscript submitted?", {Field.SUBMITTED}),
        ("When was the manuscript accepted?", {Field.ACCEPTED}),
        ("Which grant funded the work?", {Field.FUNDING}),
        ("What is the MedGen UID of refractory leukemia?", {Field.IDENTIFIER}),
        ("In which year was the review published?", {Field.DATE}),
        ("What targets relapsed ALL?", set()),
        ("When do children relapse?", set()),
    ],
)
def test_the_facts_that_are_asked_for_are_known(question: str, asked: set[Field]) -> None:
    assert understand(question, Words()).asked == asked


def test_words_that_ask_are_no_subject() -> None:
    assert "DOI" not in terms("What is the DOI of the leukemia review?")
    assert "leukemia" in terms("What is the DOI of the leukemia review?")
    assert not {"What", "is", "the", "of"} & set(terms("What is the cause of leukemia?"))


def test_an_abbreviation_in_capitals_is_no_common_word() -> None:
    assert covers("Which drugs treat ALL?", "all of the drugs") == ["drugs"]
    assert "ALL" in covers("Which drugs treat ALL?", "ALL is a cancer")


@pytest.mark.parametrize(
    ("question", "text", "term"),
    [
        ("What targets ALL?", "acute lymphoblastic leukemia is targeted", "ALL"),
        ("Which antibodies bind?", "the antibody binds", "antibodies"),
        ("Do tumours shrink?", "a tumor shrinks", "tumours"),
        ("What does blinatumomap do?", "blinatumomab binds", "blinatumomap"),
        ("What of Hrabovsky?", "by Š. Hrabovský", "Hrabovsky"),
    ],
)
def test_other_spellings_of_a_word_cover_it(question: str, text: str, term: str) -> None:
    assert term in covers(question, text)


def test_terms_know_their_place() -> None:
    question = "What targets relapsed B-ALL in children?"
    for term in understand(question, Words()).terms:
        assert question[term.start : term.end] == term.written
        assert 0 < term.weight <= 1


@pytest.mark.parametrize("question", ["and in children?", "What about it?", "Why?"])
def test_a_question_that_leans_is_read_with_the_one_before(question: str) -> None:
    before = "What targets relapsed leukemia?"
    assert "leukemia" in understand(question, Words(), [before]).text
    assert understand(question, Words()).text == question


def test_a_question_that_stands_alone_is_left_alone() -> None:
    question = "Which antibodies treat leukemia of children?"
    assert understand(question, Words(), ["How are tumors measured?"]).text == question


def test_white_space_is_folded() -> None:
    assert check_question("  What\n\tis  ALL? ") == "What is ALL?"
    assert check_question("x" * MAX_QUESTION) == "x" * MAX_QUESTION


@pytest.mark.parametrize("question", ["", " \n", "?!…", "x" * 2001, "a\x00b", "\x7fa"])
def test_what_cannot_be_asked_is_refused(question: str) -> None:
    with pytest.raises(QuestionError):
        check_question(question)
