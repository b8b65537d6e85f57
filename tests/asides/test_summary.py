"""Which document is meant, and what of it is quoted: on the seed corpus, with the real model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Answer, Settings, build_index
from rag.asides import Reply, find_documents, summarise, summarise_document
from rag.asides.summary import NOTHING
from rag.cleaning import Extract, clean
from rag.embedding.encoder import Encoder
from rag.store import Manifest, SqliteStore
from rag.types import Document, Kind
from tests.seeds import AML, CZECH, GLUED, MEDGEN, NAMES, PAEDIATRIC

Parts = tuple[SqliteStore, Encoder]


@pytest.fixture(scope="module")
def parts(seed_index: Path) -> Iterator[Parts]:
    """The store and the encoder of the seed corpus."""
    yield from opened(seed_index)


def opened(folder: Path) -> Iterator[Parts]:
    card = Manifest.read(folder).model
    store = SqliteStore(folder, card.dimension)
    yield store, Encoder(folder, card)
    store.close()


def summarised(parts: Parts, subject: str, **options: str) -> Answer | Reply:
    store, encoder = parts
    question = f"Summarise {subject}"
    return summarise(subject, store, encoder, question=question, passage_words=110, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subject", "document"),
    [
        ("the paper on pediatric relapsed ALL", PAEDIATRIC),
        ("the paediatric review", PAEDIATRIC),
        ("Martin 2012", PAEDIATRIC),
        ("MedGen", MEDGEN),
        ("the MedGen record", MEDGEN),
        ("Refractory Acute Leukemia", MEDGEN),
        ("the Czech review", CZECH),
        ("Hrabowski's article", CZECH),
        ("the paper in Klin Onkol", CZECH),
        ("Therapy of relapsed/refractory acute lymphoblastic leukaemia today and tomorrow", CZECH),
        ("001_16be41247db72412", CZECH),
        (CZECH, CZECH),
        ("10.17305/bjbms.2020.5485", AML),
        ("https://doi.org/10.17305/bjbms.2020.5485", AML),
        ("the AML paper", AML),
        ("advances in immunotherapy", GLUED),
        ("the imunotherapy paper", GLUED),
    ],
)
def test_a_document_is_found_as_people_name_it(parts: Parts, subject: str, document: str) -> None:
    assert [one.id for one in find_documents(subject, parts[0]).documents] == [document]


@pytest.mark.parametrize(
    ("subject", "documents"),
    [
        ("", set(NAMES)),
        ("the paper", set(NAMES)),
        ("relapsed leukemia", {AML, CZECH, PAEDIATRIC}),
        ("the kettle paper", set()),
        ("side effects of blinatumomab", set()),
        ("???", set(NAMES)),
    ],
)
def test_what_is_undecided_is_not_decided(parts: Parts, subject: str, documents: set[str]) -> None:
    assert {one.id for one in find_documents(subject, parts[0]).documents} == documents


@pytest.mark.parametrize(
    ("subject", "said", "listed"),
    [
        ("relapsed leukemia", "3 documents fit “relapsed leukemia” equally well", 3),
        ("the kettle paper", "No document is known by “the kettle paper”", 5),
        ("", "Which of the 5 documents is meant?", 5),
    ],
)
def test_where_none_or_several_fit_that_is_said_and_they_are_listed(
    parts: Parts, subject: str, said: str, listed: int
) -> None:
    reply = summarised(parts, subject)
    assert isinstance(reply, Reply)
    assert said in reply.text
    assert len(reply.lines) == listed


@pytest.mark.parametrize("name", NAMES)
def test_a_summary_quotes_prose_of_its_document_in_order(parts: Parts, name: str) -> None:
    answer = summarised(parts, name)
    assert isinstance(answer, Answer)
    document = parts[0].document(name)
    assert 3 <= len(answer.citations) <= 5 or name == MEDGEN
    assert [one.number for one in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert [one.start for one in answer.citations] == sorted(one.start for one in answer.citations)
    for one in answer.citations:
        assert document.text[one.start : one.end] == one.quote
        assert (one.document_id, one.kind) == (name, Kind.PROSE)
        assert "Editorial Board" not in one.quote
        assert "supported by" not in one.quote
    assert answer.text.count("\n") == len(answer.citations) - 1
    assert 0 < answer.confidence < 1
    assert not answer.abstained


def test_a_document_of_one_sentence_is_that_sentence(parts: Parts) -> None:
    answer = summarised(parts, "MedGen")
    assert isinstance(answer, Answer)
    assert answer.text == "Acute leukemia that does not respond to treatment. [from NCI] [1]"


def test_it_is_the_document_spoken_of(parts: Parts) -> None:
    answer = summarised(parts, "", spoken_of=AML)
    assert isinstance(answer, Answer)
    assert {one.document_id for one in answer.citations} == {AML}
    assert isinstance(summarised(parts, "", spoken_of="gone.txt"), Reply)


def test_the_only_document_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "tea.txt").write_text(TEXT, encoding="utf-8")
    build_index([tmp_path / "tea.txt"], Settings.load(index=tmp_path / "index"))
    for parts in opened(tmp_path / "index"):
        assert isinstance(summarised(parts, ""), Answer)


TEXT = """\
Tea at night

