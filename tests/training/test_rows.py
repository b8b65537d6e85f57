"""Files of JSON lines: what ends a line, and what a kill leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.rows import drop_unfinished, read_rows


def test_only_line_feeds_end_a_line(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"a": "x\u2028y\u0085z"}\n["b"]', encoding="utf-8")
    assert list(read_rows(file)) == [{"a": "x\u2028y\u0085z"}, ["b"]]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ('{"a": 1}\n', '{"a": 1}\n'),
        ('{"a": 1}\n{"a', '{"a": 1}\n'),
        ('{"a": 1}\n\u00e9', '{"a": 1}\n'),
        ('{"a', ""),
    ],
)
def test_an_unfinished_last_line_is_dropped(tmp_path: Path, text: str, kept: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(text, encoding="utf-8")
    drop_unfinished(file)
    assert file.read_text(encoding="utf-8") == kept


def test_where_there_is_no_file_none_is_made(tmp_path: Path) -> None:
    drop_unfinished(tmp_path / "rows.jsonl")
    assert not list(tmp_path.iterdir())
