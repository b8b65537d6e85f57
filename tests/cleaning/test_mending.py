"""Spaces and hyphens: mended where a page's saving has broken them, and nowhere else."""

from __future__ import annotations

import pytest

from rag.cleaning import Extract, clean
from rag.cleaning.mapped import MappedText
from rag.cleaning.mending import Mender

NAMES = (
    "CellTiter-Glo CellCounter PubMed McDonald GraphPad TaqMan BrdU HeLa RNAseq NordPharma LabCorp "
    "ImageJ PhosSTOP siRNA pH mTORC1 SuperScript ThermoFisher StepOnePlus"
).split()
# A row of numbers has more commas before digits than the text has before words.
NOTE = """\
BENCH NOTE 3 March 2031, by R. Ahn

Aim: find the dose that stops the growth of clones 2, 5 and 11.

The cells were thawed twice, and kept warm. Doses of 0, 0.1, 0.2, 0.5, 1, 2 and 4 uM were given.
The titer was read with {name}. The super script, the graph and the pad, were lent by a
counter of cells at Thermo. Fisher has the lab.
"""
GLUED = """\
Growth of Moss on Mortar(GMM)
Moss on mortar(GMM)is slow,however,it never stops.Growth was read with CellTiter,and the \
titer of each cell(n)was low.We saw mal-lets and mor-tar in the patient(s)room,too.Iron(III)was \
added to poly(ethylene)glycol by (s)he who knew,and the walls held.The mortar was read with \
CellTiter.
"""
TERMS = "Mortar(GMM)MossGrowth of wallsMortar"


def cleaned(text: str) -> str:
    return clean(Extract(text), id="x", source="x", content_hash="").text


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_note_with_rows_of_numbers_is_kept(name: str) -> None:
    assert f"The titer was read with {name}. The super" in cleaned(NOTE.format(name=name))


def test_rows_of_values_without_spaces_are_no_glued_words() -> None:
    text = "Values follow in one row. They are these.\n\nplate,well,CellTiter,f(x)is,a.Name,b\n"
    assert "plate,well,CellTiter,f(x)is,a.Name,b" in cleaned(text)


def test_sentences_run_together_are_parted() -> None:
    text = cleaned(GLUED)
    assert text.startswith("Growth of Moss on Mortar (GMM)\n")
    assert "Moss on mortar (GMM) is slow, however, it never stops. Growth was" in text


@pytest.mark.parametrize(
    "kept", ["with CellTiter, and", "with CellTiter.", "cell(n)was", "patient(s)room", "Iron(III)",
             "poly(ethylene)glycol", "(s)he"],
)  # fmt: skip
def test_names_and_forms_in_a_text_run_together_are_kept(kept: str) -> None:
    assert kept in cleaned(GLUED)


def test_a_row_of_terms_run_together_is_parted() -> None:
    assert cleaned(GLUED + TERMS).endswith("Mortar (GMM) Moss Growth of walls Mortar")


def test_a_name_that_stands_in_the_text_too_is_no_joint_of_terms() -> None:
    assert cleaned(f"{GLUED}MossGrowth of wallsMortar by CellTiter").endswith(
        "Moss Growth of walls Mortar by CellTiter"
    )


def test_a_row_of_names_is_no_row_of_terms() -> None:
    """Their halves stand nowhere else in the text."""
    assert "with GraphPad and ImageLab" in cleaned(f"{GLUED}Made with GraphPad and ImageLab\n")


@pytest.mark.parametrize(
    "text", ["pre-treatment", "trans-acting", "un-named", "gastro-intestinal", "ADP-ribosylation"]
)
def test_an_authors_hyphen_is_kept(text: str) -> None:
    said = f"The {text} of it was late. Pretreatment and treatment differ."
    assert said in cleaned(f"A note\n\n{said}\n")


def test_a_hyphen_between_two_halves_of_a_word_goes() -> None:
    assert "The substitution of it" in cleaned("A note\n\nThe substitu-tion of it was late.\n")


def test_a_hyphen_behind_capitals_at_a_lines_end_is_kept() -> None:
    line = "The ADP- ribosylation of it"
    mapped = MappedText.from_source(line, 0, len(line))
    for mended in (Mender(line).rejoin(mapped), Mender(line).mend(mapped)):
        assert mended.text == "The ADP-ribosylation of it"
