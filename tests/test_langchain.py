"""LangChain's faces give what the parts give."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, Filters
from tests.seeds import CORPUS, CZECH

langchain = pytest.importorskip("rag.langchain")


def test_the_loader_gives_cleaned_documents_with_their_facts() -> None:
    documents = list(langchain.CorpusLoader(CORPUS).lazy_load())
    titles = {document.metadata["title"] for document in documents}
    assert "Refractory Acute Leukemia" in titles
    assert all("U.S. flag" not in document.page_content for document in documents)


def test_passages_are_slices_of_the_documents(assistant: Assistant) -> None:
    for passage in langchain.CorpusLoader(CORPUS).load_passages():
        place = passage.metadata
        text = assistant.document(place["document_id"]).text
        assert text[place["start"] : place["end"]] == passage.page_content


def test_the_splitter_knows_where_its_chunks_start() -> None:
    documents = list(langchain.CorpusLoader(CORPUS).lazy_load())
    splitter = langchain.SentenceSplitter(passage_words=40, add_start_index=True)
    for document in documents:
        for chunk in splitter.split_documents([document]):
            start = chunk.metadata["start_index"]
            assert document.page_content[start:].startswith(chunk.page_content)


def test_the_retriever_finds_what_search_finds(assistant: Assistant) -> None:
    question = "bispecific antibodies against CD19"
    retriever = langchain.CitewellRetriever(assistant=assistant, limit=3)
    found = [document.page_content for document in retriever.invoke(question)]
    assert found == [hit.passage.text for hit in assistant.search(question, 3)]


def test_the_retriever_keeps_to_its_filters(assistant: Assistant) -> None:
    retriever = langchain.CitewellRetriever(
        assistant=assistant, filters=Filters(journal="Klin Onkol"), by_document=True
    )
    (found,) = retriever.invoke("bispecific antibodies against CD19")
    assert found.metadata["document_id"] == CZECH


def test_a_missing_path_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="does not exist"):
        list(langchain.CorpusLoader(tmp_path / "nowhere").lazy_load())
