"""Pages as pictures: the marks lie on the quotation's ink, and no PDF takes the window down."""

from __future__ import annotations

import gzip
import io
import os
import random
import signal
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

from rag.errors import PictureError, UsageError
from rag.loaders import SourceFile, load_file
from rag.passages import split_document
from rag.pictures import Box, Limits, PagePicture, picture_of
from rag.pictures.drawing import marks_on
from rag.pictures.finding import find_quote
from rag.pictures.folding import fold
from rag.types import Document
from tests.loaders.pdf_bytes import pdf_bytes
from tests.loaders.test_pdf_files import FIRST, REAL, SECOND, encrypted, pdf
from tests.processes import need_posix

KETTLE = "The copper kettle hums at 41 decibels, which is as loud as a library."

Line = tuple[float, float, str]


def sheet(
    lines: Sequence[Line], *, keys: str = "/MediaBox [0 0 595 842]", extra: Sequence[str] = ()
) -> bytes:
    """A PDF of one page: texts in Helvetica of 11 points, each at its place in points."""
    shown = "".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj\n" for x, y, text in lines)
    return raw_sheet(f"BT /F1 11 Tf\n{shown}ET", keys, extra)


def raw_sheet(stream: str, keys: str, extra: Sequence[str] = ()) -> bytes:
    """A PDF of one page; extra objects count from 6, and 6 is drawn by /X."""
    drawn = "/XObject << /X 6 0 R >>" if extra else ""
    return pdf_bytes(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [5 0 R] /Count 1 >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
            f"<< /Type /Page /Parent 2 0 R {keys} /Contents 4 0 R "
            f"/Resources << /Font << /F1 3 0 R >> {drawn} >> >>",
            *extra,
        ]
    )


def written(folder: Path, content: bytes, name: str = "a.pdf") -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def drawn(folder: Path, content: bytes, quote: str = KETTLE, **options: float) -> PagePicture:
    return picture_of(written(folder, content), 1, quote, **options)  # type: ignore[arg-type]


def refusal(path: Path, page: int = 1, limits: Limits | None = None) -> str:
    with pytest.raises(PictureError) as caught:
        picture_of(path, page, KETTLE, limits=limits)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def opened(picture: PagePicture) -> Image.Image:
    return Image.open(io.BytesIO(picture.png)).convert("L")


def ink(image: Image.Image) -> Box:
    """What is not white."""
    box = ImageChops.invert(image).getbbox()
    assert box
    return Box(*box)


def inside(box: Box, outer: Box, slack: int = 2) -> bool:
    return (
        outer.left - slack <= box.left
        and outer.top - slack <= box.top
        and box.right <= outer.right + slack
        and box.bottom <= outer.bottom + slack
    )


# -- where the marks lie ---------------------------------------------------------------------


def test_the_picture_is_a_png_of_the_size_it_states(tmp_path: Path) -> None:
    picture = picture_of(written(tmp_path, pdf(FIRST, SECOND)), 2, SECOND[0], width=700)
    assert (picture.width, picture.pages, picture.found) == (700, 2, True)
    assert picture.height == round(700 * 842 / 595)
    assert opened(picture).size == (700, picture.height)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "boxes", ["/MediaBox [0 0 595 842]", "/MediaBox [-100 -50 595 842] /CropBox [90 320 500 700]"]
)
def test_the_mark_lies_on_the_ink(tmp_path: Path, turn: int, boxes: str) -> None:
    content = sheet([(100, 500, KETTLE)], keys=f"{boxes} /Rotate {turn}")
    picture = drawn(tmp_path, content)
    printed = ink(opened(picture))
    (mark,) = picture.marks
    assert inside(printed, mark)
    assert inside(mark, printed, slack=14)
    assert abs(mark.width - printed.width) < 14
    assert min(mark.width, mark.height) < 2 * min(printed.width, printed.height)


