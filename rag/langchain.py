"""LangChain's faces of the parts: a loader, a splitter, embeddings, a retriever, an answerer.

In a chain of LangChain's expression language:

    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnablePassthrough

    passages = assistant.as_retriever(limit=5) | numbered_passages
    prompt = ChatPromptTemplate.from_template("{passages}\\n\\nAnswer: {question}")
    chain = {"passages": passages, "question": RunnablePassthrough()} | prompt | any_chat_model
    checked = assistant.as_runnable() | (lambda answer: answer.text)

What such a chain's own model writes is not checked; what `as_runnable` gives is. Tracing that the
environment asks for is held off in both faces unless the setting `tracing` allows it; in a chain
it is the chain's own to decide.

The asking path does not come through here: importing `langchain_core` takes half a second.
Metadata of every LangChain document hold `document_id`, `start` and `end`, so that
`assistant.document(document_id).text[start:end]` is its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_text_splitters import TextSplitter
from pydantic import ConfigDict
from typing_extensions import TypedDict  # the one that pydantic takes on every Python

from rag.assistant import Assistant
from rag.embedding.encoder import Encoder
from rag.errors import UsageError
from rag.filters import Filters
from rag.generation.tracing import untraced
from rag.loaders import BoundedReader, Loaded, find_files
from rag.passages import split_document, split_text
from rag.search import NO_FILTERS
from rag.settings import Settings
from rag.types import Answer, Document, Passage


class CorpusLoader(BaseLoader):
    """The cleaned documents of files and folders."""

    def __init__(self, *paths: str | Path, settings: Settings | None = None) -> None:
        self.paths = [Path(path) for path in paths]
        self.settings = settings or Settings.load()

    def lazy_load(self) -> Iterator[LangChainDocument]:
        """One LangChain document a document. Raises LoadError for a file that cannot be read."""
        for document in self._documents():
            yield LangChainDocument(document.text, id=document.id, metadata=_facts(document))

    def load_passages(self) -> Iterator[LangChainDocument]:
        """One LangChain document a passage, with its place in the document."""
        for document in self._documents():
            for passage in split_document(document, passage_words=self.settings.passage_words):
                yield passage_to_langchain(passage)

    def _documents(self) -> Iterator[Document]:
        """Read as `rag index` reads: in a process of its own, within the settings' bounds."""
        with BoundedReader(self.settings) as reader:
            for file in find_files(self.paths):
                for item in [] if file.problem else reader.read(file):
                    if isinstance(item, Loaded) and item.document:
                        yield item.document


class SentenceSplitter(TextSplitter):
    """Packs whole sentences into chunks; with `add_start_index`, at their true offsets."""

    def __init__(self, passage_words: int = 110, **options: Any) -> None:
        super().__init__(**options)
        self.passage_words = passage_words

    def split_text(self, text: str) -> list[str]:
        """Chunks that are slices of the text, in order."""
        return [text[start:end] for start, end in split_text(text, self.passage_words)]


class PackagedEmbeddings(Embeddings):
    """The fast runtime's model, as LangChain takes embeddings."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector a text."""
        return self.encoder.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question."""
        return self.encoder.embed_query(text)


class CitewellRetriever(BaseRetriever):
    """The search of an assistant, for LangChain's chains."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    assistant: Assistant
    limit: int = 10
    filters: Filters = NO_FILTERS
    by_document: bool = False

    def invoke(
        self, input: str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> list[LangChainDocument]:
        """The best passages for a question, best first."""
        with untraced(self.assistant.settings.tracing):
            return super().invoke(input, config, **kwargs)

    async def ainvoke(
        self, input: str, config: RunnableConfig | None = None, **kwargs: Any
    ) -> list[LangChainDocument]:
        """The same, awaited."""
        with untraced(self.assistant.settings.tracing):
            return await super().ainvoke(input, config, **kwargs)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [
            passage_to_langchain(hit.passage, score=hit.score)
            for hit in self.assistant.search(
                query, self.limit, filters=self.filters, by_document=self.by_document
            )
        ]


class Asked(TypedDict, total=False):
    """A question with the conversation's earlier ones, oldest first."""

    question: str
    history: list[str]


class AnswerRunnable(Runnable[str | Asked, Answer]):
    """An assistant in a chain: a question in, an Answer out; streamed, it grows."""

    def __init__(self, assistant: Assistant, filters: Filters = NO_FILTERS) -> None:
        self.assistant, self.filters = assistant, filters

    def invoke(
        self, input: str | Asked, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        """The answer. Raises what `Assistant.ask` does."""
        *_, answer = self.stream(input, config, **kwargs)
        return answer

    def stream(
        self, input: str | Asked, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Answer]:
        """The answer as it grows: each is whole so far, the last is the answer."""
        asked: Asked = {"question": input} if isinstance(input, str) else input
        if not isinstance(asked, dict) or "question" not in asked:
            raise UsageError(f"ask a question, or {{'question': …, 'history': […]}}: {asked!r:.80}")
        history = asked.get("history") or []
        yield from self.assistant.ask_written(asked["question"], history, filters=self.filters)


def numbered_passages(documents: list[LangChainDocument]) -> str:
    """Retrieved passages as text for a prompt, numbered from 1."""
    return "\n\n".join(
        f"[{number}] {one.page_content}" for number, one in enumerate(documents, start=1)
    )


def passage_to_langchain(passage: Passage, **more: Any) -> LangChainDocument:
    """A passage as LangChain's document."""
    names = "document_id start end title section page".split()
    facts = {name: getattr(passage, name) for name in names}
    return LangChainDocument(passage.text, metadata=facts | {"kind": str(passage.kind)} | more)


def _facts(document: Document) -> dict[str, Any]:
    record = document.record
    names = "title year journal doi pmid url".split()
    return {name: getattr(record, name) for name in names} | {
        "authors": list(record.authors),
        "source": document.source,
        "document_id": document.id,
        "start": 0,
        "end": len(document.text),
    }
