"""What a heading says counts for the lines below it: in what is read, and in what is covered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rag import Assistant, Settings, build_index
from rag.reading.network import ReaderNetwork, titled
from rag.reading.sections import telling_section
from rag.types import Kind, Passage

TITLE = "A rule for kettles"
TRIAL = """# The HALVOR trial of copper bracelets

## Prohibited medication

- Oral corticosteroids
- Methotrexate

## Permitted medication

- Paracetamol up to 3 g a day
- Topical diclofenac
"""


def passage(section: str, title: str = TITLE, **changes: Any) -> Passage:
    text = "Owners of a steam engine.\n\nDeaf cats."
    return Passage("rule.md", 0, len(text), text, (), section=section, title=title, **changes)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("Who may not", "Who may not"),
        ("Methods", ""),
        ("", ""),
        ("Methods: Boiling", "Boiling"),
        ("Methods: Boiling: Results", "Boiling"),
        ("Methods: Statistical analysis", ""),
    ],
)
def test_a_section_says_something_where_its_name_is_not_that_of_any_papers(
    section: str, said: str
) -> None:
    assert telling_section(passage(section)) == said


@pytest.mark.parametrize(
    ("title", "read"),
    [(TITLE, f"{TITLE}. Who may not"), ("Who may?", "Who may? Who may not"), ("", "Who may not")],
)
def test_a_passage_is_read_under_its_title_and_section(title: str, read: str) -> None:
    assert titled(passage("Who may not", title))[0] == read
    assert titled(passage("Methods", title))[0] == title
    assert titled(passage("Who may not", title, kind=Kind.RECORD))[0] == title
    assert titled(passage("Who may not", title, kind=Kind.REFERENCE))[0] == ""


def test_a_list_answers_by_its_heading() -> None:
    named, other, bare = (
        ReaderNetwork().read("Who may not own a kettle?", [titled(passage(section))])[0].answers
        for section in ("Who may not own a kettle", "Who pays for a kettle", "")
    )
    assert named > max(other, bare) + 1


@pytest.mark.parametrize(
    ("kind", "first"),
    [("prohibited", "Methotrexate"), ("permitted", "Paracetamol up to 3 g a day")],
)
def test_what_a_heading_says_of_its_list_is_answered(
    index_copy: Path, tmp_path: Path, kind: str, first: str
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "trial.md").write_text(TRIAL, encoding="utf-8")
    build_index([tmp_path / "new"], Settings.load(index=index_copy))
    with Assistant.open(index_copy) as assistant:
        answer = assistant.ask(f"Which medication is {kind} in the HALVOR trial?")
    assert not answer.abstained
    assert answer.citations[0].section == f"{kind.capitalize()} medication"
    assert first in [citation.quote for citation in answer.citations]
