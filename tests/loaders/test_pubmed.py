"""PubMed XML: the facts of real records, and each rule on records made for it."""

from __future__ import annotations

import io
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.cleaning import Extract, LostRecord, clean
from rag.errors import LoadError
from rag.loaders.pubmed import read_pubmed
from rag.types import Document, Field
from tests.seeds import SHARED

FOLDER = SHARED / "data" / "formats" / "pubmed_xml"
# Read from the raw files by hand and by pattern, not by the reader.
ROWS = (Path(__file__).parent / "pubmed_facts.csv").read_text(encoding="utf-8").splitlines()[1:]
TABLE = [[cell.strip() for cell in row.split("|")] for row in ROWS]


def read(xml: str | bytes) -> list[Extract | LostRecord]:
    return list(read_pubmed(io.BytesIO(xml.encode() if isinstance(xml, str) else xml)))


def document(extract: Extract | LostRecord) -> Document:
    assert isinstance(extract, Extract)
    return clean(extract, id="a", source="a", content_hash="a")


def record(pmid: int = 1, article: str = "", rest: str = "", data: str = "") -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article>"
        f"<ArticleTitle>On <i>things</i>.</ArticleTitle>{article}</Article>{rest}"
        f"</MedlineCitation><PubmedData>{data}</PubmedData></PubmedArticle>"
    )


def whole(*records: str) -> str:
    return f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>"


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared PubMed files are not here")
@pytest.mark.parametrize("row", TABLE, ids=[row[1] for row in TABLE])
def test_real_records_state_their_facts(row: list[str]) -> None:
    file, pmid, year, doi, author, title = row
    with (FOLDER / f"{file}.xml").open("rb") as stream:
        found = {e.key: e for e in read_pubmed(stream) if isinstance(e, Extract)}
    assert set(found) == {other[1] for other in TABLE if other[0] == file}
    made = document(found[pmid])
    stated = made.record
    assert (stated.pmid, stated.year, stated.doi or "") == (pmid, int(year), doi)
    assert stated.authors[:1] == ((author,) if author else ())
    assert " ".join(stated.title.split()[:5]) == title
    assert all(fact in made.text for fact in (pmid, year, doi, author, title))


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared PubMed files are not here")
def test_the_table_names_every_real_file_that_holds_a_record() -> None:
    empty = {path.stem for path in FOLDER.iterdir() if b"<PMID" not in path.read_bytes()}
    assert empty == {"metapub_37909814"}
    assert {row[0] for row in TABLE} == {path.stem for path in FOLDER.iterdir()} - empty


def test_a_structured_abstract_becomes_headed_sections() -> None:
    article = (
        "<Abstract><AbstractText Label='AIM'>Why<sub>2</sub>.</AbstractText>"
        "<AbstractText Label='RESULTS'>10<sup>6</sup> cells, r<sup>2</sup>&lt;1.</AbstractText>"
        "</Abstract>"
    )
    made = document(read(whole(record(article=article)))[0])
    prose = [(b.section, made.text[b.start : b.end]) for b in made.blocks if b.kind == "prose"]
    assert prose == [("AIM", "Why2."), ("RESULTS", "10^6 cells, r2<1.")]
    assert made.record.title == "On things."


def test_other_abstracts_are_kept_apart() -> None:
    rest = (
        "<OtherAbstract Type='plain-language-summary'><AbstractText>In short.</AbstractText>"
        "</OtherAbstract><OtherAbstract Type='Publisher' Language='spa'>"
        "<AbstractText Label='META'>Uno.</AbstractText></OtherAbstract>"
    )
    made = document(read(whole(record(rest=rest)))[0])
    assert [block.section for block in made.blocks[-2:]] == [
        "Plain language summary",
        "Abstract (publisher), spa: META",
    ]


def test_a_record_without_an_abstract_gives_its_header() -> None:
    made = document(read(record())[0])
    assert made.text == "On things.\nPMID: 1"


@pytest.mark.parametrize(
    "inside", ["", "<DeleteCitation><PMID Version='1'>9</PMID></DeleteCitation>"]
)
def test_a_set_without_records_gives_nothing(inside: str) -> None:
    assert read(whole(inside)) == []


