"""Hard negatives: what our own search brings up for a question and does not answer it.

All texts that are trained on lie in one index, with SciFact's abstracts. Each question is asked
of it once; what was found is kept in the run's folder.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.assistant import Assistant
from rag.errors import QuestionError
from rag.indexing import build_index
from rag.sentences import split_sentences
from rag.settings import Settings
from training.reader.examples import Example, Stance

DEPTH = 24  # passages kept of each search
Place = tuple[str, str]  # a title and a text


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that search brought up, and the document that it is of."""

    document: str
    title: str
    text: str


class Pool:
    """Every text that is trained on, indexed and searched with the product itself."""

    def __init__(self, data: Path, folder: Path, examples: Iterable[Example]) -> None:
        """Index what is not indexed yet. `examples` hold their texts whole."""
        folder.mkdir(parents=True, exist_ok=True)
        abstracts = data / "scifact/corpus.jsonl"
        self._documents = {place: f"{abstracts.name}#{id}" for id, place in _abstracts(abstracts)}
        texts = folder / "pool.jsonl"
        self._documents |= _write(texts, examples, self._documents)
        index = folder / "index"
        build_index([abstracts, texts], Settings.load(index=index))
        self._assistant = Assistant.open(index)
        self._cache = folder / "found.jsonl"
        self._ids = _read_cache(self._cache)

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
        """The passages for a question that was searched, best first."""
        ids = self._ids[question]
        passages = self._assistant._store.passages(ids)
        return [Found(one.document_id, one.title, one.text) for one in (passages[i] for i in ids)]

    def document(self, example: Example) -> str:
        """The id of the document that an example's whole passage is."""
        return self._documents[example.title, example.passage]


def wrong_passages(
    example: Example, found: Sequence[Found], right: frozenset[str]
) -> Iterator[Example]:
    """Negatives of an example (its text whole): the nearest passages that do not answer.

    `right` are the documents known to be about the question. A passage of one of these is a
    negative where the source says what answers and the passage does not hold it.
    """
    for one in found:
        is_right = one.document in right
        if any(_holds(one.text, text) for text in _answers(example)):
            continue
        if is_right and example.evidence is None:
            continue
        yield replace(
            example,
            passage=one.text,
            title=one.title if example.title else "",
            answerable=False,
            answers=(),
            evidence=(),
            stance=None if example.stance is None else Stance.UNDECIDED,
            relevant=example.relevant if is_right else False,
        )


def _answers(example: Example) -> list[str]:
    """Texts that a passage which holds one may answer with: short answers, or whole sentences."""
    if example.answers:
        return [example.passage[a:b] for a, b in example.answers]
    return [
        example.passage[a + start : a + end]
        for a, b in example.evidence or ()
        for start, end in split_sentences(example.passage[a:b])
    ]


def _holds(text: str, answer: str) -> bool:
    return " ".join(answer.casefold().split()) in " ".join(text.casefold().split())


def _abstracts(file: Path) -> Iterator[tuple[str, Place]]:
    with file.open(encoding="utf-8") as stream:
        for row in map(json.loads, stream):
            yield row["_id"], (row["title"], row["text"])


def _write(file: Path, examples: Iterable[Example], known: Mapping[Place, str]) -> dict[Place, str]:
    """The examples' texts as records to index; the id of each text's document."""
    places = dict.fromkeys((one.title, one.passage) for one in examples)
    new = [place for place in places if place not in known]
    lines = [
        json.dumps({"_id": str(number), "title": title, "text": text})
        for number, (title, text) in enumerate(new)
    ]
    content = "\n".join(lines) + "\n"
    if not file.exists() or file.read_text(encoding="utf-8") != content:
        file.write_text(content, encoding="utf-8")
    return {place: f"{file.name}#{number}" for number, place in enumerate(new)}


def _read_cache(file: Path) -> dict[str, list[int]]:
    if not file.exists():
        return {}
    return dict(map(json.loads, file.read_text(encoding="utf-8").splitlines()))
