# ruff: noqa: E501 - pages are written with long lines
"""Saved web pages: the article is read, the rest is marked as removed, nothing does harm."""

from __future__ import annotations

import io
import time

import pytest

from rag.cleaning import Extract, clean
from rag.errors import LoadError
from rag.loaders.html import read_html
from rag.types import Document, Field, Kind

# -- pages in the manner of those that people save ---------------------------------------------

ARCHIVE = """\
<!DOCTYPE html><html lang="en" class="no-js has-sidebar"><head><meta charset="utf-8">
<title>Honey and the healing of burns - Archive of Papers</title>
<meta name="citation_title" content="Honey and the healing of burns: a trial in two clinics">
<meta name="citation_author" content="Ines Duarte"><meta name="citation_author" content="Tom Okafor">
<meta name="citation_journal_title" content="Annals of Invented Medicine">
<meta name="citation_publication_date" content="2019/05/17"><meta name="citation_volume" content="12">
<meta name="citation_issue" content="3"><meta name="citation_firstpage" content="201"><meta name="citation_lastpage" content="209">
<meta name="citation_doi" content="10.5555/aim.2019.201"><meta name="citation_pmid" content="90000123">
<link rel="canonical" href="https://archive.example/articles/201/">
<style>.x{display:none}</style><script>var tracked = "SCRIPTED";</script></head>
<body class="has-sidebar article-page"><a class="skip-nav" href="#main">Skip to main content</a>
<section class="usa-banner"><div><p>An official website of the Ministry of Papers</p><button>Here's how you know</button></div></section>
<header role="banner"><div class="logo">Archive of Papers</div><form role="search"><input name="q"><button>Search</button></form></header>
<nav><ul><li><a href="/">Journals</a></li><li><a href="/g">Author guidelines</a></li></ul></nav>
<div class="layout"><main id="main"><article>
<div class="cite-line">Ann Invent Med. 2019 May 17;12(3):201–209. doi: 10.5555/aim.2019.201</div>
<h1>Honey and the healing of burns: a trial in two clinics</h1>
<div class="authors"><a href="#a1">Ines Duarte</a><sup>1</sup>, <a href="#a2">Tom Okafor</a><sup>2</sup></div>
<section id="abstract"><h2>Abstract</h2><p><strong>Background: </strong>Burns heal slowly in cold months. <strong>Results: </strong>Honey healed 71 of 94 burns within 20 days (p&nbsp;&lt;&nbsp;.01).</p>
<p class="kwd">Keywords: honey, burns, wound healing</p></section>
<section id="s1"><h2>1. Introduction</h2><p>Honey has been put on wounds for 4,000 years.<sup><a href="#r1">1</a>,<a href="#r2">2</a></sup> Its sugar draws water out, and 10<sup>6</sup> bacteria a gram are too few to harm. Water is H<sub>2</sub>O.</p>
<figure><img src="f1.png" alt="picture"><figcaption>Figure 1. Days to closure in the two clinics.</figcaption></figure>
<aside class="boxed-text"><h3>Box 1</h3><p>What was known: honey holds back several bacteria in a dish, and small trials have shown that shallow burns close earlier under it than under gauze, although none of these was blinded and most had fewer than thirty patients, nearly all of them grown men who had been burned while they were at work in kitchens. What this adds: a count of two clinics.</p></aside></section>
<section id="s2"><h2>2. Results</h2><table><caption>Table 1. Burns by clinic.</caption><thead><tr><th>Clinic</th><th>Honey</th><th>Gauze</th></tr></thead>
<tbody><tr><td>North</td><td>40 of 51</td><td>22 of 49</td></tr><tr><td>South</td><td>31 of 43</td><td>19 of 45</td></tr></tbody></table>
<ul><li>No patient was allergic.</li><li>Two patients left early.</li></ul><div style="display:none">Show more figures</div>
<div style="display: none"><p>Folded away by the page until somebody opens it, this paragraph still belongs to the article: patients with burns of the face were treated with gauze alone in both of the clinics, and they are not counted above. Their burns closed after 26 days.</p></div></section>
<section class="ref-list" id="refs"><h2>References</h2><ol>
<li><span class="label">1.</span><cite>Brandt A, Moreau L. Sugar in wounds. Ann Invent Med. 2011;3(2):44–50.</cite> doi: 10.5555/aim.2011.44. [<a href="#">DOI</a>] [<a href="#">PubMed</a>] [<a href="#">Google Scholar</a>]</li>
<li><span class="label">2.</span><cite>Silva P. Bees and burns. J Hive. 2015;20(1):5–9.</cite> [<a href="#">Google Scholar</a>]</li></ol></section>
<section><h2>Similar articles</h2><ul><li><a href="#">Sugar for ulcers of the leg.</a></li></ul></section>
<section><h2>Cited by other articles</h2><p>Seventeen papers cite this one.</p></section>
</article></main><aside class="sidebar"><h2>Actions</h2><ul class="actions"><li><a href="#">Download PDF</a></li></ul><h2>Most read</h2><p>Tea for headaches</p></aside></div>
<div id="cookie-banner"><p>We value your privacy and use cookies to improve your visit. You can choose which of them you accept, today and at any later time that suits you, on the page of settings that is linked at the foot of each of our pages.</p><button>Accept all</button></div>
<footer><p>© 2024 Ministry of Papers. Contact the help desk.</p></footer></body></html>
"""
DIVS = """\
<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><title>Caf\xe9 au lait and sleep | Journal of Cups</title>
<meta property="og:title" content="Caf\xe9 au lait and sleep"><script type="application/ld+json">{"@type": "ScholarlyArticle", "headline": "Caf\xe9 au lait and sleep", "datePublished": "2021-02-03T08:00:00", "author": [{"@type": "Person", "name": "Zo\xeb Lund"}], "isPartOf": {"@type": "PublicationIssue", "isPartOf": {"@type": "Periodical", "name": "Journal of Cups"}}}</script></head>
<body><div id="header"><a href="/">Journal of Cups</a></div><div class="breadcrumbs"><a href="/">Home</a> / <a href="/v">Volume 3</a></div>
<div class="share-buttons"><a href="#">Tweet</a><a href="#">Post it</a></div>
<div class="c-content"><h1>Caf\xe9 au lait and sleep</h1><div class="section-header"><h3>Summary</h3></div>
<div class="text">We gave coffee with milk to 40 sleepers. They slept <b>5.2 h</b> instead of 6.9 h.<br><br>Milk alone changed nothing.</div>
<h3>Terms</h3><dl><dt>TST</dt><dd>total sleep time</dd><dt>WASO</dt><dd>time awake after the first sleep</dd></dl>
<table><tr><th>Cups</th><td>2</td></tr><tr><th>Milk</th><td>80 ml</td></tr></table>
<h3>Literature cited</h3><div><p>Roe C. Tea at night. J Leaf. 2003;3(2):8-9.</p><p>Ahn S. Cups. J Leaf. 2004;4(1):1-3. <a href="#">[Crossref]</a></p></div>
<h3>Correspondence</h3><p>Letters reach the author at the Institute of Cups, and are answered within a week of their arrival.</p></div>
<div class="related-articles"><h4>You may like</h4><a href="#">Tea at dawn</a></div><div id="footer">Imprint of the Cup Press</div></body></html>
"""


