"""Indexing again: what is new, what has changed, what is gone; records, works and removals."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag import Assistant, Settings, build_index
from rag.errors import UsageError
from rag.indexing import FileReport, remove_documents
from rag.store import DocumentSummary


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def settings(docs: Path) -> Settings:
    return Settings.load(index=docs.parent / "index")


def index(docs: Path, **options: bool) -> dict[str, FileReport]:
    return {one.file: one for one in build_index([docs], settings(docs), **options).files}


def summaries(docs: Path) -> dict[str, DocumentSummary]:
    with Assistant.open(docs.parent / "index") as assistant:
        return {summary.id: summary for summary in assistant.documents()}


def text_of(docs: Path, id: str) -> str:
    with Assistant.open(docs.parent / "index") as assistant:
        return assistant.document(id).text


def write_rows(docs: Path, rows: Sequence[dict[str, object]], name: str = "c.jsonl") -> None:
    (docs / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def row(key: str, text: str, **more: object) -> dict[str, object]:
    return {"_id": key, "title": f"On {key}", "text": text, **more}


ROWS = [
    row(key, f"The {key} hums at {20 + len(key)} decibels.") for key in ("kettle", "tram", "bee")
]


# -- files of many records -------------------------------------------------------------------


def test_one_changed_record_is_replaced_and_the_others_keep_their_place(docs: Path) -> None:
    write_rows(docs, ROWS)
    assert index(docs)["c.jsonl"].status == "added"
    before = summaries(docs)
    write_rows(docs, [ROWS[0], row("tram", "The tram is silent now."), ROWS[2]])
    report = index(docs)["c.jsonl"]
    assert report.status == "replaced"
    assert set(report.document_ids) == {"c.jsonl#kettle", "c.jsonl#tram", "c.jsonl#bee"}
    assert "silent" in text_of(docs, "c.jsonl#tram")
    assert summaries(docs)["c.jsonl#bee"] == before["c.jsonl#bee"]


def test_a_record_that_has_gone_from_its_file_goes(docs: Path) -> None:
    write_rows(docs, ROWS)
    index(docs)
    write_rows(docs, ROWS[:2])
    assert index(docs)["c.jsonl"].status == "replaced"
    assert set(summaries(docs)) == {"c.jsonl#kettle", "c.jsonl#tram"}


def test_a_file_of_one_record_that_becomes_one_of_many_keeps_its_text(docs: Path) -> None:
    write_rows(docs, ROWS[:1])
    index(docs)
    assert set(summaries(docs)) == {"c.jsonl"}
    write_rows(docs, ROWS)
    index(docs)
    assert set(summaries(docs)) == {"c.jsonl#kettle", "c.jsonl#tram", "c.jsonl#bee"}


def test_lost_records_are_told_each_time_and_counted(docs: Path) -> None:
    lines = [json.dumps(one) for one in ROWS] + ["{"] * 9
    (docs / "c.jsonl").write_text("\n".join(lines), encoding="utf-8")
    first, second = index(docs)["c.jsonl"], index(docs)["c.jsonl"]
    assert (first.status, second.status) == ("added", "unchanged")
    assert first.reason == second.reason
    assert "line 4: not JSON" in first.reason
    assert "and 4 more" in first.reason
    assert first.incomplete
    assert second.incomplete


def test_a_file_cut_off_gives_what_came_before_and_is_read_again(docs: Path) -> None:
    rows = [row(str(n), f"Device {n} hums at {n} decibels, as it did before.") for n in range(400)]
    packed = gzip.compress("".join(json.dumps(one) + "\n" for one in rows).encode())
    (docs / "c.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    report = index(docs)["c.jsonl.gz"]
    assert report.status == "added"
    assert report.incomplete
    assert "cut off" in report.reason
    assert 0 < len(report.document_ids) < 400
    (docs / "c.jsonl.gz").write_bytes(packed)
    assert len(index(docs)["c.jsonl.gz"].document_ids) == 400


# -- one text, several places; one work, several texts ---------------------------------------


def test_a_record_that_stands_in_two_files_is_one_document(docs: Path) -> None:
    write_rows(docs, ROWS)
    write_rows(docs, ROWS[:2], "d.jsonl")
    index(docs)
    found = summaries(docs)
    assert set(found) == {"c.jsonl#kettle", "c.jsonl#tram", "c.jsonl#bee"}
    assert found["c.jsonl#tram"].sources == ("c.jsonl", "d.jsonl")
    assert text_of(docs, "d.jsonl#tram") == text_of(docs, "c.jsonl#tram")
    (docs / "c.jsonl").unlink()
    index(docs, sync=True)
    assert {id: one.sources for id, one in summaries(docs).items()} == {
        "d.jsonl#kettle": ("d.jsonl",),
        "d.jsonl#tram": ("d.jsonl",),
    }


@pytest.mark.parametrize("same", [{"doi": "10.1/KETTLE"}, {"pmid": "77"}])
def test_the_same_work_in_another_text_stays_and_is_linked(
    docs: Path, same: dict[str, str]
) -> None:
    write_rows(docs, [row("kettle", "It hums at 41 decibels.", **same), *ROWS[1:]])
    lower = {name: value.lower() for name, value in same.items()}
    write_rows(docs, [row("preprint", "It hums at 40 decibels.", **lower)], "p.jsonl")
    index(docs)
    linked = {id: one.linked for id, one in summaries(docs).items() if one.linked}
    assert linked == {"c.jsonl#kettle": ("p.jsonl",), "p.jsonl": ("c.jsonl#kettle",)}


def test_an_answer_quotes_one_text_of_a_work(docs: Path) -> None:
    for name, level in (("a.jsonl", "41"), ("b.jsonl", "40")):
        said = f"The copper kettle hums at {level} decibels before it boils."
        write_rows(docs, [row(name, said, doi="10.1/kettle")], name)
    index(docs)
    with Assistant.open(docs.parent / "index", threshold=0) as assistant:
        answer = assistant.ask("At how many decibels does the copper kettle hum?")
    assert len(answer.citations) == 1


# -- removing --------------------------------------------------------------------------------


def test_a_removed_document_is_found_no_more_and_leaves_no_text(docs: Path) -> None:
    write_rows(docs, ROWS)
    index(docs)
    assert remove_documents(["c.jsonl#tram"], settings(docs)) == ["c.jsonl#tram"]
    assert set(summaries(docs)) == {"c.jsonl#kettle", "c.jsonl#bee"}
    with Assistant.open(docs.parent / "index") as assistant:
        assert all("tram" not in hit.passage.text for hit in assistant.search("tram", 9))


def test_a_files_name_removes_all_its_documents(docs: Path) -> None:
    write_rows(docs, ROWS)
    (docs / "a.txt").write_text("Tea\n\nAbstract\n\nTea is warm.\n", encoding="utf-8")
    index(docs)
    assert len(remove_documents(["c.jsonl"], settings(docs))) == 3
    assert set(summaries(docs)) == {"a.txt"}


def test_a_files_name_leaves_what_stands_in_another_file(docs: Path) -> None:
    write_rows(docs, ROWS)
    write_rows(docs, ROWS[:1], "d.jsonl")
    index(docs)
    assert sorted(remove_documents(["c.jsonl"], settings(docs))) == ["c.jsonl#bee", "c.jsonl#tram"]
    assert {id: one.sources for id, one in summaries(docs).items()} == {"d.jsonl": ("d.jsonl",)}


def test_what_was_removed_comes_back_when_its_file_is_indexed_again(docs: Path) -> None:
    write_rows(docs, ROWS)
    index(docs)
    remove_documents(["c.jsonl#tram"], settings(docs))
    assert index(docs)["c.jsonl"].status == "replaced"
    assert "c.jsonl#tram" in summaries(docs)


def test_nothing_is_removed_where_one_name_is_unknown(docs: Path) -> None:
    write_rows(docs, ROWS)
    index(docs)
    with pytest.raises(UsageError, match=r"nothing\.txt"):
        remove_documents(["c.jsonl#tram", "nothing.txt"], settings(docs))
    assert len(summaries(docs)) == 3


def test_nothing_of_a_removed_text_stays_in_the_file(docs: Path) -> None:
    """Who takes a document out may have to: its words are not to be found in the index."""
    write_rows(docs, [*ROWS, row("secret", "The patient is called Zebulon Quixley.")])
    index(docs)
    remove_documents(["c.jsonl#secret"], settings(docs))
    kept = b"".join(path.read_bytes() for path in (docs.parent / "index").glob("corpus.sqlite*"))
    assert b"Quixley" not in kept
    assert b"quixlei" not in kept


# -- manifests -------------------------------------------------------------------------------


def test_a_changed_manifest_replaces_its_documents(docs: Path) -> None:
    (docs / "a.txt").write_text("Tea\n\nAbstract\n\nTea is warm.\n", encoding="utf-8")
    (docs / "b.txt").write_text("Ice\n\nAbstract\n\nIce is cold.\n", encoding="utf-8")
    index(docs)
    (docs / "manifest.csv").write_text("file,year\na.txt,1999\n", encoding="utf-8")
    reports = index(docs)
    assert (reports["a.txt"].status, reports["b.txt"].status) == ("replaced", "unchanged")
    assert summaries(docs)["a.txt"].year == 1999


def test_a_manifests_mistakes_are_in_the_report(docs: Path) -> None:
    (docs / "a.txt").write_text("Tea\n\nAbstract\n\nTea is warm.\n", encoding="utf-8")
    (docs / "manifest.csv").write_text("file,year\nb.txt,1999\n", encoding="utf-8")
    report = index(docs)["manifest.csv"]
    assert (report.status, report.incomplete) == ("unchanged", True)
    assert "no file b.txt" in report.reason
    (docs / "manifest.csv").write_bytes(b"\x00")
    assert index(docs)["manifest.csv"].status == "skipped"


def test_a_file_that_is_gone_is_reported_though_its_text_stays(docs: Path) -> None:
    write_rows(docs, ROWS[:1])
    write_rows(docs, ROWS[:1], "d.jsonl")
    index(docs)
    (docs / "d.jsonl").unlink()
    report = index(docs, sync=True)["d.jsonl"]
    assert (report.status, report.document_ids) == ("removed", ())
    assert "another file" in report.reason
    assert set(summaries(docs)) == {"c.jsonl"}


# -- where the files lie ---------------------------------------------------------------------


def path_of(docs: Path, id: str) -> Path | None:
    with Assistant.open(docs.parent / "index") as assistant:
        return assistant.path(id)


def test_where_a_document_lies_is_known_and_follows_the_folder(docs: Path) -> None:
    write_rows(docs, ROWS)
    (docs / "note.txt").write_text("Herons stand in the reeds.", encoding="utf-8")
    index(docs)
    assert path_of(docs, "note.txt") == docs / "note.txt"
    assert path_of(docs, "c.jsonl#tram") == docs / "c.jsonl"
    assert path_of(docs, "nothing.txt") is None
    moved = docs.rename(docs.with_name("moved"))
    assert index(moved)["note.txt"].status == "unchanged"
    assert path_of(moved, "note.txt") == moved / "note.txt"


def test_a_name_that_is_no_text_is_indexed_without_its_path(docs: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    (docs / name).write_text("Herons stand in the reeds.", encoding="utf-8")
    (report,) = index(docs).values()
    assert report.status == "added"
    assert path_of(docs, report.document_ids[0]) is None
