"""Passages that disagree, and chains of LangChain."""

from __future__ import annotations

import pytest

from rag import Answer, Assistant
from rag.errors import UsageError
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


def test_the_chain_of_the_readme_runs(assistant: Assistant) -> None:
    langchain = pytest.importorskip("rag.langchain")
    from langchain_core.language_models.fake_chat_models import FakeListChatModel
    from langchain_core.prompts import ChatPromptTemplate

    prompt = ChatPromptTemplate.from_template("From {passages}, list the drugs: {question}")
    fill = {
        "passages": assistant.as_retriever(limit=5) | langchain.numbered_passages,
        "question": lambda asked: asked,
    }
    chain = fill | prompt | FakeListChatModel(responses=["Blinatumomab."])
    assert chain.invoke("what targets relapsed B-ALL?").content == "Blinatumomab."


@pytest.mark.parametrize("asked", [{}, None, 5, {"history": []}, {"question": None}])
def test_what_is_no_question_is_said(assistant: Assistant, asked: object) -> None:
    pytest.importorskip("rag.langchain")
    with pytest.raises(UsageError, match="question"):
        assistant.as_runnable().invoke(asked)
    assert assistant.as_runnable().get_graph().nodes


def test_a_slip_in_the_retrievers_options_is_refused(assistant: Assistant) -> None:
    pytest.importorskip("rag.langchain")
    with pytest.raises(ValueError, match="filter"):
        assistant.as_retriever(filter=None)
