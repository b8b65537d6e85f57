"""Training resumes where it was, and learns what it is shown."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from training.reader import checkpoint, train
from training.reader.batches import Batch
from training.reader.examples import Example
from training.reader.stages import Source, Stage, stages
from training.reader.train import LOG, Learner, Run, settings_of
from training.rows import read_rows

THINGS = "cat dog hen cow pig owl".split()


class StoppedError(Exception):
    """Stands for a kill between two checkpoints."""


def _examples(_: Path) -> Iterator[Example]:
    for thing in THINGS:
        text = f"The {thing} is red. The sky is blue."
        place = (4, 4 + len(thing))
        # Each has a question of its own, so that the others' texts do not answer it.
        asked = f"What is red beside the {thing[0]}?"
        yield Example("made", asked, text, "", True, (place,), (place,))


def _plan(mined: float = 0.0) -> list[Stage]:
    names = ("first", "second")
    return [Stage(name, 3, (Source("made", _examples, mined=mined),)) for name in names]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "scifact").mkdir()  # titles of made-up papers, of which none is drawn
    row = {"_id": "1", "title": "Effects of salt on mice and on men", "text": "They slept."}
    (tmp_path / "scifact/corpus.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return tmp_path


def _stop_at(last: int) -> Callable[[Learner, int, Batch], list[float]]:
    learn = Learner.learn

    def _learn(learner: Learner, step: int, batch: Batch) -> list[float]:
        if step == last:
            raise StoppedError
        return learn(learner, step, batch)

    return _learn


# Without negatives that are searched, and with.
@pytest.mark.parametrize("mined", [0.0, pytest.param(1.0, marks=pytest.mark.slow)])
def test_a_run_that_was_stopped_ends_with_the_same_weights(
    mined: float, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [Run(data, data / name, size=4, checkpoint=2) for name in ("whole", "stopped")]
    whole, stopped = runs
    train.train(whole, _plan(mined))
    with monkeypatch.context() as patched:
        patched.setattr(Learner, "learn", _stop_at(4))
        with pytest.raises(StoppedError):
            train.train(stopped, _plan(mined))
    train.train(stopped, _plan(mined))
    built = [row["examples"] for row in read_rows(whole.output / LOG) if "examples" in row]
    assert min(built) >= len(THINGS) * (1 + mined)
    one, other = (load_file(run.output / "reader.safetensors") for run in runs)
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_run_with_other_settings_is_refused(data: Path) -> None:
    run = Run(data, data)
    checkpoint.save(data, settings_of(run, _plan()), 1, {})
    with pytest.raises(checkpoint.CheckpointError, match=r"asked for: .*seed 14"):
        train.train(replace(run, seed=14), _plan())


@pytest.mark.parametrize("other", [{"size": 8}, {"rate": 1e-3}, {"share": 0.5}, {"seed": 14}])
def test_settings_are_what_makes_a_run_what_it_is(other: dict[str, Any], tmp_path: Path) -> None:
    run, plan = Run(tmp_path, tmp_path), _plan()
    assert settings_of(replace(run, **other), plan) != settings_of(run, plan)
    longer = [replace(plan[0], steps=4), replace(plan[1], steps=2)]
    for changed in (longer, plan[::-1], plan[:1]):
        assert settings_of(run, changed) != settings_of(run, plan)


def test_where_files_lie_and_how_often_they_are_kept_may_change(tmp_path: Path) -> None:
    run = Run(tmp_path, tmp_path)
    moved = Run(tmp_path / "data", tmp_path / "run", pool=tmp_path / "pool", checkpoint=9, kept=9)
    assert settings_of(moved, _plan()) == settings_of(run, _plan())


def test_losses_fall(data: Path) -> None:
    learner = Learner(Run(data, data / "run", rate=1e-3), _base(), [Stage("one", 12, ())])
    batch = _batch(data)
    losses = [sum(learner.learn(step, batch)) for step in range(12)]
    assert losses[-1] < losses[0] / 2


def test_word_vectors_stay_as_they_came(tmp_path: Path) -> None:
    learner = Learner(Run(tmp_path, tmp_path), _base(), _plan())
    learned = {name for name, one in learner.network.named_parameters() if one.requires_grad}
    assert "encoder.embeddings.word_embeddings.weight" not in learned
    assert "passage_head.0.weight" in learned


@pytest.mark.parametrize("share", [0.5, 0.125, 0.01])
def test_a_share_of_the_data_takes_as_much_fewer_steps(share: float) -> None:
    for part, whole in zip(stages(share), stages(), strict=True):
        assert abs(part.steps - whole.steps * share) <= 0.5
        assert replace(part, steps=whole.steps) == whole


def _batch(data: Path) -> Batch:
    tokenizer = train.prepare(train.Tokenizer.from_file(str(_base() / "tokenizer.json")))
    return train.encode(list(_examples(data)), tokenizer, random.Random(0))


def _base() -> Path:
    return Path(train.locate(train.DEFAULT_MODEL))
