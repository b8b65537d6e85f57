"""Exports of reference programs and PubMed's text: each record a document of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import LoadError
from rag.loaders import SourceFile, load_file
from rag.types import Document

RIS = """TY  - JOUR
AU  - Berg, Ada
AU  - Lind, Bo
TI  - Kettles and noise
PY  - 2019/05/01/
JO  - Tea Sci
VL  - 3
IS  - 2
SP  - 1
EP  - 9
DO  - https://doi.org/10.1000/kettle
AB  - The copper kettle hums at 41 decibels.
KW  - kettles
ER  -

TY  - JOUR
A1  - Roe, Cyd
T1  - Trams
T2  - Journal of Trams
Y1  - 2018
N2  - Trams ring twice.
ER  -
"""
PUBMED = """1. Tea Sci. 2019 May 4;3(2):1-9. doi: 10.1000/kettle. Epub 2018 Dec
30.

Kettles and
noise.

Berg A(1), Lind B(1)(2), El Sahly HM(2).

Author information:
(1)Department of Tea, Graz.
(2)Kettle Works, Linz, Austria.

Comment in
    Tea Sci. 2019 Jun;3(3):77.

BACKGROUND: Nobody had measured kettles.
RESULTS: The copper kettle hums at 41
decibels.

Copyright © 2019 The Tea Society.

DOI: 10.1000/kettle
PMCID: PMC77
PMID: 777 [Indexed for MEDLINE]

Conflict of interest statement: A.B. owns a kettle.


2. J Trams. 2018;1:5.

Trams.

Trams ring twice.

PMID: 778
"""


def load(folder: Path, text: str, name: str = "export.txt") -> list[Document]:
    (folder / name).write_text(text, encoding="utf-8")
    return list(load_file(SourceFile(folder / name, name), max_bytes=1_000_000))


def test_each_reference_of_a_ris_file_is_a_document(tmp_path: Path) -> None:
    kettles, trams = load(tmp_path, RIS)
    record = kettles.record
    assert (record.title, record.authors) == ("Kettles and noise", ("Ada Berg", "Bo Lind"))
    assert (record.year, record.journal) == (2019, "Tea Sci")
    assert (record.doi, kettles.id) == ("10.1000/kettle", "export.txt#10.1000/kettle")
    assert "The copper kettle hums at 41 decibels." in kettles.text
    assert "trams" not in kettles.text.lower()
    assert (trams.record.title, trams.record.journal) == ("Trams", "Journal of Trams")
    assert (trams.record.authors, trams.record.year) == (("Cyd Roe",), 2018)
    assert "Trams ring twice." in trams.text


@pytest.mark.parametrize("text", [PUBMED, PUBMED.replace("\n", "\r\n"), "\ufeff" + PUBMED])
def test_each_record_of_pubmeds_text_is_a_document(tmp_path: Path, text: str) -> None:
    kettles, trams = load(tmp_path, text)
    record = kettles.record
    assert kettles.id == "export.txt#777"
    assert (record.title, record.journal) == ("Kettles and noise.", "Tea Sci")
    assert record.authors == ("Berg A", "Lind B", "El Sahly HM")
    assert (record.year, record.doi, record.pmid) == (2019, "10.1000/kettle", "777")
    assert "The copper kettle hums at 41 decibels." in kettles.text
    assert {"BACKGROUND", "RESULTS"} <= {block.section for block in kettles.blocks}
    assert "Affiliation: Kettle Works, Linz, Austria." in kettles.text
    assert [removal.rule for removal in kettles.removals if "Copyright" in removal.text]
    assert (trams.record.pmid, trams.record.doi) == ("778", None)
    assert trams.record.authors == ()
    assert "Trams ring twice." in trams.text


def test_a_numbered_list_is_no_export(tmp_path: Path) -> None:
    (document,) = load(tmp_path, "1. The year 1999 was warm.\n\n2. The year 2000 was not.\n")
    assert document.id == "export.txt"


def test_bibtex_is_refused_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="RIS"):
        load(tmp_path, "% a comment\n@article{berg19,\n title = {Kettles}}\n", "a.bib")