@pytest.mark.parametrize(("turn", "matrix"), [(90, "0 1 -1 0"), (270, "0 -1 1 0")])
def test_a_page_across_is_read_like_an_upright_one(tmp_path: Path, turn: int, matrix: str) -> None:
    shown = f"{matrix} 300 400 Tm ({KETTLE[:38]}) Tj T* ({KETTLE[38:]}) Tj"
    stream = f"BT /F1 11 Tf 14 TL {shown} ET"
    content = raw_sheet(stream, f"/MediaBox [0 0 595 842] /Rotate {turn}")
    first, second = drawn(tmp_path, content).marks
    assert first.width > 5 * first.height
    assert first.bottom <= second.top + 3
    printed = ink(opened(drawn(tmp_path, content)))
    assert inside(printed, Box(first.left, first.top, first.right, second.bottom))


def test_a_line_of_other_words_is_not_marked(tmp_path: Path) -> None:
    lines = [(60, 700, "Nobody had measured it."), (60, 686, KETTLE), (60, 672, "It boils.")]
    (mark,) = drawn(tmp_path, sheet(lines)).marks
    scale = 1000 / 595
    assert mark.top > (842 - 700) * scale
    assert mark.bottom < (842 - 672) * scale


def test_a_quotation_of_several_lines_has_a_mark_for_each(tmp_path: Path) -> None:
    lines = [(60, 700, "The copper kettle hums"), (60, 686, "at 41 decibels, which is as loud"),
             (60, 672, "as a library. And on it hums.")]  # fmt: skip
    marks = drawn(tmp_path, sheet(lines)).marks
    assert len(marks) == 3
    assert all(above.bottom <= below.top + 3 for above, below in pairwise(marks))
    assert marks[2].width < marks[1].width  # what follows the full stop is left out


def test_a_hyphen_at_a_line_end_that_was_mended_is_no_hindrance(tmp_path: Path) -> None:
    lines = [(60, 700, "The copper kettle hums at 41 deci-"),
             (60, 686, "bels, which is as loud as a library.")]  # fmt: skip
    assert len(drawn(tmp_path, sheet(lines)).marks) == 2


@pytest.mark.parametrize("by_row", [False, True])
def test_no_mark_crosses_the_gutter(tmp_path: Path, by_row: bool) -> None:
    """Two columns, written one after the other or row by row; the sentence is in the left one."""
    left = ["The copper kettle hums at 41", "decibels, which is as loud", "as a library."]
    right = ["Steel is louder by a third of", "that, and it boils no sooner", "than iron."]
    rows = [700.0, 686.0, 672.0]
    lines = [(60.0, y, text) for y, text in zip(rows, left, strict=True)]
    lines += [(320.0, y, text) for y, text in zip(rows, right, strict=True)]
    if by_row:
        lines.sort(key=lambda line: -line[1])
    marks = drawn(tmp_path, sheet(lines)).marks
    assert len(marks) == 3
    assert all(mark.right < 310 * 1000 / 595 for mark in marks)


def test_a_line_that_stands_between_two_columns_is_not_marked(tmp_path: Path) -> None:
    """A foot note lies between the parts in the file: they are marked, it is not."""
    lines = [(60, 100, "The copper kettle hums at 41 decibels,"), (60, 60, "1 See the appendix."),
             (320, 780, "which is as loud as a library.")]  # fmt: skip
    marks = drawn(tmp_path, sheet(lines)).marks
    assert len(marks) == 2
    assert marks[0].left < marks[1].left
    assert all(mark.bottom < (842 - 70) * 1000 / 595 for mark in marks)


def test_the_part_of_a_sentence_on_each_of_two_pages_is_marked(tmp_path: Path) -> None:
    path = written(tmp_path, pdf([*FIRST, KETTLE[:38]], [KETTLE[38:], SECOND[1]]))
    for page in (1, 2):
        (mark,) = picture_of(path, page, KETTLE).marks
        assert mark.width > 100
    assert not picture_of(path, 2, FIRST[-1]).found


