"""Collections in BEIR's layout (Thakur et al. 2021).

`corpus.jsonl` holds `_id`, `title` and `text`, `queries.jsonl` `_id` and `text`, and
`qrels/SPLIT.tsv`, under a line of column names, a query's id, a document's and a grade.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
Qrels = dict[str, dict[str, int]]  # query, document, grade: 0 is not relevant


@dataclass(frozen=True, slots=True)
class BeirDocument:
    """A document of a corpus."""

    id: str
    title: str
    text: str

    @property
    def contents(self) -> str:
        """Title and text as one: what is given to whatever knows no titles."""
        return f"{self.title}\n{self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class Collection:
    """A corpus, the queries of one split, and the grades of each."""

    name: str
    split: str
    documents: tuple[BeirDocument, ...]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]

    def relevant(self, query: str) -> set[str]:
        """The documents that answer a query."""
        return {document for document, grade in self.qrels[query].items() if grade > 0}

    def first_queries(self, count: int) -> Collection:
        """The same documents under the first queries only."""
        return self._asking(list(self.queries)[:count])

    def first_documents(self, count: int) -> Collection:
        """So many documents, with the queries that they answer.

        At most half of them answer a query; the rest are the corpus's first others, so that
        there is something to find them among.
        """
        chosen: dict[str, None] = {}
        asked = []
        for query in self.queries:
            wanted = dict.fromkeys(sorted(self.relevant(query)))
            if wanted and len(chosen | wanted) <= count // 2:
                chosen |= wanted
                asked.append(query)
        others = (one.id for one in self.documents if one.id not in chosen)
        kept = {*chosen, *(id for id, _ in zip(others, range(count - len(chosen)), strict=False))}
        documents = tuple(one for one in self.documents if one.id in kept)
        return replace(self._asking(asked), documents=documents)

    def _asking(self, queries: Iterable[str]) -> Collection:
        asked = {query: self.queries[query] for query in queries}
        return replace(self, queries=asked, qrels={query: self.qrels[query] for query in asked})


def read_collection(folder: Path, split: str = "test") -> Collection:
    """A folder in BEIR's layout, with the queries that the split judges.

    Raises ValueError where a grade names no query or document of the folder, or where no
    query has a relevant document.
    """
    documents = tuple(read_documents(folder / CORPUS))
    qrels = read_qrels(folder / QRELS / f"{split}.tsv")
    texts = {row["_id"]: row["text"] for row in _lines(folder / QUERIES)}
    if missing := qrels.keys() - texts.keys():
        raise ValueError(f"{split}.tsv judges {min(missing)!r}, which is no query of {QUERIES}")
    judged = {document for grades in qrels.values() for document in grades}
    if missing := judged - {one.id for one in documents}:
        raise ValueError(f"{split}.tsv names {min(missing)!r}, which is no document of {CORPUS}")
    if not any(grade > 0 for grades in qrels.values() for grade in grades.values()):
        raise ValueError(f"{split}.tsv holds no relevant document")
    return Collection(
        name=folder.resolve().name,
        split=split,
        documents=documents,
        queries={query: texts[query] for query in qrels},
        qrels=qrels,
    )


def read_documents(corpus: Path) -> Iterator[BeirDocument]:
    """The documents of a `corpus.jsonl`, in order."""
    for row in _lines(corpus):
        yield BeirDocument(row["_id"], row.get("title") or "", row["text"])


def read_qrels(file: Path) -> Qrels:
    """A file of grades; queries and documents in its order."""
    qrels: Qrels = defaultdict(dict)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream, delimiter="\t")
        next(rows)
        for query, document, grade in rows:
            qrels[query][document] = int(grade)
    return dict(qrels)


def write_folder(
    folder: Path,
    documents: Sequence[BeirDocument],
    queries: Mapping[str, str],
    splits: Mapping[str, Mapping[str, str]],
) -> None:
    """Write a collection; of a split, each query has one relevant document."""
    (folder / QRELS).mkdir(parents=True, exist_ok=True)
    rows = ({"_id": one.id, "title": one.title, "text": one.text} for one in documents)
    _write(folder / CORPUS, rows)
    _write(folder / QUERIES, ({"_id": id, "text": text} for id, text in queries.items()))
    for split, relevant in splits.items():
        lines = [f"{query}\t{document}\t1\n" for query, document in relevant.items()]
        text = "query-id\tcorpus-id\tscore\n" + "".join(lines)
        (folder / QRELS / f"{split}.tsv").write_text(text, encoding="utf-8")


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)


def _write(file: Path, rows: Iterable[Mapping[str, str]]) -> None:
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
