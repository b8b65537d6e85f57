"""Our own questions: their spans are slices of the texts they were written over."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from tests.seeds import ROOT
from training import written
from training.rows import read_rows

DATA = ROOT.parent / "shared/data"
ROWS, CLAIMS = (list(read_rows(file)) for file in (written.QUESTIONS, written.CLAIMS))


def test_answers_lie_in_evidence_and_unanswerable_questions_have_neither() -> None:
    for row in ROWS:
        answers, evidence = row["answers"], row["evidence"]
        assert bool(answers) == bool(evidence), row
        assert all(any(s <= a < b <= e for s, e in evidence) for a, b in answers), row


def test_every_set_has_questions_of_both_kinds() -> None:
    kinds = {(row["document"].partition(":")[0], bool(row["evidence"])) for row in ROWS}
    assert kinds == {(name, answered) for name in written.SETS for answered in (True, False)}


def test_what_decides_a_claim_is_shown() -> None:
    assert {row["stance"] for row in CLAIMS} == {"supports", "contradicts", "undecided"}
    assert all(bool(row["evidence"]) == (row["stance"] != "undecided") for row in CLAIMS)


def test_no_question_is_asked_twice_of_a_document() -> None:
    asked = sorted((row["document"], row["question"]) for row in ROWS)
    assert not [one for one, other in pairwise(asked) if one == other]


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a span stands in a text, without blanks at its ends."""
    inside = 0 <= start < end <= len(text)
    return inside and text[start:end] == text[start:end].strip()


@pytest.mark.parametrize("name", written.SETS)
def test_spans_are_slices_without_blank_ends(name: str) -> None:
    if name != "pages" and not DATA.exists():
        pytest.skip(f"{DATA} is missing: questions over {name} are tested where it lies")
    for part in ("train", "fit"):
        for one in written.questions(DATA, part, name):
            assert all(_is_whole(one.text, *span) for span in one.evidence), one.wording
            assert all(_is_whole(one.text, *span) for span in one.answers), one.wording


def test_evidence_of_claims_is_slices_without_blank_ends() -> None:
    if not DATA.exists():
        pytest.skip(f"{DATA} is missing: the texts of our claims lie there")
    for part in ("train", "fit"):
        for one in written.claims(DATA, part):
            assert all(_is_whole(one.text, *span) for span in one.evidence), one.wording


@pytest.mark.parametrize("name", written.FITTED)
def test_what_is_fitted_on_does_not_train(name: str) -> None:
    if not DATA.exists():
        pytest.skip(f"{DATA} is missing: the texts of our claims lie there")
    train, fit = (
        {one.document for one in [*written.questions(DATA, p, name), *written.claims(DATA, p)]}
        for p in ("train", "fit")
    )
    assert train
    assert fit
    assert not train & fit
    assert written.fitted(name) <= fit


def test_no_text_of_scifacts_test_claims_was_asked_about() -> None:
    if not DATA.exists():
        pytest.skip(f"{DATA} is missing: the claims of SciFact's test split lie there")
    lines = (DATA / "scifact/qrels/test.tsv").read_text(encoding="utf-8").splitlines()[1:]
    cited = {f"scifact:{line.split()[1]}" for line in lines}
    assert not cited & {row["document"] for row in [*ROWS, *CLAIMS]}


def test_every_made_up_page_is_asked_about() -> None:
    pages: Mapping[str, Any] = written.documents(DATA, "pages")
    asked = {row["document"] for row in ROWS if row["document"].startswith("pages:")}
    assert set(pages) == asked
