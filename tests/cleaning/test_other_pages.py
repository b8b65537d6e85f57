# ruff: noqa: E501 - pages are saved with long lines
"""Saved pages of other sites, and texts that are no pages: the rules are general."""

from __future__ import annotations

import re

import pytest

from rag.cleaning import Extract, clean
from rag.cleaning.bibliography import parse_reference
from rag.cleaning.mapped import MappedText
from rag.cleaning.mending import Mender
from rag.types import Document, Field, Kind
from tests.seeds import folded


def cleaned(text: str) -> Document:
    return clean(Extract(text), id="page.txt", source="page.txt", content_hash="0")


def prose(document: Document) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind is Kind.PROSE]


# -- an abstract page of an index of papers ---------------------------------------------------

INDEX_PAGE = """\
Skip to main content
Here’s how you know
An official website of the Ministry of Health

Log in
Menu
Search

Clinical Trial
. 2017 Mar;44(3):512-20.
doi: 10.5555/jfh.2017.0044.

Magnesium sulfate before surgery for atrial flutter: a blinded trial

Affiliations
Clinical Trial

Magnesium sulfate before surgery for atrial flutter: a blinded trial

Petra Novak et al. J Fict Heart. 2017 Mar.

Abstract

Atrial flutter often follows surgery on the heart. We gave 4 g of magnesium sulfate to 212 patients and a placebo to 208. Flutter occurred in 11% and 19% of them (P = .02). Blood pressure did not fall.

PubMed Disclaimer

Similar articles

Sodium before surgery for atrial flutter.
Cited by

References

    1. Osei K, Lund T. Flutter after bypass grafting. J Fict Heart. 2009;36(1):11–9. https://doi.org/10.5555/jfh.2009.0011. - PMC - PubMed
    1. Ahn S, Reyes M, Kovac D, et al. Magnesium in arrhythmia: a review. Arch Invent Med. 2012;8(2):101–17. - PubMed

Publication types

MeSH terms

LinkOut - more resources
"""
ABSTRACT = [
    "Atrial flutter often follows surgery on the heart. We gave 4 g of magnesium sulfate to 212 "
    "patients and a placebo to 208. Flutter occurred in 11% and 19% of them (P = .02). Blood "
    "pressure did not fall."
]


def test_an_index_page_gives_its_record() -> None:
    record = cleaned(INDEX_PAGE).record
    assert record.title == "Magnesium sulfate before surgery for atrial flutter: a blinded trial"
    assert record.authors == ("Petra Novak", "et al.")
    assert record.journal == "J Fict Heart"
    assert record.year == 2017
    assert record.doi == "10.5555/jfh.2017.0044"


def test_an_index_page_gives_its_abstract_and_nothing_else_as_prose() -> None:
    assert prose(cleaned(INDEX_PAGE)) == ABSTRACT


def test_an_index_page_gives_its_references() -> None:
    document = cleaned(INDEX_PAGE)
    first, second = document.references
    assert document.text[first.start : first.end].endswith("10.5555/jfh.2009.0011.")
    assert (first.doi, first.year, first.journal) == ("10.5555/jfh.2009.0011", 2009, "J Fict Heart")
    assert (second.doi, second.year) == (None, 2012)


# -- a journal's article page -----------------------------------------------------------------

JOURNAL_PAGE = """\
Jump to navigation
We use cookies to improve your visit. Read our policy.
Accept all cookies
Home
About us
Sign in

Night shifts and sleep in ward nurses of two hospitals

Authors: Ines Duarte; Tom Okafor
Published in: Rev Imagin Nurs 2020; 12(4): 201-209
doi: 10.5555/rin.2020.201
Received: 3 March 2020
Accepted: 9 June 2020
Keywords: nurses; night work; sleep

Download PDF
Share on Facebook

Introduction

Nurses who work at night sleep less than others. How much less was not known for small wards.

Methods

We asked 94 nurses to keep a diary for 28 days. Wrist devices counted hours of sleep.

Results

Night workers slept 5.1 hours a day and day workers 6.9 hours. Naps made up a third of the gap.

Funding

Supported by the Invented Research Council (grant number IRC-77/2019).

Competing interests

The authors declare that they have no competing interests.

References

[1] Brandt A, Moreau L. Diaries against devices. Rev Imagin Nurs. 2011;3(2):44–50.
[2] Silva P. Naps on the ward. Sleep Fables. 2015;20(1):5–9. https://doi.org/10.5555/sf.2015.5

Recommended articles
Coffee and the ward nurse

© 2020 The Imaginary Press. All rights reserved.
Privacy policy
Back to top
"""


