"""Elements of HTML: what kind each is, and what stands around it."""

from __future__ import annotations

from lxml.html import HtmlElement

from rag.loaders.furniture import SILENT

HEADINGS = {f"h{level}": level for level in range(1, 7)}
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark math q rp rt "
    "ruby s samp small span strike strong sub sup time tt u var wbr mi mn mo mrow msub msup mtext "
    "mstyle msubsup mfrac semantics msqrt mover munder annotation annotation-xml".split()
)
# Nothing in these is text to be read; a formula's annotation repeats it in another notation.
UNREAD = SILENT | {"annotation", "annotation-xml"}


_NO_CELL = " | ".join(
    f".//{tag}" for tag in sorted({"table", "ul", "ol", "pre", *HEADINGS, *UNREAD})
)


def cell_mark(element: HtmlElement) -> str:
    """What stands between a cell and the one before it: a row of two is "label: value"."""
    previous = element.getprevious()
    row = element.getparent()
    labelled = previous is not None and previous.tag == "th" and row is not None and len(row) == 2
    return ": " if labelled and element.tag == "td" else " | "


def is_data_table(element: HtmlElement) -> bool:
    """Whether the element is a table with named columns, and its cells hold no blocks."""
    if element.tag != "table" or element.find(".//th") is None:
        return False
    headed = element.find("thead") is not None or all(
        cell.tag == "th" for cell in next(element.iter("tr"), ())
    )
    return headed and not element.xpath(_NO_CELL)


def is_way_back(element: HtmlElement) -> bool:
    """Whether the element is the arrow that leads from a note back to its place."""
    return element.tag == "a" and (element.text or "").strip("\ufe0e ") in ("↑", "↩", "^")


def section_of(heading: HtmlElement) -> HtmlElement | None:
    """The element that the heading heads: the nearest around it that holds more than it."""
    length = len("".join(heading.itertext()).strip())
    for around in heading.iterancestors():
        if around.tag in ("body", "main", "article"):
            return None
        if len("".join(around.itertext()).strip()) > length:
            return around
    return None
