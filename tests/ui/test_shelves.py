"""The documents as a list, and as HTML: found, sorted, turned over, and nothing but text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.indexing import FileReport, Status
from rag.store import DocumentSummary
from rag.types import Block, Document, Record
from tests.ui.test_render import ATTACKS, Reader
from ui import shelves
from ui.cards import sections
from ui.catalogue import ORDERS, PAGE_ROWS, Browsing, entries_of, look
from ui.telling import Told
from ui.writing import Standing

TAGS = set(
    "a article b button caption code dd details div dl dt em h2 h3 li nav p pre section span "
    "summary table tbody td th thead tr ul".split()
)
ATTRIBUTES = set(
    "aria-current aria-hidden aria-label aria-sort class data-act data-column data-id data-key "
    "data-label data-page data-to dir href rel role scope tabindex target title type".split()
)
INDEX = Path("/somewhere/index")


def listed(id: str, title: str = "", **facts: object) -> DocumentSummary:
    values = {
        "authors": (), "year": None, "journal": None, "doi": None, "pmid": None, "url": None,
        "source": id, "passages": 1, "added": "2024-05-06T07:08:09+00:00", "sources": (id,),
    }  # fmt: skip
    return DocumentSummary(id=id, title=title, **values | facts)  # type: ignore[arg-type]


HERON = listed("h.txt", "Über herons", authors=("Čapek J",), year=1999, journal="Marsh", passages=9)
KETTLE = listed("k.txt", "A kettle", year=2020, passages=2)
UNTITLED = listed("notes/z.txt", added="2020-01-01T00:00:00+00:00")
THREE = entries_of([HERON, KETTLE, UNTITLED])


def ids(browsing: Browsing) -> list[str]:
    return [one.id for one in look(THREE, browsing).rows]


def table(browsing: Browsing = Browsing(), documents: object = (HERON,), **options: bool) -> str:  # noqa: B008
    page = look(entries_of(documents), browsing)  # type: ignore[arg-type]
    return shelves.table(page, browsing, **{"read_only": False} | options, index=INDEX)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("UBER", ["h.txt"]),
        ("capek 1999", ["h.txt"]),
        ("marsh", ["h.txt"]),
        ("1999 kettle", []),
        ("notes/", ["notes/z.txt"]),
        ("  ", ["k.txt", "notes/z.txt", "h.txt"]),
    ],
)
def test_what_is_typed_finds_in_every_fact(wanted: str, found: list[str]) -> None:
    assert ids(Browsing(wanted)) == found


def test_a_column_sorts_both_ways_and_what_lacks_the_fact_stands_last() -> None:
    by_year = Browsing().by("year")
    assert ids(by_year) == ["h.txt", "k.txt", "notes/z.txt"]
    assert ids(by_year.by("year")) == ["k.txt", "h.txt", "notes/z.txt"]
    assert ids(Browsing().by("passages").by("passages"))[0] == "h.txt"
    assert ids(Browsing().by("added"))[0] == "notes/z.txt"
    assert Browsing().by("drop table") == Browsing()
    assert list(ORDERS) == list(shelves.COLUMNS)


def test_the_list_is_turned_page_by_page() -> None:
    many = entries_of([listed(f"{n:03}.txt") for n in range(2 * PAGE_ROWS + 1)])
    second = look(many, Browsing(page=1))
    assert [one.id for one in second.rows][::49] == ["050.txt", "099.txt"]
    last = look(many, Browsing(page=7))
    assert (last.number, len(last.rows), last.is_last) == (2, 1, True)
    shown = Reader(shelves.table(last, Browsing(page=2), read_only=True, index=INDEX))
    assert "101–101 of 101 documents" in shown.text
    pages = [one.attributes["data-page"] for one in shown.elements if "data-page" in one.attributes]
    assert pages == ["1"]
    assert look(many, Browsing("no such")).rows == ()


def test_the_table_says_what_it_is_to_a_screen_reader() -> None:
    shown = Reader(table(Browsing().by("year").by("year")))
    heads = [one.attributes for one in shown.all("th")]
    assert [head["scope"] for head in heads] == ["col"] * 6 + ["row"]
    assert [head.get("aria-sort") for head in heads if "aria-sort" in head] == ["descending"]
    assert len(shown.all("caption")) == 1
    assert "2024-05-06" in shown.text


def test_reading_only_offers_nothing_that_writes() -> None:
    one = Document("h.txt", "Text.", "h.txt", "0")
    pages = [table(read_only=True), shelves.document(one, HERON, 100, read_only=True)]
    assert not any(act in page for page in pages for act in ('"again"', '"remove"'))
    assert '"again"' in table()
    assert '"remove"' in shelves.document(one, HERON, 100, read_only=False)


def test_an_empty_corpus_says_what_to_do() -> None:
    shown = Reader(table(documents=())).text
    assert f"rag index PATH --index {INDEX}" in shown
    assert "Drop files" in shown
    assert "Drop files" not in Reader(table(documents=(), read_only=True)).text


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_of_a_document_is_markup(attack: str) -> None:
    hostile = listed(
        attack, attack, authors=(attack,), journal=attack, doi=attack, url=attack,
        sources=(attack,), linked=(attack,), added=attack,
    )  # fmt: skip
    record = Record(attack, (attack,), 1, attack, attack, attack, attack)
    blocks = (Block(0, 2, section=attack),)
    one = Document(attack, attack * 2, attack, "0", record, blocks, sources=(attack,))
    report = FileReport(attack, Status.SKIPPED, reason=attack)
    pages = [
        table(Browsing(opened=attack), (hostile,)),
        shelves.document(one, hostile, len(attack) + 3, read_only=False),
        shelves.told(Told(attack, 7)),
        shelves.standing(Standing(line=attack)),
        shelves.standing(Standing(locked=f" {attack}")),
        shelves.standing(Standing(left_over=(attack,))),
        shelves.told(Told(error=attack)),
        shelves.told(Told(reports=(report,))),
        shelves.removed([attack]),
    ]
    for page in pages:
        shown = Reader(page)
        assert {element.tag for element in shown.elements} <= TAGS
        assert {name for element in shown.elements for name in element.attributes} <= ATTRIBUTES
        assert attack in shown.text.replace("\ufffd", "\x00")
        for link in shown.all("a"):
            assert str(link.attributes["href"]).startswith(("https://", "http://"))


TEXT = "On kettles\n\nIt hums.\n\nWater boils."
SECTIONED = Document(
    "k.md", TEXT, "k.md", "0", Record("On kettles"),
    (
        Block(0, 10),
        Block(12, 20, section="Noise"),
        Block(22, 34, section="Water"),
    ),
)  # fmt: skip


def test_sections_are_headings_and_the_text_is_whole() -> None:
    parts = [(name, TEXT[a:b].strip()) for name, a, b in sections(SECTIONED, 0, 1000)]
    # The last begins with its section's name already.
    assert parts == [("", "On kettles"), ("Noise", "It hums."), ("", "Water boils.")]
    page = shelves.document(SECTIONED, HERON, 1000, read_only=True)
    assert "<p>On kettles</p><h3>Noise</h3><p>It hums.</p><p>Water boils.</p>" in page
    assert "".join("".join(text.split()) for _, text in parts) == "".join(TEXT.split())


@pytest.mark.parametrize("reach", range(len(TEXT) + 2))
def test_no_more_of_a_text_is_shown_than_asked_for(reach: int) -> None:
    shown = "".join(TEXT[a:b] for _, a, b in sections(SECTIONED, 0, reach))
    assert "".join(shown.split()) == "".join(TEXT[:reach].split())


def test_the_rest_of_a_long_text_is_offered() -> None:
    long = replace(SECTIONED, text="x" * 45_000, blocks=())
    assert "Show 20,000 more of 25,000" in shelves.document(long, HERON, 20_000, read_only=True)
    assert "Show 5,000 more of 5,000" in shelves.document(long, HERON, 40_000, read_only=True)
    assert '"more"' not in shelves.document(long, HERON, 60_000, read_only=True)


def test_the_report_tells_of_each_file() -> None:
    reports = (
        FileReport("a.txt", Status.ADDED, ("x.txt",), 3),
        FileReport("b.pdf", Status.SKIPPED, reason="no text in it", incomplete=True),
    )
    shown = Reader(shelves.told(Told(reports=reports)))
    assert "2 files: 1 added, 1 skipped" in shown.text
    assert "a.txt added, 3 passages" in shown.text
    assert "b.pdf skipped: no text in it" in shown.text
    many = (FileReport("same.txt", Status.UNCHANGED),) * 1000
    assert "same.txt" not in shelves.told(Told(reports=many))
    assert "1,000 unchanged" in shelves.told(Told(reports=many))


def test_what_stands_in_the_way_of_writing_is_told() -> None:
    assert shelves.standing(Standing(folder=INDEX)) == ""
    assert "2 of 3 files" in shelves.standing(Standing(line="2 of 3 files"))
    locked = Reader(shelves.standing(Standing(locked="process 7 is writing: wait")))
    assert "Process 7 is writing: wait before you add or remove anything" in locked.text
    left = tuple(f"{n}.txt" for n in range(7))
    shown = Reader(shelves.standing(Standing(left_over=left, folder=INDEX)))
    assert f"7 files in {INDEX} not in the index: 0.txt, 1.txt" in shown.text
    assert "and 2 more" in shown.text
    assert [one.attributes["data-act"] for one in shown.all("button")] == ["again"]


def test_a_long_wait_is_counted_for_those_who_look() -> None:
    (seconds,) = Reader(shelves.told(Told("1 of 3 files", 40))).all("span")
    assert "aria-hidden" in seconds.attributes
    assert "(40 s)" in Reader(shelves.told(Told("1 of 3 files", 40))).text
    assert Reader(shelves.told(Told("1 of 3 files"))).text.strip() == "1 of 3 files"