def test_words_of_its_end_that_begin_the_next_page_are_not_the_quotation(tmp_path: Path) -> None:
    quote = "Nobody had expected such a noise of a copper kettle."
    fill = [f"Line {number} tells of other things." for number in range(20)]
    path = written(
        tmp_path,
        pdf([*fill, "Nobody had expected such a", "noise of a copper kettle."],
            ["copper kettle. Such were bought, and a", "kettle. It boils.", *fill]),
    )  # fmt: skip
    assert len(picture_of(path, 1, quote).marks) == 2
    assert not picture_of(path, 2, quote).found


def test_words_of_its_start_that_end_the_page_before_are_not_the_quotation(tmp_path: Path) -> None:
    fill = [f"Line {number} tells of other things." for number in range(20)]
    first = [*fill, "They bought tin, and steel, and", "The copper"]
    path = written(tmp_path, pdf(first, [*fill, KETTLE], [*fill, "The copper"]))
    assert [picture_of(path, page, KETTLE).found for page in (1, 2, 3)] == [False, True, False]


@pytest.mark.parametrize("cut", [10, 22, 49])
def test_a_few_words_on_one_of_two_pages_are_marked(tmp_path: Path, cut: int) -> None:
    fill = [f"Line {number} tells of other things." for number in range(20)]
    path = written(tmp_path, pdf([*fill, KETTLE[:cut]], [KETTLE[cut:].strip(), *fill]))
    assert [len(picture_of(path, page, KETTLE).marks) for page in (1, 2)] == [1, 1]


def test_of_equal_sentences_the_first_or_the_nearest_is_marked(tmp_path: Path) -> None:
    fill = [f"Line {number} tells of other things." for number in range(20)]
    path = written(tmp_path, pdf([KETTLE, *fill, KETTLE]))
    first, last = (picture_of(path, 1, KETTLE, near=near).marks[0] for near in (None, 0.9))
    assert first.top < last.top
    assert picture_of(path, 1, KETTLE, near=0.1).marks == (first,)


def test_words_that_are_not_there_are_not_marked(tmp_path: Path) -> None:
    path = written(tmp_path, pdf(FIRST))
    for quote in ("Rockets are launched from islands near the equator.", "hum ha", "", "…", "ett"):
        picture = picture_of(path, 1, quote)
        assert not picture.found
        assert picture.png


# -- finding ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "The copper kettle hums at 41 deci\x02bels, which\r\nis as loud as a library.",
        "THE COPPER KETTLE HUMS AT 41 DECIBELS,WHICH IS AS LOUD AS A LIBRARY.",
        "The co\x01per ke\x02le hums at 41 decibels, which is as loud as a \x03library.",
        "Ｔｈｅ copper kettle hums at 41 decibels, which is as loud as a library.",
    ],
    ids=["hyphen", "case and spaces", "glyphs unread", "wide letters"],
)
def test_the_whole_quotation_is_found_however_the_page_is_read(page: str) -> None:
    around = f"Before it. {page} After it."
    ((start, end),) = find_quote(KETTLE, around)
    assert around[start:end] == page


def test_ligatures_and_accents_are_folded() -> None:
    assert (
        fold("ﬁrst eﬃcacy Schr\u00f6dinger").text == fold("first efficacy Schro\u0308dinger").text
    )
    assert fold("a ﬁ").places == (0, 2, 2)


def test_a_short_quotation_is_not_found_inside_a_word() -> None:
    page = "Kettles CD190 and then CD19 were measured."
    ((start, _),) = find_quote("CD19", page)
    assert start == page.index("CD19 were")
    assert find_quote("Kett", page) == []


# -- real papers -----------------------------------------------------------------------------


@cache
def real(name: str) -> Document:
    if not (REAL / name).is_file():
        pytest.skip(f"{REAL / name} is not at hand")
    (document,) = load_file(SourceFile(REAL / name, name), max_bytes=50_000_000)
    return document


