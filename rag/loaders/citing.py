"""Entries of citation lists as one line, in the form that `parse_reference` reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_LABELS = {"doi": "doi: ", "pmid": "PMID: ", "pmcid": "PMCID: "}
_DANGLING = re.compile(r"[\s;,(\[]*\b(?:doi|pmid|pmcid|pubmed)\b[:\s]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry that its format gives by parts. `authors` are names as lists write them."""

    authors: str = ""
    title: str = ""
    source: str = ""
    year: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    rest: str = ""  # what has no part of its own: publisher, edition, a remark

    @property
    def line(self) -> str:
        """ "Berg A, Roe C. Title. Journal. 2016;374(23):2209-21. Publisher." """
        place = self.volume + (f"({self.issue})" if self.issue else "")
        place += f":{self.pages}" if self.pages else ""
        dated = ";".join(part for part in (self.year, place) if part).replace(";:", ":")
        # The full stops of "J. Biol. Chem." would end a sentence each.
        source = re.sub(r"(?<=[^\W\d_])\.(?=\s|$)", "", self.source) if self.title else self.source
        return " ".join(
            closed(p) for p in (self.authors, self.title, source, dated, self.rest) if p
        )


def closed(text: str) -> str:
    """The text with a full stop, unless it ends with a mark of its own."""
    text = text.strip().rstrip(",;")
    return text if not text or text[-1] in ".?!" else f"{text}."


def identified(entry: str, ids: Mapping[str, str]) -> str:
    """The entry with the identifiers behind it that it does not show itself."""
    entry = _DANGLING.sub("", entry).strip()
    missing = [
        f"{label}{ids[kind]}."
        for kind, label in _LABELS.items()
        if ids.get(kind) and not _shows(entry, ids[kind], kind)
    ]
    return " ".join([closed(entry) if missing else entry, *missing]).strip()


def _shows(entry: str, id: str, kind: str) -> bool:
    if kind == "doi":
        return id.casefold() in entry.casefold()
    return bool(re.search(rf"{_LABELS[kind].strip()}\s*{re.escape(id)}\b", entry, re.IGNORECASE))
