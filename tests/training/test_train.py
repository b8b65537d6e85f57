"""Training resumes where it was, and learns what it is shown."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from training.reader import train
from training.reader.examples import Example
from training.reader.stages import Source, Stage, stages
from training.reader.train import Learner, Run

THINGS = "cat dog hen cow pig owl".split()


class StoppedError(Exception):
    """Stands for a kill between two checkpoints."""


def _examples(_: Path) -> Iterator[Example]:
    for thing in THINGS:
        text = f"The {thing} is red. The sky is blue."
        place = (4, 4 + len(thing))
        yield Example("made", "What is red?", text, "", True, (place,), (place,))


@pytest.fixture
def plan(tmp_path: Path) -> list[Stage]:
    (tmp_path / "scifact").mkdir()  # titles of made-up papers, of which none is drawn
    row = {"_id": "1", "title": "Effects of salt on mice and on men", "text": "They slept."}
    (tmp_path / "scifact/corpus.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return [Stage(name, 3, (Source("made", _examples),)) for name in ("first", "second")]


def test_a_run_that_was_stopped_ends_with_the_same_weights(
    plan: list[Stage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Run(tmp_path, tmp_path / "whole", size=4, checkpoint=2)
    train.train(whole, plan)
    stopped = Run(tmp_path, tmp_path / "stopped", size=4, checkpoint=2)
    learn = Learner.learn

    def _stop(learner: Learner, step: int, batch: train.Batch) -> list[float]:
        if step == 4:
            raise StoppedError
        return learn(learner, step, batch)

    monkeypatch.setattr(Learner, "learn", _stop)
    with pytest.raises(StoppedError):
        train.train(stopped, plan)
    monkeypatch.setattr(Learner, "learn", learn)
    train.train(stopped, plan)
    one, other = (load_file(run.output / "reader.safetensors") for run in (whole, stopped))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_losses_fall(plan: list[Stage], tmp_path: Path) -> None:
    run = Run(tmp_path, tmp_path / "run", size=4, rate=1e-3)
    tokenizer = train.prepare(train.Tokenizer.from_file(str(_base() / "tokenizer.json")))
    learner = Learner(run, _base(), 12)
    batch = train.encode(list(_examples(tmp_path)), tokenizer, random.Random(0))
    losses = [sum(learner.learn(step, batch)) for step in range(12)]
    assert losses[-1] < losses[0] / 2


def test_word_vectors_stay_as_they_came(tmp_path: Path) -> None:
    learner = Learner(Run(tmp_path, tmp_path), _base(), 4)
    learned = {name for name, one in learner.network.named_parameters() if one.requires_grad}
    assert "encoder.embeddings.word_embeddings.weight" not in learned
    assert "passage_head.0.weight" in learned


def test_a_share_of_the_data_takes_as_much_fewer_steps() -> None:
    assert sum(s.steps for s in stages(0.125)) * 8 == sum(s.steps for s in stages())


def _base() -> Path:
    return Path(train.locate(train.DEFAULT_MODEL))
