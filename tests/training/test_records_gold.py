"""The questions about records and references: what answers stands in the files, word for word."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from rag.evaluation.folding import missing_facts
from rag.evaluation.gold import GoldQuestion, read_gold
from rag.loaders import SourceFile, load_file
from tests.seeds import NAMES, SHARED
from training.question_sets import RECORDS, records

DATA = SHARED / "data"


@pytest.fixture(scope="module")
def gold() -> list[GoldQuestion]:
    return read_gold(RECORDS)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The documents' cleaned texts by id, from the files as the question set gives them."""
    if not (DATA / "formats").is_dir():
        pytest.skip(f"the papers lie in {DATA / 'formats'}, which is missing here")
    folder = tmp_path_factory.mktemp("papers")
    for name, text in records(DATA).files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {id: text for file in folder.iterdir() for id, text in _loaded(file)}


def _loaded(file: Path) -> list[tuple[str, str]]:
    documents = load_file(SourceFile(file, file.name), max_bytes=10_000_000)
    return [(one.id, one.text) for one in documents]


def test_each_kind_is_there_and_only_near_misses_have_no_answer(gold: list[GoldQuestion]) -> None:
    counts = Counter(one.kind for one in gold)
    assert set(counts) == {"record", "reference", "near"}
    assert min(counts.values()) >= 50
    assert all(one.answerable == (one.kind != "near") for one in gold)
    assert all(bool(one.evidence) == one.answerable for one in gold)


def test_no_question_is_about_the_seed_corpus(gold: list[GoldQuestion]) -> None:
    assert not {document for one in gold for document in one.documents} & set(NAMES)


def test_each_fact_stands_in_the_evidence(gold: list[GoldQuestion]) -> None:
    lacking = {one.id: missing_facts(one.facts or (), one.evidence) for one in gold}
    assert not {id: facts for id, facts in lacking.items() if facts}


def test_evidence_is_verbatim_in_a_document_named(
    gold: list[GoldQuestion], texts: dict[str, str]
) -> None:
    assert {document for one in gold for document in one.documents} == set(texts)
    strange = [
        (one.id, line)
        for one in gold
        for line in one.evidence
        if not any(line in texts[document] for document in one.documents)
    ]
    assert not strange
