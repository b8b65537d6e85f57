"""A few of the random kills that `python -m benchmarks.kills` does by the hundred."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.kills import run_trial
from tests.processes import need_posix


@pytest.mark.timeout(180)
def test_no_kill_loses_a_document_that_was_reported(tmp_path: Path) -> None:
    need_posix()
    trial = run_trial(tmp_path, kills=14, seed=20190110)
    assert trial.kills == 14
    assert trial.lost == []
    assert trial.unopened == []
