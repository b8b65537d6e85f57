"""What a question is taken to mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from rag.errors import QuestionError
from rag.query import MAX_QUESTION, check_question, tokens, understand
from rag.types import Field


class Words:
    """A corpus of few words."""

    known = dict.fromkeys(
        "leukemia relaps antibodi blinatumomab children tumor b all ball carriag il6 il 6 flt3 itd "
        "flt3itd tnf alpha tnfalpha coinfect co infect bcr abl hsct hypertens".split(),
        3,
    )
    shorts: Mapping[str, str] = {
        "ALL": "acute lymphoblastic leukemia",
        "CAR": "chimeric antigen receptor",
        "CAT": "computed axial tomography",
        "TKIs": "tyrosine kinase inhibitors",
        "IMPACT": "immune monitoring platform for acute cell therapy",
    }

    def abbreviations(self) -> Mapping[str, str]:
        return self.shorts

    def document_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        return {stem: 3 for stem in stems if stem in self.known}

    def stems(self) -> Mapping[str, int]:
        return self.known


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
        ("What does blinatumumab do?", "blinatumomab binds", "blinatumumab"),
        ("What of Hrabovsky?", "by Š. Hrabovský", "Hrabovsky"),
    ],
)
def test_other_spellings_of_a_word_cover_it(question: str, text: str, term: str) -> None:
    assert term in covers(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("FLT3ITD", "with FLT3-ITD"),
        ("FLT3-ITD", "with FLT3ITD"),
        ("FLT3ITD", "with FLT3 ITD"),
        ("FLT3-ITD", "with FLT3 ITD"),
        ("IL6", "serum IL-6 rose"),
        ("IL-6", "serum IL6 rose"),
        ("IL6", "serum IL 6 rose"),
        ("BALL", "relapsed B-ALL"),
        ("B-ALL", "relapsed B ALL"),
        ("TNFα", "TNF-alpha is made"),
        ("TNF-alpha", "TNFα is made"),
        ("TNFa", "TNF-α is made"),
        ("coinfection", "a co-infection with"),
        ("co-infection", "a coinfection with"),
        ("oestrogen", "estrogen"),
        ("estrogen", "oestrogens"),
        ("leukemia", "leukaemias"),
        ("randomised", "randomized"),
        ("analyzed", "analysed"),
        ("Crohn's", "of Crohn’s disease"),
        ("TKI", "TKIs work"),
        ("TKIs", "a TKI works"),
        ("TKI", "tyrosine kinase inhibitors work"),
    ],
)
def test_a_name_is_covered_however_it_is_joined_and_spelt(question: str, text: str) -> None:
    assert covers(f"Which cells have {question}?", text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("B-ALL", "they all play ball"),
        ("IL6", "in 6 patients of IL"),
        ("CAT", "a cat"),
    ],
)
def test_a_name_is_not_covered_by_words_that_sound_like_it(question: str, text: str) -> None:
    assert question not in covers(f"Which cells have {question}?", text)


def test_a_spelling_counts_once_in_the_search() -> None:
    query = understand("Does FLT3ITD matter in B-ALL?", Words())
    by_first = {term.alternatives[0]: term for term in query.search_terms}
    joined = next(term for term in by_first.values() if ("flt3itd",) in term.alternatives)
    assert ("flt3", "itd") in joined.alternatives
    compound = next(term for term in by_first.values() if ("b", "all") in term.alternatives)
    assert ("b", "acut", "lymphoblast", "leukemia") in compound.alternatives
    assert all(0 < term.weight <= 1 for term in query.search_terms)


def test_capitals_are_split_only_where_the_corpus_lacks_the_whole() -> None:
    assert ("bcr", "abl") in phrases("What does BCRABL do?")
    assert ("b", "all") not in phrases("What does BALL do?")  # the corpus has "ball"


def phrases(question: str) -> set[tuple[str, ...]]:
    found = understand(question, Words()).search_terms
    return {alternative for term in found for alternative in term.alternatives}


@pytest.mark.parametrize(
    ("question", "encoded"),
    [
        ("Which cat has all the impact?", "Which cat has all the impact?"),
        ("Cat scratch disease", "Cat scratch disease"),
        ("WHAT IS THE IMPACT OF ALL THIS?", "WHAT IS THE IMPACT OF ALL THIS?"),
        ("Is CAT useful?", "Is computed axial tomography useful?"),
        ("What do tkis do?", "What do tyrosine kinase inhibitors do?"),
        ("What does a TKI do?", "What does a tyrosine kinase inhibitors do?"),
        ("relapsed B-ALL", "relapsed B-acute lymphoblastic leukemia"),
    ],
)
def test_abbreviations_are_written_out_but_words_are_not(question: str, encoded: str) -> None:
    assert understand(question, Words()).expansion.text == encoded


def test_a_slip_of_the_pen_is_set_right_and_told() -> None:
    query = understand("Does blinatumumab help in lukemias?", Words())
    assert query.respelt == (("blinatumumab", "blinatumomab"), ("lukemias", "leukemias"))
    assert query.expansion.text == "Does blinatumomab help in leukemias?"
    assert query.text == "Does blinatumumab help in lukemias?"
    assert ("leukemia",) in phrases("Does blinatumumab help in lukemias?")


@pytest.mark.parametrize(
    "question",
    ["marriage", "IL7", "BALK", "CD19", "hypotension", "Relaps Institute", "leukemia", "tumour"],
)
def test_words_codes_and_names_are_never_respelt(question: str) -> None:
    assert understand(f"What of {question}?", Words()).respelt == ()


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


@pytest.mark.parametrize(
    "question", ["", " \n", "?!…", "x" * (MAX_QUESTION + 1), "a\x00b", "\x7fa"]
)
def test_what_cannot_be_asked_is_refused(question: str) -> None:
    with pytest.raises(QuestionError):
        check_question(question)


def test_a_long_chain_of_short_forms_has_few_forms() -> None:
    """Each part that may be written out doubles them."""
    (term,) = understand("-".join(["ALL"] * 40), Words()).terms
    assert len(term.forms) <= 32
