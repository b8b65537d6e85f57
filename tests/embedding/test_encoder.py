"""The fast runtime gives the model's vectors, and the cache gives the same model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.embedding import Embeddings
from rag.embedding.encoder import Encoder
from rag.embedding.export import export
from rag.embedding.model import MODEL_FILE, PACKAGED_SHA256, TOKENIZER_FILE, locate
from rag.errors import ModelError
from rag.settings import Settings
from rag.store import Manifest

TEXTS = [
    "Blinatumomab binds CD19.",
    "",
    "Inotuzumab ozogamicin targets CD22 on leukemic blasts, as several trials have shown.",
    "Wie heißt die Hauptstadt?",
    "word " * 2000,
]


@pytest.fixture(scope="module")
def encoder(seed_index: Path) -> Encoder:
    return Encoder(seed_index, Manifest.read(seed_index).model)


def test_the_packaged_model_is_the_official_one(seed_index: Path) -> None:
    card = Manifest.read(seed_index).model
    assert card.sha256 == PACKAGED_SHA256
    assert (card.dimension, card.max_tokens) == (384, 256)


def test_vectors_have_unit_length_and_the_texts_order(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert float(encoder.encode([text])[0] @ vector) == pytest.approx(1.0, abs=1e-4)


def test_no_text_gives_no_vector(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.embed_documents([]) == []


def test_the_encoder_fits_langchains_face(encoder: Encoder) -> None:
    assert isinstance(encoder, Embeddings)
    (vector,) = encoder.embed_documents(["CD19"])
    assert vector == pytest.approx(encoder.embed_query("CD19"), abs=1e-5)


def test_meaning_is_nearer_than_chance(encoder: Encoder) -> None:
    question, near, far = encoder.encode(
        ["Which drugs treat leukemia?", "Leukemia is treated with blinatumomab.", "Bees like rain."]
    )
    assert question @ near > question @ far + 0.3


@pytest.mark.slow
def test_the_vectors_are_those_of_sentence_transformers(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(locate("all-MiniLM-L6-v2"), device="cpu")
    expected = model.encode(TEXTS, normalize_embeddings=True)
    assert np.sum(expected * encoder.encode(TEXTS), axis=1) == pytest.approx(1.0, abs=1e-4)


def test_an_export_is_restored_from_the_cache(seed_index: Path, tmp_path: Path) -> None:
    """`seed_index` was exported with the user's cache; a second folder takes it from there."""
    cache = Settings.load().model_cache
    card = export("all-MiniLM-L6-v2", tmp_path, cache=cache)
    assert card == Manifest.read(seed_index).model
    for name in (MODEL_FILE, TOKENIZER_FILE):
        assert (tmp_path / name).read_bytes() == (seed_index / name).read_bytes()
    assert list(tmp_path.glob("*.new")) == []


def test_a_model_that_is_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="empty"):
        export(str(tmp_path / "empty"), tmp_path)


@pytest.mark.parametrize("damage", [b"", b"not a model", None])
def test_a_model_file_that_is_not_one_is_said_to_be(index_copy: Path, damage: bytes | None) -> None:
    model = index_copy / MODEL_FILE
    content = model.read_bytes()[:5000] if damage is None else damage
    model.unlink()
    model.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.onnx"):
        Encoder(index_copy, Manifest.read(index_copy).model)
