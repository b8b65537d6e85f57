"""PDFs: the text layer with its pages, and clear words where there is none."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from rag.errors import LoadError
from rag.loaders import SourceFile, load_file
from rag.passages import split_document
from rag.types import Document
from tests.loaders.pdf_bytes import pdf_bytes
from tests.seeds import SHARED

REAL = SHARED / "data" / "formats" / "pdf"
FIRST = [
    "Kettles and their noise",
    "",
    "Kettles hum before they boil, as everybody knows well.",
    "Nobody had measured the hum of a copper kettle until the spring of that year.",
]
SECOND = [
    "The copper kettle hums at 41 decibels, which is as loud as a library.",
    "A steel kettle is louder by a third, and it boils no sooner.",
]


def pdf(*pages: list[str]) -> bytes:
    """A PDF of these lines: the least that the format allows, in Helvetica."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 "
               "/BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]  # fmt: skip
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj T*\n" for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 50 780 Td\n{shown}ET" if lines else ""
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return pdf_bytes(objects)


def encrypted(user: str, owner: str, algorithm: str = "RC4-128") -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(FIRST))))
    writer.encrypt(user_password=user, owner_password=owner, algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def load(folder: Path, content: bytes, name: str = "a.pdf") -> Document:
    (folder / name).write_bytes(content)
    (document,) = load_file(SourceFile(folder / name, name), max_bytes=50_000_000)
    return document


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(LoadError) as caught:
        load(folder, content)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_text_of_all_pages_is_read(tmp_path: Path) -> None:
    document = load(tmp_path, pdf(FIRST, SECOND))
    text = " ".join(document.text.split())
    assert document.record.title == "Kettles and their noise"
    for sentence in (*FIRST[2:], *SECOND):
        assert sentence in text


def test_each_page_is_known(tmp_path: Path) -> None:
    document = load(tmp_path, pdf(FIRST, SECOND))
    assert len(document.pages) == 2
    assert document.page_at(document.text.index("Kettles hum")) == 1
    assert document.page_at(document.text.index("41 decibels")) == 2


def test_passages_carry_their_page(tmp_path: Path) -> None:
    passages = split_document(load(tmp_path, pdf(FIRST, SECOND)), passage_words=14)
    pages = {passage.page for passage in passages}
    assert pages == {1, 2}


def test_a_page_without_text_keeps_its_number(tmp_path: Path) -> None:
    document = load(tmp_path, pdf(FIRST, [], SECOND))
    assert len(document.pages) == 3
    assert document.page_at(document.text.index("41 decibels")) == 3


def test_the_content_says_that_it_is_a_pdf(tmp_path: Path) -> None:
    assert "41 decibels" in load(tmp_path, pdf(SECOND), "report.txt").text


def test_a_pdf_without_text_layer_is_refused(tmp_path: Path) -> None:
    assert "text layer" in refusal(tmp_path, pdf([], []))


def test_a_pdf_with_a_password_is_refused(tmp_path: Path) -> None:
    assert "encrypted" in refusal(tmp_path, encrypted("secret", "secret"))


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_opens_without_a_password_is_read(tmp_path: Path, algorithm: str) -> None:
    """Publishers lock what may be done with a paper, not its reading."""
    assert "Kettles hum" in load(tmp_path, encrypted("", "owner", algorithm)).text


WHOLE = pdf(FIRST, SECOND)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\nnothing of the kind\n%%EOF",
        WHOLE[:200],
        b"%PDF-" + bytes(500),
        WHOLE.replace(b"/Kids", b"/Kidz"),
        WHOLE.replace(b"/Kids [5 0 R 7 0 R]", b"/Kids [2 0 R 2 0 R]"),
    ],
    ids=["header", "no objects", "cut", "zeros", "no pages", "a loop of pages"],
)
def test_a_broken_pdf_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content)


def test_a_truncated_pdf_never_raises_anything_else(tmp_path: Path) -> None:
    for size in range(9, len(WHOLE), 97):
        try:
            load(tmp_path, WHOLE[:size])
        except LoadError:
            continue


# -- real ones -------------------------------------------------------------------------------


def real(name: str) -> Document:
    if not (REAL / name).is_file():
        pytest.skip(f"{REAL / name} is not at hand")
    (document,) = load_file(SourceFile(REAL / name, name), max_bytes=50_000_000)
    return document


def test_a_real_paper_is_read_with_its_pages() -> None:
    document = real("acl_N18-3011_two_column.pdf")
    assert len(document.pages) == 8
    assert "Literature Graph" in document.text
    assert document.page_at(len(document.text) - 1) == 8


def test_a_real_page_that_is_a_picture_is_counted() -> None:
    document = real("page1_without_text_layer.pdf")
    assert document.page_at(document.text.index("gutta-percha")) == 2


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["glp1_review_two_column.pdf", "lorem_multicolumn.pdf"])
def test_real_pdfs_are_read(name: str) -> None:
    document = real(name)
    assert document.pages[0] == 0
    assert len(document.text) > 1000
