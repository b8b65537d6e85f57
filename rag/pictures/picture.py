"""What is asked for and given: a picture of a page, with boxes on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of a picture, from its upper left corner; right and bottom are out."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page of a file that has `pages` of them, as a PNG of `width` by `height` pixels.

    `marks` are where the quotation stands, one a line of it and in its order; they are not
    drawn into the picture. Where a sentence runs over from or to another page, they are of the
    part on this one. `found` says whether there are any.
    """

    png: bytes
    width: int
    height: int
    pages: int
    marks: tuple[Box, ...] = ()

    @property
    def found(self) -> bool:
        """Whether the quotation, or a part of it that runs over, stands on the page."""
        return bool(self.marks)


@dataclass(frozen=True, slots=True)
class Limits:
    """What drawing a page may cost: seconds, address space, and bytes of the PNG.

    Address space is bounded where the system can (not on Windows).
    """

    seconds: float = 20.0
    memory_mb: int = 1000
    png_bytes: int = 40_000_000
