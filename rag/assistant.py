"""The front door: opens an index and answers from it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.answering import compose
from rag.embedding.encoder import Encoder
from rag.embedding.runtime import count_cores
from rag.errors import UsageError
from rag.examples import propose_questions
from rag.filters import Filters
from rag.named import NamedParts
from rag.query import Query, check_question, understand
from rag.reranking import rerank
from rag.search import DEFAULT_WEIGHTS, NO_FILTERS, Weights, embed, search
from rag.settings import Settings
from rag.snippets import matched_spans
from rag.store import DocumentSummary, Manifest, SqliteStore
from rag.store.folder import ensure_model
from rag.types import Answer, Document, Evidence, Hit

if TYPE_CHECKING:
    from rag.asides import Reply
    from rag.generation import BaseChatModel

_ASKED_AHEAD = 64  # questions of many that are asked before the first answer is fetched
TELLING = 0.4  # weight of a word without which nothing is about the question


class Assistant:
    """Answers questions with quotations from one index. Safe to share between threads."""

    def __init__(
        self,
        store: SqliteStore,
        encoder: Encoder,
        settings: Settings,
        chat_model: BaseChatModel | None = None,
    ) -> None:
        """Wire the parts; users call `open`."""
        self.settings = settings
        self._store, self._encoder = store, encoder
        self._named = NamedParts(settings, store, encoder, chat_model)
        # One for its life: the store keeps a connection for each thread.
        self._askers = ThreadPoolExecutor(count_cores(), thread_name_prefix="asking")

    @classmethod
    def open(
        cls,
        index: str | Path | None = None,
        *,
        notify: Callable[[str], None] | None = None,
        chat_model: BaseChatModel | None = None,
        **settings: Any,
    ) -> Assistant:
        """Open an index. Further keywords are settings, such as `threshold`.

        `notify` is told in one line where something had to be made anew. Raises UsageError for a
        setting that is none or out of bounds, StoreError for an index that is missing, damaged,
        or built by another format or model, and ModelError where the embedding model is missing
        or not the index's. A reader, a reranker and a model that are named load at the first
        question. With `model`, or any of LangChain's chat models as `chat_model`, answers are
        written by it; passages then go to `destination()`.
        """
        chosen = Settings.load(index=index, **settings)
        manifest = Manifest.read(chosen.index)
        manifest.check_model(chosen, chosen.index)
        store = SqliteStore(chosen.index, manifest.model.dimension)
        ensure_model(chosen.index, manifest, chosen, notify)
        return cls(store, Encoder(chosen.index, manifest.model), chosen, chat_model)

    def ask(
        self, question: str, history: Sequence[str] = (), *, filters: Filters = NO_FILTERS
    ) -> Answer:
        """The answer to a question; `history` are the conversation's earlier questions.

        Only documents that the filters let through are quoted. Raises QuestionError for a
        question that is empty, too long or not text, and ModelError where a named reader or
        reranker, which loads at the first question, cannot be had or gives no numbers, or where
        a named model cannot be opened.
        """
        return deque(self.ask_written(question, history, filters=filters), maxlen=1).pop()

    def ask_written(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        filters: Filters = NO_FILTERS,
        stopping: threading.Event | None = None,
    ) -> Generator[Answer]:
        """The answer as it grows: the last is the whole.

        The first is made of quotations, and is the only one where no model writes; then each has
        a checked sentence more. To close the iterator, or from another thread to set `stopping`,
        is to stop the model. Raises what `ask` does, when the first answer is asked for.
        """
        answer, evidence = self._quote(question, history, filters)
        writer = None if answer.abstained else self._named.writer
        yield answer
        if writer is None:
            return
        start, times = time.perf_counter(), answer.timings_ms
        with closing(writer.write(answer, evidence, self.document, stopping)) as growing:
            for written in growing:
                spent = (time.perf_counter() - start) * 1000
                total = {"write": spent, "total": times["total"] + spent}
                yield replace(written, timings_ms={**times, **total})

    @property
    def writes(self) -> bool:
        """Whether a model writes the answers."""
        return self._named.has_model

    def destination(self) -> str:
        """Which host receives passages: "" where no model writes, or "this machine"."""
        writer = self._named.writer
        return writer.destination if writer else ""

    def _quote(
        self, question: str, history: Sequence[str] = (), filters: Filters = NO_FILTERS
    ) -> tuple[Answer, list[Evidence]]:
        """The answer made of quotations, and all that it was chosen from."""
        timings: dict[str, float] = {}
        start = time.perf_counter()
        with _timed(timings, "search"):
            query, hits = self._find(question, self.settings.read_passages, history, filters)
        with _timed(timings, "read"):
            evidence = self._named.reader.read(query, hits)
            confidence = self._named.reader.confidence(query, evidence)
        answer = compose(
            check_question(question),
            evidence,
            confidence,
            self.document,
            threshold=self.settings.threshold,
            max_quotations=self.settings.max_quotations,
        )
        timings["total"] = (time.perf_counter() - start) * 1000
        return replace(answer, timings_ms=timings), evidence

    def ask_many(
        self,
        questions: Sequence[str],
        *,
        filters: Filters = NO_FILTERS,
        progress: Callable[[int, int], None] | None = None,
    ) -> list[Answer]:
        """One answer a question, in order. `progress` is called with done and all.

        Raises QuestionError, before anything is asked, where a question cannot be, and
        ModelError as `ask` does.
        """
        if isinstance(questions, str) or not isinstance(questions, Iterable):
            raise UsageError("ask_many takes several questions: give a list, or call ask")
        checked = [check_question(question) for question in questions]
        answers = []
        for done, answer in enumerate(self.ask_each(checked, filters=filters), start=1):
            answers.append(answer)
            if progress:
                progress(done, len(checked))
        return answers

    def ask_each(
        self, questions: Sequence[str], *, filters: Filters = NO_FILTERS
    ) -> Generator[Answer]:
        """What `ask` gives of each question, in order, each as soon as it is there.

        Questions are asked on all cores, but of a model that writes one after the other. Raises
        what `ask` does, in the question's place.
        """
        ask = partial(self.ask, filters=filters)
        if self._named.has_model:
            yield from map(ask, questions)
            return
        waiting, asked = iter(questions), deque[Future[Answer]]()
        try:
            while True:
                for question in islice(waiting, _ASKED_AHEAD - len(asked)):
                    asked.append(self._submit(ask, question))
                if not asked:
                    return
                yield asked.popleft().result()
        finally:
            for one in asked:
                one.cancel()

    def _submit(self, ask: Callable[[str], Answer], question: str) -> Future[Answer]:
        try:
            return self._askers.submit(ask, question)
        except RuntimeError as error:
            raise UsageError("this assistant is closed: open it again") from error

    def summarise(self, subject: str, *, spoken_of: str | None = None) -> Answer | Reply:
        """Key sentences of the one document that a subject names, quoted in its order.

        A Reply says that none or several fit. A subject of "" means `spoken_of`, the id of a
        document, or the only one. The answer's confidence is not calibrated: see `rag.asides`.
        """
        from rag.asides import summarise  # here: asking has no time to load it

        return summarise(
            subject,
            self._store,
            self._encoder,
            question=f"Summarise {subject}".strip(),
            passage_words=self.settings.passage_words,
            spoken_of=spoken_of,
        )

    def search(
        self,
        question: str,
        limit: int = 10,
        *,
        history: Sequence[str] = (),
        filters: Filters = NO_FILTERS,
        by_document: bool = False,
        weights: Weights = DEFAULT_WEIGHTS,
    ) -> list[Hit]:
        """The best passages for a question, best first; or the best one of each document.

        `weights` are for those who want to see what each part of the score is worth. Raises
        QuestionError as `ask` does, and ModelError for a named reranker.
        """
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            raise UsageError(f"the number of hits must be at least 1, not {limit!r}")
        query, hits = self._find(question, limit, history, filters, by_document, weights)
        return [replace(hit, highlights=matched_spans(query, hit.passage)) for hit in hits]

    def query(self, question: str, history: Sequence[str] = ()) -> Query:
        """What a question is taken to mean: its terms, and what slips of the pen stand for."""
        if isinstance(history, str) or not all(isinstance(one, str) for one in history):
            raise UsageError("history takes the earlier questions, oldest first: a list of texts")
        return understand(question, self._store, history)

    def unknown_words(self, question: str, history: Sequence[str] = ()) -> list[str]:
        """The words of a question that say something, and stand in no passage of the index."""
        telling = [one for one in self.query(question, history).terms if one.weight >= TELLING]
        stems = {token.lower() for term in telling for form in term.forms for token in form}
        frequencies = self._store.document_frequencies(sorted(stems))
        return [one.written for one in telling if not one.is_known(frequencies)]

    def count_passages(self, filters: Filters = NO_FILTERS) -> int:
        """How many passages the filters let through."""
        return len(self._store.scope(filters))

    def document(self, document_id: str) -> Document:
        """The document that citations point into. Raises UsageError where there is none."""
        try:
            return self._store.document(document_id)
        except KeyError:
            raise UsageError(
                f"no document {document_id!r} in the index: `rag documents` lists them"
            ) from None

    def path(self, document_id: str) -> Path | None:
        """Where the file of a document lay when it was indexed; None where that is not known."""
        return self._store.path(document_id)

    def file_hash(self, document_id: str) -> str:
        """What `rag.loaders.file_hash` gave for that file then; "" where it is not known."""
        return self._store.file_hash(document_id)

    def documents(self) -> list[DocumentSummary]:
        """All documents of the index, by id."""
        return self._store.documents()

    def edition(self) -> str:
        """A text that is another whenever the index's documents are; "" where it has none."""
        return self._store.edition()

    def describe(self) -> dict[str, str]:
        """What its answers depend on besides the documents: for reports."""
        return {
            "index": str(self.settings.index),
            "documents": str(self._store.count_documents()),
            "passages": str(len(self._store)),
            "model": self._encoder.card.name,
            "threshold": f"{self.settings.threshold:g}",
            "reranker": self.settings.reranker or "none",
            "reader": self.settings.reader or "reader",
            "read_passages": str(self.settings.read_passages),
            "max_quotations": str(self.settings.max_quotations),
            "written_by": self._named.model_name,
        }

    def examples(self, limit: int = 4) -> list[str]:
        """Questions that this corpus answers, made from its abbreviations and titles."""
        found: list[str] = []
        likely = propose_questions(self.documents(), self._store.abbreviations())
        for question in islice(likely, 3 * limit):
            if len(found) < limit and not self._quote(question)[0].abstained:
                found.append(question)
        return found

    def as_retriever(self, limit: int = 10, **options: Any) -> Any:
        """Its search as LangChain's chains take one: a `rag.langchain.CitewellRetriever`."""
        # By name: the room stands below this one, and loads LangChain.
        faces = import_module("rag.langchain")
        return faces.CitewellRetriever(assistant=self, limit=limit, **options)

    def as_runnable(self, filters: Filters = NO_FILTERS) -> Any:
        """Itself as a step of LangChain's chains: a `rag.langchain.AnswerRunnable`."""
        return import_module("rag.langchain").AnswerRunnable(self, filters)

    def close(self) -> None:
        """Let go of the index's files."""
        self._askers.shutdown(cancel_futures=True)
        self._store.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _find(
        self,
        question: str,
        limit: int,
        history: Sequence[str] = (),
        filters: Filters = NO_FILTERS,
        by_document: bool = False,
        weights: Weights = DEFAULT_WEIGHTS,
    ) -> tuple[Query, list[Hit]]:
        if not isinstance(filters, Filters):
            raise UsageError(f"filters must be Filters(…), not {type(filters).__name__}")
        query = self.query(question, history)
        reranker = self._named.reranker
        hits = search(
            self._store,
            query,
            embed(query, self._encoder),
            limit,
            filters,
            by_document=by_document,
            weights=weights,
            rescore=partial(rerank, query.expansion.text, reranker=reranker) if reranker else None,
            rescored=self.settings.rerank_passages if reranker else 0,
        )
        return query, hits


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[name] = (time.perf_counter() - start) * 1000
