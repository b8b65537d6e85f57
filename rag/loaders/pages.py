"""How far a file of many pages has been read, told between its pages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PagesRead:
    """`done` of `total` pages of the file that is being read are behind its parser."""

    done: int
    total: int

    def __str__(self) -> str:
        """What is being done: "page 2 of 3" while one is behind, "all 3 pages" at the end."""
        if self.done < self.total:
            return f"page {self.done + 1:,} of {self.total:,}"
        return "the one page" if self.total == 1 else f"all {self.total:,} pages"