def read(page: str | bytes) -> tuple[Extract, Document]:
    content = page if isinstance(page, bytes) else page.encode()
    (extract,) = read_html(io.BytesIO(content))
    assert isinstance(extract, Extract)
    return extract, clean(extract, id="page.html", source="page.html", content_hash="0")


def lines(document: Document, kind: Kind) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind is kind]


@pytest.fixture(scope="module")
def archive() -> Document:
    return read(ARCHIVE)[1]


@pytest.fixture(scope="module")
def divs() -> Document:
    return read(DIVS.encode("cp1252"))[1]


# -- facts -------------------------------------------------------------------------------------


def test_the_heads_tags_give_the_record(archive: Document) -> None:
    record = archive.record
    assert record.title == "Honey and the healing of burns: a trial in two clinics"
    assert record.authors == ("Ines Duarte", "Tom Okafor")
    assert (record.journal, record.year) == ("Annals of Invented Medicine", 2019)
    assert (record.doi, record.pmid) == ("10.5555/aim.2019.201", "90000123")
    assert record.url == "https://archive.example/articles/201/"


def test_the_facts_stand_in_the_text_once(archive: Document) -> None:
    assert archive.text.startswith("Honey and the healing of burns: a trial in two clinics\n")
    assert archive.text.count("Honey and the healing of burns") == 1
    assert "Authors: Ines Duarte, Tom Okafor" in archive.text
    assert "Journal: Annals of Invented Medicine. 2019-05-17;12(3):201-209" in archive.text