def test_an_article_page_keeps_its_sections_and_their_prose() -> None:
    document = cleaned(JOURNAL_PAGE)
    sections = {
        b.section: document.text[b.start : b.end]
        for b in document.blocks
        if b.kind is Kind.PROSE and b.section in ("Introduction", "Methods", "Results")
    }
    assert sections == {
        "Introduction": "Nurses who work at night sleep less than others. "
        "How much less was not known for small wards.",
        "Methods": "We asked 94 nurses to keep a diary for 28 days. "
        "Wrist devices counted hours of sleep.",
        "Results": "Night workers slept 5.1 hours a day and day workers 6.9 hours. "
        "Naps made up a third of the gap.",
    }


def test_an_article_page_gives_its_record() -> None:
    record = cleaned(JOURNAL_PAGE).record
    assert record.title == "Night shifts and sleep in ward nurses of two hospitals"
    assert record.authors == ("Ines Duarte", "Tom Okafor")
    assert (record.journal, record.year) == ("Rev Imagin Nurs", 2020)
    assert record.doi == "10.5555/rin.2020.201"


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (Field.SUBMITTED, "Received: 3 March 2020"),
        (Field.ACCEPTED, "Accepted: 9 June 2020"),
        (Field.KEYWORDS, "Keywords: nurses; night work; sleep"),
    ],
)
def test_an_article_page_states_its_facts(field: Field, line: str) -> None:
    document = cleaned(JOURNAL_PAGE)
    found = [document.text[b.start : b.end] for b in document.blocks if field in b.fields]
    assert found == [line]


def test_an_article_page_gives_its_references() -> None:
    document = cleaned(JOURNAL_PAGE)
    entries = [document.text[r.start : r.end] for r in document.references]
    assert entries == [
        "Brandt A, Moreau L. Diaries against devices. Rev Imagin Nurs. 2011;3(2):44–50.",
        "Silva P. Naps on the ward. Sleep Fables. 2015;20(1):5–9. "
        "https://doi.org/10.5555/sf.2015.5",
    ]
    assert [r.doi for r in document.references] == [None, "10.5555/sf.2015.5"]


# -- a record of a catalogue ------------------------------------------------------------------

CATALOGUE_PAGE = """\
U.S. flag

An official website of the Institute of Rare Things

Format

Send to:

Grey iris syndrome

RareThing UID:
771204
Concept ID:
Z0098123
Disease or Syndrome

Definition

A disorder in which the iris loses its colour after childhood. [from IRT]

Recent clinical studies

Diagnosis

Fontaine R, Becker U, Oh JH
Ophthal Inventa 2018 May;31(5):220-8. Epub 2018 Apr 2 doi: 10.5555/oi.2018.220. PMID: 90000017Free PMC Article
Hart L, Quist B
J Eye Tales 2004;12:9-14. PMID: 90000018

Therapy

Fontaine R, Becker U, Oh JH
Ophthal Inventa 2021 Jan;34(1):3-12. doi: 10.5555/oi.2021.3. PMID: 90000019

Supplemental Content

Table of contents

    Recent activity

    Your browsing activity is empty.

    See more...
"""


def test_a_catalogue_record_gives_its_numbers_and_definition() -> None:
    document = cleaned(CATALOGUE_PAGE)
    numbers = [
        document.text[b.start : b.end] for b in document.blocks if Field.IDENTIFIER in b.fields
    ]
    assert document.record.title == "Grey iris syndrome"
    assert numbers == ["RareThing UID: 771204", "Concept ID: Z0098123"]
    assert prose(document) == [
        "A disorder in which the iris loses its colour after childhood. [from IRT]"
    ]


def test_a_catalogue_record_gives_its_entries_with_names_and_source_together() -> None:
    document = cleaned(CATALOGUE_PAGE)
    assert [(r.pmid, r.doi) for r in document.references] == [
        ("90000017", "10.5555/oi.2018.220"),
        ("90000018", None),
        ("90000019", "10.5555/oi.2021.3"),
    ]
    first = document.references[0]
    text = document.text[first.start : first.end]
    assert text.startswith("Fontaine R, Becker U, Oh JH\nOphthal Inventa")
    assert text.endswith("PMID: 90000017")


FURNITURE = """\
Skip to main content|Here’s how you know|official website|Log in|Menu|PubMed Disclaimer
Similar articles|Sodium before surgery|LinkOut|- PMC|- PubMed|Jump to navigation|cookies|About us
Sign in|Download PDF|Share on|Recommended articles|Coffee and the ward|All rights reserved
Privacy policy|Back to top|U.S. flag|Format|Send to|Free PMC Article|Supplemental Content
Table of contents|Recent activity|browsing activity|See more""".replace("\n", "|").split("|")
PAGES = {"index": INDEX_PAGE, "journal": JOURNAL_PAGE, "catalogue": CATALOGUE_PAGE}


@pytest.mark.parametrize("page", PAGES)
def test_nothing_of_the_site_is_left(page: str) -> None:
    text = cleaned(PAGES[page]).text
    assert [phrase for phrase in FURNITURE if phrase in text] == []


