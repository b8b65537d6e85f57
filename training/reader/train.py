"""The training loop: bf16 where the processor has it, checkpoints, resume."""

from __future__ import annotations

import random
import time
from dataclasses import asdict, dataclass
from json import dumps
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from rag.embedding.model import locate
from rag.reading.network import END, START
from rag.settings import DEFAULT_MODEL
from training.reader.batches import NONE, Batch, batches, encode, prepare
from training.reader.mixture import build
from training.reader.network import ANSWERS, STANCES, ReaderNetwork, Reading, unit_logits

WARM_UP = 0.06  # share of the steps
CHECKPOINT = 200  # steps
DECAY = 0.01


@dataclass(frozen=True, slots=True)
class Run:
    """What a run is made with. The same settings and data give the same batches."""

    data: Path
    output: Path
    epochs: int = 1
    size: int = 32
    rate: float = 1.2e-4
    share: float = 1.0
    steps: int = 0  # stop there, the rate falling to its end by then; 0: all of the epochs
    seed: int = 13


def train(run: Run) -> Path:
    """Train, or go on from the last checkpoint; return the folder of the finished weights."""
    torch.manual_seed(run.seed)
    torch.set_flush_denormal(True)  # else tiny gradients slow a processor down several times
    run.output.mkdir(parents=True, exist_ok=True)
    folder = Path(locate(DEFAULT_MODEL))
    tokenizer = prepare(Tokenizer.from_file(str(folder / "tokenizer.json")))
    examples = build(run.data, run.share)
    network = ReaderNetwork.start(folder)
    optimizer = torch.optim.AdamW(network.parameters(), lr=run.rate, weight_decay=DECAY)
    steps = run.steps or run.epochs * -(-len(examples) // run.size)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: _rate(s, steps))
    done = _resume(run.output, network, optimizer, scheduler)
    _log(run.output, {"examples": len(examples), "steps": steps, "from": done, **_plain(run)})
    began, seen, losses = time.monotonic(), 0, []
    network.train()
    step = 0
    for epoch in range(run.epochs):
        rng = random.Random(run.seed + epoch)
        for group in batches(examples, tokenizer, run.size, rng):
            step += 1
            if step <= done or step > steps:
                continue
            batch = encode(group, tokenizer, random.Random(run.seed + step))
            losses.append(_step(network, optimizer, batch))
            scheduler.step()
            seen += len(group)
            if step % 50 == 0:
                speed = seen / (time.monotonic() - began)
                mean = [sum(column) / len(column) for column in zip(*losses, strict=True)]
                names = ("span", "evidence", "answers", "stance")
                shown = {name: round(value, 4) for name, value in zip(names, mean, strict=True)}
                _log(run.output, {"step": step, "per_second": round(speed, 1), **shown})
                losses = []
            if step % CHECKPOINT == 0:
                _checkpoint(run.output, step, network, optimizer, scheduler)
    save_file(network.state_dict(), run.output / "reader.safetensors")
    return run.output


def losses_of(reading: Reading, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Span, evidence, answers and stance; each 0 where no example of the batch says."""
    entropy = nn.functional.cross_entropy
    binary = nn.functional.binary_cross_entropy_with_logits
    outside = (batch.units < 0) & (torch.arange(batch.ids.shape[1]) > 0)
    edges = reading.tokens[..., : END + 1].masked_fill(outside[..., None], -1e4)
    span = torch.zeros(())
    if (known := batch.start != NONE).any():
        span = 0.5 * (
            entropy(edges[known][..., START], batch.start[known])
            + entropy(edges[known][..., END], batch.end[known])
        )
    logits, there = unit_logits(reading.tokens, batch.units)
    told = there & (batch.evidence != NONE)
    evidence = _mean(binary, logits[told], batch.evidence[told])
    sure = batch.answers != NONE
    answers = _mean(binary, reading.passages[sure, ANSWERS], batch.answers[sure])
    stance = torch.zeros(())
    if (known := batch.stance != NONE).any():
        stance = entropy(reading.passages[known][:, STANCES], batch.stance[known])
    return span, evidence, answers, stance


def _mean(loss: nn.Module, logits: Tensor, targets: Tensor) -> Tensor:
    return loss(logits, targets.to(logits.dtype)) if len(targets) else torch.zeros(())


def _step(network: ReaderNetwork, optimizer: torch.optim.Optimizer, batch: Batch) -> list[float]:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        reading = network(batch.ids, batch.mask, batch.types)
    reading = Reading(reading.tokens.float(), reading.passages.float())
    span, evidence, answers, stance = losses_of(reading, batch)
    loss = span + 2 * evidence + answers + 0.5 * stance
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return [float(x.detach()) for x in (span, evidence, answers, stance)]


def _rate(step: int, steps: int) -> float:
    """Up in a line, then down in a line to a fiftieth."""
    first = max(1, round(steps * WARM_UP))
    return step / first if step < first else max(0.02, (steps - step) / (steps - first))


def _checkpoint(output: Path, step: int, network: nn.Module, *states: object) -> None:
    """Everything that resuming needs; replaced in one go."""
    save_file(network.state_dict(), output / "checkpoint.safetensors.new")
    torch.save([s.state_dict() for s in states], output / "checkpoint.state.new")  # type: ignore[attr-defined]
    (output / "checkpoint.safetensors.new").replace(output / "checkpoint.safetensors")
    (output / "checkpoint.state.new").replace(output / "checkpoint.state")
    (output / "checkpoint.step").write_text(str(step))


def _resume(output: Path, network: nn.Module, *states: object) -> int:
    if not (output / "checkpoint.step").exists():
        return 0
    network.load_state_dict(load_file(output / "checkpoint.safetensors"))
    kept = torch.load(output / "checkpoint.state", weights_only=True)
    for state, values in zip(states, kept, strict=True):
        state.load_state_dict(values)  # type: ignore[attr-defined]
    return int((output / "checkpoint.step").read_text())


def _plain(run: Run) -> dict[str, object]:
    values = asdict(run)
    return {k: v for k, v in values.items() if not isinstance(v, Path)}


def _log(output: Path, line: dict[str, object]) -> None:
    with (output / "log.jsonl").open("a", encoding="utf-8") as stream:
        print(dumps(line), file=stream)
    print(dumps(line), flush=True)
