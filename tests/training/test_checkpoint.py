"""A checkpoint is whole or not there, and is gone on from with the same settings alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from training.reader.checkpoint import FILE, CheckpointError, load, load_weights, save

SETTINGS = {"size": 32, "seed": 13, "plan": [("reading", 700), ("doubting", 2100)]}


class StoppedError(Exception):
    """Stands for a kill."""


def _states(value: float) -> dict[str, dict[str, Any]]:
    return {"network": {"weight": torch.full((3,), value)}, "schedule": {"last_epoch": value}}


def _loaded(folder: Path) -> tuple[int, float, list[float]]:
    kept = load(folder, SETTINGS)
    assert kept is not None
    step, states = kept
    return step, states["schedule"]["last_epoch"], states["network"]["weight"].tolist()


def test_what_was_saved_last_is_loaded(tmp_path: Path) -> None:
    assert load(tmp_path, SETTINGS) is None
    for step in (1, 2):
        save(tmp_path, SETTINGS, step, _states(step))
        assert _loaded(tmp_path) == (step, step, [step] * 3)
    assert load_weights(tmp_path)["weight"].tolist() == [2, 2, 2]
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def _half_written(_: object, stream: Any) -> None:
    stream.write(b"half of a checkpoint")
    raise StoppedError


def _not_renamed(*_: object) -> None:
    raise StoppedError


@pytest.mark.parametrize(
    ("owner", "name", "killed"),
    [(torch, "save", _half_written), (Path, "replace", _not_renamed)],
)
def test_a_kill_while_saving_leaves_the_earlier_checkpoint_whole(
    owner: Any,
    name: str,
    killed: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save(tmp_path, SETTINGS, 1, _states(1))
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, killed)
        with pytest.raises(StoppedError):
            save(tmp_path, SETTINGS, 2, _states(2))
    assert _loaded(tmp_path) == (1, 1, [1] * 3)
    save(tmp_path, SETTINGS, 2, _states(2))
    assert _loaded(tmp_path) == (2, 2, [2] * 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", 14),
        ("plan", [("doubting", 2100), ("reading", 700)]),
        ("plan", [("reading", 701), ("doubting", 2100)]),
    ],
)
def test_other_settings_are_refused(tmp_path: Path, name: str, value: object) -> None:
    save(tmp_path, SETTINGS, 1, _states(1))
    with pytest.raises(CheckpointError, match="go on with those, or name another folder") as told:
        load(tmp_path, SETTINGS | {name: value})
    assert f"{name} {value}" in str(told.value)
    assert f"{name} {SETTINGS[name]}" in str(told.value)


def test_weights_of_a_run_without_a_checkpoint_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="wait for the run's first checkpoint"):
        load_weights(tmp_path)
