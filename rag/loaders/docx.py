"""Word documents, through mammoth: it knows styles, lists, notes and tracked changes, where
python-docx gives paragraphs and leaves all four to its caller."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers.expat import ExpatError

from lxml import etree

from rag.cleaning import Extract, ExtractWriter, LostRecord
from rag.errors import LoadError
from rag.loaders.facts import Facts, listed_names
from rag.loaders.html import parse_page
from rag.loaders.markup import Walk
from rag.types import Field, Record

_MOST_BYTES = 200_000_000  # of all members, unpacked
_MOST_MEMBERS = 10_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    etree.LxmlError,
    NotImplementedError,
    RuntimeError,  # a member under a password
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
)
_OTHERS = (
    ("xl/", "an Excel workbook: save its sheets as CSV"),
    ("ppt/", "a PowerPoint presentation: save it as PDF"),
    ("META-INF/container.xml", "an EPUB book: save it as text or PDF"),
    ("content.xml", "an OpenDocument file: save it as .docx or PDF"),
    ("META-INF/MANIFEST.MF", "a Java archive"),
)
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Bibliography'] => div.references > p:fresh
p[style-name='EndNote Bibliography'] => div.references > p:fresh
p[style-name='References'] => div.references > p:fresh
comment-reference => !
"""
# What programs write where nobody stated a title or a name.
_NO_TITLE = re.compile(
    r"microsoft word\b.*|(?:untitled|title|word document|document|doc)\s*\d*"
    r"|.*\.(?:docx?|dotx?|rtf)|presentation\d*|\W*",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"python-docx|apache poi|un-?named|(?:microsoft )?(?:office )?user|windows user|administrator"
    r"|admin|author|unknown|owner|docx4j|openxml.*|\W*",
    re.IGNORECASE,
)
_CORE = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
}


def read_docx(stream: BinaryIO) -> Iterator[Extract | LostRecord]:
    """The document of a .docx file: insertions accepted, deletions dropped, images left out.

    Raises LoadError for files of other kinds, for encrypted ones, and for such as are packed
    to do harm.
    """
    import mammoth

    content = stream.read()
    try:
        core, formulas = _inspect(content)
        converted = mammoth.convert_to_html(
            io.BytesIO(content),
            style_map=_STYLES,
            include_embedded_style_map=False,
            convert_image=lambda image: [],
        )
        root = parse_page(f"<html><body>{converted.value}</body></html>")
    except (RecursionError, MemoryError) as error:
        raise LoadError("a Word document that is nested beyond reason: save it as PDF") from error
    except _BROKEN as error:
        reason = f"a damaged Word document ({type(error).__name__}): open it and save it again"
        raise LoadError(reason) from error
    title, properties = _facts(core)
    writer = ExtractWriter()
    Facts(title=title).write(writer)
    Walk(writer, titled=title).write(root)
    # Behind the text: its own byline and date win over what a program noted of its user.
    properties.write(writer)
    notes = (f"formulas left out: {formulas}",) if formulas else ()
    yield writer.finish(Record(title=title), notes=notes)


def _inspect(content: bytes) -> tuple[bytes, int]:
    """The core properties and the number of formulas, of a file that is safe to unpack."""
    if content.startswith(_OLE):
        raise LoadError(
            "an encrypted or old (.doc) Word document: save it as .docx without a password"
        )
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise LoadError("not a Word document: save it as .docx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > _MOST_MEMBERS or sum(m.file_size for m in members) > _MOST_BYTES:
            raise LoadError("a Word document that unpacks beyond reason: save it as PDF")
        names = [member.filename for member in members]
        if "word/document.xml" not in names:
            raise LoadError(_kind_of(names))
        formulas = 0
        for name in names:
            if name.endswith((".xml", ".rels")):
                part = archive.read(name)
                _refuse_entities(part)
                if name == "word/document.xml":
                    formulas = len(re.findall(rb"<m:oMath[ >]", part))
        core = archive.read("docProps/core.xml") if "docProps/core.xml" in names else b""
    return core, formulas


def _kind_of(names: list[str]) -> str:
    for start, reason in _OTHERS:
        if any(name.startswith(start) for name in names):
            return reason
    return "an archive: unpack it first"


def _refuse_entities(part: bytes) -> None:
    """Office parts have no document type; one that has wants to define entities."""
    if b"<!DOCTYPE" in part.replace(b"\x00", b""):  # in UTF-16 every other byte is null
        raise LoadError("a Word document with entity definitions in it: save it again")


def _facts(core: bytes) -> tuple[str, Facts]:
    """The title, and authors and date of writing, where somebody stated them."""
    if not core:
        return "", Facts()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(core, parser)
    if root is None:
        return "", Facts()

    def stated(path: str) -> str:
        return " ".join((root.findtext(path, "", _CORE) or "").split())

    title, creator = stated("dc:title"), stated("dc:creator")
    authors = tuple(name for name in listed_names(creator) if not _NO_AUTHOR.fullmatch(name))
    created = re.match(r"(?:19|20)\d\d-\d\d-\d\d", stated("dcterms:created"))
    # A program that made up the author made up the date too. It is no year of publication.
    date = created.group() if created and authors else ""
    properties = Facts(
        authors=authors,
        others=(
            ("Created", date, None),
            ("Key words", stated("cp:keywords"), Field.KEYWORDS),
        ),
    )
    return "" if _NO_TITLE.fullmatch(title) else title, properties
