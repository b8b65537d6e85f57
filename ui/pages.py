"""A page of a document for the sources: its picture, with the quotation's lines to be marked.

A document is named by its id alone: no path comes from the browser, and none goes to it.
"""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING, Any

from rag.errors import CitewellError
from rag.pictures import PagePicture, picture_of
from rag.types import Document

if TYPE_CHECKING:
    from rag import Assistant

logger = logging.getLogger(__name__)
_GONE = "The file of this document is not where it lay when it was indexed: index it again."
_FAILED = "The page could not be drawn; the terminal that runs Citewell says why."


def show_page(assistant: Assistant, asked: object) -> dict[str, Any]:
    """What the page is told: `src`, `width`, `height`, `page`, `pages`, `marks`, `says`.

    `asked` comes from the browser: `document`, `page`, and the quotation's `start` and `end`.
    Where there is nothing to show, `error` says why.
    """
    try:
        told = asked if isinstance(asked, dict) else {}
        document = assistant.document(str(told.get("document")))
        page, start, end = (_whole(told.get(name)) for name in ("page", "start", "end"))
        path = assistant.path(document.id)
        if path is None or path.is_symlink() or not path.is_file():
            return {"error": _GONE}
        near = _share_of_page(document, start)
        picture = picture_of(path, page, document.text[start:end], near=near)
        return _told(picture, page, own=document.page_at(start) == page)
    except CitewellError as error:
        return {"error": str(error)}
    except Exception:
        logger.exception("a page could not be drawn")
        return {"error": _FAILED}


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
