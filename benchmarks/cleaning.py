"""What cleaning takes from texts that hold nothing to take: abstracts, and articles' full text.

    python -m benchmarks.cleaning ../shared/data [--limit 500] [--show]

A sentence of the source is lost when its letters and digits are not found in the document's
text, behind those of the sentence before it. Headings are kept as the names of sections: they
are counted apart.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rag.cleaning import Extract, clean
from rag.sentences import split_sentences
from rag.types import Document

HEADING = "heading kept as the section's name"


@dataclass
class Losses:
    """Counts over the texts of one set."""

    texts: int = 0
    sentences: int = 0
    headings: int = 0
    changed: int = 0  # letters or digits that the source does not have at their place
    lost: list[str] = field(default_factory=list)

    def count(self, source: str) -> None:
        """Clean a text and add what became of it."""
        document = clean(Extract(source), id="text", source="text", content_hash="")
        self.texts += 1
        self.changed += _changed(source, document)
        kept, rest = squeezed(document.text), source
        for removal in document.removals:
            if removal.rule == HEADING:
                self.headings += 1
                blank = " " * (removal.end - removal.start)
                rest = rest[: removal.start] + blank + rest[removal.end :]
        position = 0
        for sentence in _sentences(rest):
            wanted = squeezed(sentence)
            found = kept.find(wanted, position)
            self.sentences += 1
            if found < 0:
                self.lost.append(sentence)
            else:
                position = found + len(wanted)


def squeezed(text: str) -> str:
    """The letters and digits of a text."""
    return "".join(filter(str.isalnum, text))


def _sentences(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text):
        for start, end in split_sentences(paragraph):
            if squeezed(paragraph[start:end]):
                yield paragraph[start:end]


def _changed(source: str, document: Document) -> int:
    same, reached = 0, 0
    for text_start, source_start, length in document.source_map:
        ours = document.text[text_start : text_start + length]
        theirs = source[source_start : source_start + length]
        in_order = source_start >= reached
        same += sum(a == b and a.isalnum() and in_order for a, b in zip(ours, theirs, strict=True))
        reached = source_start + length
    return len(squeezed(document.text)) - same


def abstracts(data: Path) -> Iterator[str]:
    """SciFact's abstracts, each below its title."""
    with (data / "scifact" / "corpus.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield f"{row['title']}\n\n{row['text']}\n"


def articles(data: Path) -> Iterator[str]:
    """COVID-QA's articles."""
    rows = json.loads((data / "covid_qa" / "covid_qa_2020-04-23.json").read_text("utf-8"))["data"]
    for row in rows:
        for paragraph in row["paragraphs"]:
            yield paragraph["context"]


def main() -> None:
    """Print a row of the table for each set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int, help="of each set, so many texts spread over it")
    parser.add_argument("--show", action="store_true", help="print the sentences that are lost")
    arguments = parser.parse_args()
    print("| set | texts | sentences | lost | in 1,000 | headings | changed |")
    print("|---|---|---|---|---|---|---|")
    for name, texts in (("SciFact", abstracts), ("COVID-QA", articles)):
        losses, sources = Losses(), list(texts(arguments.data))
        step = max(1, len(sources) // (arguments.limit or len(sources)))
        for source in sources[::step]:
            losses.count(source)
        lost = len(losses.lost)
        share = 1000 * lost / losses.sentences
        print(
            f"| {name} | {losses.texts:,} | {losses.sentences:,} | {lost} | {share:.2f} "
            f"| {losses.headings:,} | {losses.changed} |",
            flush=True,
        )
        if arguments.show:
            print(*(f"lost: {' '.join(sentence.split())}" for sentence in losses.lost), sep="\n")


if __name__ == "__main__":
    main()
