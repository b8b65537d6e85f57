"""PDFs as printers set them: columns, pages, running heads, broken words, citation lists."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache

import pytest
from pypdf import PdfReader

from rag.cleaning import clean
from rag.errors import LoadError
from rag.loaders.pdf import read_pdf
from rag.types import Document, Kind
from tests.loaders.pdf_bytes import pdf_bytes
from tests.seeds import SHARED

REAL = SHARED / "data" / "formats" / "pdf"
PIXEL = (
    "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
    "/BitsPerComponent 8 /Length 1 >>\nstream\n0\nendstream"
)


@dataclass(frozen=True)
class Set:
    """A text and the place where it is set; `font` 1 is Courier, 2 is Courier in bold."""

    x: float
    y: float
    text: str
    size: float = 10
    font: int = 1


def typeset(*pages: list[Set], pictures: tuple[int, ...] = (), info: str = "") -> bytes:
    """A PDF of these pages; those counted in `pictures` (from 1) show a picture besides.

    Courier is 0.6 of its size wide, so that widths are easily reckoned.
    """
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier-Bold /Encoding /WinAnsiEncoding >>",
        PIXEL,
        f"<< {info} >>",
    ]
    kids = []
    for number, page in enumerate(pages, start=1):
        shown = "/I Do\n" if number in pictures else ""
        for item in page:
            text = item.text.replace("(", r"\(").replace(")", r"\)")
            shown += f"BT /F{item.font} {item.size} Tf {item.x} {item.y} Td ({text}) Tj ET\n"
        objects.append(f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Contents {len(objects)} 0 R /Resources << /XObject << /I 5 0 R >> "
            "/Font << /F1 3 0 R /F2 4 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return pdf_bytes(objects, "/Info 6 0 R ")


def column(lines: list[str], x: float, top: float, size: float = 10) -> list[Set]:
    """Lines one below the other."""
    return [Set(x, top - 12 * number, line, size) for number, line in enumerate(lines)]


def read(content: bytes) -> Document:
    (extract,) = read_pdf(io.BytesIO(content))
    return clean(extract, id="a.pdf", source="a.pdf", content_hash="0")


def prose(document: Document) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind is Kind.PROSE]


LEFT = [
    "Kettles of copper hum before they boil,",
    "as everybody knows who has ever waited",
    "for one. Nobody had measured the hum of",
    "a kettle until the spring of that year,",
    "when a cook from Ghent put a microphone",
    "beside hers. The results that she found",
]
RIGHT = [
    "were printed in the parish paper, where",
    "they drew four letters from the readers",
    "and one visit. A kettle of steel is the",
    "louder one by a third, and it boils not",
    "a minute sooner. Glass kettles are mute",
    "for most of the time that they take up.",
]
ACROSS = "The results that she found were printed in the parish paper"
INTERLEAVED = [
    item
    for pair in zip(column(LEFT, 50, 600), column(RIGHT, 310, 600), strict=True)
    for item in pair
]


def test_columns_set_line_by_line_are_read_one_after_the_other() -> None:
    document = read(typeset(INTERLEAVED))
    assert ACROSS in document.text
    assert document.text.index("microphone beside hers") < document.text.index("Glass kettles")


def test_title_and_abstract_over_columns_and_a_caption_below_keep_their_order() -> None:
    wide = "This abstract runs over both of the columns that stand below it on the page, and"
    page = [
        Set(60, 780, "On the humming of kettles", 20),
        *column([wide, "it ends here, as short as it is, since its second line is no long one."],
                50, 720),
        *INTERLEAVED,
        Set(50, 480, "Table 1. What each of the kettles weighed before it was ever filled.", 8),
    ]  # fmt: skip
    document = read(typeset(page))
    assert document.record.title == "On the humming of kettles"
    places = [
        document.text.index(words)
        for words in ("On the humming", "stand below it on the page, and it ends", "Kettles of")
    ]
    assert places == sorted(places)
    assert ACROSS in document.text
    assert document.text.index("Table 1. What") > document.text.index("Kettles of copper")


def test_a_sentence_that_crosses_a_page_is_whole_and_each_half_on_its_page() -> None:
    document = read(typeset(column(LEFT, 50, 700), column(RIGHT, 50, 700)))
    assert ACROSS in document.text
    assert document.page_at(document.text.index("that she found")) == 1
    assert document.page_at(document.text.index("were printed")) == 2
    assert document.page_at(document.text.index("Glass kettles")) == 2


def test_a_footnote_does_not_break_the_sentence_above_it() -> None:
    note = Set(50, 600, "1 The microphone was borrowed from a band that had split up.", 7)
    document = read(typeset([*column(LEFT, 50, 700), note], column(RIGHT, 50, 700)))
    assert ACROSS in document.text
    assert document.page_at(document.text.index("1 The microphone was borrowed")) == 1


def test_a_figure_on_the_next_page_does_not_break_the_sentence() -> None:
    caption = Set(50, 760, "Fig. 2. A kettle of glass, seen from the side it was dropped on.", 8)
    document = read(typeset(column(LEFT, 50, 700), [caption, *column(RIGHT, 50, 700)]))
    assert ACROSS in document.text
    assert document.page_at(document.text.index("A kettle of glass, seen")) == 2


def test_a_head_that_no_other_page_has_does_not_break_the_sentence() -> None:
    head = Set(50, 810, "Annals of Kitchen Noise", 12, 2)
    document = read(typeset(column(LEFT, 50, 700), [head, *column(RIGHT, 50, 700)]))
    assert ACROSS in document.text


def test_three_columns_that_are_not_in_line_are_read_one_after_the_other() -> None:
    words = "the kettle of copper hums a tune"
    page = [
        item
        for number in range(8)
        for at, name in enumerate(("one", "two", "six"))
        for item in [Set(30 + 186 * at, 700 - 10 * number - at, f"{name}{number} {words}", 8)]
    ]
    text = read(typeset(page)).text
    found = re.findall(r"(one|two|six)(\d)", text)
    assert found == [(name, str(n)) for name in ("one", "two", "six") for n in range(8)]


def test_words_cut_by_line_ends_are_joined_and_hyphens_of_words_stay() -> None:
    lines = [
        "A kettle hums because of the tempera-",
        "ture of the water, as a well-known ex-",
        "periment on pre- and post-war kettles,",
        "done by a well-",
        "known cook, has shown to every reader.",
    ]
    text = read(typeset(column(lines, 50, 700))).text
    assert "temperature" in text
    assert "experiment" in text
    assert "pre- and post-war" in text
    assert "a well-known cook" in text


HEADED = [[
    Set(50, 810, "Annals of Kitchen Noise" if page % 2 else "A. Cook et al.", 8),
    Set(530, 810, str(page + 40), 8),
    *column(lines, 50, 700),
    Set(50, 30, f"Downloaded from kettles.example on {page} May", 7),
] for page, lines in enumerate([LEFT, RIGHT, LEFT, RIGHT], start=1)]  # fmt: skip


@pytest.mark.parametrize("count", [2, 3, 4])
def test_heads_that_alternate_page_numbers_and_stamps_are_removed(count: int) -> None:
    opening = [Set(50, 780, "On the humming of kettles", 20), *HEADED[0][1:]]
    document = read(typeset(opening, *HEADED[1:count]))
    assert ACROSS in document.text
    assert "Downloaded" not in document.text
    assert not re.search(r"\b4[1-4]\b", document.text)
    assert "Annals" not in document.text
    assert "A. Cook" not in document.text
    rules = {removal.rule for removal in document.removals}
    assert {"page number", "running foot"} <= rules


def test_a_table_head_that_stands_on_two_pages_is_no_running_head() -> None:
    head = [Set(50, 640, "Kettle"), Set(200, 640, "Loudness"), Set(350, 640, "Weight")]
    pages = [[*column(lines, 50, 800), *head] for lines in (LEFT, RIGHT)]
    assert read(typeset(*pages)).text.count("Kettle Loudness Weight") == 2


def test_entries_of_a_citation_list_are_whole() -> None:
    lines = [
        Set(50, 700, "References", 12, 2),
        Set(50, 680, "1. Cook A, Baker B. The hum of kettles at"),
        Set(70, 668, "home. J Noise. 2011;4(2):11-19."),
        Set(50, 656, "2. Tinker C. Steel, and why it is loud in"),
        Set(70, 644, "most kitchens. J Noise. 2012;5:1-9."),
        Set(50, 632, "3. Glazier D. Silence. J Noise. 2013;6:3."),
    ]
    document = read(typeset([*column(LEFT, 50, 800), *lines]))
    entries = [document.text[r.start : r.end] for r in document.references]
    assert len(entries) == 3
    assert "at home. J Noise. 2011" in entries[0]
    assert [reference.year for reference in document.references] == [2011, 2012, 2013]


def test_pages_without_a_text_layer_are_named() -> None:
    page = column(LEFT, 50, 700)
    (extract,) = read_pdf(io.BytesIO(typeset([], page, pictures=(1,))))
    assert extract.notes == ("page 1 has no text layer: run it through OCR",)
    (extract,) = read_pdf(io.BytesIO(typeset([], page, [], [], [], pictures=(1, 3, 4, 5))))
    assert extract.notes == ("pages 1, 3-5 have no text layer: run them through OCR",)


def test_a_blank_page_is_no_scan() -> None:
    (extract,) = read_pdf(io.BytesIO(typeset(column(LEFT, 50, 700), [])))
    assert extract.notes == ()
    assert len(extract.page_starts) == 2


def test_a_scan_through_and_through_is_refused() -> None:
    with pytest.raises(LoadError, match="no text layer"):
        list(read_pdf(io.BytesIO(typeset([], [], pictures=(1, 2)))))


@pytest.mark.parametrize("stated", ["Microsoft Word - draft7.doc", "untitled", ""])
def test_a_title_of_the_metadata_that_stands_nowhere_is_not_believed(stated: str) -> None:
    page = [Set(60, 780, "On the humming of kettles", 20), *column(LEFT, 50, 700)]
    document = read(typeset(page, info=f"/Title ({stated})"))
    assert document.record.title == "On the humming of kettles"


def test_a_title_of_the_metadata_that_stands_on_the_page_wins_over_larger_type() -> None:
    page = [
        Set(60, 800, "Annals of Kitchen Noise", 24),
        Set(60, 770, "On the humming of kettles", 14),
        *column(LEFT, 50, 700),
    ]
    document = read(typeset(page, info="/Title (On the Humming of Kettles)"))
    assert document.record.title == "On the humming of kettles"


def test_a_word_cut_in_the_title_is_joined() -> None:
    title = [Set(60, 780, "On the humming of ket-", 20), Set(60, 756, "tles in kitchens", 20)]
    document = read(typeset([*title, *column(LEFT, 50, 700)]))
    assert document.record.title == "On the humming of kettles in kitchens"


def test_the_doi_is_the_papers_own_never_a_reference_s() -> None:
    cited = [
        Set(50, 560, "References", 12, 2),
        Set(50, 540, "1. Cook A. The hum. J Noise. 2011;4:1. doi:10.1000/cited.1"),
    ]
    page = [Set(60, 780, "On the humming of kettles", 20), *column(LEFT, 50, 700), *cited]
    assert read(typeset(page)).record.doi is None
    own = Set(50, 745, "J Noise 2020;7(1):5-9. https://doi.org/10.1000/own.7", 8)
    record = read(typeset([*page, own])).record
    assert (record.doi, record.year) == ("10.1000/own.7", 2020)


def test_the_journal_above_the_title_is_read() -> None:
    cited = Set(50, 815, "Kettles 2020, 7, 1258-1271; doi:10.5555/ket7041258")
    page = [cited, Set(60, 780, "On the humming of kettles", 20), *column(LEFT, 50, 700)]
    record = read(typeset(page)).record
    assert (record.journal, record.year, record.doi) == ("Kettles", 2020, "10.5555/ket7041258")


def test_the_rights_below_the_list_are_no_part_of_its_last_entry() -> None:
    lines = [
        Set(50, 700, "References", 12, 2),
        *column([f"{n}. Cook A. The hum. J Noise. 201{n};4:1." for n in range(1, 5)], 50, 680),
        Set(50, 632, "\xa9 2020 by the authors; licensee Kettle House. This article is"),
        Set(50, 620, "distributed under the terms of the house."),
    ]
    document = read(typeset([*column(LEFT, 50, 800), *lines]))
    last = document.references[-1]
    assert document.text[last.start : last.end].endswith("J Noise. 2014;4:1.")
    assert "distributed under the terms" in document.text


# -- real ones -------------------------------------------------------------------------------


@cache
def real(name: str) -> Document:
    if not (REAL / name).is_file():
        pytest.skip(f"{REAL / name} is not at hand")
    return read((REAL / name).read_bytes())


ACL, GLP1, LOREM = (
    "acl_N18-3011_two_column.pdf",
    "glp1_review_two_column.pdf",
    "lorem_multicolumn.pdf",
)
# File, the page on which the sentence begins, the page on which it ends, the sentence.
SENTENCES = [
    (ACL, 1, 1, "Despite notable advances in scientific search engines, data mining and digital "
     "libraries (e.g., Wu et al., 2014), researchers remain unable to answer simple questions "
     "such as:"),
    (ACL, 1, 1, "or to improve ranking of results in academic search (e.g., Xiong et al., 2017)."),
    (ACL, 1, 2, "For example, most research on named entity recognition tasks report results on "
     "large labeled datasets such as CoNLL-2003 and ACE-2005 (e.g., Lample et al., 2016), and "
     "assume that entity types in the test set match those labeled in the training set"),
    (GLP1, 1, 1, "For instance, the success of exenatide has not only spurred the development of "
     "potent GLP-1 analogs such as liraglutide and semaglutide but also unveiled the vast "
     "potential of GLP-1RAs in treating various systemic diseases."),
    (GLP1, 1, 2, "We show readers that GLP-1RAs have also been found to significantly reduce the "
     "risks of heart failure, atherosclerosis (AS), and hypertension"),
    (GLP1, 2, 3, "These synthetic protein preparations exhibit partial or complete amino acid "
     "sequence homology with endogenous GLP-1, rendering them resistant to degradation"),
    (GLP1, 3, 3, "thus began the competition between various GLP-1RAs."),
    (LOREM, 1, 1, "Donec nonummy pellentesque ante."),
    (LOREM, 1, 2, "Nam feugiat lacus vel est."),
    (LOREM, 2, 2, "Vestibulum ante ipsum primis in faucibus orci luctus et ultrices posuere "
     "cubilia Curae;"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "first", "last", "sentence"), SENTENCES)
def test_sentences_of_real_papers_are_whole(
    name: str, first: int, last: int, sentence: str
) -> None:
    document = real(name)
    start = document.text.find(sentence)
    assert start >= 0, f"broken: {sentence}"
    assert document.page_at(start) == first
    assert document.page_at(start + len(sentence) - 1) == last


@pytest.mark.parametrize(
    ("name", "furniture"),
    [
        (GLP1, ["Zheng et al.", "Signal Transduction and Targeted Therapy (2024) 9:234"]),
        (ACL, []),
        (LOREM, []),
    ],
)
def test_no_running_head_stands_in_a_real_paper(name: str, furniture: list[str]) -> None:
    document = real(name)
    bodies = [text for text in prose(document) if len(text) > 150]
    for words in furniture:
        assert not any(words in text for text in bodies)
    heads = [removal for removal in document.removals if removal.rule.startswith("running")]
    assert len(heads) >= 28 * len(furniture)
    assert not any(re.fullmatch(r"\d{1,3}", text) for text in prose(document))


def letters(text: str) -> Counter[str]:
    return Counter(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


@pytest.mark.parametrize("name", [ACL, LOREM, "page1_without_text_layer.pdf"])
def test_no_letter_or_digit_is_lost_added_or_changed(name: str) -> None:
    document = real(name)
    pages = PdfReader(REAL / name).pages
    removed = "".join(removal.text for removal in document.removals)
    layer = "".join(page.extract_text() for page in pages)
    assert letters(document.text + removed) == letters(layer)


def test_every_reference_of_real_papers_is_one_entry() -> None:
    assert len(real(ACL).references) == 27
    document = real(GLP1)
    entries = [document.text[r.start : r.end] for r in document.references]
    numbers = [int(entry.split(".", 1)[0]) for entry in entries]
    assert numbers == list(range(1, 528))


def test_the_facts_of_real_papers_are_found() -> None:
    record = real(GLP1).record
    title = "Glucagon-like peptide-1 receptor: mechanisms and advances in therapy"
    assert (record.title, record.year) == (title, 2024)
    assert record.doi == "10.1038/s41392-024-01931-z"
    assert record.authors[0] == "Zhikai Zheng"
    assert record.authors[-1] == "Junjie Gao"
    record = real(ACL).record
    assert record.title == "Construction of the Literature Graph in Semantic Scholar"
    assert (record.authors[-1], record.year, record.doi) == ("Oren Etzioni", 2018, None)
