"""Hard negatives come from the product's own search, and none of them answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from training.reader.examples import Example, Stance
from training.reader.mining import Found, Pool, wrong_passages

TEXT = "Salt was given to mice. Their blood pressure rose by nine points. They slept well."
PLACE = (TEXT.index("nine"), TEXT.index("nine") + 4)
EXAMPLE = Example("set", "How far did pressure rise?", TEXT, "Salt", True, (PLACE,), (PLACE,))
ABSTRACTS = {
    "1": ("Sugar in rats", "Sugar was given to rats. Their blood pressure stayed the same."),
    "2": ("Stars", "Stars are born in clouds of gas. The largest live the shortest."),
}


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    data, folder = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("pool")
    (data / "scifact").mkdir()
    lines = [json.dumps({"_id": i, "title": t, "text": x}) for i, (t, x) in ABSTRACTS.items()]
    (data / "scifact/corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    other = replace(EXAMPLE, passage="Mice sleep by day. They eat at night.", title="Mice")
    made = Pool(data, folder, [EXAMPLE, other])
    made.search([EXAMPLE.question])
    return made


def test_search_brings_up_what_is_near_first(pool: Pool) -> None:
    found = [one.document for one in pool.found(EXAMPLE.question)]
    assert found[0] == pool.document(EXAMPLE)
    assert found.index("corpus.jsonl#1") < found.index("corpus.jsonl#2")


def test_a_passage_that_holds_the_answer_is_no_negative(pool: Pool) -> None:
    right = frozenset({pool.document(EXAMPLE)})
    wrong = list(wrong_passages(EXAMPLE, pool.found(EXAMPLE.question), right))
    assert ABSTRACTS["1"][1] in [one.passage for one in wrong]
    assert all("nine" not in one.passage for one in wrong)
    assert {(one.answerable, one.evidence) for one in wrong} == {(False, ())}


def test_a_passage_of_another_document_is_not_relevant(pool: Pool) -> None:
    right = frozenset({pool.document(EXAMPLE)})
    wrong = wrong_passages(replace(EXAMPLE, relevant=True), pool.found(EXAMPLE.question), right)
    assert {one.relevant for one in wrong if one.title in ("Stars", "Sugar in rats")} == {False}


def test_another_passage_of_the_right_document_is_one_only_where_evidence_is_known() -> None:
    elsewhere = [Found("right", "Salt", "Nothing of this kind.")]
    right = frozenset({"right"})
    assert len(list(wrong_passages(EXAMPLE, elsewhere, right))) == 1
    unknown = replace(EXAMPLE, answers=None, evidence=None)
    assert not list(wrong_passages(unknown, elsewhere, right))


def test_a_wrong_passage_leaves_a_claim_undecided() -> None:
    claim = replace(EXAMPLE, answers=None, stance=Stance.SUPPORTS)
    (wrong,) = wrong_passages(claim, [Found("other", "", "Mice sleep.")], frozenset())
    assert wrong.stance is Stance.UNDECIDED


def test_what_was_searched_is_kept(pool: Pool, tmp_path: Path) -> None:
    kept = pool._cache.read_text(encoding="utf-8").splitlines()
    pool.search([EXAMPLE.question])
    assert pool._cache.read_text(encoding="utf-8").splitlines() == kept
    assert json.loads(kept[0])[0] == EXAMPLE.question
