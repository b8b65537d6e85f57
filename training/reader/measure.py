"""How well a reader reads: spans and doubt on articles that it was not trained on.

    python -m training.reader.measure ../shared/data [--reader FOLDER] [--part fit]
    python -m training.reader.measure --file SPANS.jsonl

SQuAD 2.0's measured articles, paragraph given: word F1 of answerable questions (Rajpurkar et
al. 2016) and AUROC of answerability. COVID-QA's measured articles: the window that holds the
answer against other windows of its article. The time to read 20 passages.

A file holds a pair a line, with `question`, `passage`, `answers` [{`start`, `text`}] and, if
there is one, `title`; its answerable pairs are measured. A passage that is longer than the
network reads is read in windows. Intervals hold 95 of 100 resamples of the pairs; those of AUROC
draw answerable pairs and others apart.
"""

from __future__ import annotations

import argparse
import re
import string
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap, rankdata  # type: ignore[import-untyped]

from rag.errors import CitewellError
from rag.evaluation import Figure
from rag.reading.network import Network, ReaderNetwork, Reading
from training.reader.examples import Example, Span, windows
from training.reader.pairs import COVID_QA, public_sets, span_set
from training.rows import sample

SPAN_F1, AUROC = "span F1", "AUROC, passage"
_MEANS = {
    SPAN_F1: "word_f1",
    "span overlap": "overlap",
    "best sentence right": "sentence",
    "F1 of all spans": "all_spans",
    "F1 of all sentences": "all_sentences",
}
_SCORES = {AUROC: "passage", "AUROC, span": "span"}
_RESAMPLES = 1000
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reader made of a pair: its logits, and how right its span and sentence are.

    Where the pair has an answer (else None): `word_f1` of the best span against the nearest
    answer; whether it and the best sentence overlap one (1 or 0); and the word F1 of all spans
    that are likelier than none, and of all sentences of evidence, against all evidence together.
    """

    answerable: bool
    passage: float
    span: float
    word_f1: float | None = None
    overlap: float | None = None
    sentence: float | None = None
    all_spans: float | None = None
    all_sentences: float | None = None


def main() -> None:
    """Print the figures."""
    arguments = _arguments()
    try:
        network = ReaderNetwork(arguments.reader)
        sets = {file.name: list(span_set(file)) for file in arguments.file}
    except (CitewellError, OSError, ValueError) as error:
        sys.exit(f"training.reader.measure: {error}")
    if arguments.data:
        sets |= public_sets(arguments.data, arguments.part)
    for name, examples in sets.items():
        chosen = sample(examples, arguments.limit)
        _print(name, [read_pair(network, example) for example in chosen])
    if arguments.data:
        _time(network, sets[COVID_QA][:20])


def read_pair(network: Network, example: Example) -> Outcome:
    """Read a pair, and judge the best span and the best sentence where it has an answer."""
    parts = _readings(network, example)
    passage = max(reading.answers for _, reading in parts)
    span, (start, end) = max(
        (_best_span(place, reading) for place, reading in parts), key=lambda found: found[0]
    )
    outcome = Outcome(bool(example.answerable), passage, span)
    if not (example.answerable and example.answers):
        return outcome
    golds = [example.passage[a:b] for a, b in example.answers]
    quote = example.passage[start:end]
    units = {unit: _evidence(parts, unit) for unit in example.units}
    unit = max(units, key=units.__getitem__)
    sentences = [one for one, logit in units.items() if logit > 0] or [unit]
    spans = sorted(_all_spans(parts)) or [(start, end)]
    return replace(
        outcome,
        word_f1=max(word_f1(quote, gold) for gold in golds),
        overlap=float(_overlaps((start, end), example.answers)),
        sentence=float(_overlaps(unit, example.answers)),
        all_spans=_joined_f1(example, spans),
        all_sentences=_joined_f1(example, sentences),
    )


def figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """What the pairs say, each figure with its interval: spans, and AUROC where there is doubt."""
    found = []
    for name, column in _MEANS.items():
        values = [value for one in outcomes if (value := getattr(one, column)) is not None]
        found.append(_figure(name, np.mean, np.array(values)))
    for name, column in _SCORES.items():
        scores = np.array([getattr(one, column) for one in outcomes])
        right = np.array([one.answerable for one in outcomes], dtype=bool)
        found.append(_figure(name, auroc, scores[right], scores[~right]))
    return {figure.name: figure for figure in found if figure.count}


def auroc(positive: Array, negative: Array, axis: int = -1) -> Array:
    """The chance that one of the first stands above one of the second (ties: half).

    By rank sums (Mann and Whitney 1947), along the last axis.
    """
    size, others = positive.shape[-1], negative.shape[-1]
    ranks = rankdata(np.concatenate([positive, negative], axis=-1), axis=-1)
    above = ranks[..., :size].sum(axis=-1) - size * (size + 1) / 2
    return np.asarray(above / (size * others))


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


def _readings(network: Network, example: Example) -> list[tuple[Span, Reading]]:
    """The passage's reading; those of its windows where it was not read to its end."""
    text = example.passage
    (whole,) = network.read(example.question, [(example.title, text)])
    if len(whole.places) and not text[whole.places[-1, 1] :].strip():
        return [((0, len(text)), whole)]
    spans = windows(text) or [(0, len(text))]
    passages = [(example.title, text[start:end]) for start, end in spans]
    return list(zip(spans, network.read(example.question, passages), strict=True))


