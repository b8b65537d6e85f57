"""What a file is, by its content; its name is often wrong."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from rag.errors import LoadError
from rag.loaders import SourceFile, load_file
from rag.loaders.sniffing import Format, sniff
from tests.seeds import CORPUS, SHARED

XML = "<?xml version='1.0'?>\n<!-- a comment <html> -->\n"


@pytest.mark.parametrize(
    ("content", "name", "format"),
    [
        ("%PDF-1.4\n…", "paper.txt", Format.PDF),
        ("\n\n%PDF-1.4\n…", "paper.pdf", Format.PDF),
        (f"{XML}<!DOCTYPE PubmedArticleSet [ ]><PubmedArticleSet/>", "a.txt", Format.PUBMED),
        ("<PubmedArticle><x/></PubmedArticle>", "a.xml", Format.PUBMED),
        (f"{XML}<!DOCTYPE article [<!ENTITY x 'y'>]>\n<article/>", "a", Format.JATS),
        ("<pmc-articleset><article/></pmc-articleset>", "a.xml", Format.JATS),
        ("<!-- saved --><!DOCTYPE html PUBLIC 'x'>\n<title>x</title>", "a.txt", Format.HTML),
        ("<html><body>x</body></html>", "a.txt", Format.HTML),
        (f"{XML}<html xmlns='http://www.w3.org/1999/xhtml'/>", "a.xml", Format.HTML),
        ("<p>A fragment</p>", "a.html", Format.HTML),
        ("\nPMID- 123\nOWN - NLM\nTI  - A title\n", "pubmed.txt", Format.MEDLINE),
        ("PMID- 123\n", "x.nbib", Format.MEDLINE),
        ('{"_id": "1", "text": "x"}\n{"_id"', "corpus.txt", Format.JSON_LINES),
        ('[\n {"title": "x"},', "a", Format.JSON),
        ("PMID,Title,Authors\n1,x,y\n", "export.txt", Format.CSV),
        ("a,b\n1,2\n", "a.csv", Format.CSV),
        ("# A title\n\nText.", "a.md", Format.MARKDOWN),
        ("# A title\n\nText.", "a.txt", Format.TEXT),
        ("Title, text and a comma\n\nSome prose.", "a.txt", Format.TEXT),
        ("CASE- 12 was odd\nIT WAS- not so\n", "a.txt", Format.TEXT),
        ("<5 % of patients relapsed.\n", "a.txt", Format.TEXT),
        ("<5 % of patients relapsed.\n", "a.pdf", Format.TEXT),
    ],
)  # fmt: skip
def test_content_decides(content: str, name: str, format: Format) -> None:
    assert sniff(content.encode(), name) is format


@pytest.mark.parametrize("name", ["corpus/000_249801d92de5e331.txt", "x.csv.gz"])
def test_a_name_is_a_hint_at_most(name: str) -> None:
    content = (CORPUS / "000_249801d92de5e331.txt").read_bytes()
    assert sniff(content, name) in (Format.TEXT, Format.CSV)


def test_other_xml_is_named_by_its_root() -> None:
    with pytest.raises(LoadError, match="<plan>"):
        sniff(b"<?xml version='1.0'?><plan/>", "a.xml")


def test_a_text_in_utf_16_is_seen_through() -> None:
    assert sniff("<html>…".encode("utf-16"), "a.txt") is Format.HTML


@pytest.mark.parametrize("format", ["jats", "medline", "pdf", "pubmed_xml"])
def test_real_files_are_what_their_folder_says(format: str) -> None:
    folder = SHARED / "data" / "formats" / format
    if not folder.exists():
        pytest.skip(f"the real {format} files of the shared data are not here")
    expected = {
        "jats": Format.JATS,
        "medline": Format.MEDLINE,
        "pdf": Format.PDF,
        "pubmed_xml": Format.PUBMED,
    }
    for path in folder.iterdir():
        with path.open("rb") as stream:
            assert sniff(stream.read(1 << 16), "no-name") is expected[format], path.name


def test_a_gzipped_file_is_read_as_what_it_packs(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(b'{"title": "T", "text": "A text."}\n'))
    (document,) = load_file(SourceFile(tmp_path / "c.jsonl.gz", "c.jsonl.gz"), max_bytes=1000)
    assert document.text == "T\n\nA text."


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(b"\x1f\x8b\x08 and no more", id="no header"),
        pytest.param(gzip.compress(b"x" * 9999)[:-12], id="cut off"),
    ],
)
def test_a_damaged_gzip_file_says_so(tmp_path: Path, packed: bytes) -> None:
    (tmp_path / "c.gz").write_bytes(packed)
    with pytest.raises(LoadError, match="gzip"):
        list(load_file(SourceFile(tmp_path / "c.gz", "c.gz"), max_bytes=100_000))


def test_a_gzip_bomb_is_stopped_at_the_limit(tmp_path: Path) -> None:
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes([65]) * 50_000_000))
    with pytest.raises(LoadError, match="max_file_mb"):
        list(load_file(SourceFile(tmp_path / "bomb.gz", "bomb.gz"), max_bytes=1_000_000))


def test_a_reason_names_no_root_of_a_page() -> None:
    with pytest.raises(LoadError, match="a kind that is not read") as raised:
        sniff(b"<?xml version='1.0'?><" + b"a" * 60_000 + b"/>", "a.xml")
    assert len(str(raised.value)) < 200
