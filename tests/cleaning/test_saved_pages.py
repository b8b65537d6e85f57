# ruff: noqa: E501 - pages are saved with long lines
"""Pages saved as text from sites of several makes; each is invented, its furniture is not."""

from __future__ import annotations

import pytest

from rag.cleaning import Extract, ExtractWriter, Mark, Role, chrome, clean
from rag.types import Document, Field, Kind

PROSE = (
    "Lichen grows on the north side of most of the walls that we have seen. "
    "Of 120 walls, 94 bore it on that side alone (P < .001)."
)
ARCHIVE = f"""\
Skip to main content
Journal of Walls and Mosses logoLink to Journal of Walls and Mosses
. 2020 Oct 26;11:556813. doi: 10.5555/jwm.2020.556813

Lichen on the North Side of Walls Reveals the Direction of Rain and the Age of Mortar

Carla A Alvarado 1, Mark Jonsson 1, Johan Hambor 2,*
PMCID: PMC90000001  PMID: 90000325

Abstract

{PROSE}

Keywords: lichen, mortar, rain

1. Introduction

Walls are older than the people who look at them, and so is what grows there.

References

1. Brandt A, Moreau L. Moss on mortar. J Fict Walls. 2011;3(2):44–50. doi: 10.5555/jfw.2011.44. [DOI] [PubMed] [Google Scholar]
2. Silva P. Rain from the west. Weather Tales. 2015;20(1):5–9. [Google Scholar]
"""
PUBLISHER = f"""\
Skip to main content
  • Research article
  • Open access
  • Published:

Lichen on the north side of walls

Abstract

Background

{PROSE}

Peer Review reports

References

1. Brandt A, Moreau L. Moss on mortar. J Fict Walls. 2011;3:44–50.

   Article  PubMed  Google Scholar

2. Silva P. Rain from the west. Weather Tales. 2015;20:5–9.

   Article  CAS  PubMed Central  Google Scholar

Author information

Authors and Affiliations

School of Masonry, Invented University, Stonetown

Rights and permissions

Reprints and permissions

About this article

Cite this article

Alvarado, C. Lichen on the north side of walls. J Walls 12, 594 (2012). https://doi.org/10.5555/jw.594

Download citation

Share this article
"""
READER = f"""\
Next Article in Journal
Ivy and the Surveyor
Previous Article in Journal
On the Weight of Gates
Font Type:
Arial Georgia Verdana
Font Size:
Aa Aa Aa
Line Spacing:
Column Width:
Article

Lichen on the North Side of Walls

by Carla Alvarado 1,* and Mark Jonsson 2

1
School of Masonry, Invented University, Stonetown
*
Author to whom correspondence should be addressed.
Walls 2021, 13(10), 1973; https://doi.org/10.5555/walls13101973
Submission received: 9 September 2021 / Accepted: 15 October 2021

Abstract

{PROSE}

Share and Cite
"""
SECTIONED = f"""\
Skip to main content

OPINION article

Front. Masonry, 19 April 2018
Sec. Old Walls

Lichen on the North Side: Time for a Correct Compass

  • Laboratory of Lichens, Institute of Mosses, Stonetown, Nowhere

The direction of growth

{PROSE}

Check for updates
People also looked at
Ivy and the surveyor
"""
LISTED = f"""\
Open Access

Lichen on the north side of walls in the rainy part of the year

  • Authors:
    • Carla Alvarado
    • Mark Jonsson
  • View Affiliations

  • Published online on: January 4, 2018     https://doi.org/10.5555/ol.2018.7731
  • Pages: 3566-3571

Metrics: Total Views: 0 (Invented Publications: | Statistics: )
Total PDF Downloads: 0 (Invented Publications: | Statistics: )

Abstract

{PROSE}

Related Articles

Ivy and the surveyor
"""
CATALOGUED = f"""\
Lichen on the north side of walls
https://doi.org/10.5555/jw.2019.12
Journal: Walls & Mosses, 2019, № 5, p. 423-429
Authors: Carla Alvarado, Mark Jonsson

Abstract

{PROSE}

List of references
-
Brandt, A. et al. Moss on mortar. J. Fict. Walls 13, 145–149 (2013).
https://doi.org/10.5555/jfw.3365 -
Silva, P. Rain from the west. Weather Tales 348, 65 (2015).
https://doi.org/10.5555/wt.6566 -
"""
PAGES = {
    "archive": ARCHIVE,
    "publisher": PUBLISHER,
    "reader": READER,
    "sectioned": SECTIONED,
    "listed": LISTED,
    "catalogued": CATALOGUED,
}
TITLES = {
    "archive": "Lichen on the North Side of Walls Reveals the Direction of Rain and the Age of Mortar",
    "publisher": "Lichen on the north side of walls",
    "reader": "Lichen on the North Side of Walls",
    "sectioned": "Lichen on the North Side: Time for a Correct Compass",
    "listed": "Lichen on the north side of walls in the rainy part of the year",
    "catalogued": "Lichen on the north side of walls",
}
FURNITURE = (
    "Skip to|logo|Open access|Open Access|Published:|Peer Review reports|Google Scholar|[DOI]|"
    "Reprints and|Download citation|Share this|Next Article|Ivy|Weight of Gates|Font|Verdana|Aa Aa|"
    "Line Spacing|Check for updates|People also|View Affiliations|Total Views|Downloads|Related"
).split("|")


