"""Records in CSV and JSON: each a document, its facts where a reader looks for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.cleaning import LostRecord
from rag.errors import LoadError
from rag.loaders import Loaded, SourceFile, read_file
from rag.types import Document, Kind
from tests.seeds import SHARED


def read(path: Path) -> tuple[list[Document], list[LostRecord]]:
    items = list(read_file(SourceFile(path, path.name), max_bytes=50_000_000))
    documents = [one.document for one in items if isinstance(one, Loaded) and one.document]
    return documents, [one for one in items if isinstance(one, LostRecord)]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


BEIR = [
    {"_id": "4983", "title": "Kettles hum", "text": "A kettle hums at 41 dB.", "metadata": {}},
    {"_id": "5836", "title": "Trams ring", "text": "A tram rings twice. So it goes."},
]


def test_a_beir_corpus_is_read_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, "corpus.jsonl", "\n".join(map(json.dumps, BEIR)) + "\n")
    documents, lost = read(path)
    assert lost == []
    assert [one.id for one in documents] == ["corpus.jsonl#4983", "corpus.jsonl#5836"]
    assert [one.record.title for one in documents] == ["Kettles hum", "Trams ring"]
    assert documents[0].text == "Kettles hum\n\nA kettle hums at 41 dB."
    assert {one.source for one in documents} == {"corpus.jsonl"}


def test_a_bad_line_is_lost_alone_and_named(tmp_path: Path) -> None:
    lines = [json.dumps(BEIR[0]), "{broken", "[1, 2]", '{"year": null}', json.dumps(BEIR[1])]
    documents, lost = read(written(tmp_path, "c.jsonl", "\n".join(lines)))
    assert len(documents) == 2
    assert [one.place for one in lost] == ["line 2", "line 3", "line 4"]
    assert "not JSON" in lost[0].reason
    assert "no title and no text" in lost[2].reason


def test_one_record_goes_by_the_files_name(tmp_path: Path) -> None:
    (document,), _ = read(written(tmp_path, "one.jsonl", json.dumps(BEIR[0])))
    assert document.id == "one.jsonl"


def test_a_key_that_comes_twice_makes_two_documents(tmp_path: Path) -> None:
    rows = [BEIR[0], BEIR[0] | {"text": "Another text."}]
    documents, _ = read(written(tmp_path, "c.jsonl", "\n".join(map(json.dumps, rows))))
    assert [one.id for one in documents] == ["c.jsonl#4983", "c.jsonl#4983~2"]


def test_a_key_is_one_printable_line(tmp_path: Path) -> None:
    rows = [{"id": "a\nb\x1b[31m", "text": "One text."}, {"id": "x" * 1000, "text": "Another."}]
    documents, _ = read(written(tmp_path, "c.jsonl", "\n".join(map(json.dumps, rows))))
    assert all(one.id.isprintable() and len(one.id) < 250 for one in documents)


CSV = (
    "PMID,Title,Authors,Journal/Book,Publication Year,DOI,Abstract,Sample size\n"
    '123,Kettles,"Berg A; Roe C",Tea Sci,2019,https://doi.org/10.1/abc,'
    '"They hum, loudly. Every day.",41 kettles\n'
    "124,Trams,Lind B,,,,Trams ring.,\n"
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", CSV),
        ("t.txt", CSV),
        ("bom.csv", "\ufeff" + CSV),
        ("crlf.csv", CSV.replace("\n", "\r\n")),
    ],
)
def test_a_table_gives_a_document_a_row(tmp_path: Path, name: str, text: str) -> None:
    (kettles, trams), lost = read(written(tmp_path, name, text))
    assert lost == []
    assert kettles.id == f"{name}#123"
    record = kettles.record
    assert (record.title, record.authors) == ("Kettles", ("Berg A", "Roe C"))
    assert (record.year, record.doi, record.pmid) == (2019, "10.1/abc", "123")
    assert "They hum, loudly. Every day." in kettles.text
    assert "Sample size: 41 kettles" in kettles.text
    assert "Sample size" not in trams.text
    assert trams.record.year is None


def test_the_facts_of_a_row_are_slices_of_its_text(tmp_path: Path) -> None:
    document = read(written(tmp_path, "t.csv", CSV))[0][0]
    lines = [document.text[b.start : b.end] for b in document.blocks if b.kind is Kind.RECORD]
    assert lines[0] == "Kettles"
    assert "Authors: Berg A, Roe C" in lines
    assert "PMID: 123" in lines


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_other_marks_part_columns_too(tmp_path: Path, mark: str) -> None:
    text = mark.join(["title", "text"]) + "\n" + mark.join(["Kettles", "They hum, loudly."]) + "\n"
    (document,), _ = read(written(tmp_path, "t.tsv", text))
    assert document.text == "Kettles\n\nThey hum, loudly."


def test_a_row_with_too_many_cells_is_lost_alone(tmp_path: Path) -> None:
    documents, lost = read(written(tmp_path, "t.csv", "title,text\na,b\nc,d,e\nf,g\n"))
    assert [one.record.title for one in documents] == ["a", "f"]
    assert [one.place for one in lost] == ["row 3"]


@pytest.mark.parametrize(
    "value", [BEIR, {"version": 1, "data": BEIR}, {"meta": {"n": 2}, "records": BEIR}]
)
def test_a_json_list_gives_a_document_an_object(tmp_path: Path, value: object) -> None:
    documents, _ = read(written(tmp_path, "c.json", json.dumps(value, indent=1)))
    assert [one.record.title for one in documents] == ["Kettles hum", "Trams ring"]


def test_people_may_be_objects_and_texts_lists(tmp_path: Path) -> None:
    row = {
        "title": "Kettles",
        "authors": [{"given": "Ada", "family": "Berg"}, {"name": "Bo Lind"}],
        "abstract": ["They hum.", "They boil."],
    }
    (document,), _ = read(written(tmp_path, "c.json", json.dumps(row)))
    assert document.record.authors == ("Ada Berg", "Bo Lind")
    assert document.text.endswith("They hum.\n\nThey boil.")


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("c.json", "{broken", "not JSON"),
        ("c.json", "[" * 100_000, "not JSON"),
        ("c.jsonl", "\n\n", "no record"),
        ("t.csv", "title,text\n", "no record"),
        ("t.csv", "one column\nof text\n", "column names"),
        ("t.csv", b"title,text\n\xff\xfe,x\n", "UTF-8"),
        ("t.csv", 'title,text\n"never closed,x\n' + "a,b\n" * 3_000_000, "left open"),
    ],
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, name: str, content: str | bytes, word: str
) -> None:
    with pytest.raises(LoadError, match=word):
        read(written(tmp_path, name, content))


def test_control_characters_and_half_characters_become_harmless(tmp_path: Path) -> None:
    row = '{"title": "Kettles\\u0000hum", "text": "Half \\ud800 a character."}'
    (document,), _ = read(written(tmp_path, "c.jsonl", row))
    assert document.text == "Kettles hum\n\nHalf \N{REPLACEMENT CHARACTER} a character."


def test_scifact_loses_nothing_at_all() -> None:
    path = SHARED / "data" / "scifact" / "corpus.jsonl"
    if not path.exists():
        pytest.skip("the SciFact corpus of the shared data is not here")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[:500]]
    items = read_file(SourceFile(path, path.name), max_bytes=10_000_000)
    for row, item in zip(rows, items, strict=False):
        assert isinstance(item, Loaded)
        assert item.document is not None
        assert "".join(item.document.text.split()) == "".join((row["title"] + row["text"]).split())


def test_what_is_no_character_comes_into_no_fact(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"title": "Tea\\ud800", "authors": ["Bo\\u0000 Lee"], "text": "It is warm."}\n'
    )
    (loaded,) = read_file(SourceFile(path, "a.jsonl"), max_bytes=1000)
    document = loaded.document if isinstance(loaded, Loaded) else None
    assert document is not None
    assert document.record.title == "Tea\N{REPLACEMENT CHARACTER}"
    assert document.record.authors == ("Bo  Lee",)
