"""Each variant of the recipe lacks what its name says, and nothing else."""

from __future__ import annotations

import pytest

pytest.importorskip("sklearn", reason="the extra 'training' is not installed")

from training.reader.ablation import variants
from training.reader.stages import Source, Stage, stages

SHARE = 0.125
WHOLE = stages(SHARE)
VARIANTS = dict(variants(SHARE))


def _sources(plan: tuple[Stage, ...]) -> list[Source]:
    return [source for stage in plan for source in stage.sources]


def _lost(name: str) -> set[str]:
    """The sources that a variant lacks; those that it has are as they were."""
    kept = _sources(VARIANTS[name])
    assert set(kept) <= set(_sources(WHOLE))
    return {one.name for one in _sources(WHOLE)} - {one.name for one in kept}


@pytest.mark.parametrize("plan", VARIANTS.values(), ids=VARIANTS)
def test_a_variant_is_trained_for_as_many_steps(plan: tuple[Stage, ...]) -> None:
    assert [(one.name, one.steps) for one in plan] == [(one.name, one.steps) for one in WHOLE]
    assert all(stage.sources for stage in plan)


def test_the_whole_mix_is_the_recipe() -> None:
    assert VARIANTS["the whole mix"] == WHOLE


def test_without_our_own_questions() -> None:
    names = {one.name for one in _sources(WHOLE)}
    lost = _lost("without our own questions")
    assert lost == {name for name in names if "written" in name}
    assert "written claims" in lost


def test_without_public_biomedical_sets() -> None:
    lost = _lost("without public biomedical sets")
    assert lost == set("covid_qa pubmedqa scifact titles evidence_inference medquad".split())


def test_without_searched_negatives() -> None:
    plan = VARIANTS["without searched negatives"]
    assert any(one.mined for one in _sources(WHOLE))
    assert not any(one.mined for one in _sources(plan))
    # What was searched for still teaches which documents are relevant.
    kept = [(one.name, one.limit, one.titled, one.ranked) for one in _sources(plan)]
    assert kept == [(one.name, one.limit, one.titled, one.ranked) for one in _sources(WHOLE)]


def test_without_made_up_records() -> None:
    plan = VARIANTS["without made-up records"]
    assert all(stage.records for stage in WHOLE)
    assert not any(stage.records for stage in plan)
    assert _sources(plan) == _sources(WHOLE)