def cleaned(text: str) -> Document:
    return clean(Extract(text), id="page.txt", source="page.txt", content_hash="0")


def lines(document: Document, kind: Kind) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind is kind]


@pytest.fixture(scope="module", params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def document(name: str) -> Document:
    return cleaned(PAGES[name])


def test_the_title_is_the_articles(name: str, document: Document) -> None:
    assert document.record.title == TITLES[name]


def test_the_prose_is_kept(document: Document) -> None:
    assert PROSE in lines(document, Kind.PROSE)


def test_nothing_of_the_site_is_left(document: Document) -> None:
    assert [phrase for phrase in FURNITURE if phrase in document.text] == []


@pytest.mark.parametrize(
    ("page", "authors", "year"),
    [
        ("archive", ("Carla A Alvarado", "Mark Jonsson", "Johan Hambor"), 2020),
        ("reader", ("Carla Alvarado", "Mark Jonsson"), 2021),
        ("sectioned", (), 2018),
        ("listed", ("Carla Alvarado", "Mark Jonsson"), 2018),
        ("catalogued", ("Carla Alvarado", "Mark Jonsson"), 2019),
    ],
)
def test_authors_and_year_are_read(page: str, authors: tuple[str, ...], year: int) -> None:
    record = cleaned(PAGES[page]).record
    assert (record.authors, record.year) == (authors, year)


@pytest.mark.parametrize(
    ("page", "journal"),
    [("reader", "Walls"), ("sectioned", "Front. Masonry"), ("catalogued", "Walls & Mosses")],
)
def test_the_journal_is_read(page: str, journal: str) -> None:
    assert cleaned(PAGES[page]).record.journal == journal


@pytest.mark.parametrize("page", ["archive", "publisher", "catalogued"])
def test_a_list_gives_its_entries_and_no_more(page: str) -> None:
    entries = lines(cleaned(PAGES[page]), Kind.REFERENCE)
    assert len(entries) == 2
    assert "Moss on mortar" in entries[0]
    assert "Rain from the west" in entries[1]


def test_what_follows_a_list_is_no_entry() -> None:
    document = cleaned(PUBLISHER)
    places = [
        document.text[b.start : b.end] for b in document.blocks if Field.AFFILIATION in b.fields
    ]
    assert places == ["School of Masonry, Invented University, Stonetown"]


# -- texts that are no pages -------------------------------------------------------------------

OFFPRINT = f"""\
On the lichens of the north side of walls in the old towns and what
follows from them for the masons who mend the mortar

By Jane Doe, M.D., and Robert Roe, Ph.D.

Journal of Urban Walls, vol. 33, 1998, pp. 1-9

{PROSE}
"""


def test_an_offprint_states_its_facts_at_the_top() -> None:
    document = cleaned(OFFPRINT)
    record = document.record
    assert record.title == (
        "On the lichens of the north side of walls in the old towns and what "
        "follows from them for the masons who mend the mortar"
    )
    assert record.authors == ("Jane Doe", "Robert Roe")
    assert (record.journal, record.year) == ("Journal of Urban Walls", 1998)
    (place,) = (b for b in document.blocks if Field.VOLUME in b.fields)
    assert Field.PAGES in place.fields
    assert lines(document, Kind.PROSE) == [PROSE]


def test_a_title_of_one_line_takes_no_author_with_it() -> None:
    text = "Lichens on the northern side of walls in old towns\nBerta Klein\n\n" + PROSE
    assert cleaned(text).record.title == "Lichens on the northern side of walls in old towns"


def test_a_number_at_the_start_of_a_title_is_its_own() -> None:
    assert cleaned(f"30 years of lichen\n\n{PROSE}").record.title == "30 years of lichen"


def test_initials_that_are_degrees_elsewhere_stay_names() -> None:
    document = cleaned(
        f"Lichens\n\n{PROSE}\n\nReferences\n\nPerales MA, Tallman MS. Moss. J Moss. 2003;3(2):8-9.\n"
    )
    assert document.references[0].authors == ("Perales MA", "Tallman MS")


def test_the_numbers_of_a_texts_own_list_are_kept() -> None:
    entries = "1. Roe C. Moss. J Moss. 2003;3(2):8-9.\n2. Ahn S. Rain. J Moss. 2004;4(1):1-3.\n3. Oh J. Mud. J Moss. 2005;5(1):1-3.\n"
    document = cleaned(f"Lichens\n\n{PROSE}\n\nReferences\n\n{entries}")
    assert lines(document, Kind.REFERENCE)[0].startswith("1. Roe C.")
    assert document.references[0].authors == ("Roe C",)


@pytest.mark.parametrize(
    "line",
    [
        "It follows from the second table that",
        "Now we take the walls of the second town",
        "Lichen grew on most of the walls.[12]",
    ],
)
def test_part_of_a_sentence_is_no_heading(line: str) -> None:
    document = cleaned(f"Lichens\n\n{PROSE}\n\n{line}\n\n{PROSE} It was so.\n")
    assert line in document.text


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "line", ["word{0}", "line {0} has words that are not too few here", "{0} " + "x" * 180]
)
def test_texts_of_many_lines_do_not_take_long(line: str) -> None:
    document = cleaned("\n".join(line.format(number) for number in range(10_000)))
    assert "9999" in document.text