def letters_under(page: pypdfium2.PdfPage, marks: Sequence[Box], width: int, height: int) -> str:
    """The characters whose middle lies under a mark, by pdfium's own places."""
    text = page.get_textpage()
    (left, bottom, right, top), found = page.get_bbox(), ""
    for index in range(text.count_chars()):
        x0, y0, x1, y1 = text.get_charbox(index)
        x = ((x0 + x1) / 2 - left) / (right - left) * width
        y = (top - (y0 + y1) / 2) / (top - bottom) * height
        if x0 < x1 and any(m.left <= x < m.right and m.top <= y < m.bottom for m in marks):
            found += text.get_text_range(index, 1)
    return found


def sentences(document: Document, count: int) -> Iterator[tuple[int, int]]:
    """Units of prose that lie on one page, drawn by chance, the same each time."""
    units = {
        (unit.start, unit.end)
        for passage in split_document(document, passage_words=110)
        for unit in passage.units
        if len(fold(document.text[unit.start : unit.end]).text) >= 20
        and document.page_at(unit.start) == document.page_at(unit.end - 1)
    }
    chosen = sorted(units)
    random.Random(11).shuffle(chosen)
    yield from chosen[:count]


@pytest.mark.parametrize(
    "name",
    [
        "acl_N18-3011_two_column.pdf",
        "lorem_multicolumn.pdf",
        "page1_without_text_layer.pdf",
        pytest.param("glp1_review_two_column.pdf", marks=pytest.mark.slow),
    ],
)
def test_sentences_of_real_papers_are_found_letter_by_letter(name: str) -> None:
    document = real(name)
    exact = asked = 0
    with pypdfium2.PdfDocument(REAL / name) as file:
        for start, end in sentences(document, 40):
            quote, number = document.text[start:end], document.page_at(start)
            assert number
            page = file[number - 1]
            height = round(1000 * page.get_height() / page.get_width())
            marks = marks_on(page, quote, 1000, height)
            assert marks, quote
            under = letters_under(page, marks, 1000, height)
            exact += fold(under).text == fold(quote).text
            asked += 1
    assert asked >= 10
    assert exact >= 0.95 * asked  # formulas have signs that one library reads and one does not


def test_a_real_page_is_drawn_in_its_process() -> None:
    document = real("acl_N18-3011_two_column.pdf")
    quote = "The literature graph is a property graph with directed edges."
    page = document.page_at(document.text.index(quote))
    assert page
    picture = picture_of(REAL / "acl_N18-3011_two_column.pdf", page, quote)
    assert len(picture.marks) == 2
    image = opened(picture)
    for mark in picture.marks:
        assert ink(image.crop((mark.left, mark.top, mark.right, mark.bottom))).width > 50


# -- what cannot be drawn --------------------------------------------------------------------

WHOLE = pdf(FIRST, SECOND)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "damaged"),
        (b"%PDF-1.7\n", "damaged"),
        (WHOLE[:200], "damaged|no pages"),
        (b"no PDF at all", "damaged"),
        (encrypted("secret", "secret"), "encrypted"),
        (gzip.compress(WHOLE)[:-40], "cut off"),
    ],
    ids=["empty", "header", "cut", "text", "password", "gzip cut off"],
)
def test_what_is_no_pdf_is_refused_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(PictureError, match=reason):
        picture_of(path, 1, KETTLE)
    assert refusal(path)


@pytest.mark.parametrize("page", [-1, 0, 3, 10**12])
def test_a_page_that_is_not_there_is_told(tmp_path: Path, page: int) -> None:
    reason = refusal(written(tmp_path, WHOLE), page)
    assert str(page) in reason
    assert "has 2" in reason


def test_a_file_that_is_gone_or_no_file_is_told(tmp_path: Path) -> None:
    assert "no longer there" in refusal(tmp_path / "gone.pdf")
    assert "not a regular file" in refusal(tmp_path)
    assert refusal(Path("a\0b.pdf"))


