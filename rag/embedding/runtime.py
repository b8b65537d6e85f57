"""What every network here needs of ONNX Runtime: a session, batches, padded inputs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def open_session(file: Path) -> Any:
    """A network on all the cores that this process may use. Raises what ONNX Runtime raises."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    has_affinity = hasattr(os, "sched_getaffinity")
    options.intra_op_num_threads = len(os.sched_getaffinity(0)) if has_affinity else 0
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def longest_first(encodings: Sequence[Any], size: int) -> Iterator[list[int]]:
    """Positions in batches, longest texts first, so that padding is small."""
    order = sorted(range(len(encodings)), key=lambda i: -len(encodings[i].ids))
    for start in range(0, len(order), size):
        yield order[start : start + size]


def pad(encodings: Sequence[Any], attributes: Mapping[str, str]) -> dict[str, NDArray[np.int64]]:
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
