"""Does the reader find the sentences that decide a claim, and see which way they decide it?

    python -m benchmarks.claims ../shared/data/scifact [--split train] [--limit 100]

SciFact (Wadden et al. 2020) with the cited abstracts given: nothing is searched for. A claim and
an abstract are a pair; an abstract is read in windows as long as the passages of an index.

sentences         Of the pairs that hold evidence, which sentences are it: those whose mean
                  evidence logit is above 0, or above the threshold that is best on the train
                  split. F1, precision and recall are over the sentences of all pairs (micro);
                  "F1, whole" takes a sentence as right only where all of a rationale that it is
                  in was chosen, as the paper has it.
stance            Of the same pairs, whether the abstract supports or contradicts the claim: the
                  likelier of those two. Macro F1 is the mean of the two labels' F1.
stance of three   Of all cited abstracts; those without evidence leave the claim undecided.

An abstract's stance is that of its window with the likeliest sentence, or the sum over its
windows; which is better on the train split is said. Intervals are bootstraps over the claims.

The corpus lacks the annotators' division into sentences: it is made anew, and where it differs,
numbers point at other sentences, for every row alike. The reader is trained on the claims of the
train split: figures there flatter it, and so does a threshold from them. The test split is for
one last run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks.beir import QUERIES, Collection, read_collection
from benchmarks.claim_pairs import (
    POOLINGS,
    Pair,
    PairReading,
    cosines,
    coverages,
    read,
    read_pairs,
)
from benchmarks.measures import (
    Array,
    estimates,
    f1,
    f1_by_class,
    macro_f1,
    precision,
    recall,
    table,
)
from benchmarks.outcomes import versions, write_json
from rag.errors import CitewellError
from rag.evaluation import Figure
from rag.reading.network import Network, ReaderNetwork
from training.reader.examples import Stance

SENTENCES, TWO, THREE = "sentences", "stance", "stance of three"
CLASSES = {TWO: (Stance.SUPPORTS, Stance.CONTRADICTS), THREE: tuple(Stance)}
PACKAGES = ("citewell", "numpy", "onnxruntime", "tokenizers")
Choice = Sequence[frozenset[int]]  # the sentences chosen of each pair
Rows = dict[str, dict[str, Figure]]


def main() -> None:
    """Read, choose on train, print and write."""
    arguments = _arguments()
    try:
        network = ReaderNetwork(arguments.reader)
        collection, read_ones = _read_split(arguments, network, arguments.split)
        trained = read_ones
        if arguments.split != "train":
            _, trained = _read_split(arguments, network, "train")
        better = choose(trained)
        tables = {SENTENCES: _sentence_rows(read_ones, better["threshold"])} | {
            name: _stance_rows(read_ones, trained, classes) for name, classes in CLASSES.items()
        }
    except (CitewellError, OSError, ValueError) as error:
        sys.exit(f"benchmarks.claims: {error}")
    for name, rows in tables.items():
        print(f"\n{name}, {arguments.split}\n\n{table(rows)}")
    facts = {"pairs": _counts(read_ones), "better_on_train": better}
    print(f"\n{json.dumps(facts)}")
    facts |= {"reader": network.card, "versions": versions(*PACKAGES)}
    file = arguments.out / f"{arguments.split}.json"
    write_json(file, collection, facts | {name: _plain(rows) for name, rows in tables.items()})


def choose(trained: Sequence[PairReading]) -> dict[str, Any]:
    """The threshold of evidence and the poolings that are best on these pairs."""
    poolings = {
        name: max(POOLINGS, key=lambda one: _macro(trained, one, classes))
        for name, classes in CLASSES.items()
    }
    return {"threshold": round(best_threshold(_decided(trained)), 3), **poolings}


def best_threshold(decided: Sequence[PairReading]) -> float:
    """The logit above which choosing sentences gives the greatest F1 over all pairs."""
    logits = np.concatenate([one.evidence for one in decided])
    right = np.array([i in one.pair.relevant for one in decided for i in range(len(one.evidence))])
    order = np.argsort(-logits)
    found = np.arange(1, len(order) + 1)
    relevant = np.full(len(order), sum(len(one.pair.relevant) for one in decided))
    best = int(f1(np.stack([np.cumsum(right[order]), found, relevant], axis=-1)).argmax())
    falling = np.append(logits[order], logits.min() - 1)
    return float(falling[best] + falling[best + 1]) / 2


def count_sentences(pairs: Sequence[Pair], chosen: Choice) -> Array:
    """Of each pair: sentences that are right, found, relevant; right by whole rationales.

    Shape (pairs, 4).
    """
    counts = []
    for pair, found in zip(pairs, chosen, strict=True):
        whole = frozenset[int]().union(*(one for one in pair.rationales if one <= found))
        counts.append((len(found & pair.relevant), len(found), len(pair.relevant), len(whole)))
    return np.array(counts, dtype=float)


def count_stances(right: Sequence[int], given: Array) -> Array:
    """Each pair's confusion matrix, laid flat. Shape (pairs, classes²).

    `given`, shape (pairs, classes), are the chances with which a class is given.
    """
    wanted = np.eye(given.shape[1])[list(right)]
    return (wanted[:, :, None] * given[:, None, :]).reshape(len(right), -1)


def by_claim(pairs: Sequence[Pair], counts: Array) -> Array:
    """The counts of each claim's pairs summed, for these are not independent."""
    _, places = np.unique([pair.claim for pair in pairs], return_inverse=True)
    summed = np.zeros((int(places.max()) + 1, counts.shape[1]))
    np.add.at(summed, places, counts)
    return summed


