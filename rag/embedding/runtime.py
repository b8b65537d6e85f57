"""What every network here needs of a runtime: a session, batches, padded inputs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Feed = dict[str, NDArray[np.int64]]  # a batch: the network's inputs by name


class Runtime(Protocol):
    """What runs an embedding model."""

    @property
    def name(self) -> str:
        """What to call it, with the precision that it computes in."""

    @property
    def inputs(self) -> Sequence[str]:
        """Names of the inputs that a feed must have."""

    @property
    def batch(self) -> int:
        """How many texts a feed should hold."""

    def run(self, feeds: Iterable[Feed]) -> Iterator[NDArray[np.float32]]:
        """The unit vectors of each feed, shape (texts, dimension), in the feeds' order."""


def count_cores() -> int:
    """Cores that this process may use."""
    has_affinity = hasattr(os, "sched_getaffinity")
    return len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1


def open_session(file: Path, cores: int | None = None) -> Any:
    """A network on so many cores, or all that there are. Raises what ONNX Runtime raises."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = cores or count_cores()
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def longest_first(encodings: Sequence[Any], size: int) -> Iterator[list[int]]:
    """Positions in batches, longest texts first, so that padding is small."""
    order = sorted(range(len(encodings)), key=lambda i: -len(encodings[i].ids))
    for start in range(0, len(order), size):
        yield order[start : start + size]


def pad(encodings: Sequence[Any], attributes: Mapping[str, str]) -> Feed:
    """The network's inputs by name, shape (encodings, longest), 0 where a text has ended.

    `attributes` says which attribute of an encoding each input takes.
    """
    width = max(len(encoding.ids) for encoding in encodings)
    feed = {}
    for name, attribute in attributes.items():
        padded = np.zeros((len(encodings), width), dtype=np.int64)
        for row, encoding in enumerate(encodings):
            values = getattr(encoding, attribute)
            padded[row, : len(values)] = values
        feed[name] = padded
    return feed
