"""All that a run needs to go on, in one file that is replaced in one go."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from rag.errors import CitewellError

FILE = "checkpoint.pt"


class CheckpointError(CitewellError):
    """A checkpoint that cannot be gone on from."""


def save(
    folder: Path, settings: Mapping[str, Any], step: int, states: Mapping[str, Mapping[str, Any]]
) -> None:
    """Keep what a run is made with, the steps that it has made, and its `states` by name.

    Killed at any moment, it leaves the earlier checkpoint or the new one.
    """
    unfinished = folder / f"{FILE}.new"
    with unfinished.open("wb") as stream:
        torch.save({"settings": dict(settings), "step": step, "states": dict(states)}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(folder / FILE)


def load(folder: Path, settings: Mapping[str, Any]) -> tuple[int, dict[str, Any]] | None:
    """The step and the states, on the processor; None where there is no checkpoint.

    Raises CheckpointError where it is of a run with other settings.
    """
    if not (folder / FILE).exists():
        return None
    kept = _read(folder)
    if kept["settings"] != settings:
        raise CheckpointError(
            f"{folder / FILE} is of a run with other settings ({_told(kept['settings'])}; "
            f"asked for: {_told(settings)}): go on with those, or name another folder"
        )
    return kept["step"], kept["states"]


def load_weights(folder: Path) -> dict[str, Tensor]:
    """The network's weights alone, whatever the settings. Raises CheckpointError without one."""
    if not (folder / FILE).exists():
        raise CheckpointError(f"{folder} holds no {FILE}: wait for the run's first checkpoint")
    weights: dict[str, Tensor] = _read(folder)["states"]["network"]
    return weights


def _read(folder: Path) -> dict[str, Any]:
    kept: dict[str, Any] = torch.load(folder / FILE, map_location="cpu", weights_only=True)
    return kept


def _told(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items())
