"""Passages that disagree, and chains of LangChain."""

from __future__ import annotations

import pytest

from rag import Answer, Assistant
from rag.generation.page import Page
from rag.generation.sentences import Sentence
from rag.reading import open_network
from rag.support import Checker
from rag.types import Citation


def passage(number: int, quote: str) -> Citation:
    return Citation(number, quote, 0, len(quote), f"{number}.txt", f"{number}.txt", 0.9)


def test_both_sides_are_shown() -> None:
    raised = "Veltramab increased mortality in adults with sepsis."
    lowered = "Veltramab decreased mortality in adults with sepsis."
    aside = "Nausea was common in children with asthma."
    passages = [passage(1, aside), passage(2, raised), passage(3, lowered)]
    page = Page(Checker(open_network("")), passages, mark=False)
    assert page.add(Sentence(lowered, (3,)))
    answer = page.answer(Answer("?", "", False, 0.9))
    assert [one.quote for one in answer.citations] == [lowered, raised]
    assert [one.number for one in answer.citations] == [1, 2]
    assert answer.text == f"{lowered} [1]"
    assert answer.notice == "Passages disagree: [2] against [1]."


def test_the_faces_stand_in_a_chain(assistant: Assistant) -> None:
    langchain = pytest.importorskip("rag.langchain")
    question = "What does blinatumomab target?"
    retrieve = assistant.as_retriever(limit=2) | langchain.numbered_passages
    text = retrieve.invoke(question)
    hits = assistant.search(question, 2)
    assert text.startswith(f"[1] {hits[0].passage.text}")
    answering = assistant.as_runnable() | (lambda answer: answer.text)
    assert answering.invoke(question) == assistant.ask(question).text
    asked = {"question": question, "history": []}
    (streamed,) = assistant.as_runnable().stream(asked)
    assert streamed.citations == assistant.ask(question).citations
