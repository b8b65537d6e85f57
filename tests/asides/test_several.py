"""Several questions in one message: taken apart where each could be asked alone."""

from __future__ import annotations

import pytest

from rag.asides.several import split_questions
from tests.asides import cases


@pytest.mark.parametrize("text", cases.questions())
def test_one_question_stays_whole(text: str) -> None:
    assert split_questions(text) == (" ".join(text.split()),)


@pytest.mark.parametrize("text", cases.SEVERAL)
def test_no_word_of_a_question_is_lost_or_added(text: str) -> None:
    found = split_questions(text)
    assert len(found) > 1
    places = [" ".join(text.split()).index(part.rstrip("?")) for part in found]
    assert places == sorted(places)


def test_a_question_mark_inside_a_quotation_parts_nothing() -> None:
    text = "Who wrote “What is tea? How is it drunk?” in 2003?"
    assert split_questions(text) == (text,)


def test_a_list_of_names_is_no_list_of_questions() -> None:
    assert len(split_questions("CD19\nCD22\nCD20")) == 1
    assert len(split_questions("1. CD19\n2. CD22")) == 1


def test_numbers_that_do_not_count_up_are_no_list() -> None:
    assert len(split_questions("What is 5) in the table? 3) is clear to me?")) == 1
