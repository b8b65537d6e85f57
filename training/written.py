"""Questions and claims that we wrote, with the text that was in front of the writer.

`questions.jsonl` holds a question a line: `{"question", "document", "answers", "evidence"}`, the
last two as spans of the document's text (no evidence where it does not answer), and `"within"`,
the span that the writer saw, where that was a part. `claims.jsonl` holds statements likewise:
`{"claim", "document", "stance", "evidence"}`. A document is named by its set:

    scifact:ID              an abstract of SciFact that no test claim cites
    covid_qa:ID             an article of COVID-QA that trains
    pubmedqa:PMID           an abstract of PubMedQA that trains, without its conclusion
    evidence_inference:SHA  a passage of a trial article, by the start of its text's sha256
    medquad:SHA             an answer to a patient's question, likewise
    pages:ID                a page of records or references; we made these up, in `pages.jsonl`
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training import splits
from training.reader.examples import Span
from training.rows import Row, read_rows

QUESTIONS = Path(__file__).parent / "questions.jsonl"
CLAIMS = Path(__file__).parent / "claims.jsonl"
PAGES = Path(__file__).parent / "pages.jsonl"
SETS = ("scifact", "covid_qa", "pubmedqa", "evidence_inference", "medquad", "pages")
FITTED = {"scifact": 160, "pages": 56}  # so many of a set's last documents do not train


@dataclass(frozen=True, slots=True)
class Document:
    """A text that was asked about; `article` names what it is a part of, where that is known."""

    title: str
    text: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A question or claim over `text`, all or a part of a document; spans count from its start.

    `stance` is what the text says to a claim, empty for questions; claims have no `answers`.
    """

    wording: str
    document: str
    title: str
    text: str
    evidence: tuple[Span, ...]
    answers: tuple[Span, ...] = ()
    stance: str = ""
    article: str = ""


def questions(data: Path, part: str, *sets: str) -> Iterator[Written]:
    """Those of some sets that `train`, or on which we `fit`: no document is on both sides.

    Raises ValueError for another part.
    """
    yield from _read(QUESTIONS, data, part, sets or SETS)


def claims(data: Path, part: str) -> Iterator[Written]:
    """Statements that a text supports, contradicts or leaves undecided; parts as of questions."""
    yield from _read(CLAIMS, data, part, SETS)


def fitted(name: str) -> frozenset[str]:
    """The documents of a set that do not train."""
    documents = (row["document"] for row in read_rows(QUESTIONS))
    ids = list(dict.fromkeys(id for id in documents if id.partition(":")[0] == name))
    return frozenset(ids[-FITTED[name] :] if name in FITTED else ())


def _read(file: Path, data: Path, part: str, sets: Sequence[str]) -> Iterator[Written]:
    if part not in ("train", "fit"):
        raise ValueError(f"{file.name} has no part {part!r}: it trains and fits")
    rows = list(read_rows(file))
    for name in sets:
        held = fitted(name)
        mine = [row for row in rows if row["document"].partition(":")[0] == name]
        chosen = [row for row in mine if (row["document"] in held) == (part == "fit")]
        texts = documents(data, name) if chosen else {}
        for row in chosen:
            yield _written(row, texts[row["document"]])


def documents(data: Path, name: str) -> dict[str, Document]:
    """The documents of a set, by id."""
    read = {
        "scifact": _scifact,
        "covid_qa": _covid_qa,
        "pubmedqa": _pubmedqa,
        "evidence_inference": _passages,
        "medquad": _passages,
        "pages": _pages,
    }[name]
    return {f"{name}:{id}": document for id, document in read(data, name)}


def _scifact(data: Path, _: str) -> Iterator[tuple[str, Document]]:
    for row in read_rows(data / "scifact/corpus.jsonl"):
        yield row["_id"], Document(row["title"], row["text"])


def _covid_qa(data: Path, _: str) -> Iterator[tuple[str, Document]]:
    for article in splits.covid_qa(data, "train"):
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            yield str(paragraph["document_id"]), Document(_first_line(text), text)


def _pubmedqa(data: Path, _: str) -> Iterator[tuple[str, Document]]:
    for pmid, row in splits.pubmedqa(data, "train").items():
        yield pmid, Document("", "\n".join(row["CONTEXTS"]), f"pubmedqa:{pmid}")


def _passages(data: Path, name: str) -> Iterator[tuple[str, Document]]:
    for row in read_rows(data / "training" / f"{name}.jsonl"):
        text, article = row["passage"], row.get("pmcid") or ""
        yield hashlib.sha256(text.encode()).hexdigest()[:12], Document("", text, article)


def _pages(data: Path, _: str) -> Iterator[tuple[str, Document]]:
    for row in read_rows(PAGES):
        yield row["id"], Document(row["title"], row["text"])


def _written(row: Row, document: Document) -> Written:
    start, end = row.get("within", (0, len(document.text)))
    evidence, answers = (
        tuple((a - start, b - start) for a, b in row.get(key, ()))
        for key in ("evidence", "answers")
    )
    return Written(
        wording=row.get("question") or row["claim"],
        document=row["document"],
        title=document.title,
        text=document.text[start:end],
        evidence=evidence,
        answers=answers,
        stance=row.get("stance", ""),
        article=document.article,
    )


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0][:200]
