"""Hard negatives come from the product's own search, and none of them answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from training.reader.examples import Example, Stance
from training.reader.mining import Pool

TEXT = "Salt was given to mice. Their blood pressure rose by nine points. They slept well."
PLACE = (TEXT.index("nine"), TEXT.index("nine") + 4)
EXAMPLE = Example("set", "How far did pressure rise?", TEXT, "Salt", True, (PLACE,), (PLACE,))
PART = replace(EXAMPLE, article="Rodents")
OTHER = replace(PART, passage="Mice sleep by day. They eat at night.", title="Mice")
ABSTRACTS = {
    "1": ("Sugar in rats", "Sugar was given to rats. Their blood pressure stayed the same."),
    "2": ("Stars", "Stars are born in clouds of gas. The largest live the shortest."),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    data, folder = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("pool")
    (data / "scifact").mkdir()
    lines = [json.dumps({"_id": i, "title": t, "text": x}) for i, (t, x) in ABSTRACTS.items()]
    (data / "scifact/corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return data, folder


@pytest.fixture(scope="module")
def pool(folders: tuple[Path, Path]) -> Iterator[Pool]:
    with Pool(*folders, [PART, OTHER]) as made:
        made.search([EXAMPLE.question])
        yield made


def test_search_brings_up_what_is_near_first(pool: Pool) -> None:
    found = [one.document for one in pool.found(EXAMPLE.question)]
    assert found[0] == pool.document(EXAMPLE)
    assert found.index("corpus.jsonl#1") < found.index("corpus.jsonl#2")


def _wrong(pool: Pool, *examples: Example) -> dict[str, Example]:
    """The negatives of the first, by title, where all are known; titles that are found aside."""
    known = pool.known(examples)[EXAMPLE.question]
    wrong = pool.wrong_passages(examples[0], known)
    return {one.title: one for one in wrong if one.passage != one.title}


def test_a_passage_that_holds_the_answer_is_no_negative(pool: Pool) -> None:
    wrong = _wrong(pool, EXAMPLE)
    assert set(wrong) == {"Sugar in rats", "Stars", "Mice"}
    assert {(one.answerable, one.evidence) for one in wrong.values()} == {(False, ())}


def test_what_answers_the_same_question_elsewhere_is_no_negative(pool: Pool) -> None:
    unanswered = replace(
        EXAMPLE, passage=OTHER.passage, title="Mice", answerable=False, answers=(), evidence=()
    )
    assert "Salt" in _wrong(pool, unanswered)
    assert "Salt" not in _wrong(pool, unanswered, EXAMPLE)


def test_a_passage_of_another_document_is_not_relevant(pool: Pool) -> None:
    wrong = _wrong(pool, replace(EXAMPLE, relevant=True))
    assert {wrong[title].relevant for title in ("Stars", "Sugar in rats")} == {False}


def test_another_part_of_the_article_may_be_relevant_and_does_not_answer(pool: Pool) -> None:
    assert _wrong(pool, PART)["Mice"].relevant is None
    assert _wrong(pool, PART)["Mice"].answerable is False


def test_where_evidence_is_not_complete_the_article_gives_no_negative(pool: Pool) -> None:
    assert set(_wrong(pool, replace(PART, complete=False))) == {"Sugar in rats", "Stars"}


def test_where_it_is_not_known_what_answers_the_document_gives_no_negative(pool: Pool) -> None:
    assert "Salt" not in _wrong(pool, replace(EXAMPLE, answers=None, evidence=None))


def test_a_pair_that_teaches_relevance_alone_gives_negatives_of_that_alone(pool: Pool) -> None:
    title = replace(EXAMPLE, answerable=None, answers=None, evidence=None, relevant=True)
    stars = _wrong(pool, title)["Stars"]
    assert (stars.answerable, stars.evidence, stars.relevant) == (None, None, False)


def test_a_wrong_passage_leaves_a_claim_undecided(pool: Pool) -> None:
    claim = replace(EXAMPLE, answers=None, stance=Stance.SUPPORTS)
    assert _wrong(pool, claim)["Stars"].stance is Stance.UNDECIDED


def test_a_pool_that_has_grown_gives_each_run_its_own_texts(
    pool: Pool, folders: tuple[Path, Path]
) -> None:
    assert "Mice" in {one.title for one in pool.found(EXAMPLE.question)}
    with Pool(*folders, [EXAMPLE]) as alone:
        assert "Mice" not in {one.title for one in alone.found(EXAMPLE.question)}


def test_what_was_searched_is_kept(pool: Pool, tmp_path: Path) -> None:
    kept = pool._cache.read_text(encoding="utf-8").splitlines()
    pool.search([EXAMPLE.question])
    assert pool._cache.read_text(encoding="utf-8").splitlines() == kept
    assert json.loads(kept[0])[0] == EXAMPLE.question


@pytest.mark.parametrize("name", ["pool.jsonl", "found.jsonl"])
def test_a_line_that_a_kill_left_half_is_dropped(
    pool: Pool, folders: tuple[Path, Path], name: str
) -> None:
    file = folders[1] / name
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole + whole[:9], encoding="utf-8")
    with Pool(*folders, [PART, OTHER]) as again:
        assert again.found(EXAMPLE.question) == pool.found(EXAMPLE.question)
        again.search([f"Which mice are in {name}?"])
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    assert "".join(lines).startswith(whole)
    assert all(json.loads(line) for line in lines)
    assert len(lines) == whole.count("\n") + (name == "found.jsonl")
