"""Are the right sentences found in whole articles, when all of them are searched?

    python -m benchmarks.openbook ../shared/data [--part fit] [--limit 60] [--reader FOLDER]

COVID-QA's 98 articles are indexed once and kept (`--index`); the questions of a part of
`training/splits.py` are asked of all of them. A quotation is right where it overlaps, by
character offsets in the right document, an answer span of the annotators.

searched            A passage that overlaps the answer is among those read: the bound of the rest.
first, three        The first quotation is right, or one of the first three: in the reader's
                    order, whether it would abstain or not.
answered: …         The same of the answer that is shown, with abstentions as misses.
network: …          The same as "first, three" in the order of the network alone: by the chance
                    that the passage answers times that the sentence is evidence.

The calibration that orders and abstains is fitted to the shipped reader: another one's rows but
the first and the last two wait for a fit of its own. An article may answer a question that was
asked of another: that counts as a miss. Intervals are bootstraps over the questions, which
share articles: with others they would be wider.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.beir import BeirDocument, Collection
from benchmarks.measures import Array, estimates, share, table
from benchmarks.outcomes import versions, write_json
from benchmarks.retrieval import PACKAGES, build
from rag import Assistant, CitewellError, Settings
from rag.answering import select
from rag.evaluation import Figure
from rag.evaluation.folding import SqueezedText
from rag.evaluation.gold import check_documents
from rag.reading import CalibratedReader
from rag.reading.network import Network, ReaderNetwork
from rag.types import Document, Evidence, Hit
from training import splits
from training.question_sets import QuestionSet, covid_qa

Span = tuple[int, int]
FIRST, SHOWN = 1, 3  # quotations


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the document that answers it, and where; nowhere if cleaning took it."""

    id: str
    question: str
    document: str
    spans: tuple[Span, ...]

    def is_held(self, document: str, start: int, end: int) -> bool:
        """Whether a stretch of a document overlaps an answer."""
        return document == self.document and any(a < end and start < b for a, b in self.spans)


def main() -> None:
    """Index, ask, print and write."""
    arguments = _arguments()
    try:
        questions = covid_qa(arguments.data, arguments.part, arguments.limit)
        network = ReaderNetwork(arguments.reader)
        index = write_files(questions, arguments.index)
        with Assistant.open(index) as assistant:
            asked = list(locate(questions, answers(arguments.data, arguments.part), assistant))
            found = [ask(assistant, network, one) for one in tqdm(asked, disable=None)]
    except (CitewellError, OSError, ValueError) as error:
        sys.exit(f"benchmarks.openbook: {error}")
    figures = summarise(found)
    missing = sum(not one.spans for one in asked)
    print(f"{arguments.part}: {len(asked)} questions; of {missing} cleaning took the answer\n")
    print(table({name: {"share": figure} for name, figure in figures.items()}))
    facts = {
        "answers_that_cleaning_took": missing,
        "reader": network.card,
        "versions": versions(*PACKAGES),
        "figures": {name: asdict(figure) for name, figure in figures.items()},
    }
    collection = _collection(questions, arguments.part, asked)
    write_json(arguments.out / f"{arguments.part}.json", collection, facts)


def write_files(questions: QuestionSet, folder: Path) -> Path:
    """The set's files written under `folder` and indexed; done before, it is quickly done."""
    documents = folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    for name, text in questions.files.items():
        (documents / name).write_text(text, encoding="utf-8", newline="")
    build(documents, Settings.load(index=folder / "index"))
    return folder / "index"


def answers(data: Path, part: str) -> dict[str, list[tuple[int, str]]]:
    """Of each question's id its answers: where they start in the article as it came, and what."""
    return {
        str(entry["id"]): [(one["answer_start"], one["text"]) for one in entry["answers"]]
        for article in splits.covid_qa(data, part)
        for paragraph in article["paragraphs"]
        for entry in paragraph["qas"]
    }