def test_linked_data_gives_the_record_where_tags_do_not(divs: Document) -> None:
    record = divs.record
    assert (record.title, record.authors) == ("Café au lait and sleep", ("Zoë Lund",))
    assert (record.journal, record.year) == ("Journal of Cups", 2021)


# -- what is kept ------------------------------------------------------------------------------


def test_prose_stands_under_its_headings(archive: Document) -> None:
    sections = {b.section for b in archive.blocks if b.kind is Kind.PROSE}
    assert sections == {"Abstract", "Introduction", "Box 1", "Results"}
    prose = lines(archive, Kind.PROSE)
    assert prose[0] == (
        "Background: Burns heal slowly in cold months. Results: Honey healed 71 of 94 burns "
        "within 20 days (p < .01)."
    )
    assert "Figure 1. Days to closure in the two clinics." in prose
    assert "No patient was allergic." in prose


def test_raised_figures_are_not_taken_for_digits(archive: Document) -> None:
    assert "for 4,000 years.[1,2] Its sugar" in archive.text
    assert "10^6 bacteria" in archive.text
    assert "H2O" in archive.text


def test_tables_are_read_row_by_row(archive: Document, divs: Document) -> None:
    assert "Table 1. Burns by clinic." in archive.text
    assert "Clinic: North; Honey: 40 of 51; Gauze: 22 of 49" in archive.text
    assert "Cups: 2\n\nMilk: 80 ml" in divs.text


def test_a_term_stands_before_its_description(divs: Document) -> None:
    assert "WASO: time awake after the first sleep" in divs.text


def test_text_that_the_page_folds_away_is_kept(archive: Document) -> None:
    assert "Their burns closed after 26 days." in archive.text
    assert "Show more figures" not in archive.text


def test_an_aside_of_the_article_is_kept(archive: Document) -> None:
    assert "What this adds: a count of two clinics." in archive.text


def test_a_double_line_break_parts_paragraphs(divs: Document) -> None:
    prose = lines(divs, Kind.PROSE)
    assert "Milk alone changed nothing." in prose
    assert any(line.endswith("slept 5.2 h instead of 6.9 h.") for line in prose)


def test_each_entry_of_the_list_is_a_reference(archive: Document, divs: Document) -> None:
    assert lines(archive, Kind.REFERENCE) == [
        "Brandt A, Moreau L. Sugar in wounds. Ann Invent Med. 2011;3(2):44–50. doi: 10.5555/aim.2011.44.",
        "Silva P. Bees and burns. J Hive. 2015;20(1):5–9.",
    ]
    assert [r.doi for r in archive.references] == ["10.5555/aim.2011.44", None]
    assert lines(divs, Kind.REFERENCE) == [
        "Roe C. Tea at night. J Leaf. 2003;3(2):8-9.",
        "Ahn S. Cups. J Leaf. 2004;4(1):1-3.",
    ]
    assert any("Letters reach the author" in line for line in lines(divs, Kind.PROSE))


