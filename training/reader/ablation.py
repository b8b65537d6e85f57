"""What each part of the mixture is good for: the recipe on a share of the data, and without.

    python -m training.reader.ablation ../shared/data runs/ablation [--share 0.125]

Each variant is trained from the start, for as many steps as the whole recipe of that share, and
measured on parts that do not train (`fit`); the table is printed as the variants end, each
figure with its interval. Resumes: a variant that is trained is only measured. `--pool` names
the pool of an earlier run, so that texts are not indexed again.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from training.reader.curve import TorchReader
from training.reader.examples import Example
from training.reader.measure import AUROC, SPAN_F1, figures, read_pair
from training.reader.pairs import COVID_QA, SQUAD2, public_sets, written_sets
from training.reader.stages import Source, Stage, stages
from training.reader.train import Run, train
from training.rows import sample

SHARE = 0.125
SHOWN = (
    (SQUAD2, SPAN_F1),
    (SQUAD2, AUROC),
    (COVID_QA, SPAN_F1),
    (COVID_QA, AUROC),
    ("our scifact", SPAN_F1),
    ("our scifact", AUROC),
    ("our pages", SPAN_F1),
    ("our pages", AUROC),
)
_BIOMEDICAL = frozenset("covid_qa pubmedqa scifact titles evidence_inference medquad".split())


def main() -> None:
    """Train and measure every variant."""
    arguments = _arguments()
    sets = public_sets(arguments.data, "fit") | written_sets(arguments.data)
    chosen = {name: sample(examples, arguments.limit) for name, examples in sets.items()}
    print(_row(["mix", *(f"{name}: {figure}" for name, figure in SHOWN)]))
    print(_row(["---"] * (1 + len(SHOWN))))
    for name, plan in variants(arguments.share):
        if arguments.only and name not in arguments.only:
            continue
        output = arguments.output / name.replace(" ", "-")
        run = Run(arguments.data, output, share=arguments.share, pool=arguments.pool)
        if not (output / "reader.safetensors").exists():
            train(run, plan)
        print(_row([name, *_cells(output / "reader.safetensors", chosen)]), flush=True)


def variants(share: float) -> Iterator[tuple[str, tuple[Stage, ...]]]:
    """The whole plan, and the plan without a part of it, for as many steps."""
    whole = stages(share)
    for name, change in _CHANGES.items():
        yield name, tuple(change(stage) for stage in whole)


def _kept(keep: Callable[[Source], bool]) -> Callable[[Stage], Stage]:
    return lambda stage: replace(stage, sources=tuple(filter(keep, stage.sources)))


def _unsearched(stage: Stage) -> Stage:
    return replace(stage, sources=tuple(replace(one, mined=0.0) for one in stage.sources))


_CHANGES: dict[str, Callable[[Stage], Stage]] = {
    "the whole mix": lambda stage: stage,
    "without our own questions": _kept(lambda one: not one.name.startswith("written")),
    "without searched negatives": _unsearched,
    "without public biomedical sets": _kept(lambda one: one.name not in _BIOMEDICAL),
    "without made-up records": lambda stage: replace(stage, records=0),
}


def _cells(weights: Path, sets: Mapping[str, list[Example]]) -> Iterator[str]:
    network = TorchReader(weights)
    found = {name: figures([read_pair(network, one) for one in sets[name]]) for name in sets}
    for name, shown in SHOWN:
        figure = found[name][shown]
        yield f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m training.reader.ablation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, help="the folder of public sets")
    parser.add_argument("output", type=Path, help="a folder; each variant gets one in it")
    parser.add_argument("--share", type=float, default=SHARE, help="share of the data and steps")
    parser.add_argument("--pool", type=Path, help="the pool of an earlier run")
    parser.add_argument("--limit", type=int, default=400, help="pairs of a set (0: all)")
    parser.add_argument("--only", nargs="+", choices=_CHANGES, help="these variants alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
