"""JATS articles: the facts of real ones, and each rule on articles made for it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from rag.cleaning import Extract, LostRecord, clean
from rag.errors import LoadError
from rag.loaders.jats import read_jats
from rag.types import Document, Field, Kind
from tests.seeds import SHARED, folded

FOLDER = SHARED / "data" / "formats" / "jats"
# Read from the files by hand: title (its start), first author, year, DOI, PMID, entries cited.
REAL = {
    "1471-2180-11-174.nxml": (
        "Factors influencing lysis time stochasticity in bacteriophage λ",
        "John J Dennehy", 2011, "10.1186/1471-2180-11-174", "21810267", 64,
    ),
    "6605965a.nxml": (
        "Oral contraceptives, reproductive history and risk of colorectal cancer",
        "K K Tsilidis", 2010, "10.1038/sj.bjc.6605965", "21045829", 34,
    ),
    "PMC5828200.nxml": (
        "Curcuminoid submicron particle ameliorates cognitive deficits",
        "Yi-Heng Tai", 2018, "10.18632/oncotarget.24369", "29535835", 52,
    ),
    "PMC7417471.nxml": (
        "Graphene impregnated electrospun nanofiber sensing materials",
        "Adel Mohammed Al-Dhahebi", 2020, "10.1186/s40580-020-00237-4", "32776254", 206,
    ),
    "pone.0000217.nxml": (
        "Quantifying Organismal Complexity using a Population Genetic Approach",
        "Olivier Tenaillon", 2007, "10.1371/journal.pone.0000217", "17299597", 33,
    ),
}  # fmt: skip


def read(xml: str) -> list[Extract | LostRecord]:
    return list(read_jats(io.BytesIO(xml.encode())))


def document(extract: Extract | LostRecord) -> Document:
    assert isinstance(extract, Extract)
    return clean(extract, id="a", source="a", content_hash="a")


def article(meta: str = "", body: str = "", back: str = "", attributes: str = "") -> str:
    return (
        f"<article {attributes}><front><journal-meta><journal-title>Journal of things"
        "</journal-title></journal-meta><article-meta><article-id pub-id-type='pmid'>1"
        "</article-id><article-id pub-id-type='pmc'>22</article-id><title-group>"
        f"<article-title>On things</article-title></title-group>{meta}</article-meta></front>"
        f"<body>{body}</body><back>{back}</back></article>"
    )


def blocks(made: Document) -> list[tuple[str, str]]:
    """Section and text of all that is no header."""
    return [(b.section, made.text[b.start : b.end]) for b in made.blocks if b.section]


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared JATS files are not here")
@pytest.mark.parametrize("name", REAL)
def test_real_articles_state_their_facts(name: str) -> None:
    title, author, year, doi, pmid, cited = REAL[name]
    with (FOLDER / name).open("rb") as stream:
        (extract,) = read_jats(stream)
    made = document(extract)
    stated = made.record
    assert stated.title.startswith(title)
    assert (stated.authors[0], stated.year, stated.doi, stated.pmid) == (author, year, doi, pmid)
    assert len(made.references) == cited
    assert isinstance(extract, Extract)
    assert extract.key == doi
    assert {path.name for path in FOLDER.iterdir()} == set(REAL)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared JATS files are not here")
@pytest.mark.parametrize("name", REAL)
def test_the_prose_of_real_articles_is_all_there(name: str) -> None:
    """Every paragraph without mark-up stands in the document, letter for letter."""
    raw = (FOLDER / name).read_text(encoding="utf-8")
    made = document(read(raw)[0])
    text = folded(made.text)
    plain = re.findall(r"<p>([^<>&]{40,})</p>", raw[raw.index("<body>") :])
    assert plain
    assert [found for found in plain if folded(found) not in text] == []


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared JATS files are not here")
@pytest.mark.parametrize("name", REAL)
def test_entries_of_real_articles_carry_their_own_identifiers(name: str) -> None:
    raw = (FOLDER / name).read_text(encoding="utf-8")
    made = document(read(raw)[0])
    listed = raw[raw.index("<ref-list") :]
    for field, pattern in (
        ("doi", r">(?:https?://doi\.org/)?(10\.\d+/[^<]+)<"),
        ("pmid", r'<pub-id pub-id-type="pmid">([^<]+)<'),
    ):
        found = [getattr(entry, field) for entry in made.references]
        assert [id for id in found if id] == re.findall(pattern, listed)


def test_front_matter() -> None:
    meta = (
        "<article-id pub-id-type='doi'>10.1000/a</article-id><contrib-group>"
        "<contrib contrib-type='author'><name><surname>Berg</surname><given-names>Ada"
        "</given-names><prefix>Dr</prefix><suffix>Jr</suffix></name><xref ref-type='aff' "
        "rid='a1'/></contrib><contrib contrib-type='author'><collab>The Group</collab></contrib>"
        "<contrib contrib-type='editor'><name><surname>No</surname></name></contrib>"
        "<aff id='a1'><label>1</label>Oslo, <country>Norway</country></aff></contrib-group>"
        "<pub-date pub-type='epub'><day>3</day><month>12</month><year>2010</year></pub-date>"
        "<pub-date pub-type='ppub'><month>1</month><year>2011</year></pub-date>"
        "<volume>7</volume><issue>2</issue><elocation-id>e5</elocation-id><history>"
        "<date date-type='accepted'><day>1</day><month>11</month><year>2010</year></date>"
        "</history><kwd-group><kwd>mice</kwd><kwd>men</kwd></kwd-group><funding-group>"
        "<award-group><funding-source>NIH</funding-source><award-id>R01</award-id></award-group>"
        "</funding-group>"
    )
    (extract,) = read(article(meta))
    made = document(extract)
    assert isinstance(extract, Extract)
    assert extract.key == made.record.doi == "10.1000/a"
    assert made.record.authors == ("Dr Ada Berg Jr", "The Group")
    assert made.record.year == 2011
    lines = {made.text[b.start : b.end]: b.fields for b in made.blocks}
    assert "Journal: Journal of things. 2011 Jan;7(2):e5" in lines
    assert "Published online: 2010 Dec 3" in lines
    assert lines["Affiliation of Dr Ada Berg Jr: Oslo, Norway"] == {Field.AFFILIATION}
    assert lines["Accepted: 2010 Nov 1"] == {Field.ACCEPTED}
    assert lines["Keywords: mice; men"] == {Field.KEYWORDS}
    assert lines["Grant: NIH, R01"] == {Field.FUNDING}
    assert lines["PMCID: PMC22"] == {Field.IDENTIFIER}


def test_sections_nest_and_lists_part_paragraphs() -> None:
    body = (
        "<p>Alone.</p><sec><title>1. Methods</title><sec><title>Mice</title><p>They are: <list>"
        "<list-item><label>1.</label><p>grey</p></list-item></list> and old.</p></sec>"
        "<boxed-text><caption><title>Key point</title></caption><p>Look.</p></boxed-text>"
        "<p>At last.</p></sec>"
    )
    made = document(read(article("<abstract><sec><title>Aim</title><p>Why.</p></sec></abstract>"
                                 "<abstract abstract-type='summary'><title>Author Summary</title>"
                                 "<p>So.</p></abstract>", body))[0])  # fmt: skip
    assert blocks(made) == [
        ("Abstract: Aim", "Why."),
        ("Author Summary", "So."),
        ("Main text", "Alone."),
        ("Methods: Mice", "They are:"),
        ("Methods: Mice", "1. grey"),
        ("Methods: Mice", "and old."),
        ("Methods: Key point", "Look."),
        ("Methods", "At last."),
    ]


@pytest.mark.parametrize(
    ("inline", "text"),
    [
        ("CO<sub>2</sub>, <italic>E. co</italic>li", "CO2, E. coli"),
        ("10<sup>6</sup> and 10<sup>−3</sup>", "10^6 and 10^−3"),
        ("CD4<sup>+</sup> in m<sup>2</sup>", "CD4+ in m2"),
        ("cells<sup><xref ref-type='bibr'>12</xref></sup>.", "cells 12."),
        ("cells<xref ref-type='bibr'><sup>12</sup></xref>.", "cells 12."),
        ("cells [<xref ref-type='bibr'>3</xref>]", "cells [3]"),
        ("<named-content>leuk</named-content>emia", "leukemia"),
        ("x <inline-formula><alternatives><tex-math>\\begin{document}$$a$$\\end{document}"
         "</tex-math><math><mfrac><mi>a</mi><mn>2</mn></mfrac></math></alternatives>"
         "</inline-formula>.", "x a/2."),
        ("&alpha;&#x3b2;&lt;", "αβ<"),
        ("a<!-- no -->b<?no no?>c", "abc"),
    ],
)  # fmt: skip
def test_inline_markup_comes_off_without_a_space_in_a_word(inline: str, text: str) -> None:
    made = document(read(article(body=f"<sec><title>A</title><p>{inline}</p></sec>"))[0])
    assert blocks(made) == [("A", text)]


def test_a_table_row_says_what_its_cells_are() -> None:
    body = (
        "<sec><title>A</title><table-wrap><label>Table 1</label><caption><p>Of mice.</p></caption>"
        "<table><thead><tr><th rowspan='2'>Strain</th><th colspan='2'>Age</th></tr>"
        "<tr><th>mean<sup>a</sup></th><th>SD</th></tr></thead><tbody>"
        "<tr><td colspan='3'>Old</td></tr>"
        "<tr><td>\N{EM SPACE}X</td><td>3</td><td>1</td></tr>"
        "<tr><td rowspan='2'>Y</td><td>4</td><td/></tr><tr><td>5</td><td>2</td></tr>"
        "</tbody></table></table-wrap></sec>"
    )
    assert blocks(document(read(article(body=body))[0])) == [
        ("A", "Table 1. Of mice."),
        ("A: Table 1. Of mice", "Old"),
        ("A: Table 1. Of mice: Old", "Strain: X; Age, mean a: 3; Age, SD: 1"),
        ("A: Table 1. Of mice", "Strain: Y; Age, mean a: 4"),
        ("A: Table 1. Of mice", "Strain: Y; Age, mean a: 5; Age, SD: 2"),
    ]


def test_spans_beyond_reason_are_bounded() -> None:
    cell = "<td colspan='99999999' rowspan='99999999'>x</td>"
    body = f"<sec><table-wrap><table>{f'<tr>{cell}</tr>' * 50}</table></table-wrap></sec>"
    assert len(document(read(article(body=body))[0]).text) < 10_000


def test_back_matter_states_facts() -> None:
    back = (
        "<ack><p>We thank all.</p></ack><fn-group><fn fn-type='conflict'><p>None to declare.</p>"
        "</fn></fn-group><notes notes-type='funding-information'><title>Funding</title>"
        "<p>NIH paid.</p></notes><app-group><app><title>Appendix A</title><p>More.</p></app>"
        "</app-group>"
    )
    made = document(read(article(back=back))[0])
    assert blocks(made) == [
        ("Acknowledgements", "We thank all."),
        ("Footnotes", "None to declare."),
        ("Funding", "NIH paid."),
        ("Appendix A", "More."),
    ]
    fields = {made.text[b.start : b.end]: b.fields for b in made.blocks}
    assert fields["None to declare."] == {Field.INTERESTS}
    assert fields["NIH paid."] == {Field.FUNDING}


@pytest.mark.parametrize(
    "entry",
    [
        "<element-citation><person-group><name><surname>Berg</surname><given-names>A. B."
        "</given-names></name><name><surname>Roe</surname><given-names>C</given-names></name>"
        "</person-group><year>2001</year><article-title>On <italic>others</italic>"
        "</article-title><source>J. Things</source><volume>3</volume><issue>1</issue>"
        "<fpage>4</fpage><lpage>5</lpage><pub-id pub-id-type='doi'>10.1000/b</pub-id>"
        "<pub-id pub-id-type='pmid'>7</pub-id></element-citation>",
        "<mixed-citation><string-name><surname>Berg</surname> <given-names>AB</given-names>"
        "</string-name>, <string-name>Roe C</string-name>. <article-title>On others"
        "</article-title>. <source>J Things</source>. <year>2001</year>;<volume>3</volume>("
        "<issue>1</issue>):<fpage>4</fpage>-<lpage>5</lpage>. doi: <pub-id pub-id-type='doi'>"
        "10.1000/b</pub-id><pub-id pub-id-type='pmid'>7</pub-id></mixed-citation>",
    ],
)
def test_entries_become_lines_that_are_read_right(entry: str) -> None:
    back = f"<ref-list><title>References</title><ref><label>1</label>{entry}</ref></ref-list>"
    made = document(read(article(back=back))[0])
    (cited,) = made.references
    assert made.text[cited.start : cited.end] == (
        "Berg AB, Roe C. On others. J Things. 2001;3(1):4-5. doi: 10.1000/b. PMID: 7."
    )
    assert (cited.authors, cited.title) == (("Berg AB", "Roe C"), "On others")
    assert cited.journal in ("J. Things", "J Things")  # as its entry has it
    assert (cited.year, cited.doi, cited.pmid) == (2001, "10.1000/b", "7")
    assert made.record.doi is None


def test_remarks_between_the_parts_of_an_entry_are_kept() -> None:
    entry = "<mixed-citation><year>2010</year><source>J Things</source>(accepted)</mixed-citation>"
    made = document(read(article(back=f"<ref-list><ref>{entry}</ref></ref-list>"))[0])
    assert made.text.endswith("J Things. 2010. (accepted).")


# -- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("space", ["", "xmlns='https://jats.nlm.nih.gov/ns/archiving/1.3/'"])
@pytest.mark.parametrize("doctype", ["", "<!DOCTYPE article PUBLIC '-//NLM//DTD' 'a.dtd'>"])
def test_namespaces_and_doctypes_make_no_difference(space: str, doctype: str) -> None:
    made = document(read(doctype + article(body="<p>So.</p>", attributes=space))[0])
    assert (made.record.title, made.record.pmid) == ("On things", "1")
    assert made.text.endswith("So.")


def test_a_set_of_articles_gives_each() -> None:
    second = article().replace(">22<", ">PMC33<")
    found = read(f"<pmc-articleset>{article()}{second}</pmc-articleset>")
    assert [e.key for e in found if isinstance(e, Extract)] == ["PMC22", "PMC33"]
    assert read("<pmc-articleset></pmc-articleset>") == []


def test_a_sub_article_goes_with_its_article() -> None:
    part = (
        "<sub-article article-type='reply'><front-stub><title-group><article-title>Reply"
        "</article-title></title-group></front-stub><body><p>We agree.</p></body></sub-article>"
    )
    (extract,) = read(article().replace("</article>", f"{part}</article>"))
    assert blocks(document(extract)) == [("Reply", "We agree.")]


def test_articles_before_the_damage_are_given() -> None:
    found = read(f"<pmc-articleset>{article()}{article()[:-40]}")
    assert isinstance(found[0], Extract)
    assert isinstance(found[1], LostRecord)


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("<book><article/></book>", "<book>"),
        (article()[:-30], "broken XML"),
        (article(body="<sec>" * 300 + "</sec>" * 300), "broken XML"),
        ("no XML", "broken XML"),
    ],
)
def test_what_is_no_article_is_refused(xml: str, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        read(xml)


def test_no_other_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden words")
    head = f"<!DOCTYPE article [<!ENTITY x SYSTEM 'file://{tmp_path}/secret'>]>"
    (extract,) = read(head + article(body="<p>a &x; b</p>"))
    assert isinstance(extract, Extract)
    assert "hidden" not in extract.text
    assert extract.notes


def test_formulas_that_are_pictures_are_counted() -> None:
    body = "<p>Let <inline-formula><graphic/></inline-formula> be.</p>"
    (extract,) = read(article(body=body))
    assert isinstance(extract, Extract)
    assert extract.notes == ("1 formulas given as pictures alone are left out",)
    assert [b.kind for b in document(extract).blocks][-1] is Kind.PROSE


def test_key_words_of_several_parts_are_read() -> None:
    words = (
        "<kwd-group><compound-kwd><compound-kwd-part>kettles</compound-kwd-part>"
        "<compound-kwd-part>copper</compound-kwd-part></compound-kwd><kwd>tea</kwd></kwd-group>"
    )
    [extract] = read(article(meta=words, body="<p>They hum.</p>"))
    assert "Keywords: kettles; copper; tea" in document(extract).text


def test_a_theorem_keeps_its_number() -> None:
    body = "<sec><title>On hums</title><statement><label>Theorem 1</label><p>All hum.</p></statement></sec>"  # noqa: E501
    [extract] = read(article(body=body))
    assert "On hums: Theorem 1" in [block.section for block in document(extract).blocks]


def test_the_parts_of_a_name_are_parted() -> None:
    name = "<name><surname>Roe</surname><given-names>J</given-names></name>"
    back = (
        f"<ref-list><ref><mixed-citation>{name}, {name}. <article-title>Hums</article-title>. "
        "<source>Tea</source> <year>2001</year>.</mixed-citation></ref></ref-list>"
    )
    [extract] = read(article(body="<p>They hum.</p>", back=back))
    assert "Roe J, Roe J. Hums. Tea 2001." in document(extract).text
