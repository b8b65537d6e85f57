"""The five seed files, cleaned: their facts, their citation lists, and nothing of the sites."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copyfile

import pytest

from rag.loaders import find_files, load_file
from rag.passages import split_document
from rag.types import Document, Field, Kind
from tests.seeds import (
    AML,
    CHROME,
    CORPUS,
    CZECH,
    FACTS,
    GLUED,
    MEDGEN,
    NAMES,
    PAEDIATRIC,
    folded,
    load,
    source_text,
)


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def document(name: str) -> Document:
    return load(name)


def lines_of(document: Document, kind: Kind = Kind.RECORD) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind is kind]


def stating(document: Document, field: Field) -> list[str]:
    return [
        document.text[b.start : b.end]
        for b in document.blocks
        if field in b.fields and b.kind is Kind.RECORD
    ]


# -- facts -----------------------------------------------------------------------------------


def test_the_record_is_what_the_file_says(name: str, document: Document) -> None:
    facts, record = FACTS[name], document.record
    assert record.title == facts.title
    assert record.authors == facts.authors
    assert record.journal == facts.journal
    assert record.year == facts.year
    assert record.doi == facts.doi
    assert record.pmid is None


def test_no_identifier_of_an_entry_becomes_the_documents_own(document: Document) -> None:
    listed = {reference.doi for reference in document.references if reference.doi}
    assert document.record.doi not in listed


def test_the_medgen_numbers_stand_behind_their_labels() -> None:
    lines = stating(load(MEDGEN), Field.IDENTIFIER)
    assert lines == ["MedGen UID: 1662593", "Concept ID: C4725027"]


def test_the_medgen_definition_is_prose_under_its_heading() -> None:
    document = load(MEDGEN)
    (block,) = (b for b in document.blocks if b.kind is Kind.PROSE)
    assert block.section == "Definition"
    assert document.text[block.start : block.end].startswith("Acute leukemia that does not respond")


def test_the_czech_review_states_its_dates_and_place() -> None:
    document = load(CZECH)
    assert stating(document, Field.SUBMITTED) == ["Submitted: 28. 8. 2018"]
    assert stating(document, Field.ACCEPTED) == ["Accepted: 10. 1. 2019"]
    assert stating(document, Field.CATEGORY) == ["Category: Přehled"]
    (place,) = stating(document, Field.AFFILIATION)
    assert "FN Brno" in place
    assert "Masarykova univerzita, Brno 2" in place


def test_the_grant_sentence_is_known_as_such() -> None:
    passages = split_document(load(CZECH), passage_words=110)
    units = [
        p.text[u.start - p.start : u.end - p.start]
        for p in passages
        for u in p.units
        if Field.FUNDING in u.fields
    ]
    (sentence,) = units
    assert sentence.startswith("This work was created at Masaryk University")
    assert "MUNI/A/1105/2018" in sentence
    assert sentence.endswith("in 2019.")


def test_the_interests_of_the_aml_review_are_stated() -> None:
    (line,) = stating(load(AML), Field.INTERESTS)
    assert line.endswith("The authors declare no conflict of interests.")


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        (CZECH, "acute lymphoblastic leukemia – relapse", "nelarabine"),
        (GLUED, "Acute lymphoblastic leukemia", "Bispecific antibodies"),
    ],
)
def test_key_words_are_no_prose(name: str, first: str, last: str) -> None:
    (line,) = stating(load(name), Field.KEYWORDS)
    assert line.startswith(first)
    assert line.endswith(last)


@pytest.mark.parametrize(
    ("name", "citation"),
    [(AML, "2021 Aug 1;21(4):409-421."), (PAEDIATRIC, "2012 Dec 1;14(6):377-87.")],
)
def test_the_volume_issue_and_pages_stand_in_one_line(name: str, citation: str) -> None:
    assert stating(load(name), Field.PAGES) == [citation]
    assert stating(load(name), Field.VOLUME) == [citation]


# -- citation lists --------------------------------------------------------------------------


def test_each_entry_of_a_list_is_one_reference(name: str, document: Document) -> None:
    assert len(document.references) == FACTS[name].references
    assert len(lines_of(document, Kind.REFERENCE)) == FACTS[name].references


ENTRIES = [
    (AML, 0, "Papaemmanuil E,", "2016;374(23):2209–21.", 2016, "N Engl J Med", None, None),
    (AML, 1, "Ganzel C,", "10.1002/ajh.25162.", 2018, "Am J Hematol", "10.1002/ajh.25162", None),
    (AML, 2, "Bergua JM,", "bjh.14107.", 2016, "Br J Haematol", "10.1111/bjh.14107", None),
    (
        AML, 3, "Delia M,", "2017.06.002.", 2017, "Clin Lymphoma Myeloma Leuk",
        "10.1016/j.clml.2017.06.002", None,
    ),
    (AML, 4, "Wang L,", "000493250.", 2019, "Acta Haematol", "10.1159/000493250", None),
    (PAEDIATRIC, 0, "J Biomed", "2011;2011:148046", 2011, "J Biomed Biotechnol", None, None),
    (PAEDIATRIC, 1, "Pediatr", "55(2):254-9", 2010, "Pediatr Blood Cancer", None, None),
    (PAEDIATRIC, 3, "Blood.", "1991 Sep 1;78(5):1166-72", 1991, "Blood", None, None),
    (
        MEDGEN, 0, "Marit G, Cony P", "PMID: 2323662", 1990, "Haematol Blood Transfus",
        "10.1007/978-3-642-74643-7_112", "2323662",
    ),
    (
        MEDGEN, 1, "Liu MC,", "PMID: 3655707", 1987, "Taiwan Yi Xue Hui Za Zhi", None, "3655707",
    ),
    (MEDGEN, 2, "Kramer BS,", "PMID: 271045", 1977, "Cancer Treat Rep", None, "271045"),
    (
        MEDGEN, 3, "Dai Y, Luo L", "PMID: 39046511", 2024, "Ann Hematol",
        "10.1007/s00277-024-05892-9", "39046511",
    ),
    (MEDGEN, 6, "Willemze R", "PMID: 7683357", 1993, "Leukemia", None, "7683357"),
    (MEDGEN, 7, "Fülle HH", "PMID: 3528962", 1986, "Onkologie", "10.1159/000215992", "3528962"),
    (
        MEDGEN, 15, "Kwon MC,", "PMID: 38905635", 2024, "Blood",
        "10.1182/blood.2023022480", "38905635",
    ),
    (
        MEDGEN, 27, "Grupp SA,", "PMID: 23527958", 2013, "N Engl J Med",
        "10.1056/NEJMoa1215134", "23527958",
    ),
    (
        MEDGEN, 28, "Soliman R,", "PMID: 35485262", 2022, "Expert Rev Hematol",
        "10.1080/17474086.2022.2069096", "35485262",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "number", "first", "last", "year", "journal", "doi", "pmid"), ENTRIES
)
def test_an_entry_keeps_its_text_and_identifiers(
    name: str, number: int, first: str, last: str, year: int, journal: str,
    doi: str | None, pmid: str | None,
) -> None:  # fmt: skip
    document = load(name)
    entry = document.references[number]
    text = document.text[entry.start : entry.end]
    assert text.startswith(first)
    assert text.endswith(last)
    assert (entry.year, entry.journal, entry.doi, entry.pmid) == (year, journal, doi, pmid)


def test_entries_lie_under_the_heading_of_their_list() -> None:
    document = load(MEDGEN)
    sections = [b.section for b in document.blocks if b.kind is Kind.REFERENCE]
    assert sections[:4] == ["Professional guidelines"] * 3 + ["Etiology"]
    assert sections[-1] == "Recent systematic reviews"
    counts = [sections.count(one) for one in ("Diagnosis", "Therapy", "Prognosis")]
    assert counts == [5, 5, 5]


def test_an_entrys_title_and_first_author_are_its_own() -> None:
    entry = load(AML).references[4]
    assert entry.authors == ("Wang L", "Xu J", "Tian X", "Lv T", "Yuan G")
    assert entry.title.startswith("Analysis of efficacy and prognostic factors of CLAG")


# -- page furniture --------------------------------------------------------------------------


def as_word(phrase: str) -> re.Pattern[str]:
    """The phrase as it stands, not inside a longer word ("Format" is not "Formation")."""
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")


def test_every_listed_phrase_stands_in_a_seed_file() -> None:
    whole = "\n".join(map(source_text, NAMES))
    assert [phrase for phrase in CHROME if phrase not in whole] == []


def test_no_page_furniture_is_left_in_the_text(document: Document) -> None:
    assert [phrase for phrase in CHROME if as_word(phrase).search(document.text)] == []


def test_no_page_furniture_is_left_in_a_passage_or_its_section(document: Document) -> None:
    for passage in split_document(document, passage_words=110):
        shown = f"{passage.section}\n{passage.title}\n{passage.byline}\n{passage.text}"
        assert [phrase for phrase in CHROME if as_word(phrase).search(shown)] == []


def test_what_is_removed_is_named_by_a_rule_and_lies_in_the_source(
    name: str, document: Document
) -> None:
    source = source_text(name)
    for removal in document.removals:
        assert removal.rule
        assert source[removal.start : removal.end].strip()


def test_no_sentence_of_an_abstract_is_removed() -> None:
    for name, first, last in (
        (AML, "Despite advances in the understanding", "in the treatment of R/R AML."),
        (PAEDIATRIC, "Relapsed acute lymphoblastic leukemia (ALL)", "biology of relapsed ALL."),
    ):
        document, source = load(name), source_text(name)
        start = source.index(first)
        abstract = source[start : source.index(last, start) + len(last)]
        assert abstract in document.text


# -- typography ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "malignant proliferation",
        "pediatric ALL patients",
        "Leukemia (ALL)",
        "leukemia (ALL) is a blood cancer",
        "children and adults. ALL is due",
        "bone marrow and can spread to extramedullary sites. The prognosis",
        "past few decades, however, certain subgroups",
        "in combination therapy can",
        "improve the treatment effect",
        "therapy (Blinatumomab and Inotuzumab ozogamicin) and T cell-based therapy",
        "(Tisagenlecleucel) by the US FDA",
        "conventional chemotherapy, reduce associated",
        "antibody-drug conjugates, chimeric antigen receptor (CAR)-based therapies, to",
        "multi-organ dysfunction, second cancers",
        "Antibody-drug conjugates",
        "Immunotherapy Chimeric antigen",
    ],
)
def test_glued_and_broken_words_are_mended(words: str) -> None:
    assert words in load(GLUED).text


@pytest.mark.parametrize("broken", ["malig-nant", "pedi-atric", "treat-ment", "chemo-therapy"])
def test_no_broken_word_is_left(broken: str) -> None:
    assert broken in source_text(GLUED)
    assert broken not in load(GLUED).text


def test_a_text_that_is_not_glued_is_not_respaced() -> None:
    document = load(AML)
    assert "patients:The ECOG-ACRIN experience" in document.text
    assert "IDH1/IDH2" in document.text
    assert "FLAG-Ida +/- gemtuzumab-ozogamicine" in document.text


def test_white_space_is_single(document: Document) -> None:
    assert not re.search(r"[^\S\n]{2,}|\t|\r|\n{3,}|[^\S\n]\n|\n[^\S\n]", document.text)


# -- the way back to the source --------------------------------------------------------------

# What leaves the text without a note of its own: the hyphen of a mended word, an entry's list
# marker, the captions of the links behind it, and PubMed's stray stop before a date or after
# "et al. Journal.".
UNNOTED = re.compile(
    r"-|^\s*1\.\s|(?:\s-\s(?:PMC|PubMed))+$|Free PMC Article$|^\.\s|(?<=\.)\s\.$", re.M
)


def test_each_run_of_the_map_reads_as_the_source_does(name: str, document: Document) -> None:
    source = source_text(name)
    last_text = last_source = 0
    for text_start, source_start, length in document.source_map:
        assert text_start >= last_text
        assert source_start >= last_source
        last_text, last_source = text_start + length, source_start + length
        ours, theirs = document.text[text_start:last_text], source[source_start:last_source]
        assert all(
            a == b or (a.isspace() and b.isspace()) for a, b in zip(ours, theirs, strict=True)
        )


def test_every_character_but_white_space_is_mapped(document: Document) -> None:
    mapped = {i for start, _, length in document.source_map for i in range(start, start + length)}
    assert [c for i, c in enumerate(document.text) if i not in mapped and not c.isspace()] == []


def test_the_text_is_the_source_with_parts_left_out(name: str, document: Document) -> None:
    rest = iter(folded(source_text(name)))
    assert all(char in rest for char in folded(document.text))


def test_what_is_kept_and_what_is_removed_is_all_there_is(name: str, document: Document) -> None:
    source = source_text(name)
    known = {i for _, start, length in document.source_map for i in range(start, start + length)}
    for removal in document.removals:
        span = range(removal.start, removal.end)
        assert known.isdisjoint(i for i in span if not source[i].isspace())
        known.update(span)
    for match in UNNOTED.finditer(source):
        known.update(range(*match.span()))
    lost = "".join(char for i, char in enumerate(source) if i not in known)
    assert lost.split() == []


def test_source_offset_finds_a_quotation_in_the_file() -> None:
    document, source = load(GLUED), source_text(GLUED)
    start = document.text.index("malignant")
    at = document.source_offset(start)
    assert at is not None
    assert source[at:].startswith("malig-nant")


# -- without the manifest --------------------------------------------------------------------


def test_all_of_it_comes_from_the_file_alone(name: str, tmp_path: Path) -> None:
    """`manifest.csv` describes the corpus to people; cleaning never reads it."""
    copyfile(CORPUS / name, tmp_path / name)
    (file,) = find_files([tmp_path])
    assert list(load_file(file, max_bytes=1_000_000)) == [load(name)]
