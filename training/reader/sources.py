"""The public sets as Examples. `docs/model_card.md` names each one's origin and licence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rag.sentences import split_sentences
from training import splits, written
from training.reader.examples import Example, Span, Stance
from training.rows import Row, read_rows

_CLAIMS = {
    "SUPPORTS": Stance.SUPPORTS,
    "REFUTES": Stance.CONTRADICTS,
    "SUPPORT": Stance.SUPPORTS,
    "CONTRADICT": Stance.CONTRADICTS,
    "supported": Stance.SUPPORTS,
    "no_evidence_in_window": Stance.UNDECIDED,
    "supports": Stance.SUPPORTS,
    "contradicts": Stance.CONTRADICTS,
    "undecided": Stance.UNDECIDED,
}


def spans(data: Path, name: str, *parts: str) -> Iterator[Example]:
    """Questions with answer spans, from the folder of training sets; of some parts alone."""
    for row in _rows(data, name):
        if parts and row["source"].split(":")[-1] not in parts:
            continue
        answers = tuple((a["start"], a["start"] + len(a["text"])) for a in row["answers"])
        evidence = answers
        if sentence := row.get("evidence_sentence"):
            start = sentence["start"]
            evidence = ((start, start + len(sentence["text"].rstrip())),)
        yield Example(
            name,
            row["question"],
            row["passage"],
            "",
            row["answerable"],
            answers,
            evidence,
            article=row.get("pmcid") or "",
        )


def evidence_inference(data: Path) -> Iterator[Example]:
    """Trial articles: the answer is a passage of text, not a few words, and one of several."""
    for example in spans(data, "evidence_inference"):
        yield replace(_without_answers(example), complete=False)


def relevance(data: Path) -> Iterator[Example]:
    """MedQuAD: consumer-health questions; the whole passage answers or does not."""
    for row in _rows(data, "medquad"):
        if len(row["passage"].split()) > 20:
            none: tuple[Span, ...] | None = None if row["answerable"] else ()
            yield Example(
                "medquad", row["question"], row["passage"], "", row["answerable"], none, none
            )


def claims(data: Path, name: str) -> Iterator[Example]:
    """Statements with the passage that supports, contradicts or does not decide them."""
    for row in _rows(data, name):
        evidence = tuple((a["start"], a["start"] + len(a["text"])) for a in row["answers"])
        stance = _CLAIMS.get(row["label"])
        decided = row["label"] != "not_supported"
        yield Example(
            name,
            row["question"],
            row["passage"],
            "",
            row["answerable"] and decided,
            None,
            evidence if decided else (),
            stance if decided else Stance.UNDECIDED,
        )


def scifact(data: Path) -> Iterator[Example]:
    """Claims of SciFact's training split over the abstracts they cite, with their evidence.

    A cited abstract without evidence is relevant and decides nothing.
    """
    corpus = {row["_id"]: row for row in read_rows(data / "scifact/corpus.jsonl")}
    claims = {row["_id"]: row for row in read_rows(data / "scifact/queries.jsonl")}
    held = written.fitted("scifact")
    for query, document in splits.scifact(data, "train"):
        if f"scifact:{document}" in held:
            continue
        claim = claims[query]
        sets = claim["metadata"].get(document, [])
        yield _scifact_claim(claim["text"], corpus[document], sets)


def written_questions(data: Path, *sets: str, part: str = "train") -> Iterator[Example]:
    """Questions that we wrote, near misses among them, over texts of some sets."""
    for one in written.questions(data, part, *sets):
        yield Example(
            "written",
            one.wording,
            one.text,
            one.title,
            bool(one.evidence),
            one.answers,
            one.evidence,
            relevant=True,
            article=one.article,
        )


def written_claims(data: Path) -> Iterator[Example]:
    """Claims that we wrote."""
    for one in written.claims(data, "train"):
        yield Example(
            "written_claims",
            one.wording,
            one.text,
            one.title,
            bool(one.evidence),
            None if one.evidence else (),
            one.evidence,
            _CLAIMS[one.stance],
            relevant=True,
        )


def titles(data: Path) -> Iterator[Example]:
    """Titles of SciFact's abstracts as statements that their abstracts are about."""
    held = written.fitted("scifact")
    for row in read_rows(data / "scifact/corpus.jsonl"):
        is_long = len(row["title"].split()) > 4 and len(row["text"].split()) > 60
        if is_long and f"scifact:{row['_id']}" not in held:
            yield Example("titles", row["title"], row["text"], row["title"], relevant=True)


def squad2(data: Path) -> Iterator[Example]:
    """SQuAD 2.0: people wrote its unanswerable questions to look answerable."""
    yield from articles("squad2", splits.squad2(data, "train"))


def xquad(data: Path) -> Iterator[Example]:
    """XQuAD's English side, without the articles that do not train."""
    held = {a["title"] for part in ("fit", "measure") for a in splits.squad2(data, part)}
    trained = {a["title"] for a in splits.squad2(data, "train")}
    file = next((data / "xquad_en").glob("*.json"))
    everything = json.loads(file.read_text(encoding="utf-8"))["data"]
    chosen = [a for a in everything if a["title"] not in held | trained]
    yield from articles("xquad", chosen)


def covid_qa(data: Path) -> Iterator[Example]:
    """Full-text articles in windows; one with the answer and one without, of the same article."""
    for example in articles("covid_qa", splits.covid_qa(data, "train")):
        yield _without_answers(example) if _is_long(example) else example


def pubmedqa(data: Path) -> Iterator[Example]:
    """Abstracts; the authors' conclusion answers the question in their title.

    So may the results, in part: they are no evidence that it is not answered.
    """
    for pmid, row in splits.pubmedqa(data, "train").items():
        body = "\n".join(row["CONTEXTS"])
        passage = f"{body}\n{row['LONG_ANSWER']}"
        evidence = ((len(body) + 1, len(passage)),)
        asked = Example("pubmedqa", row["QUESTION"], passage, "", True, None, evidence)
        yield replace(asked, complete=False, article=f"pubmedqa:{pmid}")


def articles(name: str, rows: list[Row]) -> Iterator[Example]:
    """Articles in SQuAD's form."""
    for article in rows:
        title = article.get("title", "").replace("_", " ")
        for paragraph in article["paragraphs"]:
            for entry in paragraph["qas"]:
                answers = tuple(
                    dict.fromkeys(
                        (a["answer_start"], a["answer_start"] + len(a["text"].rstrip()))
                        for a in entry["answers"]
                    )
                )
                yield Example(
                    name,
                    entry["question"],
                    paragraph["context"],
                    title,
                    bool(answers),
                    answers,
                    answers,
                    article=title,
                )


def _scifact_claim(claim: str, abstract: Row, sets: list[Row]) -> Example:
    text = abstract["text"]
    places = split_sentences(text)
    chosen = sorted({i for one in sets for i in one["sentences"] if i < len(places)})
    return Example(
        "scifact",
        claim,
        text,
        abstract["title"],
        bool(chosen),
        None if chosen else (),
        tuple(places[i] for i in chosen),
        _CLAIMS[sets[0]["label"]] if chosen else Stance.UNDECIDED,
        relevant=True,
    )


def _without_answers(example: Example) -> Example:
    return replace(example, answers=None if example.answerable else ())


def _is_long(example: Example) -> bool:
    return any(end - start > 150 for start, end in example.answers or ())


def _rows(data: Path, name: str) -> Iterator[Row]:
    yield from read_rows(data / "training" / f"{name}.jsonl")