# -- what is removed ---------------------------------------------------------------------------

FURNITURE = (
    "Skip to main|official website|how you know|Archive of Papers|Search|Author guidelines|"
    "Similar articles|Sugar for ulcers|Seventeen papers|Download PDF|Most read|Tea for headaches|"
    "cookies|Accept all|help desk|Google Scholar|SCRIPTED|Tweet|Post it|Volume 3|Crossref|"
    "You may like|Tea at dawn|Imprint"
).split("|")


def test_nothing_of_the_site_is_left(archive: Document, divs: Document) -> None:
    text = archive.text + divs.text
    assert [phrase for phrase in FURNITURE if phrase in text] == []


def test_what_is_removed_is_reported_with_its_rule() -> None:
    extract, document = read(ARCHIVE)
    removed = {
        extract.text[r.start : r.end].strip(): r.rule
        for r in document.removals
        if not r.rule.startswith("heading")
    }
    assert removed["Author guidelines"] == "navigation"
    assert removed["Sugar for ulcers of the leg."] == "side section: Similar articles"
    assert removed["Archive of Papers"] in ("page header", "logo")
    assert removed["Show more figures"] == "hidden"
    assert any(rule == "cookie notice" for rule in removed.values())
    assert any(rule == "link captions" for rule in removed.values())


def test_scripts_are_neither_text_nor_removal() -> None:
    assert "SCRIPTED" not in read(ARCHIVE)[0].text


def test_words_on_the_outermost_elements_remove_nothing() -> None:
    _, document = read(
        "<body class='sidebar menu cookie'><div id='share' class='nav'><h1>A title</h1>"
        f"<p>{'Prose is kept whatever its box is called. ' * 20}</p></div></body>"
    )
    assert document.text.count("Prose is kept") == 20


# -- encodings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_mark_or_nothing_says_the_encoding(encoding: str) -> None:
    _, document = read("<html><body><p>Émile naïve café</p></body></html>".encode(encoding))
    assert "Émile naïve café" in document.text


def test_a_declared_encoding_is_believed() -> None:
    page = "<html><head><meta charset='koi8-r'></head><body><p>Дом</p></body></html>"
    assert "Дом" in read(page.encode("koi8-r"))[1].text


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<p>caf\xe9</p>".encode("latin-1"), "names no encoding"),
        (b"<meta charset=utf-8><p>caf\xe9</p>", "although it says utf-8"),
        (b"<meta charset=x-imaginary><p>tea</p>", "unknown encoding"),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n", "MHTML"),
        (b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n', "MHTML"),
        (b" \n ", "no text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(page: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        list(read_html(io.BytesIO(page)))


# -- hostile and broken pages ------------------------------------------------------------------


def test_markup_in_text_stays_text_and_scripts_are_dropped() -> None:
    _, document = read(
        "<p>He wrote &lt;script&gt;alert(1)&lt;/script&gt; on the board.</p>"
        "<p onclick='steal()'>A click.<script>alert(2)</script><svg><script>alert(3)</script></svg></p>"
    )
    assert "<script>alert(1)</script> on the board." in document.text
    assert "steal" not in document.text
    assert "alert(2)" not in document.text
    assert "alert(3)" not in document.text


def test_broken_markup_loses_no_text() -> None:
    _, document = read("<p>One <b>two <i>three</b> four</p><td>five<li>six</ul></html><p>seven")
    for word in ("One", "two", "three", "four", "five", "six", "seven"):
        assert word in document.text


def test_null_characters_end_nothing() -> None:
    _, document = read("<p>before\x00 and after</p><p>the\x00end</p>")
    assert "before and after" in document.text
    assert "theend" in document.text


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "blockquote", "sup"])
def test_nesting_beyond_reason_is_refused_or_read_in_time(tag: str) -> None:
    page = f"<h1>Deep</h1><p>The top.</p>{f'<{tag}>' * 200_000}the bottom"
    start = time.perf_counter()
    try:
        assert "The top." in read(page)[1].text
    except LoadError as error:
        assert "nested" in str(error)  # noqa: PT017 - either outcome is right
    assert time.perf_counter() - start < 20


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "page",
    [
        "<p>A line.</p>" * 20_000,
        "<ul class='nav'>" + "<li><a href=x>y</a>" * 20_000,
        "<h2>References</h2><ol>" + "<li>Roe C. Tea. J Leaf. 2003;3(2):8-9." * 5_000,
        "<table><tr>" + "<td>1" * 20_000,
        "<sup>" + "1<sup>" * 1_000,
        "<h2>Similar articles</h2>" * 5_000,
        "<p>" + "a<br>" * 50_000,
    ],
    ids=["paragraphs", "links", "entries", "cells", "raised", "asides", "breaks"],
)
def test_no_page_takes_long(page: str) -> None:
    read(page)


