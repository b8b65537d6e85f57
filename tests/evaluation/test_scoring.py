"""When a fact is found, a quotation precise, an answer right: on answers of the real index."""

from __future__ import annotations

import pytest

from rag import Assistant, Document
from rag.evaluation.folding import SqueezedText, folded, share_of_facts
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.scoring import Judge
from rag.sentences import split_sentences
from rag.types import Answer, Citation

TEXT = "Blinatumo-\nmab targets CD19. It was ﬁrst approved in 2014. Others target CD22."


def document(_: str) -> Document:
    return Document("a.txt", TEXT, "a.txt", "0")


def answer(*spans: tuple[int, int]) -> Answer:
    citations = tuple(
        Citation(n, TEXT[start:end], start, end, "a.txt", "a.txt", 0.9)
        for n, (start, end) in enumerate(spans, start=1)
    )
    return Answer("?", "said", abstained=not spans, confidence=0.8, citations=citations)


def gold(**changes: object) -> GoldQuestion:
    values = {
        "id": "1",
        "question": "?",
        "answerable": True,
        "facts": (("CD19", "CD-19"),),
        "documents": ("a.txt",),
        "evidence": ("Blinatumomab targets CD19.",),
    }
    return GoldQuestion(**(values | changes))  # type: ignore[arg-type]


FIRST, SECOND, THIRD = split_sentences(TEXT)


@pytest.mark.parametrize(
    ("spelling", "text", "held"),
    [
        ("CD19", "targets CD-19 on cells", True),
        ("CD1", "targets CD19", False),
        ("30 day", "the 30\u2011day rate", True),
        ("CD19", "a CD19-directed CAR, an anti-CD19 antibody", True),
        ("CD19", "an anti-CD19 antibody", True),
        ("T cells", "chimeric antigen receptor T-cells", True),
        ("T-cell", "T cell", True),
        ("1020", "10-20 mg", False),
        ("3", "3.5 mg", False),
        ("5", "1.5 mg", False),
        ("1.5", "1.5 mg.", True),
        ("", "anything", False),
        ("30-day", "the 30\u2011day rate", True),
        ("FIRST", "ﬁrst of all", True),
        ("1.5", "11.5 mg", False),
        ("12 %", "of 12\u00a0% only", True),
        ("α-blocker", "an alpha-blocker", False),
    ],
)
def test_a_fact_stands_in_a_text_bounded(spelling: str, text: str, held: bool) -> None:
    assert (share_of_facts([[spelling]], [text]) == 1.0) is held


def test_facts_may_stand_in_several_quotations() -> None:
    assert share_of_facts([["a"], ["b"], ["c", "d"], ["e"]], ["a b", "d"]) == 0.75


def test_squeezed_text_leads_back_to_the_original() -> None:
    found = SqueezedText(TEXT).find("blinatumomab TARGETS cd19")
    assert [TEXT[a:b] for a, b in found] == ["Blinatumo-\nmab targets CD19"]
    assert [TEXT[a:b] for a, b in SqueezedText(TEXT).find("first")] == ["ﬁrst"]
    accented = "Cafe\u0301 au lait"
    for spelling in ("café", "cafe\u0301"):
        assert SqueezedText(accented).find(spelling) == [(0, 5)]
    assert SqueezedText(TEXT).find("absent") == SqueezedText(TEXT).find(" - ") == []


def test_a_fact_does_not_stand_across_two_quotations() -> None:
    assert share_of_facts([["CD19 and CD22"]], ["binds CD19 and", "CD22 was lost"]) == 0.0


def test_folding_twice_is_folding_once() -> None:
    assert folded(folded(TEXT)) == folded(TEXT)


@pytest.mark.parametrize(
    ("quotes", "evidence", "precise"),
    [
        ([FIRST], "Blinatumomab targets CD19.", [True]),
        ([FIRST, THIRD], "Blinatumomab targets CD19.", [True, False]),
        # The evidence overlaps the end of one sentence and the start of the next.
        ([FIRST, SECOND, THIRD], "targets CD19. It was first", [True, True, False]),
        ([SECOND], "words that stand nowhere", [False]),
    ],
)
def test_a_quotation_is_precise_when_it_overlaps_the_evidence(
    quotes: list[tuple[int, int]], evidence: str, precise: list[bool]
) -> None:
    row = Judge(document).score(gold(evidence=(evidence,)), answer(*quotes), 1)
    assert [quotation.precise for quotation in row.quotations] == precise


@pytest.mark.parametrize(
    ("question", "given", "right", "recall"),
    [
        (gold(), answer(FIRST), True, 1.0),
        (gold(), answer(THIRD), False, 0.0),
        (gold(), answer(), False, 0.0),
        (gold(facts=(("CD19",), ("CD22",))), answer(FIRST), False, 0.5),
        (gold(facts=(("CD19",), ("CD22",))), answer(FIRST, THIRD), True, 1.0),
        (gold(facts=None), answer(FIRST), True, None),
        (gold(facts=None, documents=("b.txt",)), answer(FIRST), False, None),
        (gold(answerable=False, facts=(), documents=(), evidence=()), answer(), True, None),
        (gold(answerable=False, facts=(), documents=(), evidence=()), answer(FIRST), False, None),
    ],
)
def test_what_is_right(
    question: GoldQuestion, given: Answer, right: bool, recall: float | None
) -> None:
    row = Judge(document).score(question, given, 1)
    assert (row.right, row.fact_recall) == (right, recall)


def test_a_context_stands_for_the_documents_that_a_set_does_not_name() -> None:
    question = gold(documents=(), context="Blinatumomab targets CD19. It was first approved")
    judge = Judge(document)
    assert judge.score(question, answer(FIRST), 1).first_document is True
    assert judge.score(question, answer(THIRD), 1).first_document is False


def test_a_quotation_that_is_no_slice_is_seen() -> None:
    wrong = Citation(1, "invented", 0, 8, "a.txt", "a.txt", 0.9)
    row = Judge(document).score(gold(), Answer("?", "x", False, 0.9, citations=(wrong,)), 1)
    assert not row.quotations[0].exact


def test_what_was_nearest_says_what_would_have_been_right(assistant: Assistant) -> None:
    found = assistant.ask("From which cells does acute lymphoblastic leukemia arise?")
    word = found.citations[0].quote.split()[0]
    shy = Answer(found.question, "-", True, 0.1, nearest=found.citations)
    question = gold(documents=(), facts=((word,),), evidence=())
    row = Judge(assistant.document).score(question, shy, 1)
    assert (row.right, row.would_be_right) == (False, True)
