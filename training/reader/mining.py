"""Hard negatives: what our own search brings up for a question and does not answer it.

All texts that are trained on lie in one index, with SciFact's abstracts. Each question is asked
of it once; what was found is kept in the run's folder.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.assistant import Assistant
from rag.errors import QuestionError
from rag.indexing import build_index
from rag.sentences import split_sentences
from rag.settings import Settings
from training.reader.examples import Example, Stance
from training.reader.negatives import holds
from training.rows import drop_unfinished, read_rows

DEPTH = 24  # passages kept of each search
Place = tuple[str, str]  # a title and a text


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that search brought up, and the document that it is of."""

    document: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """What all examples that ask a question say of it.

    `documents` it is about, and their `articles`; `texts` that answer it; `unclear` articles, in
    which more may answer than is told.
    """

    documents: frozenset[str]
    articles: frozenset[str]
    texts: frozenset[str]
    unclear: frozenset[str]


class Pool:
    """Every text that is trained on, indexed and searched with the product itself."""

    def __init__(self, data: Path, folder: Path, examples: Iterable[Example]) -> None:
        """Index what is not indexed yet. `examples` hold their texts whole."""
        examples = list(examples)
        folder.mkdir(parents=True, exist_ok=True)
        abstracts = data / "scifact/corpus.jsonl"
        self._documents = {place: f"{abstracts.name}#{id}" for id, place in _abstracts(abstracts)}
        self._mine = set(self._documents.values())
        texts = folder / "pool.jsonl"
        self._documents |= _write(texts, examples, self._documents)
        self._mine |= {self.document(one) for one in examples}
        self._articles = {self.document(one): one.article for one in examples if one.article}
        self._cache = folder / "found.jsonl"
        self._ids: dict[str, list[int]] = dict(_kept(self._cache))
        index = folder / "index"
        build_index([abstracts, texts], Settings.load(index=index))
        self._assistant = Assistant.open(index)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._assistant.close()

    def search(self, questions: Iterable[str]) -> None:
        """Ask what has not been asked yet, so that `found` knows."""
        new = [one for one in dict.fromkeys(questions) if one not in self._ids]
        with self._cache.open("a", encoding="utf-8") as stream:
            for number, question in enumerate(new):
                if number % 1000 == 0:
                    print(f"searched {number} of {len(new)}", file=sys.stderr, flush=True)
                try:
                    hits = self._assistant.search(question, DEPTH)
                except QuestionError:  # a question of a public set that is not one
                    hits = []
                self._ids[question] = [hit.passage.id for hit in hits]
                print(json.dumps([question, self._ids[question]]), file=stream)

    def found(self, question: str) -> list[Found]:
        """The passages for a question that was searched, best first; of this run's texts alone."""
        ids = self._ids[question]
        passages = self._assistant._store.passages(ids)
        found = [Found(one.document_id, one.title, one.text) for one in (passages[i] for i in ids)]
        return [one for one in found if one.document in self._mine]

    def document(self, example: Example) -> str:
        """The id of the document that an example's whole passage is."""
        return self._documents[example.title, example.passage]

    def article(self, document: str) -> str:
        """The article that a document is a part of, or itself."""
        return self._articles.get(document, document)

    def known(self, examples: Iterable[Example]) -> dict[str, Known]:
        """What the examples say of each question."""
        asked: dict[str, list[Example]] = defaultdict(list)
        for one in examples:
            asked[one.question].append(one)
        return {question: self._known(some) for question, some in asked.items()}

    def _known(self, examples: Sequence[Example]) -> Known:
        documents = {self.document(one): one for one in examples}
        unclear = [one for one in examples if one.answerable is not False and _is_unclear(one)]
        return Known(
            documents=frozenset(documents),
            articles=frozenset(map(self.article, documents)),
            texts=frozenset(text for one in examples for text in _answers(one)),
            unclear=frozenset(self.article(self.document(one)) for one in unclear),
        )

    def wrong_passages(self, example: Example, known: Known) -> Iterator[Example]:
        """Negatives of an example (its text whole): the nearest passages that do not answer.

        Another part of the right article may be about the question or not.
        """
        for one in self.found(example.question):
            article = self.article(one.document)
            if article in known.unclear or any(holds(one.text, text) for text in known.texts):
                continue
            elsewhere = None if article in known.articles else False
            yield _negative(example, one, one.document in known.documents or elsewhere)


def _negative(example: Example, found: Found, relevant: bool | None) -> Example:
    """A pair of the question with what was found; it answers nothing, where the example says."""
    said = example.answerable is not None
    return replace(
        example,
        passage=found.text,
        title=found.title if example.title else "",
        answerable=False if said else None,
        answers=() if said else None,
        evidence=() if said else None,
        stance=None if example.stance is None else Stance.UNDECIDED,
        relevant=relevant,
        article="",
    )


def _is_unclear(example: Example) -> bool:
    return not example.complete or (example.answers is None and example.evidence is None)


def _answers(example: Example) -> list[str]:
    """Texts that a passage which holds one may answer with: short answers, or whole sentences."""
    if example.answers:
        return [example.passage[a:b] for a, b in example.answers]
    return [
        example.passage[a + start : a + end]
        for a, b in example.evidence or ()
        for start, end in split_sentences(example.passage[a:b])
    ]


def _abstracts(file: Path) -> Iterator[tuple[str, Place]]:
    for row in read_rows(file):
        yield row["_id"], (row["title"], row["text"])


def _write(file: Path, examples: Iterable[Example], known: Mapping[Place, str]) -> dict[Place, str]:
    """The examples' texts as records to index; the id of each text's document.

    What stands there stays, so that what was found in the pool is still where it was.
    """
    numbers = {(row["title"], row["text"]): number for number, row in enumerate(_kept(file))}
    places = dict.fromkeys((one.title, one.passage) for one in examples)
    new = [place for place in places if place not in known and place not in numbers]
    with file.open("a", encoding="utf-8") as stream:
        for number, place in enumerate(new, start=len(numbers)):
            numbers[place] = number
            row = {"_id": str(number), "title": place[0], "text": place[1]}
            print(json.dumps(row), file=stream)
    return {place: f"{file.name}#{number}" for place, number in numbers.items()}


def _kept(file: Path) -> list[Any]:
    """The whole lines of a file that is appended to; one that a kill left half is dropped."""
    drop_unfinished(file)
    return list(read_rows(file)) if file.exists() else []