def _best_span(place: Span, reading: Reading) -> tuple[float, Span]:
    first, last = place
    score, (start, end) = reading.span(0, last - first)
    return score, (first + start, first + end)


def _all_spans(parts: Sequence[tuple[Span, Reading]]) -> set[Span]:
    return {
        (first + start, first + end)
        for (first, last), reading in parts
        for _, (start, end) in reading.spans(0, last - first)
    }


def _joined_f1(example: Example, found: Sequence[Span]) -> float:
    text, gold = example.passage, example.evidence or example.answers or ()
    return word_f1(*(" ".join(text[a:b] for a, b in _merged(one)) for one in (found, gold)))


def _merged(spans: Sequence[Span]) -> list[Span]:
    """In reading order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _evidence(parts: Sequence[tuple[Span, Reading]], unit: Span) -> float:
    start, end = unit
    return max(reading.evidence(start - first, end - first)[0] for (first, _), reading in parts)


def _overlaps(span: Span, answers: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in answers)


def _figure(name: str, measure: Callable[..., Any], *samples: Array) -> Figure:
    """A figure of samples that are resampled apart; of no count where one of them is empty."""
    count = sum(map(len, samples)) if all(map(len, samples)) else 0
    if not count:
        return Figure(name, np.nan, np.nan, np.nan, 0)
    value = float(measure(*samples))
    if min(map(len, samples)) < 2:
        return Figure(name, value, np.nan, np.nan, count)
    how = {"n_resamples": _RESAMPLES, "batch": 100, "method": "percentile", "rng": 0}
    low, high = bootstrap(samples, measure, **how).confidence_interval
    return Figure(name, value, float(low), float(high), count)


def _print(name: str, outcomes: Sequence[Outcome]) -> None:
    answerable = sum(one.answerable for one in outcomes)
    print(f"\n{name}: {len(outcomes)} pairs, {answerable} answerable")
    for figure in figures(outcomes).values():
        interval = f"{figure.low:.3f} to {figure.high:.3f}"
        print(f"  {figure.name:22} {figure.value:.3f}  {interval:16} n {figure.count}")


def _time(network: Network, examples: Sequence[Example]) -> None:
    passages = [(example.title, example.passage) for example in examples]
    times = []
    for _ in range(8):
        start = time.perf_counter()
        network.read(examples[0].question, passages)
        times.append(time.perf_counter() - start)
    print(f"\nreading {len(passages)} passages: median {1000 * median(times):.0f} ms")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m training.reader.measure",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, nargs="?", help="the folder of public sets")
    parser.add_argument("--file", type=Path, nargs="+", default=[], help="spans, a pair a line")
    parser.add_argument("--reader", type=Path, help="a folder (default: the shipped reader)")
    parser.add_argument("--part", choices=("fit", "measure"), default="measure")
    parser.add_argument("--limit", type=int, default=0, help="pairs a set (default: all)")
    arguments = parser.parse_args()
    if not (arguments.data or arguments.file):
        parser.error("name the folder of public sets, or a file of spans with --file")
    return arguments


if __name__ == "__main__":
    main()
