"""Indexing: what becomes of each file, and what a second run does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rag import Assistant, Settings, build_index
from rag.errors import UsageError
from rag.indexing import IndexReport, Status

TEXTS = {
    "bees.txt": "Bees in town\n\nAbstract\n\nBees that live in towns make 31 kg of honey a year.\n",
    "kettles.txt": "Kettles\n\nAbstract\n\nA copper kettle hums at 41 decibels before it boils.\n",
    "sub/trams.txt": "Trams\n\nAbstract\n\nTrams in Graz run every seven minutes at noon.\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    return tmp_path / "docs"


def index(folder: Path, **options: object) -> IndexReport:
    settings = Settings.load(index=folder.parent / "index")
    return build_index([folder], settings, **options)  # type: ignore[arg-type]


def ids(folder: Path) -> list[str]:
    with Assistant.open(folder.parent / "index") as assistant:
        return [summary.id for summary in assistant.documents()]


def statuses(report: IndexReport) -> dict[str, str]:
    return {one.file: str(one.status) for one in report.files}


def found(folder: Path, question: str) -> str:
    with Assistant.open(folder.parent / "index") as assistant:
        return assistant.search(question, 1)[0].passage.text


def test_each_file_is_added_and_reported_once(folder: Path) -> None:
    told: list[str] = []
    report = index(folder, progress=lambda one: told.append(one.file))
    assert statuses(report) == dict.fromkeys(TEXTS, "added")
    assert sorted(told) == sorted(TEXTS)
    assert ids(folder) == sorted(TEXTS)
    assert report.passages == sum(one.passages for one in report.files) > 0


def test_a_second_run_changes_nothing(folder: Path) -> None:
    first = index(folder)
    before = (folder.parent / "index" / "vectors.faiss").read_bytes()
    second = index(folder)
    assert statuses(second) == dict.fromkeys(TEXTS, "unchanged")
    assert second.passages == first.passages
    assert (folder.parent / "index" / "vectors.faiss").read_bytes() == before


def test_a_changed_file_takes_its_old_texts_place(folder: Path) -> None:
    index(folder)
    (folder / "bees.txt").write_text(TEXTS["bees.txt"].replace("31 kg", "47 kg"), encoding="utf-8")
    assert statuses(index(folder)) == dict.fromkeys(TEXTS, "unchanged") | {"bees.txt": "replaced"}
    assert ids(folder) == sorted(TEXTS)
    assert "47 kg" in found(folder, "How much honey do bees make?")


def test_a_file_that_is_gone_stays_without_sync_and_goes_with_it(folder: Path) -> None:
    index(folder)
    (folder / "bees.txt").unlink()
    index(folder)
    assert "bees.txt" in ids(folder)
    report = index(folder, sync=True)
    assert statuses(report)["bees.txt"] == "removed"
    assert ids(folder) == ["kettles.txt", "sub/trams.txt"]
    assert "honey" not in found(folder, "How much honey do bees make?")


def test_a_file_that_can_no_longer_be_read_keeps_its_document(folder: Path) -> None:
    index(folder)
    (folder / "bees.txt").write_bytes(b"\x00\x01\x02")
    report = index(folder)
    assert statuses(report)["bees.txt"] == "skipped"
    assert "bees.txt" in ids(folder)


def test_the_same_text_twice_is_one_document_with_two_sources(folder: Path) -> None:
    shutil.copy(folder / "bees.txt", folder / "wasps.txt")
    report = index(folder)
    assert ids(folder) == sorted(TEXTS)
    assert "bees.txt" in {one.file: one.reason for one in report.files}["wasps.txt"]
    with Assistant.open(folder.parent / "index") as assistant:
        assert assistant.document("bees.txt").sources == ("bees.txt", "wasps.txt")


def test_a_twin_that_comes_later_is_a_source_too_and_only_once(folder: Path) -> None:
    index(folder)
    shutil.copy(folder / "bees.txt", folder / "wasps.txt")
    index(folder)
    index(folder)
    with Assistant.open(folder.parent / "index") as assistant:
        assert assistant.document("bees.txt").sources == ("bees.txt", "wasps.txt")


def test_a_document_stays_while_one_of_its_sources_does(folder: Path) -> None:
    shutil.copy(folder / "bees.txt", folder / "wasps.txt")
    index(folder)
    (folder / "bees.txt").unlink()
    index(folder, sync=True)
    assert "31 kg" in found(folder, "How much honey do bees make?")
    with Assistant.open(folder.parent / "index") as assistant:
        (one,) = (s for s in assistant.documents() if s.title == "Bees in town")
        assert assistant.document(one.id).sources == ("wasps.txt",)


def test_a_source_whose_text_has_changed_is_no_source_any_more(folder: Path) -> None:
    shutil.copy(folder / "bees.txt", folder / "wasps.txt")
    index(folder)
    (folder / "wasps.txt").write_text(
        "Wasps\n\nAbstract\n\nWasps make no honey at all.\n", encoding="utf-8"
    )
    index(folder)
    with Assistant.open(folder.parent / "index") as assistant:
        assert assistant.document("bees.txt").sources == ("bees.txt",)
        assert assistant.document("wasps.txt").sources == ("wasps.txt",)


def test_a_replaced_document_keeps_the_text_of_its_twin(folder: Path) -> None:
    """Two files held one text; the first changes: the second file's text must not be lost."""
    shutil.copy(folder / "bees.txt", folder / "wasps.txt")
    index(folder)
    (folder / "bees.txt").write_text(
        "Bees\n\nAbstract\n\nBees sleep in winter.\n", encoding="utf-8"
    )
    index(folder)
    assert "31 kg" in found(folder, "How many kg of honey a year in towns?")