def locate(
    questions: QuestionSet,
    given: Mapping[str, Sequence[tuple[int, str]]],
    assistant: Assistant,
) -> Iterator[Asked]:
    """The set's answerable questions, with their answers' places in the indexed documents."""
    texts: dict[str, SqueezedText] = {}
    answerable = [one for one in questions.gold if one.answerable]
    known = [one.id for one in assistant.documents()]
    for one in check_documents(answerable, known, questions.name):
        document = assistant.document(one.documents[0])
        if document.id not in texts:
            texts[document.id] = SqueezedText(document.text)
        spans = [nearest(document, texts[document.id], *place) for place in given[one.id]]
        yield Asked(one.id, one.question, document.id, tuple(filter(None, spans)))


def nearest(document: Document, text: SqueezedText, start: int, answer: str) -> Span | None:
    """Where an answer stands in a document's text, nearest to `start` in its source.

    Cleaning may have mended white space and hyphens inside it: these do not count.
    """

    def distance(place: Span) -> int:
        source = document.source_offset(place[0])
        return abs((place[0] if source is None else source) - start)

    return min(text.find(answer), key=distance, default=None)


def ask(assistant: Assistant, network: Network, asked: Asked) -> dict[str, bool]:
    """What of a question was found, by the names of the rows."""
    settings = assistant.settings
    query, hits = assistant._find(asked.question, settings.read_passages)
    reader = CalibratedReader(assistant._encoder, assistant._store, network)
    evidence = reader.read(query, hits)
    answered = reader.confidence(query, evidence) >= settings.threshold
    shown = select(evidence, settings.max_quotations) if answered else []
    orders = {
        "": select(evidence, SHOWN, all_likely=False),
        "answered: ": shown,
        "network: ": select(by_network(evidence), SHOWN, all_likely=False),
    }
    return {"searched": any(_is_in(asked, hit) for hit in hits)} | {
        f"{order}{name}": any(_is_right(asked, one) for one in quoted[:count])
        for order, quoted in orders.items()
        for name, count in (("first", FIRST), ("three", SHOWN))
    }


def by_network(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Evidence in the order of the network alone, the likeliest first."""

    def chance(one: Evidence) -> float:
        logits = [-one.features[name] for name in ("reads_answer", "reads_evidence")]
        return -float(np.logaddexp(0, logits).sum())

    return sorted(evidence, key=chance, reverse=True)


def summarise(found: Sequence[Mapping[str, bool]]) -> dict[str, Figure]:
    """The share of questions that each row is true of."""
    counts: Array = np.array([list(one.values()) for one in found], dtype=float)
    return {
        name: estimates(counts[:, [column]], {name: share})[name]
        for column, name in enumerate(found[0])
    }


def _is_in(asked: Asked, hit: Hit) -> bool:
    return asked.is_held(hit.passage.document_id, hit.passage.start, hit.passage.end)


def _is_right(asked: Asked, one: Evidence) -> bool:
    return asked.is_held(one.hit.passage.document_id, one.start, one.end)


def _collection(questions: QuestionSet, part: str, asked: Sequence[Asked]) -> Collection:
    """The set as the results name it."""
    documents = tuple(BeirDocument(name, "", text) for name, text in questions.files.items())
    queries = {one.id: one.question for one in asked}
    return Collection(questions.name, part, documents, queries, {})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.openbook",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    folder = Path("build/benchmarks/openbook")
    parser.add_argument("data", type=Path, help="the folder of public sets")
    parser.add_argument("--part", choices=("fit", "measure"), default="fit")
    parser.add_argument("--reader", type=Path, help="a folder (default: the shipped reader)")
    parser.add_argument("--limit", type=int, default=0, help="questions (default: all)")
    parser.add_argument("--index", type=Path, default=folder, help="where the index is kept")
    parser.add_argument("--out", type=Path, default=folder, help="where the figures go")
    return parser.parse_args()


if __name__ == "__main__":
    main()
