"""`rag ask --format`: the forms of an answer, and what an abstention is in each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rispy
from pybtex.database import parse_string

from tests.conftest import Run

QUESTION = "Which antigens do monoclonal antibodies target?"
UNKNOWN = "How do I bake sourdough bread?"


def test_an_answer_is_printed_in_each_form(rag: Run, seed_index: Path) -> None:
    def ask(*options: str) -> str:
        done = rag("ask", QUESTION, "--index", seed_index, *options)
        assert (done.returncode, done.stderr) == (0, "")
        return str(done.stdout)

    assert ask("--format", "text") == ask()
    shown = json.loads(ask("--json"))
    cited = shown["citations"][0]
    assert json.loads(ask("--format", "json"))["citations"] == shown["citations"]
    assert ask("--format", "markdown").startswith(f"# {QUESTION}\n\n> ")
    entries = parse_string(ask("--format", "bibtex"), "bibtex").entries
    assert cited["doi"] in [entry.fields["doi"] for entry in entries.values()]
    records = rispy.loads(ask("--format", "ris"))
    assert cited["doi"] in [record["doi"] for record in records]


@pytest.mark.parametrize("form", ["bibtex", "ris"])
def test_an_abstention_cites_nothing(rag: Run, seed_index: Path, form: str) -> None:
    done = rag("ask", UNKNOWN, "--index", seed_index, "--format", form)
    assert (done.returncode, done.stdout.strip()) == (3, "")


def test_an_unknown_form_is_misuse(rag: Run) -> None:
    done = rag("ask", QUESTION, "--format", "papyrus")
    assert done.returncode == 2
    assert "papyrus" in done.stderr
