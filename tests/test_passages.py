"""Passages: exact slices of whole units, inside one section, of a bounded size."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rag.cleaning import Extract, clean
from rag.passages import LONGEST_UNIT, split_document
from rag.types import Document, Kind, Passage
from tests.seeds import CZECH, NAMES, load

SIZES = (1, 12, 40, 110, 1000)


def cleaned(text: str) -> Document:
    return clean(Extract(text), id="d.txt", source="d.txt", content_hash="0")


def words(text: str) -> int:
    return len(text.split())


@pytest.fixture(scope="module", params=NAMES)
def document(request: pytest.FixtureRequest) -> Document:
    return load(request.param)


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def passages(document: Document, size: int) -> list[Passage]:
    return split_document(document, passage_words=size)


def test_a_passage_is_a_slice_of_the_text(document: Document, passages: list[Passage]) -> None:
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.document_id == document.id
        assert passage.title == document.record.title


def test_passages_ascend_and_leave_no_word_out(document: Document, passages: list[Passage]) -> None:
    position = 0
    for passage in passages:
        assert position <= passage.start < passage.end
        assert not document.text[position : passage.start].strip()
        position = passage.end
    assert not document.text[position:].strip()


def test_a_passage_is_made_of_its_units(document: Document, passages: list[Passage]) -> None:
    for passage in passages:
        assert (passage.units[0].start, passage.units[-1].end) == (passage.start, passage.end)
        for one, following in pairwise(passage.units):
            assert not document.text[one.end : following.start].strip()


def test_no_passage_crosses_a_section_or_mixes_kinds(
    document: Document, passages: list[Passage]
) -> None:
    for passage in passages:
        inside = [b for b in document.blocks if b.start < passage.end and passage.start < b.end]
        assert {(b.kind, b.section) for b in inside} == {(passage.kind, passage.section)}


def test_a_passage_is_longer_than_asked_only_where_one_unit_is(
    passages: list[Passage], size: int
) -> None:
    for passage in passages:
        assert words(passage.text) <= size or len(passage.units) == 1


def test_prose_is_packed_as_full_as_it_goes(document: Document) -> None:
    passages = [p for p in split_document(document, passage_words=60) if p.kind is Kind.PROSE]
    for one, following in pairwise(passages):
        if one.section == following.section:
            first = following.units[0]
            more = words(one.text) + words(document.text[first.start : first.end])
            assert more > 60


def test_each_reference_is_a_passage_of_its_own(document: Document) -> None:
    spans = [
        (p.start, p.end)
        for p in split_document(document, passage_words=110)
        if p.kind is Kind.REFERENCE
    ]
    assert spans == [(r.start, r.end) for r in document.references]


def test_the_byline_says_who_where_and_when() -> None:
    passage = split_document(load(CZECH), passage_words=110)[0]
    assert passage.byline == "Š. Hrabovský, F. Folber, M. Doubek. Klin Onkol. 2019"


def test_an_empty_document_has_no_passages() -> None:
    assert split_document(cleaned(""), passage_words=110) == []


ENDLESS = (
    "a title\n\nAbstract\n\n" + "Words without any stop follow each other; and so on and on " * 200
)
UNBROKEN = "a title\n\nAbstract\n\n" + "x" * 5000 + "."


@pytest.mark.parametrize("text", [ENDLESS, UNBROKEN])
def test_a_sentence_of_pages_is_cut_without_loss(text: str) -> None:
    document = cleaned(text)
    passages = split_document(document, passage_words=110)
    units = [unit for passage in passages for unit in passage.units]
    assert all(unit.end - unit.start <= LONGEST_UNIT for unit in units)
    shown = "".join(document.text[unit.start : unit.end] for unit in units)
    assert "".join(shown.split()) == "".join(document.text.split())


def test_a_passage_names_the_page_on_which_it_starts() -> None:
    pages = ["A title\n\nThe first page says this much and no more about the matter at hand.\n\n"]
    pages += ["The second page goes on with something else that nobody had expected at all.\n"]
    extract = Extract("".join(pages), page_starts=(0, len(pages[0])))
    document = clean(extract, id="d", source="d", content_hash="0")
    found = [
        (document.text[unit.start : unit.end].split()[1], document.page_at(unit.start))
        for passage in split_document(document, passage_words=110)
        for unit in passage.units
    ]
    assert found == [("title", 1), ("first", 1), ("second", 2)]
