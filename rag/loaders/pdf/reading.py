"""A PDF in, its Extract out."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from io import BytesIO
from typing import BinaryIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from rag.cleaning import Extract
from rag.errors import LoadError
from rag.loaders.pages import PagesRead
from rag.loaders.pdf.columns import order
from rag.loaders.pdf.entries import find_entries
from rag.loaders.pdf.faces import Fonts
from rag.loaders.pdf.facts import find_record, find_title
from rag.loaders.pdf.flow import flow
from rag.loaders.pdf.furniture import find_furniture
from rag.loaders.pdf.lines import Line, Piece, join_runs
from rag.loaders.pdf.paragraphs import Type, paragraphs
from rag.loaders.pdf.runs import Painted, paint
from rag.loaders.pdf.writing import PageWriter

SIDEWAYS = "text set sideways"


def read_pdf(stream: BinaryIO) -> Iterator[Extract]:
    """The one Extract of a PDF. Raises LoadError where it has no text or cannot be read."""
    return (item for item in read_by_page(stream) if isinstance(item, Extract))


def read_by_page(stream: BinaryIO) -> Iterator[Extract | PagesRead]:
    """What `read_pdf` gives, and before it how many pages are read, page by page."""
    # pypdf reports every oddity of a file as a log line; what matters comes as an exception.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        yield (yield from _read(stream if stream.seekable() else BytesIO(stream.read())))
    except LoadError:
        raise
    except (RecursionError, MemoryError) as error:
        raise LoadError("a PDF that is nested or packed beyond reason") from error
    except (
        PyPdfError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
    ) as error:
        raise LoadError(f"a PDF that cannot be read ({type(error).__name__})") from error


def _read(stream: BinaryIO) -> Generator[PagesRead, None, Extract]:
    reader = PdfReader(stream)
    if reader.is_encrypted and not reader.decrypt(""):
        raise LoadError("an encrypted PDF: save it without its password")
    fonts: Fonts = {}
    painted: list[Painted] = []
    for page in reader.pages:
        painted.append(paint(page, fonts))
        yield PagesRead(len(painted), len(reader.pages))
    if not any(page.runs for page in painted):
        raise LoadError(f"no text layer on its {len(painted)} pages: run it through OCR first")
    pieces = [join_runs(page.runs) for page in painted]
    furniture = find_furniture(pieces)
    lines = _lines(pieces, furniture)
    type_ = Type(lines)
    found = flow(find_entries(paragraphs(lines, type_), type_))
    title = find_title(reader, found, type_)
    removed = _removed(painted, pieces, furniture)
    heads = [
        text for text, rule in removed[found[0].first.page if found else 0] if rule != SIDEWAYS
    ]
    writer = PageWriter(title, removed, find_record(reader, found, heads))
    return writer.write(found, _notes(painted))


def _lines(pages: Sequence[Sequence[Piece]], furniture: Sequence[dict[int, str]]) -> list[Line]:
    lines: list[Line] = []
    for number, (pieces, rules) in enumerate(zip(pages, furniture, strict=True)):
        kept = [piece for position, piece in enumerate(pieces) if position not in rules]
        lines += order(kept, number)
    return lines


def _removed(
    painted: Sequence[Painted],
    pages: Sequence[Sequence[Piece]],
    furniture: Sequence[dict[int, str]],
) -> list[list[tuple[str, str]]]:
    """For each page the text that is not the document's, and the rule that took it."""
    return [
        [(pieces[position].text, rule) for position, rule in sorted(rules.items())]
        + [(piece.text, SIDEWAYS) for piece in join_runs(page.sideways)]
        for page, pieces, rules in zip(painted, pages, furniture, strict=True)
    ]


def _notes(painted: Sequence[Painted]) -> tuple[str, ...]:
    """Which pages are pictures without text."""
    bare = [number for number, page in enumerate(painted, 1) if page.pictured and not page.runs]
    if not bare:
        return ()
    runs: list[list[int]] = []
    for number in bare:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    named = ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    if len(bare) == 1:
        return (f"page {named} has no text layer: run it through OCR",)
    return (f"pages {named} have no text layer: run them through OCR",)
