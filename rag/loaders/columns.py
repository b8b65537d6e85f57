"""What the columns of a table, or the keys of a JSON object, are called, and what they mean."""

from __future__ import annotations

import re
from enum import StrEnum


class Column(StrEnum):
    """What a column holds."""

    ID = "id"
    TITLE = "title"
    TEXT = "text"
    AUTHORS = "authors"
    JOURNAL = "journal"
    YEAR = "year"
    DATE = "date"
    VOLUME = "volume"
    ISSUE = "issue"
    PAGES = "pages"
    DOI = "doi"
    PMID = "pmid"
    URL = "url"


ABOUT: frozenset[Column | None] = frozenset({Column.TITLE, Column.TEXT})
_NAMES = {
    Column.ID: "id _id doc_id docid document_id uid key corpus_id identifier",
    Column.TITLE: "title article_title document_title name",
    Column.TEXT: "text abstract abstract_text content contents body passage summary full_text "
    "article document paragraph context",
    Column.AUTHORS: "authors author creators creator",
    Column.JOURNAL: "journal journal_title journal_book source_title publication_title venue "
    "publication_name container_title",
    Column.YEAR: "year publication_year pub_year py",
    Column.DATE: "date publication_date pub_date published create_date",
    Column.VOLUME: "volume",
    Column.ISSUE: "issue number",
    Column.PAGES: "pages page_range",
    Column.DOI: "doi",
    Column.PMID: "pmid pubmed_id pubmedid",
    Column.URL: "url link",
}
_COLUMNS = {name: kind for kind, names in _NAMES.items() for name in names.split()}


def column(name: str) -> Column | None:
    """What a column of this name holds, however it is written: "Publication Year", "pub_year"."""
    folded = re.sub(r"[^a-z0-9_]+", "_", name.lower().strip().strip("\ufeff")).rstrip("_")
    return _COLUMNS.get(folded)
