"""Questions and corpora that spell one thing differently, on real indexes of small texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, Settings, build_index

TEXTS = {
    "leukaemia.txt": "Childhood leukaemia\n\nLeukaemia is treated with blinatumomab in hospital.",
    "itd.txt": "Mutated kinases\n\nThe FLT3-ITD is an internal tandem duplication of a kinase.",
    "joined.txt": "A receptor\n\nIL6 binds its receptor and TNFα does not bind it.",
    "bcell.txt": "B lineage\n\nRelapsed B-ALL is hard to treat, and so is T-ALL in adults.",
    "graft.txt": "Grafts\n\nHematopoietic stem cell transplantation (HSCT) cures some patients.",
    "garden.txt": "Gardens\n\nThe cat watches all the roses, and the ball rolls over the lawn.",
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("mixed")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    build_index([folder], Settings.load(index=folder / "index"))
    return Assistant.open(folder / "index")


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("How is leukemia treated?", "leukaemia.txt"),
        ("What is FLT3ITD?", "itd.txt"),
        ("What is FLT3 ITD?", "itd.txt"),
        ("What does IL-6 bind?", "joined.txt"),
        ("Does TNF-alpha bind?", "joined.txt"),
        ("Is BALL hard to treat?", "bcell.txt"),
        ("Whom does HSCT cure?", "graft.txt"),
        ("What is blinatumumab given for?", "leukaemia.txt"),
    ],
)
def test_the_document_is_found(mixed: Assistant, question: str, document: str) -> None:
    best = mixed.search(question, 1)[0]
    assert Path(best.passage.document_id).name == document


def test_the_index_tells_where_an_abbreviation_comes_from(mixed: Assistant) -> None:
    assert dict(mixed._store.abbreviations()) == {"HSCT": "Hematopoietic stem cell transplantation"}
