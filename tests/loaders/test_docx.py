"""Word documents, written here part by part: text, notes and changes; and files that are none."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from rag.cleaning import Extract, clean
from rag.errors import LoadError
from rag.loaders.docx import read_docx
from rag.types import Document, Kind

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = ("Title", "heading 1", "heading 2", "Caption", "Bibliography")


def paragraph(text: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="S{STYLES.index(style)}"/></w:pPr>' if style else ""
    return f'<w:p>{named}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def parts(body: str, *, core: str = "", notes: str = "") -> dict[str, str]:
    """The parts of a Word document with that body."""
    office = f'<Relationship Id="r1" Type="{REL}/officeDocument" Target="word/document.xml"/>'
    linked = (
        f'<Relationship Id="r2" Type="{REL}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r3" Type="{REL}/footnotes" Target="footnotes.xml"/>'
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="S{at}"><w:name w:val="{name}"/></w:style>'
        for at, name in enumerate(STYLES)
    )
    found = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{office}</Relationships>',
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">{linked}</Relationships>'
        ),
        "word/styles.xml": f'<w:styles xmlns:w="{W}">{styles}</w:styles>',
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{W}">{notes}</w:footnotes>',
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
    }
    if core:
        found["docProps/core.xml"] = (
            f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
            f"{core}</cp:coreProperties>"
        )
    return found


def packed(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(content: bytes) -> tuple[Extract, Document]:
    (extract,) = read_docx(io.BytesIO(content))
    assert isinstance(extract, Extract)
    return extract, clean(extract, id="a.docx", source="a.docx", content_hash="0")


def lines(document: Document, kind: Kind) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind is kind]


BODY = (
    paragraph("Soap in cold water", "Title")
    + paragraph("Ada Berg, Bo Lindqvist")
    + paragraph("Introduction", "heading 1")
    + '<w:p><w:r><w:t xml:space="preserve">Soap foams at 12 °C</w:t></w:r>'
    '<w:ins><w:r><w:t xml:space="preserve"> and above</w:t></w:r></w:ins>'
    "<w:del><w:r><w:delText> or below</w:delText></w:r></w:del>"
    "<w:r><w:t>.</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    + paragraph("Results", "heading 1")
    + paragraph("Table 1. Foam by soap.", "Caption")
    + table(("Soap", "Foam"), ("green", "3 cm"), ("white", "5 cm"))
    + paragraph("Methods of cleaning <b>dishes</b> & cups were left as they were.")
    + paragraph("References", "heading 1")
    + paragraph("Roe C. Foam. J Suds. 2003;3(2):8-9.")
    + paragraph("Ahn S. Suds. J Suds. 2004;4(1):1-3.", "Bibliography")
)
NOTE = f'<w:footnote w:id="2">{paragraph("Measured with a ruler.")}</w:footnote>'
CORE = (
    "<dc:title>Soap in cold water</dc:title><dc:creator>Ada Berg; Bo Lindqvist</dc:creator>"
    "<dcterms:created>2018-03-04T09:00:00Z</dcterms:created>"
)


@pytest.fixture(scope="module")
def soap() -> Document:
    return read(packed(parts(BODY, core=CORE, notes=NOTE)))[1]


def test_core_properties_give_the_record(soap: Document) -> None:
    record = soap.record
    assert record.title == "Soap in cold water"
    assert record.authors == ("Ada Berg", "Bo Lindqvist")
    assert record.year is None  # a file's date is not its text's
    assert soap.text.count("Soap in cold water") == 1


@pytest.mark.parametrize(
    "title", ["", "Microsoft Word - thesis_v3.doc", "Document1", "untitled", "draft.docx", " - "]
)
def test_a_title_that_nobody_stated_is_none(title: str) -> None:
    core = f"<dc:title>{title}</dc:title><dc:creator>python-docx</dc:creator>"
    core += "<dcterms:created>2013-12-23T23:15:00Z</dcterms:created>"
    record = read(packed(parts(BODY, core=core, notes=NOTE)))[1].record
    assert record.title == "Soap in cold water"  # by its style
    assert record.authors == ("Ada Berg", "Bo Lindqvist")  # by the line below it
    assert record.year is None


def test_the_texts_own_byline_wins_over_the_programs_user() -> None:
    core = "<dc:creator>Home Laptop</dc:creator>"
    record = read(packed(parts(BODY, core=core, notes=NOTE)))[1].record
    assert record.authors == ("Ada Berg", "Bo Lindqvist")


def test_insertions_are_read_and_deletions_are_not(soap: Document) -> None:
    assert "Soap foams at 12 °C and above." in soap.text
    assert "or below" not in soap.text


def test_notes_captions_tables_and_signs_are_read(soap: Document) -> None:
    prose = lines(soap, Kind.PROSE)
    assert {"Table 1. Foam by soap.", "Soap | Foam", "green | 3 cm"} <= set(prose)
    assert "Methods of cleaning <b>dishes</b> & cups were left as they were." in prose
    assert any("Measured with a ruler." in line for line in prose)


def test_sections_and_references_are_known(soap: Document) -> None:
    assert {"Introduction", "Results"} <= {block.section for block in soap.blocks}
    assert [r.year for r in soap.references] == [2003, 2004]
    assert lines(soap, Kind.REFERENCE)[0] == "Roe C. Foam. J Suds. 2003;3(2):8-9."


def test_formulas_are_noted() -> None:
    formula = '<m:oMath xmlns:m="urn:m"><m:r><m:t>x</m:t></m:r></m:oMath>'
    body = BODY.replace("<w:ins>", f"{formula}<w:ins>")
    extract, _ = read(packed(parts(body, notes=NOTE)))
    assert extract.notes == ("formulas left out: 1",)


# -- files that are no Word documents, or mean harm --------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "without a password"),
        (b"plain text", "not a Word document"),
        (packed({"xl/workbook.xml": "<x/>"}), "Excel"),
        (packed({"ppt/presentation.xml": "<x/>"}), "PowerPoint"),
        (packed({"mimetype": "x", "content.xml": "<x/>"}), "OpenDocument"),
        (packed({"mimetype": "x", "META-INF/container.xml": "<x/>"}), "EPUB"),
        (packed({"META-INF/MANIFEST.MF": "x"}), "Java"),
        (packed({"notes.txt": "x"}), "archive"),
        (packed({"word/document.xml": "<w:document"}), "damaged"),
        (packed(parts(BODY))[:-200], "not a Word document|damaged"),
        (packed({f"m{n}": "" for n in range(10_001)}), "beyond reason"),
    ],
    ids=range(11),
)
def test_another_file_is_refused_with_the_mend(content: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        list(read_docx(io.BytesIO(content)))


def test_entities_are_refused_before_they_are_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    members = parts(BODY)
    for encoding in ("utf-8", "utf-16"):
        document = (
            f'<?xml version="1.0" encoding="{encoding}"?>{bomb}{members["word/document.xml"]}'
        )
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in members.items():
                part = document if name == "word/document.xml" else content
                archive.writestr(name, part.encode(encoding if part is document else "utf-8"))
        with pytest.raises(LoadError, match="entity definitions"):
            list(read_docx(io.BytesIO(buffer.getvalue())))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts(BODY).items():
            archive.writestr(name, content)
        for number in range(3):
            with archive.open(f"word/media/{number}.bin", "w") as member:
                for _ in range(80):
                    member.write(bytes(1_000_000))
    with path.open("rb") as stream, pytest.raises(LoadError, match="beyond reason"):
        list(read_docx(stream))


@pytest.mark.timeout(120)
def test_nesting_beyond_reason_is_refused() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 5_000 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 5_000
    with pytest.raises(LoadError, match="nested"):
        read(packed(parts(deep)))


def test_authors_in_one_field_are_parted() -> None:
    core = "<dc:title>Soap</dc:title><dc:creator>Ada Berg, Bo Roe, Cy Poe</dc:creator>"
    _, document = read(packed(parts(paragraph("Soap lathers."), core=core)))
    assert document.record.authors == ("Ada Berg", "Bo Roe", "Cy Poe")