JOURNAL_PAGE = """Skip to main content
Advertisement
Log in
Journal of Marsh Ecology
Frogs above the tree line in the wet years
Greta Holt, Ivan Sorel
Published: 12 May 2020
Abstract
Frogs were counted in forty ponds over nine years of rain, and their number grew each spring.
Share this article
Facebook Twitter LinkedIn
Methods
Ponds above the tree line freeze to the ground in winter, and thaw late.
Full size image
Close.
X chromosome loss.
View all wells under blue light.
Add to the cold flask.
"""


def test_an_advertisement_above_the_title_takes_nothing_with_it() -> None:
    document = clean(Extract(JOURNAL_PAGE), id="x", source="x", content_hash="")
    assert document.record.title == "Frogs above the tree line in the wet years"
    assert document.record.authors == ("Greta Holt", "Ivan Sorel")
    assert (document.record.journal, document.record.year) == ("Journal of Marsh Ecology", 2020)


def test_furniture_between_lines_is_no_part_of_a_sentence() -> None:
    text = clean(Extract(JOURNAL_PAGE), id="x", source="x", content_hash="").text
    assert "Facebook" not in text
    assert "Share" not in text
    assert "Full size" not in text


def test_sentences_that_begin_like_buttons_stay() -> None:
    text = clean(Extract(JOURNAL_PAGE), id="x", source="x", content_hash="").text
    for line in JOURNAL_PAGE.splitlines()[-4:]:
        assert line in text


@pytest.mark.parametrize(
    "line",
    ["X-ray: normal in 12", "X-linked: 3 cases", "x = 3", "Twitter | 17", "View in dark field",
     "Add to cold water", "A paper bearing the maker and his logo"],
)  # fmt: skip
def test_words_of_the_text_are_no_buttons(line: str) -> None:
    assert chrome.furniture(line) is None


def test_a_byline_with_a_day_names_people_and_no_journal() -> None:
    page = (
        "We use cookies on this site.\nA study of bees\nBy Greta Holt and Ivan Sorel, 12 May 2020\n"
    )
    record = clean(Extract(page), id="x", source="x", content_hash="").record
    assert (record.authors, record.journal) == (("Greta Holt", "Ivan Sorel"), None)
    assert record.year == 2020


WRAPPED = """The Lantern Fly of Old Quay
A. B. Carter

Lantern flies live on quay walls. They were seen in 13 har-
bours along the coast, mostly on north-
facing walls. The
number fell after 1990.
"""


def test_ragged_sentences_below_the_header_are_prose() -> None:
    document = clean(Extract(WRAPPED), id="x", source="x", content_hash="")
    (prose,) = (b for b in document.blocks if b.kind is Kind.PROSE)
    said = document.text[prose.start : prose.end]
    assert "seen in 13 harbours along the coast, mostly on north-facing walls." in said
    assert said.endswith("The number fell after 1990.")


def test_many_buttons_tell_a_saved_page() -> None:
    page = "Review\nGlimmer fever\nDownload PDF\nCite\nShare\nSet Alert\nGoogle Scholar\nIt is caused by mites.\n"
    text = clean(Extract(page), id="x", source="x", content_hash="").text
    assert "Download" not in text
    assert "Alert" not in text
    assert "It is caused by mites." in text


@pytest.mark.parametrize("marked", [False, True])
def test_soft_hyphens_part_no_words(marked: bool) -> None:
    writer = ExtractWriter()
    said = (
        "The pre\u00adcision of the kettle was good, and that of the tram was not so good at all."
    )
    writer.line(said, Mark(Role.PARAGRAPH) if marked else None)
    document = clean(writer.finish(), id="x", source="x", content_hash="")
    assert "precision of the kettle" in document.text
