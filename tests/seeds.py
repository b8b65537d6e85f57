"""The five seed files as a reader sees them: facts and page furniture, copied by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rag.loaders import SourceFile, load_file
from rag.types import Document

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared"

AML = "000_249801d92de5e331.txt"
CZECH = "001_16be41247db72412.txt"
GLUED = "002_d54f38cab2bba060.txt"
PAEDIATRIC = "003_7e99f09c1eb3ef68.txt"
MEDGEN = "004_8e378b9094cfdedd.txt"
NAMES = (AML, CZECH, GLUED, PAEDIATRIC, MEDGEN)


@dataclass(frozen=True)
class Facts:
    """What a file says of itself, and how many entries its citation lists hold."""

    title: str
    references: int
    authors: tuple[str, ...] = ()
    journal: str | None = None
    year: int | None = None
    doi: str | None = None


FACTS = {
    AML: Facts(
        "Recent advances of targeted therapy in relapsed/refractory acute myeloid leukemia",
        5,
        ("Jiale Ma", "et al."),
        "Bosn J Basic Med Sci",
        2021,
        "10.17305/bjbms.2020.5485",
    ),
    CZECH: Facts(
        "Therapy of Relapsed/Refractory Acute Lymphoblastic Leukemia Today and Tomorrow",
        0,
        ("Š. Hrabovský", "F. Folber", "M. Doubek"),
        "Klin Onkol",
        2019,
        "10.14735/amko201990",
    ),
    GLUED: Facts("Advances in Immunotherapy of Acute Lymphoblastic Leukemia (ALL)", 0),
    PAEDIATRIC: Facts(
        "Relapsed or refractory pediatric acute lymphoblastic leukemia: "
        "current and emerging treatments",
        5,
        ("Alissa Martin", "et al."),
        "Paediatr Drugs",
        2012,
        "10.2165/11598430-000000000-00000",
    ),
    MEDGEN: Facts("Refractory Acute Leukemia", 29),
}

# Words of the sites, not of the documents. Each stands in a seed file and in no document.
CHROME = (
    "Skip to main page content",
    "U.S. flag",
    "official website of the United States",
    "Dot gov",
    "The .gov means",
    "Federal government websites",
    "Before sharing sensitive information",
    "Https",
    "The site is secure",
    "The https:// ensures",
    "encrypted and transmitted securely",
    "Access keys",
    "NCBI Homepage",
    "MyNCBI",
    "Main Navigation",
    "PubMed Disclaimer",
    "Similar articles",
    "Cited by",
    "- PMC",
    "- PubMed",
    "LinkOut",
    "more resources",
    "Format",
    "Send to:",
    "Choose Destination",
    "Free PMC Article",
    "Supplemental Content",
    "Table of contents",
    "Practice guidelines",
    "Bookshelf",
    "See practice and clinical guidelines",
    "The search results may include broader topics",
    "See the FAQ",
    "Recent activity",
    "browsing activity",
    "Activity recording",
    "Turn recording back on",
    "See more...",
)


def source_text(name: str) -> str:
    """A seed file's characters."""
    return (CORPUS / name).read_text(encoding="utf-8")


def load(name: str) -> Document:
    """A seed file as the loaders give it."""
    (document,) = load_file(SourceFile(CORPUS / name, name), max_bytes=10_000_000)
    return document


def folded(text: str) -> str:
    """The text without white space and hyphens: what mending may never change."""
    return re.sub(r"[\s-]+", "", text)
