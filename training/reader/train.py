"""The training loop: bf16, checkpoints, resume; on a GPU where there is one."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count, islice
from json import dumps
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import nn

from rag.embedding.model import locate
from rag.settings import DEFAULT_MODEL
from training.reader import checkpoint
from training.reader.batches import Batch, batches, encode, prepare
from training.reader.examples import Example
from training.reader.losses import WEIGHTS, losses_of
from training.reader.mixture import build
from training.reader.network import ReaderNetwork, Reading
from training.reader.stages import Stage, stages
from training.rows import drop_unfinished

WARM_UP = 0.06  # share of the steps
DECAY = 0.01
SHOWN = 50  # steps between lines of the log
THREADS = torch.get_num_threads()
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
LOG = "log.jsonl"
_FIXED = ("size", "rate", "share", "seed")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run is made with. The same settings and data give the same batches."""

    data: Path
    output: Path
    size: int = 32
    rate: float = 1.2e-4
    share: float = 1.0
    seed: int = 13
    checkpoint: int = 200  # steps
    pool: Path | None = None  # where negatives are searched: else in the output
    kept: int = 700  # steps between the weights that are kept for the learning curve


def train(run: Run, plan: Sequence[Stage] = ()) -> Path:
    """Train, or go on from the last checkpoint; return the folder of the finished weights.

    `plan` is what `stages` says, unless given. Raises CheckpointError where the folder's
    checkpoint is of a run with other settings.
    """
    plan = plan or stages(run.share)
    run.output.mkdir(parents=True, exist_ok=True)
    folder = Path(locate(DEFAULT_MODEL))
    tokenizer = prepare(Tokenizer.from_file(str(folder / "tokenizer.json")))
    learner = Learner(run, folder, plan)
    done = learner.resume()
    drop_unfinished(run.output / LOG)
    _log(run.output, {"steps": learner.steps, "from": done, **_plain(run)})
    began, seen, losses = time.monotonic(), 0, []
    for step, group in _groups(run, plan, done):
        batch = encode(group, tokenizer, random.Random(run.seed + step))
        losses.append(learner.learn(step, batch))
        seen += len(group)
        if step % SHOWN == 0:
            speed = round(seen / (time.monotonic() - began), 1)
            _log(run.output, {"step": step, "per_second": speed, **_means(losses)})
            losses = []
        if step % run.kept == 0:  # before the checkpoint: a run that goes on from it has them
            learner.keep(f"weights-{step:06}.safetensors")
        if step % run.checkpoint == 0:
            learner.save(step)
    learner.keep("reader.safetensors")
    return run.output


class Learner:
    """The network, its optimizer and the rate's course; kept and taken up again together."""

    def __init__(self, run: Run, base: Path, plan: Sequence[Stage]) -> None:
        """`base` holds the encoder's first weights; the rate falls to its end in all steps."""
        torch.manual_seed(run.seed)
        torch.set_flush_denormal(True)  # else tiny gradients slow a processor several times
        self.run, self.steps = run, sum(stage.steps for stage in plan)
        self._settings = settings_of(run, plan)
        self.network = ReaderNetwork.start(base).to(DEVICE).train()
        learned = [one for one in self.network.parameters() if one.requires_grad]
        self._optimizer = torch.optim.AdamW(learned, lr=run.rate, weight_decay=DECAY, fused=True)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda step: _rate(step, self.steps)
        )

    def learn(self, step: int, batch: Batch) -> list[float]:
        """One step; the losses, in the order of `WEIGHTS`."""
        torch.manual_seed(self.run.seed + step)  # a resumed run drops what this one would
        batch = batch.to(DEVICE)
        with torch.autocast(DEVICE, dtype=torch.bfloat16):
            reading = self.network(batch.ids, batch.mask, batch.types)
        losses = losses_of(Reading(reading.tokens.float(), reading.passages.float()), batch)
        weighted = [w * x for w, x in zip(WEIGHTS.values(), losses, strict=True)]
        self._optimizer.zero_grad()
        torch.stack(weighted).sum().backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        self._schedule.step()
        return [float(loss.detach()) for loss in losses]

    def save(self, step: int) -> None:
        """Make this the checkpoint: everything that resuming needs."""
        states = {name: part.state_dict() for name, part in self._parts().items()}
        checkpoint.save(self.run.output, self._settings, step, states)

    def resume(self) -> int:
        """The step of the last checkpoint, from which this goes on; 0 without one.

        Raises CheckpointError where it is of a run with other settings.
        """
        kept = checkpoint.load(self.run.output, self._settings)
        if kept is None:
            return 0
        step, states = kept
        for name, part in self._parts().items():
            part.load_state_dict(states[name])
        return step

    def keep(self, name: str) -> None:
        """Write the weights alone, whole or not at all, to a file of the run's folder."""
        file = self.run.output / name
        unfinished = file.with_name(f"{name}.new")
        save_file(self.network.state_dict(), unfinished)
        unfinished.replace(file)

    def _parts(self) -> dict[str, Any]:
        return {
            "network": self.network,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
        }


def _groups(run: Run, plan: Sequence[Stage], done: int) -> Iterator[tuple[int, list[Example]]]:
    """The batches of all stages after the first `done`, numbered from 1."""
    first = 0
    for number, stage in enumerate(plan):
        if first + stage.steps > done:
            every = enumerate(_batches(run, stage, number), start=first + 1)
            yield from islice(every, max(0, done - first), stage.steps)
        first += stage.steps


def _batches(run: Run, stage: Stage, number: int) -> Iterator[list[Example]]:
    """A stage's batches, epoch after epoch, each with negatives of its own."""
    for epoch in count():
        seed = run.seed + 100 * number + epoch
        examples = build(run.data, stage, run.share, seed, run.pool or run.output / "pool")
        torch.set_num_threads(THREADS)  # searching for negatives binds OpenMP to one
        _log(run.output, {"stage": stage.name, "epoch": epoch, "examples": len(examples)})
        yield from batches(examples, run.size, random.Random(seed))


def _rate(step: int, steps: int) -> float:
    """Up in a line, then down in a line to a fiftieth."""
    first = max(1, round(steps * WARM_UP))
    return step / first if step < first else max(0.02, (steps - step) / max(1, steps - first))


def _means(losses: Sequence[Sequence[float]]) -> dict[str, float]:
    columns = zip(*losses, strict=True)
    return {name: round(sum(c) / len(c), 4) for name, c in zip(WEIGHTS, columns, strict=True)}


def settings_of(run: Run, plan: Sequence[Stage]) -> dict[str, Any]:
    """What the batches and steps of a run depend on, but for its data."""
    settings: dict[str, Any] = {name: getattr(run, name) for name in _FIXED}
    return settings | {"plan": [(stage.name, stage.steps) for stage in plan]}


def _plain(run: Run) -> dict[str, object]:
    return {k: v for k, v in asdict(run).items() if not isinstance(v, Path)}


def _log(output: Path, line: dict[str, object]) -> None:
    with (output / LOG).open("a", encoding="utf-8") as stream:
        print(dumps(line), file=stream)
    print(dumps(line), flush=True)