def test_facts_are_stated_by_field(archive: Document) -> None:
    stating = [archive.text[b.start : b.end] for b in archive.blocks if Field.DOI in b.fields]
    assert "DOI: 10.5555/aim.2019.201" in stating


# -- what else pages state, and where ----------------------------------------------------------


def page(head: str, body: str) -> Document:
    [extract] = read_html(io.BytesIO(f"<html><head>{head}</head><body>{body}</body>".encode()))
    assert isinstance(extract, Extract)
    return clean(extract, id="a", source="a", content_hash="a")


LINKED = '<script type="application/ld+json">{}</script>'


@pytest.mark.parametrize(
    "article", ["<article role='main'><main>{}</main></article>", "<article>{}</article>"]
)
def test_a_short_article_among_much_else_is_kept(article: str) -> None:
    prose = "<p>The copper kettle hums at 41 decibels before it boils, we found.</p>"
    els = "".join(f"<div>Offer {n}: a kettle of tin at half the price</div>" for n in range(40))
    document = page("", f"<div><h1>Kettles</h1></div>{article.format(prose * 3)}{els}")
    assert document.text.count("41 decibels") == 3
    assert "Offer" not in document.text


def test_the_longest_heading_that_the_title_repeats_is_the_articles() -> None:
    head = "<title>Kettles hum before they boil | Tea Post</title>"
    body = "<h1>Tea Post</h1><h1>Kettles hum before they boil</h1><p>They hum.</p>"
    assert page(head, body).record.title == "Kettles hum before they boil"


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        (LINKED.format('{"@type": "NewsArticle", "author": [{"@type": "Person", "name": "Ada Berg"}]}'), ("Ada Berg",)),
        (LINKED.format('{"@type": "NewsArticle", "author": {"@type": "Organization", "name": "Wire"}}'), ("The Tea Post",)),
        ("", ("The Tea Post",)),
    ],
)  # fmt: skip
def test_people_go_before_publishers(head: str, authors: tuple[str, ...]) -> None:
    assert (
        page(f'<meta name="author" content="The Tea Post">{head}', "<p>Hum.</p>").record.authors
        == authors
    )


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="publishdate" content="2017-03-04">',
        '<meta itemprop="datePublished" content="2017-03-04T08:00:00Z">',
        LINKED.format('{"@type": "ReportageNewsArticle", "datePublished": "20170304T0800"}'),
    ],
)
def test_days_are_read_as_pages_write_them(head: str) -> None:
    document = page(head, "<h1>Kettles</h1><p>They hum.</p>")
    assert document.record.year == 2017
    assert "Published: 2017-03-04" in document.text


def test_a_weekday_is_no_journal() -> None:
    document = page("", "<h1>Kettles hum</h1><div>Mon, 25 Dec 2017</div><p>They hum loudly.</p>")
    assert document.record.journal is None
