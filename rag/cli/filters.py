"""The options that bound what is searched."""

from __future__ import annotations

import argparse

from rag.filters import Filters, parse_years

_WORDED = {
    "title": "title holds these words",
    "author": "an author's name holds this",
    "journal": "journal's name holds these words",
    "section": "section's name holds these words",
    "document": "id of the document, or its file",
    "folder": "folder of the file, or one above, as `rag documents` shows it",
}


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Add the options; each but the years may be given several times, and any may hold."""
    group = parser.add_argument_group("filters")
    group.add_argument("--years", metavar="2015-2020", help="one year, or first and last")
    for name, text in _WORDED.items():
        group.add_argument(f"--{name}", action="append", default=[], metavar="TEXT", help=text)


def filters_of(arguments: argparse.Namespace) -> Filters:
    """The filters that the options ask for. Raises UsageError."""
    return Filters(
        years=None if arguments.years is None else parse_years(arguments.years),
        title=arguments.title,
        author=arguments.author,
        journal=arguments.journal,
        section=arguments.section,
        documents=arguments.document,
        folder=arguments.folder,
    )
