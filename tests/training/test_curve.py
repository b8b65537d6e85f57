"""The learning curve: weights found, read as the exported network reads, and drawn."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the extra 'training' is not installed")

import torch
from safetensors.torch import load_file, save_file

from rag.embedding.model import locate
from rag.evaluation import Figure
from rag.reading.network import ReaderNetwork
from rag.settings import DEFAULT_MODEL
from training.reader import checkpoint
from training.reader.checkpoint import CheckpointError
from training.reader.curve import Point, TorchReader, draw, kept_weights, measure
from training.reader.examples import Example
from training.reader.export import export
from training.reader.measure import AUROC, SPAN_F1
from training.reader.network import ReaderNetwork as TrainedNetwork

QUESTION = "Which kettle is louder?"
PASSAGE = "Steel kettles hum louder than copper ones. Tea follows."
PASSAGES = [("", PASSAGE), ("On kettles", "Copper is quiet.")]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a run's, of weights that have learned nothing."""
    folder = tmp_path_factory.mktemp("run")
    torch.manual_seed(0)
    network = TrainedNetwork.empty(Path(locate(DEFAULT_MODEL)))
    save_file(network.state_dict(), folder / "reader.safetensors")
    (folder / "log.jsonl").write_text(json.dumps({"steps": 20, "from": 0, "size": 8}) + "\n")
    return folder


def test_weights_read_as_their_exported_network_does(run: Path, tmp_path: Path) -> None:
    export(run, tmp_path, "single")
    trained = TorchReader(run / "reader.safetensors").read(QUESTION, PASSAGES)
    exported = ReaderNetwork(tmp_path).read(QUESTION, PASSAGES)
    for one, other in zip(trained, exported, strict=True):
        assert one.answers == pytest.approx(other.answers, abs=1e-4)
        assert one.stance == pytest.approx(other.stance, abs=1e-4)
        assert one.nothing == pytest.approx(other.nothing, abs=1e-4)
        assert np.allclose(one.tokens, other.tokens, atol=1e-4)
        assert np.array_equal(one.places, other.places)


def test_a_run_that_has_not_finished_is_exported_where_that_is_asked_for(
    run: Path, tmp_path: Path
) -> None:
    with pytest.raises(CheckpointError, match=r"finish the run.* or .*--checkpoint"):
        export(tmp_path, tmp_path / "out", "single")
    assert not (tmp_path / "out").exists()
    weights = load_file(run / "reader.safetensors")
    checkpoint.save(tmp_path, {"size": 8}, 2, {"network": weights})
    export(tmp_path, tmp_path / "out", "single", checkpoint=True)
    card = json.loads((tmp_path / "out/card.json").read_text(encoding="utf-8"))
    for name, key in (("reader.onnx", "sha256"), ("tokenizer.json", "tokenizer_sha256")):
        found = (tmp_path / "out" / name).read_bytes()
        assert card[key] == hashlib.sha256(found).hexdigest()
    (exported,) = ReaderNetwork(tmp_path / "out").read(QUESTION, PASSAGES[:1])
    (trained,) = TorchReader(run / "reader.safetensors").read(QUESTION, PASSAGES[:1])
    assert exported.answers == pytest.approx(trained.answers, abs=1e-4)


def test_kept_weights_come_in_the_order_of_what_they_have_seen(tmp_path: Path) -> None:
    lines = [{"steps": 4400, "from": 0, "size": 32}, {"step": 50, "span": 4.5}]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, lines)))
    for name in ("weights-001600", "reader", "weights-000800"):
        (tmp_path / f"{name}.safetensors").touch()
    found = [(seen, file.stem) for seen, file in kept_weights(tmp_path).items()]
    assert found == [(25_600, "weights-000800"), (51_200, "weights-001600"), (140_800, "reader")]


def test_a_run_that_has_kept_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text('{"step": 50}\n')
    with pytest.raises(ValueError, match="how many examples a batch has"):
        kept_weights(tmp_path)
    (tmp_path / "log.jsonl").write_text('{"steps": 4400, "size": 32}\n')
    with pytest.raises(ValueError, match="wait for the first"):
        kept_weights(tmp_path)


def test_every_kept_state_is_measured_on_the_same_pairs(run: Path) -> None:
    start = PASSAGE.index("Steel")
    spans = ((start, start + 5),)
    examples = [
        Example("own", QUESTION, PASSAGE, "", True, spans, spans),
        Example("own", QUESTION, "Dough rises at night.", "", False, (), ()),
    ]
    (point,) = measure(kept_weights(run), {"own": examples})
    assert point.examples == 160
    assert (point.figures["own"][SPAN_F1].count, point.figures["own"][AUROC].count) == (1, 2)


def test_the_drawing_is_an_svg_that_is_always_the_same() -> None:
    pytest.importorskip("matplotlib", reason="the extra 'report' is not installed")

    def point(seen: int, value: float) -> Point:
        found = {
            name: Figure(name, value, value - 0.1, value + 0.1, 9) for name in (SPAN_F1, AUROC)
        }
        return Point(seen, {"kettles": found, "bread": found})

    points = [point(100, 0.4), point(200, 0.6)]
    text = draw(points, "fit")
    assert text == draw(points, "fit")
    root = ElementTree.fromstring(text)
    words = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("kettles") == words.count("bread") == 2  # in the legend of either panel
    assert f"{SPAN_F1} (fit)" in words
