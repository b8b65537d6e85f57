"""An index in parts finds what looking through all finds, and is kept as passages come and go."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from rag import Assistant, Settings, build_index
from rag.store import partitions, snapshot
from rag.store.scope import _greatest
from rag.store.vectors import FILE, IdSet, VectorIndex
from tests.store.small import DIMENSION, write

COUNT, WIDE = 6000, 32


def clustered(seed: int, count: int = COUNT) -> NDArray[np.float32]:
    """Unit vectors around 60 directions."""
    chance = np.random.default_rng(seed)
    centres = chance.standard_normal((60, WIDE), dtype=np.float32)
    noise = chance.standard_normal((count, WIDE), dtype=np.float32)
    vectors = centres[chance.integers(60, size=count)] + 0.5 * noise
    made: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return made


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    return clustered(1)


@pytest.fixture
def index(vectors: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    monkeypatch.setattr(partitions, "_PROBES", 60)  # of 310 parts
    made = VectorIndex.in_parts(vectors[::2].copy(), COUNT)
    made.add(range(10, 10 + COUNT), vectors)
    return made


def recall(index: VectorIndex, vectors: NDArray[np.float32], ids: NDArray[np.int64]) -> float:
    """The share of the exact ten nearest that are among the ten that a search gives."""
    among, shares = IdSet(ids), []
    for question in clustered(2, 40):
        nearest = ids[np.argsort(-(vectors[ids - 10] @ question))[:10]]
        found, scores = index.search(question, 10, among)
        assert set(found) <= set(ids.tolist())
        assert scores == pytest.approx(vectors[found - 10] @ question, abs=2e-3)
        shares.append(len(set(nearest) & set(found)) / 10)
    return float(np.mean(shares))


def test_nearly_all_nearest_are_found(
    index: VectorIndex, vectors: NDArray[np.float32], tmp_path: Path
) -> None:
    ids = np.arange(10, 10 + COUNT)
    assert recall(index, vectors, ids) >= 0.97
    index.write(tmp_path)
    mapped = VectorIndex.read(tmp_path, WIDE)
    assert mapped is not None
    assert recall(mapped, vectors, ids) >= 0.97
    assert recall(mapped, vectors, ids[:4500]) >= 0.97  # a filter
    assert recall(mapped, vectors, ids[::50]) >= 0.99  # few enough to be looked through
    assert mapped.vectors(ids[[3, 5, 5999]]) == pytest.approx(vectors[[3, 5, 5999]], abs=1e-3)


def test_what_goes_leaves_the_others_in_their_places(
    index: VectorIndex, vectors: NDArray[np.float32]
) -> None:
    gone = np.zeros(COUNT, dtype=bool)
    gone[[0, 7, 5999]] = gone[1000:1500] = True
    left = index.without(gone)
    more = clustered(3, 100)
    left.add(range(9000, 9100), more)
    ids = np.concatenate([np.arange(10, 10 + COUNT)[~gone], np.arange(9000, 9100)])
    assert np.array_equal(left.ids, ids)
    assert left.vectors(ids[[0, 2000, -1]]) == pytest.approx(
        np.array([vectors[1], vectors[2502], more[-1]]), abs=1e-3
    )
    found, _ = left.search(vectors[7], 10, IdSet(ids))
    assert 17 not in found


@pytest.mark.parametrize("share", [0.5, 0.99])
def test_a_file_that_is_cut_short_is_no_index(
    index: VectorIndex, tmp_path: Path, share: float
) -> None:
    index.write(tmp_path)
    content = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(content[: int(len(content) * share)])
    assert VectorIndex.read(tmp_path, WIDE) is None


def test_a_part_that_names_no_vector_is_seen(index: VectorIndex, tmp_path: Path) -> None:
    """Its numbers would be read as addresses."""
    index.write(tmp_path)
    content = bytearray((tmp_path / FILE).read_bytes())
    held = index._parts.invlists
    part = next(one for one in range(index._parts.nlist) if held.list_size(one) > 2)
    ids = faiss.rev_swig_ptr(held.get_ids(part), held.list_size(part)).tobytes()
    content[content.index(ids) + 5] ^= 255
    (tmp_path / FILE).write_bytes(content)
    assert VectorIndex.read(tmp_path, WIDE) is None


def test_a_large_corpus_is_searched_in_parts_that_outlive_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a bound of five passages for a hundred thousand."""
    monkeypatch.setattr(snapshot, "LARGE", 5)
    settings = Settings.load(index=tmp_path / "index")
    texts = {f"n{i}": f"Kettle number {i} hums in the yard." for i in range(12)}
    docs = write(tmp_path / "docs", **texts)
    build_index([docs], settings)

    def parts() -> VectorIndex:
        found = VectorIndex.read(settings.index, DIMENSION)
        assert found is not None
        return found

    made = parts()
    assert made.room
    (docs / "n3.txt").unlink()
    write(docs, new="Gates creak at night.")
    build_index([docs], settings, sync=True)
    kept = parts()
    assert kept.room == made.room
    assert len(kept.ids) == 12
    centres = [one._parts.quantizer.reconstruct_n(0, one._parts.nlist) for one in (made, kept)]
    assert np.array_equal(*centres)
    with Assistant.open(settings.index) as assistant:
        assert assistant.search("creaking gates", 1)[0].passage.text == "Gates creak at night."
        assert not any("number 3 " in hit.passage.text for hit in assistant.search("kettle 3", 12))


@pytest.mark.parametrize("zeros", [0.0, 0.9, 1.0])
def test_the_greatest_are_those_of_a_sort(zeros: float) -> None:
    chance = np.random.default_rng(4)
    scores = np.round(chance.random(50_000, dtype=np.float32), 3)
    scores[chance.random(50_000) < zeros] = 0
    for limit in (1, 10, 100, 40_000):
        ranked = np.lexsort((np.arange(50_000), -scores))[:limit]
        assert np.array_equal(_greatest(scores, limit), ranked[scores[ranked] > 0])
