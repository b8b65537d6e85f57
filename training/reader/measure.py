"""How well a reader reads: spans and doubt on articles that it was not trained on.

    python -m training.reader.measure ../shared/data [--reader rag/reading/model]

SQuAD 2.0's measured articles, paragraph given: span F1 of answerable questions (Rajpurkar et
al. 2016) and AUROC of answerability. COVID-QA's measured articles: the window that holds the
answer against other windows of its article. The time to read 20 passages.
"""

from __future__ import annotations

import argparse
import random
import re
import string
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, median

from sklearn.metrics import roc_auc_score

from rag.reading.network import ReaderNetwork, Reading
from training import splits
from training.reader.examples import Example, cut
from training.reader.sources import articles


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--reader", type=Path, help="a folder (default: the shipped reader)")
    parser.add_argument("--limit", type=int, default=0, help="questions a set (default: all)")
    arguments = parser.parse_args()
    network = ReaderNetwork(arguments.reader)
    for name, examples in (
        ("squad2 paragraphs", list(articles("squad2", splits.squad2(arguments.data, "measure")))),
        ("covid_qa windows", list(_windows(arguments.data))),
    ):
        limit = arguments.limit or len(examples)
        _measure(network, name, random.Random(0).sample(examples, min(limit, len(examples))))
    _time(network, list(_windows(arguments.data))[:20])


def _windows(data: Path) -> Iterator[Example]:
    rng = random.Random(0)
    for example in articles("covid_qa", splits.covid_qa(data, "measure")):
        windows = cut(replace(example, title=""))
        right = [one for one in windows if one.answerable]
        wrong = [one for one in windows if not one.answerable]
        if right and wrong:
            yield right[0]
            yield rng.choice(wrong)


def _measure(network: ReaderNetwork, name: str, examples: Sequence[Example]) -> None:
    scores, spans, labels = [], [], []
    answerable, overlaps, exact = [], [], []
    for example in examples:
        reading = network.read(example.question, [(example.title, example.passage)])[0]
        score, (start, end) = reading.span(0, len(example.passage))
        scores.append(reading.answers)
        spans.append(score)
        labels.append(bool(example.answerable))
        if example.answerable and example.answers:
            golds = [example.passage[a:b] for a, b in example.answers]
            answerable.append(max(word_f1(example.passage[start:end], gold) for gold in golds))
            overlaps.append(any(start < b and a < end for a, b in example.answers))
            exact.append(_best_unit_is_right(example, reading))
    print(
        f"{name}: {len(labels)} pairs, {sum(labels)} answerable; "
        f"span F1 {mean(answerable):.3f}, span overlap {mean(overlaps):.3f}, "
        f"best sentence right {mean(exact):.3f}; AUROC of answerability: "
        f"passage {roc_auc_score(labels, scores):.3f}, span {roc_auc_score(labels, spans):.3f}"
    )


def _best_unit_is_right(example: Example, reading: Reading) -> bool:
    units = example.units
    start, end = max(units, key=lambda unit: reading.evidence(*unit)[0])
    return any(start < b and a < end for a, b in example.answers or ())


def word_f1(found: str, gold: str) -> float:
    """Harmonic mean of precision and recall over words, as SQuAD's own script has it."""
    first, second = _words(found), _words(gold)
    shared = sum((Counter(first) & Counter(second)).values())
    if not shared:
        return float(first == second)
    precision, recall = shared / len(first), shared / len(second)
    return 2 * precision * recall / (precision + recall)


def _words(text: str) -> list[str]:
    bare = "".join(char for char in text.lower() if char not in string.punctuation)
    return re.sub(r"\b(?:a|an|the)\b", " ", bare).split()


def _time(network: ReaderNetwork, examples: Sequence[Example]) -> None:
    passages = [(example.title, example.passage) for example in examples]
    times = []
    for _ in range(8):
        start = time.perf_counter()
        network.read(examples[0].question, passages)
        times.append(time.perf_counter() - start)
    print(f"reading {len(passages)} passages: median {1000 * median(times):.0f} ms")


if __name__ == "__main__":
    main()