# -- texts that are no pages ------------------------------------------------------------------

README = """\
# Kettle

Kettle boils water on a schedule. It needs Python 3.11 and a kettle with a plug.

## Install

Run `pip install kettle`. On a Mac, use Homebrew.

## Use

- Set the time: `kettle --at 07:00`.
- Print what is planned, e.g. before a journey.
- Share a plan with `kettle share`.

| Option | Meaning |
|--------|---------|
| --at   | when    |
| --off  | never   |

1. Fill it.
2. Plug it in.
3. Wait.

See https://example.org/kettle?x=1;y=2 for more. Mail: kettle@example.org
"""
WRAPPED = """\
                     On the Keeping of Bees in Town

Whoever keeps bees in a town must think of his neighbours first, for a
swarm that settles on a tram stop makes more talk than honey. In the
spring of 1911 the author kept four hives on a roof of 20 square metres;
by autumn there were seven, and two-thirds of the honey had been given
away to those who had been stung.

The hive itself should face south-east, so that the sun wakes it early.
A well-made floor of oak lasts ten years. Paint keeps out the rain, but
it also keeps in the damp, and it is the damp that kills.
"""
HEADED = """\
Format

The format of the log is one event a line, in the order in which they happened.

Home

The home of the log is the folder in which the program was started.

Share

The share of lines that hold an error is printed at the end.

Similar articles

Articles that are similar share at least three words of their titles.

PubMed

PubMed is asked once a day, never at noon.
"""
CODE_LIKE = """\
Use f(x)is_ok and example.Com as they stand; a,b;c:d are three names, and no more.
The set {1,2,3} is small, but (a, b) is a pair, and x.Y is an attribute, as is camelCase.
"""
PLAIN = {"readme": README, "wrapped": WRAPPED, "headed": HEADED, "code": CODE_LIKE}
MARKERS = re.compile(r"^\s*(?:#{1,6}\s|[-*•]\s|\d+[.)]\s)", re.M)


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_text_loses_nothing_but_headings_and_markers(name: str) -> None:
    source = PLAIN[name]
    document = cleaned(source)
    for removal in document.removals:
        assert removal.rule.startswith("heading"), source[removal.start : removal.end]
    kept = "".join(
        char
        for i, char in enumerate(source)
        if not any(r.start <= i < r.end for r in document.removals)
    )
    assert folded(MARKERS.sub("", document.text)) == folded(MARKERS.sub("", kept))


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_texts_headings_are_its_sections(name: str) -> None:
    document = cleaned(PLAIN[name])
    sections = {block.section for block in document.blocks} - {""}
    removed = {PLAIN[name][r.start : r.end].lstrip("# ").rstrip() for r in document.removals}
    assert sections == removed


def test_headings_that_are_page_furniture_elsewhere_are_kept_here() -> None:
    document = cleaned(HEADED)
    names = ["Format", "Home", "Share", "Similar articles", "PubMed"]
    shown = document.record.title + document.text + " ".join(b.section for b in document.blocks)
    assert [name for name in names if name not in shown] == []
    assert len(prose(document)) == 5


def test_a_wrapped_paragraph_is_one_paragraph() -> None:
    document = cleaned(WRAPPED)
    assert document.record.title == "On the Keeping of Bees in Town"
    paragraphs = prose(document)
    assert len(paragraphs) == 2
    assert "for a swarm that settles" in paragraphs[0]
    assert "two-thirds of the honey" in paragraphs[0]
    assert "well-made floor" in paragraphs[1]


def test_code_and_markup_keep_their_spaces() -> None:
    text = cleaned(CODE_LIKE).text
    for words in ("f(x)is_ok", "example.Com", "a,b;c:d", "{1,2,3}", "camelCase"):
        assert words in text


def test_a_markdown_list_keeps_its_items() -> None:
    text = cleaned(README).text
    for words in ("kettle --at 07:00", "Print what is planned", "Plug it in.", "--off", "never"):
        assert words in text


@pytest.mark.parametrize("source", [*PLAIN.values(), *PAGES.values()])
def test_no_letter_is_added_or_moved(source: str) -> None:
    document = cleaned(source)
    rest = iter(folded(source))
    assert all(char in rest for char in folded(document.text))
    for text_start, source_start, length in document.source_map:
        ours = document.text[text_start : text_start + length]
        theirs = source[source_start : source_start + length]
        assert all(a == b or (a + b).isspace() for a, b in zip(ours, theirs, strict=True))


