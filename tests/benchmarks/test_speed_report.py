"""The tables of speed in the README are those of the results that lie beside it."""

from __future__ import annotations

import json

import pytest

from benchmarks.speed.report import README, with_tables
from tests.seeds import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "speed.json"


def test_the_tables_are_those_of_the_results() -> None:
    text = README.read_text(encoding="utf-8")
    facts = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert with_tables(text, facts) == text
    facts["encoding"]["rows"]["ONNX Runtime, fp32"]["passages_a_second"] += 1
    assert with_tables(text, facts) != text


def test_a_text_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        with_tables("no marks", {})