def test_a_rebuild_gives_the_same_index(folder: Path) -> None:
    index(folder)
    with Assistant.open(folder.parent / "index") as assistant:
        before = [(h.passage.text, round(h.score, 4)) for h in assistant.search("honey", 9)]
    assert statuses(index(folder, rebuild=True)) == dict.fromkeys(TEXTS, "added")
    with Assistant.open(folder.parent / "index") as assistant:
        after = [(h.passage.text, round(h.score, 4)) for h in assistant.search("honey", 9)]
    assert after == before


def test_bad_files_are_skipped_with_their_reasons(folder: Path) -> None:
    (folder / "picture.txt").write_bytes(b"\x89PNG\x00\x01")
    (folder / "empty.txt").write_bytes(b"")
    report = index(folder)
    assert {one.file for one in report.skipped} == {"picture.txt", "empty.txt"}
    assert all(one.reason for one in report.skipped)
    assert report.count(Status.ADDED) == 3
    assert ids(folder) == sorted(TEXTS)


def test_an_empty_folder_is_misuse_and_makes_no_index(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    with pytest.raises(UsageError, match="no files"):
        index(tmp_path / "docs")
    assert not (tmp_path / "index").exists()


def test_another_files_index_is_added_to(folder: Path, tmp_path: Path) -> None:
    index(folder)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "tea.txt").write_text("Tea\n\nAbstract\n\nTea is warm.\n")
    build_index([tmp_path / "more"], Settings.load(index=tmp_path / "index"))
    assert ids(folder) == sorted([*TEXTS, "tea.txt"])


def test_two_files_of_one_name_are_two_documents(tmp_path: Path) -> None:
    paths = [tmp_path / "x" / "a.txt", tmp_path / "y" / "a.txt"]
    for path, word in zip(paths, ("copper", "steel"), strict=True):
        path.parent.mkdir()
        path.write_text(f"Kettles\n\nAbstract\n\nThe {word} kettle hums.\n", encoding="utf-8")
    build_index(paths, Settings.load(index=tmp_path / "index"))
    with Assistant.open(tmp_path / "index") as assistant:
        texts = " ".join(assistant.document(s.id).text for s in assistant.documents())
    assert "copper" in texts
    assert "steel" in texts


def test_an_index_inside_the_folder_is_not_indexed(folder: Path) -> None:
    settings = Settings.load(index=folder / "index")
    build_index([folder], settings)
    report = build_index([folder], settings)
    assert {one.file for one in report.files} == set(TEXTS)
