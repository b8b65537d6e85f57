"""The learning curve of a run: how well it reads after so many examples.

    python -m training.reader.curve ../shared/data runs/reader [--limit 300] [--svg FILE]

Training keeps its weights now and then (`weights-000800.safetensors`, after 800 steps) and at
its end (`reader.safetensors`). Each is read here in single precision, by the same code and with
the same figures as the exported network (`python -m training.reader.measure`), on the same
pairs; a table is printed as the figures come, and drawn to `curve.svg` in the run's folder.

Only the last are a reader to ship: before them the learning rate has not come down. The part
is `fit` unless told, so that what the curve decides is not decided on `measure`. Beside a
training that goes on: `nice -n 19`, and a small `--limit`.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer

from rag.embedding.model import locate
from rag.embedding.runtime import pad
from rag.errors import CitewellError
from rag.evaluation import Figure
from rag.reading.network import Reading, reading_of, under_title
from rag.settings import DEFAULT_MODEL
from training.reader.batches import LONGEST
from training.reader.examples import Example
from training.reader.measure import AUROC, SPAN_F1, figures, read_pair
from training.reader.network import ReaderNetwork
from training.reader.pairs import public_sets
from training.rows import read_rows, sample

SHOWN = (SPAN_F1, AUROC)
_INPUTS = {"ids": "ids", "mask": "attention_mask", "types": "type_ids"}
Figures = Mapping[str, Mapping[str, Figure]]  # of each set, by name


@dataclass(frozen=True, slots=True)
class Point:
    """A run after so many examples."""

    examples: int
    figures: Figures


class TorchReader:
    """Weights of a run on torch, in single precision: a `Network` like the exported one."""

    def __init__(self, weights: Path) -> None:
        """Load a safetensors file. Raises SafetensorError, or RuntimeError for another shape."""
        base = Path(locate(DEFAULT_MODEL))
        self._tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST, strategy="longest_first")
        network = ReaderNetwork.empty(base)
        network.load_state_dict(load_file(weights))
        self._network = network.float().eval()

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """See `Network`."""
        pairs = [(question, under_title(title, text)) for title, text in passages]
        encodings = self._tokenizer.encode_batch(pairs)
        feed = pad(encodings, _INPUTS)
        with torch.inference_mode():
            said = self._network(**{name: torch.from_numpy(feed[name]) for name in feed})
        rows = zip(encodings, passages, said.tokens.numpy(), said.passages.numpy(), strict=True)
        return [
            reading_of(encoding, len(under_title(title, "")), tokens, passage)
            for encoding, (title, _), tokens, passage in rows
        ]


def main() -> None:
    """Measure every kept state of a run, print, draw."""
    arguments = _arguments()
    try:
        kept = kept_weights(arguments.run)
        sets = public_sets(arguments.data, arguments.part)
        chosen = {name: sample(examples, arguments.limit) for name, examples in sets.items()}
        print(_header(chosen))
        points = []
        for point in measure(kept, chosen):
            print(_line(point), flush=True)
            points.append(point)
        file = arguments.svg or arguments.run / "curve.svg"
        file.write_text(draw(points, arguments.part), encoding="utf-8")
    except (
        CitewellError,
        OSError,
        ValueError,
        ImportError,
        RuntimeError,
        SafetensorError,
    ) as error:
        sys.exit(f"training.reader.curve: {error}")


def kept_weights(run: Path) -> dict[int, Path]:
    """The files of a run's weights, by the examples seen. Raises ValueError, OSError."""
    lines = read_rows(run / "log.jsonl")
    begun = [line for line in lines if "size" in line]  # one more each time that it was resumed
    if not begun:
        raise ValueError(f"{run / 'log.jsonl'} does not say how many examples a batch has")
    files = {int(file.stem.split("-")[1]): file for file in run.glob("weights-*.safetensors")}
    if (last := run / "reader.safetensors").exists():
        files[begun[-1]["steps"]] = last
    if not files:
        raise ValueError(f"{run} holds no weights-*.safetensors yet: wait for the first")
    return {step * begun[-1]["size"]: files[step] for step in sorted(files)}


def measure(kept: Mapping[int, Path], sets: Mapping[str, Sequence[Example]]) -> Iterator[Point]:
    """A point for each file of weights, in their order."""
    for seen, weights in kept.items():
        network = TorchReader(weights)
        found = {
            name: figures([read_pair(network, example) for example in examples])
            for name, examples in sets.items()
        }
        yield Point(seen, found)


def draw(points: Sequence[Point], part: str) -> str:
    """The curves as SVG text, a panel a figure, with their intervals. Raises ImportError."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure as Drawing
    except ImportError as error:
        raise ImportError("drawing needs matplotlib: pip install 'citewell[report]'") from error
    drawing = Drawing(figsize=(9, 4), layout="constrained")
    for axes, name in zip(drawing.subplots(1, len(SHOWN)), SHOWN, strict=True):
        for set_name in points[0].figures:
            curve = [(one.examples / 1000, one.figures[set_name][name]) for one in points]
            seen, values = [x for x, _ in curve], [figure.value for _, figure in curve]
            lows, highs = [f.low for _, f in curve], [f.high for _, f in curve]
            (drawn,) = axes.plot(seen, values, marker="o", label=set_name)
            axes.fill_between(seen, lows, highs, color=drawn.get_color(), alpha=0.15, linewidth=0)
        axes.set(xlabel="thousand examples seen", title=f"{name} ({part})", xlim=(0, None))
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    output = io.StringIO()
    # No date and a fixed salt: the same figures give the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "citewell"}):
        drawing.savefig(output, format="svg", metadata={"Date": None})
    return output.getvalue()


def _header(sets: Mapping[str, Sequence[Example]]) -> str:
    names = [f"{name} ({len(sets[name])}): {figure}" for name in sets for figure in SHOWN]
    return "\n".join(f"| {' | '.join(line)} |" for line in (
        ["examples", *names], ["---"] * (len(names) + 1)
    ))  # fmt: skip


def _line(point: Point) -> str:
    shown = [found[name] for found in point.figures.values() for name in SHOWN]
    cells = [f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})" for one in shown]
    return f"| {' | '.join([f'{point.examples:,}', *cells])} |"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m training.reader.curve",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, help="the folder of public sets")
    parser.add_argument("run", type=Path, help="the folder that training writes")
    parser.add_argument("--part", choices=("fit", "measure"), default="fit")
    parser.add_argument("--limit", type=int, default=0, help="pairs a set (default: all)")
    parser.add_argument("--svg", type=Path, help="where to draw (default: curve.svg in the run)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
