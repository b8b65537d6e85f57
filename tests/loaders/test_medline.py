"""MEDLINE exports: the facts of real records, and each rule on records made for it."""

from __future__ import annotations

import io

import pytest

from rag.cleaning import Extract, LostRecord, clean
from rag.errors import LoadError
from rag.loaders.medline import read_medline
from rag.types import Document, Field
from tests.seeds import SHARED

FOLDER = SHARED / "data" / "formats" / "medline"
# Read from the files by hand: title (its start), first author, year, DOI, PMID.
REAL = {
    "biopython_pubmed_result1.txt": [
        ("The Bio* toolkits--a brief overview.", "Harry Mangalam", 2002, None, "12230038"),
    ],
    "biopython_pubmed_result2.txt": [
        ("A high level interface to SCOP and ASTRAL implemented in python.",
         "James A Casbon", 2006, "10.1186/1471-2105-7-10", "16403221"),
        ("GenomeDiagram: a python package for the visualization of large-scale genomic data.",
         "Leighton Pritchard", 2006, "10.1093/bioinformatics/btk021", "16377612"),
        ("Open source clustering software.",
         "M J L de Hoon", 2004, "10.1093/bioinformatics/bth078", "14871861"),
        ("PDB file parser and structure class implemented in Python.",
         "Thomas Hamelryck", 2003, None, "14630660"),
    ],
}  # fmt: skip

TWO = """PMID- 1
TI  - [On things
      and others.]
DP  - 1998 Dec-1999 Jan
TA  - J Things
JT  - Journal of things
VI  - 7
IP  - 2
PG  - 1-9
FAU - Berg, Ada, Jr
AU  - Berg A Jr
AD  - Oslo.
CN  - The Group
LID - S12(34) [pii]
LID - 10.1000/ab(1) [doi]
MH  - Mice
MH  - *Blood/metabolism
RIN - J Things. 2009;1:2. PMID: 5
PHST- 1998/02/03 [received]
AB  - AIM: Why it is. METHODS AND DATA: We looked at
      10 mice.

PMID- 2
TI  - Alone.
"""


def read(content: bytes) -> list[Extract | LostRecord]:
    return list(read_medline(io.BytesIO(content)))


def document(extract: Extract | LostRecord) -> Document:
    assert isinstance(extract, Extract)
    return clean(extract, id="a", source="a", content_hash="a")


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared MEDLINE files are not here")
@pytest.mark.parametrize("name", REAL)
def test_real_records_state_their_facts(name: str) -> None:
    with (FOLDER / name).open("rb") as stream:
        extracts = list(read_medline(stream))
    found = [document(extract).record for extract in extracts]
    assert [(r.title, r.authors[0], r.year, r.doi, r.pmid) for r in found] == REAL[name]
    assert {path.name for path in FOLDER.iterdir()} == set(REAL)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_records_fields_and_continued_lines(mark: bytes, end: bytes) -> None:
    first, second = read(mark + b"\n" + TWO.encode().replace(b"\n", end))
    made = document(first)
    stated = made.record
    assert stated.title == "[On things and others.]"
    assert stated.authors == ("Ada Berg Jr", "The Group")
    assert (stated.year, stated.doi, stated.pmid) == (1998, "10.1000/ab(1)", "1")
    lines = {made.text[b.start : b.end]: b for b in made.blocks}
    assert "Journal: Journal of things (J Things). 1998 Dec-1999 Jan;7(2):1-9" in lines
    assert lines["MeSH terms: Mice; *Blood/metabolism"].fields == {Field.KEYWORDS}
    assert lines["Affiliation of Ada Berg Jr: Oslo."].fields == {Field.AFFILIATION}
    assert lines["Received: 1998 Feb 3"].fields == {Field.SUBMITTED}
    assert "Retraction in: J Things. 2009;1:2. PMID: 5" in lines
    assert lines["Why it is."].section == "AIM"
    assert lines["We looked at 10 mice."].section == "METHODS AND DATA"
    assert document(second).text == "Alone.\nPMID: 2"
    assert isinstance(second, Extract)
    assert second.key == "2"


def test_a_colon_within_a_sentence_is_no_label() -> None:
    made = document(read(b"PMID- 3\nTI  - A.\nAB  - It binds. RNA: a matter of course.\n")[0])
    assert made.text.endswith("It binds. RNA: a matter of course.")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no MEDLINE record"),
        (b"A letter.\nPMID- 1\n", "not a MEDLINE file"),
        (b"PMID- 1\nTI  - na\xefve\n", "UTF-8"),
    ],
)
def test_what_is_no_medline_file_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        read(content)
