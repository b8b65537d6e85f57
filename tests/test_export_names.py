"""Names taken apart, in the ways in which files and citation lists write them."""

from __future__ import annotations

import pytest

from rag.export.names import Name, name_of, people


@pytest.mark.parametrize(
    ("written", "name", "initials"),
    [
        ("Ada Berg", Name("Berg", "Ada"), "A"),
        ("Š. Hrubá", Name("Hrubá", "Š."), "Š"),
        ("Berg AM", Name("Berg", "AM"), "AM"),
        ("T C Berg", Name("Berg", "T C"), "TC"),
        ("Berg A. M.", Name("Berg", "A. M."), "AM"),
        ("Berg, A.-M.", Name("Berg", "A.-M."), "AM"),
        ("Berg, Ada, Jr", Name("Berg", "Ada", "Jr"), "A"),
        ("Ada-Marie Berg III", Name("Berg", "Ada-Marie", "III"), "AM"),
        ("van de Berg MCG", Name("van de Berg", "MCG"), "MCG"),
        ("Luis de la Roe", Name("de la Roe", "Luis"), "L"),
        ("Poe", Name("Poe"), ""),
        ("Tea Study Group", Name("Tea Study Group"), ""),
        ("Ministry of Tea", Name("Ministry of Tea"), ""),
        ("王 伟", Name("伟", "王"), "王"),
        (",", Name(","), ""),
    ],
)
def test_names_are_taken_apart(written: str, name: Name, initials: str) -> None:
    assert name_of(written) == name
    assert name.initials == initials


@pytest.mark.parametrize(
    ("given", "spelt"),
    [("AM", "A. M."), ("A.M.", "A. M."), ("Y-H", "Y.-H."), ("A. M.", "A. M."), ("Ada M", "Ada M")],
)
def test_initials_are_dotted(given: str, spelt: str) -> None:
    assert Name("Berg", given).spelt == spelt


def test_et_al_is_nobody() -> None:
    assert people(["Ada Berg", "et al."]) == ([Name("Berg", "Ada")], True)
    assert people(["Et Al Berg", " "]) == ([Name("Berg", "Et Al")], False)