Authors: Ada Berg
doi: 10.5555/tea.1

Abstract

Black tea drunk after eight in the evening shortens sleep by forty minutes. Black tea drunk after \
eight in the evening shortens the sleep by forty minutes. Green tea does less harm to sleep than \
black tea does. In this article, we review what is known of tea and sleep. Caffeine in tea blocks \
adenosine, which is what makes people tired at night. Those who drink milk instead sleep longest.

Brewing

Tea in the evening, black tea or green tea, and how tea changes sleep at night was warmed up. \
Water of ninety degrees was poured over two grams of leaves for each cup of tea. Cups held two \
hundred millilitres and were warmed beforehand in an oven. Leaves were bought in one shop.

Conclusions

Tea is best drunk before six in the evening by people who want to sleep well.

Acknowledgements

The Kettle Foundation brought black tea and green tea to people who sleep badly after evening tea.

References

1. Roe C. Tea at night. J Leaf. 2003;3(2):8–9. doi: 10.5555/leaf.8
"""


def tea(text: str = TEXT) -> Document:
    return clean(Extract(text), id="tea.txt", source="tea.txt", content_hash="0")


@pytest.fixture(scope="module")
def quotes(parts: Parts) -> list[str]:
    answer = summarise_document(tea(), parts[1], question="Summarise it", passage_words=110)
    return [one.quote for one in answer.citations]


def test_the_authors_own_conclusion_is_quoted(quotes: list[str]) -> None:
    assert any(one.startswith("Tea is best drunk") for one in quotes)


def test_nothing_is_said_twice(quotes: list[str]) -> None:
    assert sum(one.startswith("Black tea drunk") for one in quotes) == 1


@pytest.mark.parametrize("start", ["In this article", "The Kettle Foundation", "1. Roe", "doi"])
def test_announcements_thanks_and_references_are_not_quoted(quotes: list[str], start: str) -> None:
    assert not [one for one in quotes if one.startswith(start)]


def test_where_there_is_an_abstract_its_sentences_go_before_the_methods(quotes: list[str]) -> None:
    assert not [one for one in quotes if "warmed" in one]


def test_without_an_abstract_too_thanks_are_not_quoted(parts: Parts) -> None:
    text = TEXT.replace("Abstract", "Introduction").replace("Conclusions", "Advice")
    answer = summarise_document(tea(text), parts[1], question="Summarise it", passage_words=110)
    assert len(answer.citations) > 2
    assert not [one for one in answer.citations if "Foundation" in one.quote]


def test_a_document_without_prose_abstains(parts: Parts) -> None:
    document = tea("Tea at night\n\nAuthors: Ada Berg\ndoi: 10.5555/tea.1\n")
    answer = summarise_document(document, parts[1], question="Summarise it", passage_words=110)
    assert (answer.abstained, answer.text, answer.citations) == (True, NOTHING, ())