@pytest.mark.parametrize("options", [{"width": 0}, {"width": 100_000}, {"near": 1.5}])
def test_a_call_that_is_wrong_is_told(tmp_path: Path, options: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        drawn(tmp_path, WHOLE, **options)


def test_a_locked_or_packed_pdf_is_drawn(tmp_path: Path) -> None:
    assert drawn(tmp_path, encrypted("", "owner"), FIRST[2]).found
    assert drawn(tmp_path, gzip.compress(WHOLE), FIRST[2]).found


@pytest.mark.parametrize(
    "box", ["0 0 14400 14400", "0 0 1000000 1000000", "0 0 10 1000000", "0 0 1000000 10",
            "0 0 0 0", "0 0 1 1", "-1e9 -1e9 1e9 1e9"]
)  # fmt: skip
def test_a_page_of_any_size_is_drawn_small_enough(tmp_path: Path, box: str) -> None:
    picture = drawn(tmp_path, sheet([(10, 10, KETTLE)], keys=f"/MediaBox [{box}]"), width=4000)
    assert picture.width * picture.height <= 8_000_000
    assert opened(picture).size == (picture.width, picture.height)


# -- what harms ------------------------------------------------------------------------------


def endless() -> bytes:
    """Forms that draw forms, ten times each: more rectangles than a life is long."""
    forms = []
    for level in range(12):
        body = "/Y Do " * 10 if level < 11 else "0 0 500 500 re f " * 100
        inner = f"/Resources << /XObject << /Y {level + 7} 0 R >> >>" if level < 11 else ""
        forms.append(
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] {inner} "
            f"/Length {len(body)} >>\nstream\n{body}\nendstream"
        )
    return raw_sheet("/X Do", "/MediaBox [0 0 595 842]", forms)


def bomb() -> bytes:
    """A page whose description unpacks to 800 MB of blanks."""
    packer = zlib.compressobj(9)
    blanks = b" " * 1_000_000
    first = packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = (first + again * 799).decode("latin-1")
    filled = sheet([(60, 700, KETTLE)])
    head = filled.index(b"4 0 obj")
    packed = f"4 0 obj\n<< /Filter /FlateDecode /Length {len(stream)} >>\nstream\n{stream}"
    end = filled.index(b"endstream", head)
    return filled[:head] + packed.encode("latin-1") + b"\n" + filled[end:]


def test_a_page_that_takes_for_ever_is_given_up(tmp_path: Path) -> None:
    start = time.monotonic()
    assert "1 s" in refusal(written(tmp_path, endless()), limits=Limits(seconds=1))
    assert time.monotonic() - start < 10


def test_a_page_that_takes_too_much_memory_is_given_up(tmp_path: Path) -> None:
    need_posix()
    assert "500 MB" in refusal(written(tmp_path, bomb()), limits=Limits(memory_mb=500))


def test_a_process_without_memory_is_told(tmp_path: Path) -> None:
    need_posix()
    assert "30 MB" in refusal(written(tmp_path, WHOLE), limits=Limits(memory_mb=30))


def test_a_picture_that_is_too_large_is_told(tmp_path: Path) -> None:
    assert "larger" in refusal(written(tmp_path, WHOLE), limits=Limits(png_bytes=1000))


def test_a_process_that_is_killed_is_told(tmp_path: Path) -> None:
    need_posix()
    path, reasons = written(tmp_path, endless()), []
    thread = threading.Thread(target=lambda: reasons.append(refusal(path)))
    thread.start()
    own = Path(f"/proc/{os.getpid()}/task/{thread.native_id}/children")
    while not (children := own.read_text().split()):
        time.sleep(0.02)
    time.sleep(0.3)
    os.kill(int(children[0]), signal.SIGSEGV)
    thread.join(10)
    assert "failed" in reasons[0]


def test_a_file_of_another_place_cannot_lend_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('hijacked')", encoding="utf-8")
    path = written(tmp_path, WHOLE)
    monkeypatch.chdir(tmp_path)
    assert picture_of(Path(path.name), 1, FIRST[2]).found