def _read_split(
    arguments: argparse.Namespace, network: Network, split: str
) -> tuple[Collection, list[PairReading]]:
    collection = read_collection(arguments.folder, split)
    if arguments.limit:
        collection = collection.first_queries(arguments.limit)
    pairs = list(read_pairs(collection, arguments.folder / QUERIES))
    return collection, [read(network, pair) for pair in tqdm(pairs, split, disable=None)]


def _sentence_rows(read_ones: Sequence[PairReading], threshold: float) -> Rows:
    decided = _decided(read_ones)
    pairs = [one.pair for one in decided]
    choices: dict[str, Choice] = {
        "all sentences": [frozenset(range(len(pair.sentences))) for pair in pairs],
        "best by term coverage": [_best(coverages(pair)) for pair in pairs],
        "best by cosine": [_best(one) for one in cosines(pairs)],
        "reader, best": [_best(one.evidence) for one in decided],
        "reader, above 0": [_above(one.evidence, 0) for one in decided],
        f"reader, above {threshold:g}": [_above(one.evidence, threshold) for one in decided],
    }
    measures = {
        "F1": f1,
        "precision": precision,
        "recall": recall,
        "F1, whole": lambda sums: f1(sums[..., [3, 1, 2]]),
    }
    return {
        name: estimates(by_claim(pairs, count_sentences(pairs, chosen)), measures)
        for name, chosen in choices.items()
    }


def _stance_rows(
    read_ones: Sequence[PairReading], trained: Sequence[PairReading], classes: Sequence[Stance]
) -> Rows:
    chosen = _decided(read_ones, classes)
    right = [classes.index(one.pair.stance) for one in chosen]
    known = [classes.index(one.pair.stance) for one in _decided(trained, classes)]
    size, most = (len(chosen), len(classes)), int(np.bincount(known).argmax())
    given = {
        "the commonest on train": np.broadcast_to(np.eye(len(classes))[most], size),
        "any at random": np.full(size, 1 / len(classes)),
    } | {f"reader, {pooling}": _given(chosen, pooling, classes) for pooling in POOLINGS}
    measures = {"macro F1": macro_f1} | {
        f"F1, {stance.name.lower()}": lambda sums, i=i: f1_by_class(sums)[..., i]
        for i, stance in enumerate(classes)
    }
    pairs = [one.pair for one in chosen]
    return {
        name: estimates(by_claim(pairs, count_stances(right, chances)), measures)
        for name, chances in given.items()
    }


def _macro(read_ones: Sequence[PairReading], pooling: str, classes: Sequence[Stance]) -> float:
    chosen = _decided(read_ones, classes)
    right = [classes.index(one.pair.stance) for one in chosen]
    return float(macro_f1(count_stances(right, _given(chosen, pooling, classes)).sum(axis=0)))


def _given(chosen: Sequence[PairReading], pooling: str, classes: Sequence[Stance]) -> Array:
    logits = np.array([one.stances[pooling][list(classes)] for one in chosen])
    return np.asarray(np.eye(len(classes))[logits.argmax(axis=1)])


def _decided(
    read_ones: Sequence[PairReading], classes: Sequence[Stance] = CLASSES[TWO]
) -> list[PairReading]:
    return [one for one in read_ones if one.pair.stance in classes]


def _best(scores: Array) -> frozenset[int]:
    return frozenset([int(scores.argmax())])


def _above(scores: Array, threshold: float) -> frozenset[int]:
    return frozenset(np.flatnonzero(scores > threshold).tolist())


def _counts(read_ones: Sequence[PairReading]) -> dict[str, int]:
    """How many pairs of each stance, and how many name sentences beyond their abstract's end."""
    beyond = [max(one.pair.relevant, default=0) >= len(one.evidence) for one in read_ones]
    stances = [one.pair.stance for one in read_ones]
    counts = {stance.name.lower(): stances.count(stance) for stance in Stance}
    return counts | {"sentences_beyond_the_end": sum(beyond)}


def _plain(rows: Rows) -> Mapping[str, Any]:
    return {row: {n: asdict(one) for n, one in found.items()} for row, found in rows.items()}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.claims",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="SciFact in BEIR's layout")
    parser.add_argument("--split", choices=("train", "test"), default="train")
    parser.add_argument("--reader", type=Path, help="a folder (default: the shipped reader)")
    parser.add_argument("--limit", type=int, default=0, help="claims a split (default: all)")
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks/claims"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