@pytest.mark.parametrize(
    ("date", "online", "year", "written"),
    [
        ("<Year>2017</Year><Month>06</Month><Day>03</Day>", "", 2017, "2017 Jun 3"),
        ("<Year>1990</Year><Season>Spring</Season>", "", 1990, "1990 Spring"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "", 1998, "1998 Dec-1999 Jan"),
        ("", "<Year>2004</Year><Month>May</Month>", 2004, "2004 May"),
    ],
)
def test_dates_are_written_as_citations_write_them(
    date: str, online: str, year: int, written: str
) -> None:
    article = (
        f"<Journal><JournalIssue><Volume>7</Volume><Issue>2</Issue><PubDate>{date}</PubDate>"
        "</JournalIssue><Title>Journal of things</Title><ISOAbbreviation>J Things"
        f"</ISOAbbreviation></Journal><Pagination><MedlinePgn>1-9</MedlinePgn></Pagination>"
        f"<ArticleDate>{online}</ArticleDate>"
    )
    made = document(read(record(article=article))[0])
    assert made.record.year == year
    assert made.record.journal == "Journal of things"
    assert f"Journal: Journal of things (J Things). {written};7(2):1-9" in made.text


def test_a_doi_of_the_reference_list_is_not_the_records_own() -> None:
    data = (
        "<ReferenceList><Reference><Citation>Berg A, Roe C. On others. J Things. "
        "2001;3(1):4-5.</Citation><ArticleIdList><ArticleId IdType='doi'>10.1000/other"
        "</ArticleId><ArticleId IdType='pubmed'>77</ArticleId></ArticleIdList></Reference>"
        "</ReferenceList>"
    )
    made = document(read(record(data=data))[0])
    assert made.record.doi is None
    (entry,) = made.references
    assert (entry.doi, entry.pmid, entry.year) == ("10.1000/other", "77", 2001)
    assert (entry.authors, entry.journal) == (("Berg A", "Roe C"), "J Things")


def test_names_groups_and_facts_below_the_header() -> None:
    article = (
        "<AuthorList><Author><LastName>Berg</LastName><ForeName>Ada</ForeName><Suffix>Jr</Suffix>"
        "<AffiliationInfo><Affiliation>Oslo.</Affiliation></AffiliationInfo></Author>"
        "<Author><CollectiveName>The Group</CollectiveName></Author></AuthorList>"
        "<GrantList><Grant><GrantID>R01</GrantID><Agency>NIH</Agency></Grant></GrantList>"
    )
    rest = (
        "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionIn'><RefSource>"
        "J Things. 2009;1:2</RefSource><PMID>5</PMID></CommentsCorrections>"
        "</CommentsCorrectionsList><MeshHeadingList><MeshHeading><DescriptorName>Mice"
        "</DescriptorName><QualifierName>blood</QualifierName></MeshHeading></MeshHeadingList>"
    )
    made = document(read(record(article=article, rest=rest))[0])
    assert made.record.authors == ("Ada Berg Jr", "The Group")
    lines = {made.text[b.start : b.end]: b.fields for b in made.blocks}
    assert lines["Affiliation of Ada Berg Jr: Oslo."] == {Field.AFFILIATION}
    assert lines["Retraction in: J Things. 2009;1:2 PMID: 5"] == frozenset()
    assert lines["MeSH terms: Mice/blood"] == {Field.KEYWORDS}
    assert lines["Grants: R01, NIH"] == {Field.FUNDING}


def test_a_chapter_of_a_book_is_read() -> None:
    xml = (
        "<PubmedBookArticle><BookDocument><PMID>20301295</PMID><ArticleIdList><ArticleId "
        "IdType='bookaccession'>NBK1</ArticleId></ArticleIdList><Book><Publisher><PublisherName>"
        "The Press</PublisherName></Publisher><BookTitle>All Things</BookTitle><PubDate><Year>1993"
        "</Year></PubDate></Book><ArticleTitle>One Thing</ArticleTitle><Abstract><AbstractText>"
        "It is.</AbstractText></Abstract></BookDocument></PubmedBookArticle>"
    )
    made = document(read(whole(xml))[0])
    stated = made.record
    assert (stated.title, stated.journal, stated.year, stated.pmid) == (
        "One Thing", "All Things", 1993, "20301295",
    )  # fmt: skip
    assert "Bookshelf ID: NBK1" in made.text
    assert made.text.endswith("It is.")


