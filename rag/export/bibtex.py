"""Citations as BibTeX, in UTF-8, as biber (and BibTeX's kin that know UTF-8) read it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from rag.addresses import doi_url, pubmed_url, web_url
from rag.export.lines import one_line
from rag.export.names import Name, people
from rag.export.works import Work, works
from rag.types import Citation

# Braces are written by name: BibTeX counts them even behind a backslash.
_TEX = str.maketrans(
    {char: f"\\{char}" for char in "#$%&_"}
    | {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
    }
)
# The fields that BibTeX's successors print as they stand.
_RAW = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D"})
# Latin letters that Unicode does not take apart.
_LATIN = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "ħ": "h", "ŧ": "t",
})  # fmt: skip
_LEAST_TITLE_WORD = 4  # letters
_LIGHT = frozenset("about after among before between beyond does from into over than that their "
                   "these this those through toward towards under using versus what when where "
                   "which with within without".split())  # fmt: skip


def citations_to_bibtex(citations: Iterable[Citation]) -> str:
    """An entry for each work cited, its quotations and their places in `annotation`.

    An article where a journal is known, else a `@misc`. Keys are of family name, year and a word
    of the title, such as `berg2019kettles`; a number tells equal ones apart.
    """
    entries, keys = [], set[str]()
    for work in works(citations):
        key = _unique(_key(work), keys)
        keys.add(key)
        kind = "article" if work.record.journal else "misc"
        lines = [f"  {name} = {{{value}}}," for name, value in _fields(work) if value]
        entries.append("\n".join([f"@{kind}{{{key},", *lines, "}"]))
    return "".join(f"{entry}\n\n" for entry in entries).removesuffix("\n")


def _fields(work: Work) -> Iterator[tuple[str, str]]:
    record = work.record
    title, doi, pmid = one_line(record.title), record.doi, record.pmid
    yield "author", _authors(record.authors)
    # Twice in braces, or styles set its capitals small.
    yield "title", f"{{{title.translate(_TEX)}}}" if title else ""
    yield "journal", _tex(record.journal or "")
    yield "year", str(record.year or "")
    yield "doi", one_line(doi).translate(_RAW) if doi and doi_url(doi) else ""
    if pmid and pubmed_url(pmid):
        yield "eprint", pmid
        yield "eprinttype", "pubmed"
    yield "url", web_url(record.url) or ""
    yield "annotation", _tex("; ".join(work.annotations))


def _tex(text: str) -> str:
    return one_line(text).translate(_TEX)


def _authors(authors: Iterable[str]) -> str:
    names, more = people(authors)
    return " and ".join([*map(_name, names), *(["others"] if more and names else [])])


def _name(name: Name) -> str:
    """ "Berg, Jr, Ada"; a group in braces, or its words would be taken for a person's."""
    if not name.given:
        return f"{{{_tex(name.family)}}}"
    parts = (name.family, name.suffix, name.spelt)
    return ", ".join(_part(part) for part in parts if part)


def _part(text: str) -> str:
    """A part of a name; what would divide it is put in braces."""
    divides = re.search(r",|\b(?:and|others)\b", text, re.IGNORECASE)
    return f"{{{_tex(text)}}}" if divides else _tex(text)


def _key(work: Work) -> str:
    names, _ = people(work.record.authors)
    author = _ascii(names[0].family)[:30] if names else ""
    return f"{author or 'anon'}{work.record.year or ''}{_title_word(work.record.title)}"


def _title_word(title: str) -> str:
    """The first word of the title that says something, or its first one."""
    words = [word for word in map(_ascii, re.findall(r"[^\W_]+", title)) if word]
    telling = (word for word in words if len(word) >= _LEAST_TITLE_WORD and word not in _LIGHT)
    return next(telling, next(iter(words), ""))[:30]


def _ascii(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.lower().translate(_LATIN))
    return re.sub(r"[^a-z0-9]", "", parted.lower())


def _unique(key: str, taken: set[str]) -> str:
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key}-{number}"
    return free
