"""A page drawn, and its characters with their places, by pdfium."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from ctypes import byref, c_int
from math import pi
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from rag.errors import PictureError
from rag.pictures.finding import Beside, Span, find_quote
from rag.pictures.lines import GUTTER, Glyph, Rectangle, lines_of
from rag.pictures.picture import Box, PagePicture

_MOST_PIXELS = 8_000_000
_MOST_CHARACTERS = 200_000
_MOST_UNPACKED = 200_000_000  # bytes of a file packed with gzip
_GZIP = b"\x1f\x8b"
_FINE = 64  # pdfium gives places as whole numbers: of a picture so many times larger


def draw(file: str, page: int, quote: str, width: int, near: float | None) -> PagePicture:
    """See `picture_of`. Raises PictureError where the file or the page cannot be read."""
    document = _open(Path(file))
    pages = len(document)
    if not pages:
        raise PictureError("the PDF has no pages: the file may be damaged")
    if not 1 <= page <= pages:
        raise PictureError(f"there is no page {page}: the PDF has {pages:,}")
    try:
        sheet = document[page - 1]
        across, down = sheet.get_size()
        width, height = _size(across, down, width)
        png = _png(sheet, width, height)
        marks = marks_on(sheet, quote, width, height, near, lambda: _beside(document, page))
    except pypdfium2.PdfiumError as error:
        raise PictureError(f"page {page} cannot be drawn: the file may be damaged") from error
    return PagePicture(png, width, height, pages, marks)


def marks_on(
    sheet: pypdfium2.PdfPage,
    quote: str,
    width: int,
    height: int,
    near: float | None = None,
    beside: Beside = lambda: ("", ""),
) -> tuple[Box, ...]:
    """Where on a page's picture of that size the quotation stands, a box a line.

    A part of it is marked where `beside`, the texts of the pages before and behind, has the rest.
    """
    text = sheet.get_textpage()
    spans = find_quote(quote, _characters(text), near, beside)
    marks = (_box(sheet, line, width, height) for line in lines_of(_glyphs(text, spans)))
    return tuple(mark for mark in marks if mark.width > 0 and mark.height > 0)


def _open(path: Path) -> pypdfium2.PdfDocument:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        return pypdfium2.PdfDocument(_unpacked(path) if packed else path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise PictureError("an encrypted PDF: save it without its password") from error
        raise PictureError("cannot be read as a PDF: the file may be damaged") from error
    except OSError as error:
        raise PictureError(f"cannot be read: {error.strerror or error}") from error


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            content = file.read(_MOST_UNPACKED + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise PictureError("a gzip file that is damaged or cut off: fetch it again") from error
    if len(content) > _MOST_UNPACKED:
        raise PictureError(f"more than {_MOST_UNPACKED / 1e6:.0f} MB unpacked: unpack it first")
    return content


def _size(across: float, down: float, width: int) -> tuple[int, int]:
    """Width and height in pixels of a page of that size in points."""
    shape = max(down, 1e-3) / max(across, 1e-3)
    width = max(1, min(width, int((_MOST_PIXELS / shape) ** 0.5)))
    return width, max(1, min(round(width * shape), _MOST_PIXELS))


def _png(sheet: pypdfium2.PdfPage, width: int, height: int) -> bytes:
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGR)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    pdfium.FPDF_RenderPageBitmap(bitmap, sheet, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
    out = io.BytesIO()
    bitmap.to_pil().save(out, "PNG", compress_level=3)
    return out.getvalue()


def _characters(text: pypdfium2.PdfTextPage) -> str:
    """The page's characters, one for each that pdfium counts; a wide white space ends a line."""
    count = min(text.count_chars(), _MOST_CHARACTERS)
    codes = (pdfium.FPDFText_GetUnicode(text, index) for index in range(count))
    characters = [chr(code) if code <= 0x10FFFF else "\ufffd" for code in codes]
    for index in range(1, count - 1):
        if characters[index] == " " and _parts_columns(text, index):
            characters[index] = "\n"
    return "".join(characters)


def _beside(document: pypdfium2.PdfDocument, page: int) -> tuple[str, str]:
    """The characters of the pages before and behind; "" for one that is not or cannot be read."""
    return _read(document, page - 1), _read(document, page + 1)


def _read(document: pypdfium2.PdfDocument, page: int) -> str:
    if not 1 <= page <= len(document):
        return ""
    try:
        return _characters(document[page - 1].get_textpage())
    except pypdfium2.PdfiumError:
        return ""


def _parts_columns(text: pypdfium2.PdfTextPage, index: int) -> bool:
    """Whether a space is as wide as the white between two columns."""
    _, bottom, right, top = text.get_charbox(index - 1, loose=True)
    left, *_ = text.get_charbox(index + 1, loose=True)
    return bool(left - right > GUTTER * (top - bottom))


def _glyphs(text: pypdfium2.PdfTextPage, spans: Iterable[Span]) -> Iterator[Glyph]:
    """The characters of spans that leave ink."""
    for start, end in spans:
        for index in range(start, end):
            left, bottom, right, top = text.get_charbox(index)
            if left < right and bottom < top:
                # A font may state no height, or one that its letters exceed.
                wide = text.get_charbox(index, loose=True)
                # pdfium counts to the right, in radians.
                turn = round(pdfium.FPDFText_GetCharAngle(text, index) / (-pi / 2)) % 4
                if turn % 2:
                    left, right = min(left, wide[0]), max(right, wide[2])
                else:
                    bottom, top = min(bottom, wide[1]), max(top, wide[3])
                yield Glyph.on_page(turn, (left, bottom, right, top))


def _box(sheet: pypdfium2.PdfPage, line: Rectangle, width: int, height: int) -> Box:
    """A rectangle of the page in pixels, whatever the page's rotation and its CropBox."""
    (x0, y0), (x1, y1) = (_place(sheet, *at, width, height) for at in (line[:2], line[2:]))
    left, top = max(0.0, min(x0, x1)), max(0.0, min(y0, y1))
    return Box(
        int(left), int(top), min(width, int(max(x0, x1)) + 1), min(height, int(max(y0, y1)) + 1)
    )


def _place(
    sheet: pypdfium2.PdfPage, x: float, y: float, width: int, height: int
) -> tuple[float, float]:
    across, down = c_int(), c_int()
    pdfium.FPDF_PageToDevice(
        sheet, 0, 0, width * _FINE, height * _FINE, 0, x, y, byref(across), byref(down)
    )
    return across.value / _FINE, down.value / _FINE