# -- damage and attacks ----------------------------------------------------------------------


def test_records_before_the_damage_are_given() -> None:
    found = read(whole(record(1), record(2), record(3))[:-100])
    assert [e.key for e in found if isinstance(e, Extract)] == ["1", "2"]
    assert isinstance(found[-1], LostRecord)
    assert "2" in found[-1].place


@pytest.mark.parametrize("xml", ["", "<PubmedArticleSet>", "PMID- 1", "<PubmedArticle><PMID>1"])
def test_a_file_damaged_before_its_first_record_is_refused(xml: str) -> None:
    with pytest.raises(LoadError, match="broken XML"):
        read(xml)


def test_another_kind_of_xml_is_refused_by_its_outermost_element() -> None:
    with pytest.raises(LoadError, match="<html>"):
        read("<html><PubmedArticle/></html>")


@pytest.mark.parametrize("doctype", ["", "<!DOCTYPE PubmedArticle SYSTEM 'pubmed.dtd'>"])
def test_characters_by_name_or_number_come_through(doctype: str) -> None:
    article = "<Abstract><AbstractText>&alpha;&#x3b2;&amp;&eacute;</AbstractText></Abstract>"
    assert document(read(doctype + record(article=article))[0]).text.endswith("αβ&é")


def test_a_name_that_nobody_declares_is_noted() -> None:
    article = "<Abstract><AbstractText>a&unheardof;b</AbstractText></Abstract>"
    (extract,) = read("<!DOCTYPE PubmedArticle SYSTEM 'a.dtd'>" + record(article=article))
    assert isinstance(extract, Extract)
    assert "a\N{REPLACEMENT CHARACTER}b" in extract.text
    assert "&unheardof;" in extract.notes[0]


def test_a_bomb_of_entities_does_not_go_off() -> None:
    levels = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    article = "<Abstract><AbstractText>&l9;</AbstractText></Abstract>"
    bomb = f"<!DOCTYPE a [<!ENTITY l0 'lol'>{levels}]>" + whole(record(article=article))
    tracemalloc.start()
    start = time.perf_counter()
    try:
        texts = [e.text for e in read(bomb) if isinstance(e, Extract)]
    except LoadError:
        texts = []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.perf_counter() - start < 5
    assert peak < 10_000_000
    assert not any("lollol" in text for text in texts)


def test_no_other_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden words")
    head = f"<!DOCTYPE a [<!ENTITY x SYSTEM 'file://{tmp_path}/secret'>]>"
    article = "<Abstract><AbstractText>a&x;b</AbstractText></Abstract>"
    (extract,) = read(head + whole(record(article=article)))
    assert isinstance(extract, Extract)
    assert "hidden" not in extract.text
    assert "&x;" in extract.notes[0]


@pytest.mark.parametrize("depth", [300, 50_000])
def test_nesting_beyond_reason_is_refused(depth: int) -> None:
    article = f"<Abstract>{'<b>' * depth}x{'</b>' * depth}</Abstract>"
    with pytest.raises(LoadError, match="broken XML"):
        read(whole(record(article=article)))


class Records(io.RawIOBase):
    """A set of many records that is made while it is read."""

    def __init__(self, count: int) -> None:
        self._pieces = self._made(count)
        self._rest = b""

    @staticmethod
    def _made(count: int) -> Iterator[bytes]:
        yield b"<PubmedArticleSet>"
        text = f"<Abstract><AbstractText>{'word ' * 400}</AbstractText></Abstract>"
        yield from (record(number, text).encode() for number in range(count))
        yield b"</PubmedArticleSet>"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while len(self._rest) < len(buffer) and (piece := next(self._pieces, b"")):
            self._rest += piece
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def test_memory_stays_flat_and_the_stream_is_not_read_ahead() -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    extracts = read_pubmed(io.BufferedReader(Records(20_000)))  # 45 MB
    assert sum(isinstance(extract, Extract) for extract in extracts) == 20_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KiB
