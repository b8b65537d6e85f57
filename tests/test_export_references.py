"""Citations as BibTeX and RIS: independent readers find the same facts in what is written."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
import rispy
from pybtex.database import BibliographyData, Entry, parse_string
from pybtex.richtext import Text

from rag import Assistant
from rag.export import citations_to_bibtex, citations_to_ris, cite_as_text
from rag.loaders.ris import read_ris
from rag.types import Citation, Kind, Reference

KETTLES = Citation(
    1, "The kettle hums.", 100, 116, "a.txt", "a.txt", 0.9, 3, "Results", Kind.PROSE, (),
    "Therapy of kettles that hum", ("Jiří Dvořák", "Ada F van den Berg", "Roe BC Jr"), 2019,
    "J Tea", "10.1000/k_1", "123", "https://tea.example/a_b",
)  # fmt: skip
ENTRY = Reference(0, 9, ("Poe C",), "Cups & saucers", 1999, "Tea Lett", "10.1000/cups", "77")
LISTED = replace(KETTLES, number=2, kind=Kind.REFERENCE, reference=ENTRY)
HOSTILE = [
    "100% of $x_1$ & #2 ~ ^ \\input{/etc/passwd} \\ {",
    "}, year = {1066}, note = {x}} @book{evil, title = {y}",
    "}}}}",
    "a\\",
    'say "no", and others and more',
    "one\r\nER  - \r\nTY  - BOOK\nTI  - two\x0bAU  - x\x85AU  - y",
    "one\u2028DO  - z\u2029UR  - w\x1cA1  - v\x0cTI  - two\rER  - ",
    "\nTI  - first",
    "bidi \u202e\u2066 marks\u200f, \x00 zero, \x1b[31m escape, \x9b2J \ud800",
    "@comment{x} @string{y = 1} @preamble{z}",
    "naïve Šípková Ωmega 王伟 αβ β-blocker",
]
CLEAN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800]")


def bibliography(*citations: Citation) -> BibliographyData:
    return parse_string(citations_to_bibtex(citations), "bibtex")


def entry(*citations: Citation) -> Entry:
    (only,) = bibliography(*citations).entries.values()
    return only


def plain(tex: str) -> str:
    """What TeX sets: names of characters as the characters."""
    for name, char in {"backslash": "\\", "braceleft": "\x01", "braceright": "\x02",
                       "asciitilde": "~", "asciicircum": "^"}.items():  # fmt: skip
        tex = tex.replace(f"{{\\text{name}}}", char if char in "\x01\x02" else f"{{{char}}}")
    text = re.sub(r"\\([#$%&_])", r"\1", tex).replace("{", "").replace("}", "")
    return text.translate({1: "{", 2: "}"})


def in_one_line(text: str) -> str:
    return " ".join(CLEAN.sub("", " ".join(text.split())).split())


# -- BibTeX ----------------------------------------------------------------------------------


def test_an_article_has_its_facts() -> None:
    assert list(bibliography(KETTLES).entries) == ["dvorak2019therapy"]
    one = entry(KETTLES)
    assert one.type == "article"
    assert dict(one.fields) == {
        "title": "{Therapy of kettles that hum}",
        "journal": "J Tea",
        "year": "2019",
        "doi": "10.1000/k_1",
        "eprint": "123",
        "eprinttype": "pubmed",
        "url": "https://tea.example/a_b",
        "annotation": "“The kettle hums.” (section Results, page 3, a.txt, characters 100 to 116)",
    }
    jiri, berg, roe = one.persons["author"]
    assert (jiri.first_names, jiri.last_names) == (["Jiří"], ["Dvořák"])
    assert (berg.first_names, berg.middle_names) == (["Ada"], ["F"])
    assert (berg.prelast_names, berg.last_names) == (["van", "den"], ["Berg"])
    assert (roe.last_names, roe.lineage_names) == (["Roe"], ["Jr"])
    assert (roe.first_names, roe.middle_names) == (["B."], ["C."])


def test_a_listed_reference_gives_its_own_facts() -> None:
    one = entry(LISTED)
    assert list(bibliography(LISTED).entries) == ["poe1999cups"]
    assert (one.fields["doi"], one.fields["eprint"]) == ("10.1000/cups", "77")
    assert "url" not in one.fields
    assert plain(one.fields["title"]) == "Cups & saucers"
    unread = entry(replace(LISTED, reference=None))
    assert set(unread.fields) == {"annotation"}
    assert unread.type == "misc"


def test_a_work_stands_once_with_all_its_quotations() -> None:
    again = replace(KETTLES, quote="It sings.", doi="10.1000/K_1", pmid=None, document_id="b.txt")
    by_pmid = replace(KETTLES, quote="It boils.", doi=None, document_id="c.txt", title="")
    one = entry(again, by_pmid, KETTLES)
    quoted = re.findall("“(.*?)”", one.fields["annotation"])
    assert quoted == ["It sings.", "It boils.", "The kettle hums."]
    assert one.fields["eprint"] == "123"
    assert len(rispy.loads(citations_to_ris([again, by_pmid, KETTLES]))[0]["notes"]) == 3


def test_works_without_identifiers_are_told_by_document_and_entry() -> None:
    bare = replace(KETTLES, doi=None, pmid=None)
    other = replace(bare, document_id="b.txt")
    entries = [replace(LISTED, reference=Reference(at, at + 9)) for at in (0, 20, 0)]
    keys = list(bibliography(bare, other, bare, *entries).entries)
    assert keys == ["dvorak2019therapy", "dvorak2019therapy-2", "anon", "anon-2"]


@pytest.mark.parametrize(
    ("authors", "title", "key"),
    [
        (("Øyvind Łęski-Straße",), "A new use of the kettle", "leskistrasse2019kettle"),
        (("王伟",), "茶", "anon2019"),
        (("van den Berg F",), "With or without: β2-agonists", "vandenberg2019agonists"),
        ((), "On tea", "anon2019on"),
        (("World Tea Organization",), "", "worldteaorganization2019"),
    ],
)
def test_keys_are_ascii(authors: tuple[str, ...], title: str, key: str) -> None:
    cited = replace(KETTLES, authors=authors, title=title)
    assert list(bibliography(cited).entries) == [key]


def test_groups_and_further_authors() -> None:
    listed = ("World Tea Organization and Friends", "Ada Berg", "et al.")
    text = citations_to_bibtex([replace(KETTLES, authors=listed)])
    assert "author = {{World Tea Organization and Friends} and Berg, Ada and others}," in text
    assert citations_to_bibtex([]) == ""


def test_what_tex_obeys_is_written_by_name() -> None:
    cited = replace(KETTLES, journal="\\input{x} 5% $a_b$ & #2 ~^")
    assert entry(cited).fields["journal"] == (
        r"{\textbackslash}input{\textbraceleft}x{\textbraceright} 5\% \$a\_b\$ \& \#2 "
        r"{\textasciitilde}{\textasciicircum}"
    )


def test_a_name_stays_one_person() -> None:
    for author in ("Ada AND Bo Berg", "Berg, Ada AND Bo", "Ada others", "Tea AND Cups Group, Ltd"):
        assert len(entry(replace(KETTLES, authors=(author, "Bo Roe"))).persons["author"]) == 2


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_gets_out_of_a_bibtex_field(hostile: str) -> None:
    cited = replace(
        KETTLES, quote=hostile, title=hostile, journal=hostile, authors=(hostile, "Ada Berg"),
        section=hostile, source=hostile, document_id=hostile, pmid=hostile,
        doi=f"10.1000/{hostile}", url=f"https://tea.example/{hostile}",
    )  # fmt: skip
    text = citations_to_bibtex([cited, LISTED])
    text.encode("utf-8")
    assert not CLEAN.search(text)
    assert len(re.findall(r"(?m)^@", text)) == 2
    first, second = parse_string(text, "bibtex").entries.values()
    assert (first.type, second.type) == ("article", "article")
    assert set(first.fields) <= {"title", "journal", "year", "doi", "url", "annotation"}
    assert first.fields["year"] == "2019"
    assert plain(first.fields["title"]) == in_one_line(hostile)
    assert plain(first.fields["journal"]) == in_one_line(hostile)
    assert in_one_line(hostile) in plain(first.fields["annotation"])
    assert len(first.persons["author"]) == 2
    assert plain(second.fields["title"]) == "Cups & saucers"


def test_tex_reads_the_titles_back() -> None:
    """Against latexcodec, which knows these commands by itself."""
    title = "100% of αβ & 5 #2 under_score €"
    written = entry(replace(KETTLES, title=title)).fields["title"]
    assert str(Text.from_latex(written)) == title


# -- RIS -------------------------------------------------------------------------------------


def test_ris_is_read_back_with_the_same_facts() -> None:
    text = citations_to_ris([KETTLES, LISTED])
    assert text.startswith("TY  - JOUR\n")
    first, second = rispy.loads(text)
    assert first == {
        "type_of_reference": "JOUR",
        "authors": ["Dvořák, Jiří", "van den Berg, Ada F", "Roe, B. C., Jr"],
        "title": "Therapy of kettles that hum",
        "journal_name": "J Tea",
        "year": "2019",
        "doi": "10.1000/k_1",
        "accession_number": "123",
        "name_of_database": "PubMed",
        "urls": ["https://doi.org/10.1000/k_1"],
        "notes": ["“The kettle hums.” (section Results, page 3, a.txt, characters 100 to 116)"],
    }
    assert (second["title"], second["doi"], second["authors"]) == (
        "Cups & saucers", "10.1000/cups", ["Poe, C."],
    )  # fmt: skip


def test_ris_is_read_by_our_own_loader() -> None:
    (extract,) = read_ris(BytesIO(citations_to_ris([KETTLES]).encode()))
    record = extract.record  # type: ignore[union-attr]
    assert (record.title, record.journal, record.year, record.doi) == (
        KETTLES.title, KETTLES.journal, KETTLES.year, KETTLES.doi,
    )  # fmt: skip
    assert record.authors == ("Jiří Dvořák", "Ada F van den Berg", "B. C. Roe Jr")


def test_what_is_not_known_is_no_field() -> None:
    (one,) = rispy.loads(citations_to_ris([Citation(1, "Tea.", 0, 4, "a.txt", "a.txt", 0.9)]))
    assert set(one) == {"type_of_reference", "notes"}
    assert one["type_of_reference"] == "GEN"
    assert citations_to_ris([]) == ""


def test_an_address_with_a_semicolon_stays_one() -> None:
    doi = "10.1002/(SICI)1097-0258(1998)17:15<1661::AID-SIM968>3.0.CO;2-2"
    (one,) = rispy.loads(citations_to_ris([replace(KETTLES, doi=doi)]))
    assert one["doi"] == doi
    assert one["urls"] == [
        "https://doi.org/10.1002/(SICI)1097-0258(1998)17:15%3C1661::AID-SIM968%3E3.0.CO%3B2-2"
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_begins_a_tag_of_its_own(hostile: str) -> None:
    cited = replace(
        KETTLES, quote=hostile, title=hostile, journal=hostile, authors=(hostile,),
        section=hostile, source=hostile, doi=hostile, pmid=hostile, url=hostile,
    )  # fmt: skip
    text = citations_to_ris([cited, LISTED])
    text.encode("utf-8")
    assert not CLEAN.search(text)
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in text.splitlines() if line)
    first, second = rispy.loads(text)
    shown = in_one_line(hostile)
    assert (first["title"], first["journal_name"], first["doi"]) == (shown, shown, shown)
    assert first["year"] == "2019"
    assert len(first["authors"]) == len(first["notes"]) == 1
    assert "urls" not in first
    assert first["notes"][0].startswith(f"“{shown}”")
    assert second["title"] == "Cups & saucers"


def test_a_real_answer_is_exported(assistant: Assistant) -> None:
    answer = assistant.ask("Which antigens do monoclonal antibodies target?")
    cited = answer.citations[0]
    one = next(iter(bibliography(*answer.citations).entries.values()))
    record = rispy.loads(citations_to_ris(answer.citations))[0]
    assert plain(one.fields["title"]) == record["title"] == cited.title
    assert one.fields["doi"] == record["doi"] == cited.doi
    assert [str(person) for person in one.persons["author"]] == record["authors"]


# -- one line, to be copied ------------------------------------------------------------------

PEOPLE = "Dvořák J, van den Berg AF, Roe BC Jr."
LISTING = "(Listed in: Therapy of kettles that hum. PDF p. 3.)"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, f"{PEOPLE} Therapy of kettles that hum. J Tea. 2019. PDF p. 3. doi:10.1000/k_1"),
        ({"kind": Kind.RECORD, "doi": None, "page": None},
         f"{PEOPLE} Therapy of kettles that hum. J Tea. 2019. PMID: 123"),
        ({"authors": (), "journal": None, "doi": None, "pmid": None},
         "Therapy of kettles that hum. 2019. PDF p. 3. Available from: https://tea.example/a_b"),
        ({"doi": None, "pmid": None, "url": "javascript:alert(1)", "authors": (), "title": "",
          "journal": None, "year": None}, "a.txt. PDF p. 3."),
    ],
)  # fmt: skip
def test_a_quotation_is_cited_with_all_that_is_known(changes: dict[str, object], line: str) -> None:
    assert cite_as_text(replace(KETTLES, **changes)) == line  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quote", "reference", "printed"),
    [
        ("Poe C.\nCups. 1999", ENTRY, "Poe C. Cups. 1999 doi:10.1000/cups"),
        ("Poe C. doi:10.1000/CUPS. PMID 77", ENTRY, "Poe C. doi:10.1000/CUPS. PMID 77"),
        ("Poe C. doi:10.1000/cups2", ENTRY, "Poe C. doi:10.1000/cups2 doi:10.1000/cups"),
        ("Poe C. 1977;77:1.", replace(ENTRY, doi=None), "Poe C. 1977;77:1. PMID: 77"),
        ("Poe C. 1999.", None, "Poe C. 1999."),
    ],
)
def test_an_entry_is_cited_as_its_list_prints_it(
    quote: str, reference: Reference | None, printed: str
) -> None:
    cited = replace(LISTED, quote=quote, reference=reference)
    assert cite_as_text(cited) == f"{printed} {LISTING}"
    for own in ("10.1000/k_1", "123", "tea.example", "J Tea", "2019", "Dvořák"):
        assert own not in cite_as_text(cited)
