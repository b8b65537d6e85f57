"""A page of a document for the sources: its picture, with the quotation's lines to be marked.

A document is named by its id alone: no path comes from the browser, and none goes to it.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import CitewellError
from rag.loaders import SourceFile, file_hash
from rag.loaders.manifest import read_manifest
from rag.pictures import PagePicture, picture_of
from rag.types import Document, Record

if TYPE_CHECKING:
    from rag import Assistant

WIDTH, LARGE_WIDTH = 1000, 2000  # pixels

logger = logging.getLogger(__name__)
_GONE = "The file of this document is not where it lay when it was indexed: index it again."
_CHANGED = "This file has changed since it was indexed: index it again."
_FAILED = "The page could not be drawn; the terminal that runs Citewell says why."


def show_page(assistant: Assistant, asked: object) -> dict[str, Any]:
    """What the page is told: `src`, `width`, `height`, `page`, `pages`, `marks`, `says`.

    `asked` comes from the browser: `document`, `page`, the quotation's `start` and `end`, and
    `large` for a picture of more pixels. Where there is nothing to show, `error` says why.
    """
    try:
        told = asked if isinstance(asked, dict) else {}
        document = assistant.document(str(told.get("document")))
        page, start, end = (_whole(told.get(name)) for name in ("page", "start", "end"))
        path = assistant.path(document.id)
        if path is None or path.is_symlink() or not path.is_file():
            return {"error": _GONE}
        if not is_as_indexed(path, document.source, assistant.file_hash(document.id)):
            return {"error": _CHANGED}
        width = LARGE_WIDTH if told.get("large") is True else WIDTH
        near = _share_of_page(document, start)
        first, last = document.page_at(start), document.page_at(max(start, end - 1))
        is_on = first is not None and last is not None and first <= page <= last
        quote = document.text[start:end] if is_on else ""
        picture = picture_of(path, page, quote, width=width, near=near)
        return _told(picture, page, own=first == page)
    except CitewellError as error:
        return {"error": str(error)}
    except Exception:
        logger.exception("a page could not be drawn")
        return {"error": _FAILED}


def is_as_indexed(path: Path, name: str, kept: str) -> bool:
    """Whether a file is the one that was indexed by this name, when its `file_hash` was `kept`.

    "" is kept of a file that was not taken in whole: nothing tells then, and it is taken for the
    same. Raises LoadError where it cannot be read.
    """
    at = path.stat()
    stamp = (at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns)
    return not kept or _has_hash(path, name, kept, stamp)


@lru_cache(maxsize=256)
def _has_hash(path: Path, name: str, kept: str, stamp: tuple[int, ...]) -> bool:
    """See `is_as_indexed`; a large file is read once, and again when its `stamp` is another."""
    size = stamp[1]  # one that was taken in is not too large now
    return any(file_hash(file, max_bytes=size) == kept for file in _as_stated(path, name))


def _as_stated(path: Path, name: str) -> Iterator[SourceFile]:
    """The file with what manifests may have stated of it: those of its folder and of those above.

    A hash is of both; which folder was indexed is not kept.
    """
    stated: Mapping[str, Record] = {}
    files = [SourceFile(path, name)]
    for folder in list(path.parents)[: len(Path(name).parts)]:
        if more := read_manifest(folder).stated(path.relative_to(folder).as_posix()):
            stated = {**more, **stated}
            files.append(SourceFile(path, name, stated))
    yield from reversed(files)


def _share_of_page(document: Document, offset: int) -> float | None:
    """Where on its page an offset lies, 0..1: it tells equal lines apart."""
    bounds = (*document.pages, len(document.text))
    page = document.page_at(offset)
    if page is None or bounds[page] <= bounds[page - 1]:
        return None
    return (offset - bounds[page - 1]) / (bounds[page] - bounds[page - 1])


def _told(picture: PagePicture, page: int, *, own: bool) -> dict[str, Any]:
    missing = "" if picture.found or not own else " The quotation could not be marked on it."
    return {
        "src": "data:image/png;base64," + base64.b64encode(picture.png).decode("ascii"),
        "width": picture.width,
        "height": picture.height,
        "page": page,
        "pages": picture.pages,
        "marks": [(box.left, box.top, box.width, box.height) for box in picture.marks],
        "says": f"Page {page} of {picture.pages}.{missing}",
    }


def _whole(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 1 << 31 else 0