# -- one rule at a time -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "\n", "\n\n\n", "x", "\r\n\r\n", "\ufeff", " \u00a0 ", "1.", "#", "[1]", "- ", "et al."],
)
def test_the_least_texts_are_read_without_harm(text: str) -> None:
    document = cleaned(text)
    assert all(block.end <= len(document.text) for block in document.blocks)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_system_give_the_same_text(newline: str) -> None:
    assert cleaned(INDEX_PAGE.replace("\n", newline)).text == cleaned(INDEX_PAGE).text


def test_a_word_cut_at_a_line_end_is_joined_when_it_is_one_word() -> None:
    source = (
        "The treat-\nment was well-\nknown. A second treatment, pre- and post-\noperative, fell.\n"
    )
    text = cleaned(f"A title\n\nAbstract\n\n{source}").text
    assert "The treatment was well-known." in text
    assert "pre- and post-operative" in text or "pre- and postoperative" in text


def test_a_hyphen_between_words_stays() -> None:
    source = (
        "A title\n\nThe long-term, double-blind, follow-up study of T-cell and B-ALL "
        "low-dose therapy was re-examined.\n"
    )
    assert source.split("\n\n")[1].strip() in cleaned(source).text


def test_a_reference_list_without_numbers_is_one_entry_a_line() -> None:
    document = cleaned(
        "A study of tea\n\nTea is drunk warm in most of the places that we have visited so far.\n\n"
        "References\n\nLee A, Kim B. Tea at noon. J Leaf. 2001;1(1):1–2.\n"
        "Roe C. Tea at night. J Leaf. 2003;3(2):8–9. doi: 10.5555/leaf.8\n"
    )
    assert [(r.year, r.doi) for r in document.references] == [
        (2001, None),
        (2003, "10.5555/leaf.8"),
    ]


def test_prose_that_mentions_a_paper_is_no_reference() -> None:
    sentence = (
        "In N Engl J Med 2013;368:1509-1518 two children were treated, and both of them "
        "were well for eleven months after the last infusion."
    )
    document = cleaned(f"Two children\n\nAbstract\n\n{sentence}\n")
    assert document.references == ()
    assert prose(document) == [sentence]


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "line",
    [
        "Ada Berg1,2, Bo Lindqvist3, Cy Marlowe 1,2, Di Nakamura 1,2, Ed Osei1,2, Fi Petrov1,2, Gu Quist 1,2 and Hal Roe1,2 ✉",
        "Ada Maria Berg, Bo van der Velde, Cy de la Rosa, Di Ann Nakamura, Ed O. Osei = the team",
        "word " * 400,
        "10.5555/" + "a." * 400 + " ",
        "Berg A, " * 300 + "!",
        "(" * 500,
        "- " * 400,
    ],
    ids=["authors with marks", "authors and more", "words", "dots", "names", "brackets", "hyphens"],
)
def test_no_line_takes_long_to_read(line: str) -> None:
    document = cleaned(f"A study of tea and kettles\n\n{line}\n\nAbstract\n\nTea is warm.\n")
    assert "Tea is warm." in document.text


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("stretch", "heading"),
    [
        ("kettle", "Abstract"),
        (" Article", "References"),
        (" - PMC", "References"),
        (" [PubMed]", "References"),
        (" PubMed Google Scholar", "References"),
    ],
)
def test_time_grows_with_the_length_of_a_line_and_not_with_its_square(
    stretch: str, heading: str
) -> None:
    long = stretch * (400_000 // len(stretch))
    document = cleaned(f"A study of tea\n\n{heading}\n\n1. Tea is warm{long}.\n")
    assert "Tea is warm" in document.text
    assert "Tea is warm" in cleaned(f"Tea\n\n{heading}\n\n1. Tea is warm.{long}\n").text


@pytest.mark.timeout(30)
def test_time_to_rejoin_a_line_grows_with_its_length() -> None:
    mender = Mender("")
    line = MappedText.from_source("é" * 400_000 + "- x", 0, 400_003)
    assert mender.rejoin(line).text == "é" * 400_000 + "-x"


# -- entries as chemists write them ------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "authors", "title", "journal"),
    [
        ("Berg, A.; Roe, C.-D. Humming of kettles. Kettle. Noise. Lett. 2005, 87, 117–120.", ("Berg, A.", "Roe, C.-D."), "Humming of kettles", "Kettle. Noise. Lett."),
        ("[3] Berg, A.B.; Roe, C. Humming of kettles. Kettles 2013, 5, 1–18.", ("Berg, A.B.", "Roe, C."), "Humming of kettles", "Kettles"),
        ("Berg A, Roe C. Humming of kettles. Kettle J. 2005;87:117–120.", ("Berg A", "Roe C"), "Humming of kettles", "Kettle J"),
    ],
)  # fmt: skip
def test_names_title_and_journal_of_an_entry(
    entry: str, authors: tuple[str, ...], title: str, journal: str
) -> None:
    found = parse_reference(entry, 0, len(entry))
    assert (found.authors, found.title, found.journal) == (authors, title, journal)
