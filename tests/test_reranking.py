"""A second look at the best hits, by real cross-encoders: the shipped one and a tiny one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant, Filters, Settings, build_index
from rag.errors import ModelError
from rag.reading import ReaderNetwork
from rag.reading.network import under_title
from rag.reranking import SEARCH_WEIGHT, CrossEncoderReranker, open_reranker, rerank
from rag.search import REFERENCE_SHARE, Weights
from rag.types import Hit, Kind
from tests.conftest import Run
from tests.processes import assert_one_line
from tests.reading.models import save_headless_model, save_score_model

QUESTION = "Which antigens do monoclonal antibodies target?"
# Where nothing answers: port 9 takes what is sent to it and is not listened to.
NO_HUB = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_DISABLE_TELEMETRY": "1"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_score_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def tiny(seed_index: Path, model: Path) -> Iterator[Assistant]:
    with Assistant.open(seed_index, reranker=str(model), rerank_passages=8) as opened:
        yield opened


def predicted(model: Path, hits: Sequence[Hit]) -> list[float]:
    """What sentence-transformers itself says of the question and each passage."""
    from sentence_transformers import CrossEncoder

    pairs = [
        (QUESTION, under_title("" if p.kind is Kind.REFERENCE else p.title, p.text))
        for p in (hit.passage for hit in hits)
    ]
    return [float(score) for score in CrossEncoder(str(model)).predict(pairs)]


def ids(hits: Sequence[Hit]) -> list[int]:
    return [hit.passage.id for hit in hits]


def test_the_best_come_in_the_models_order_and_the_rest_as_they_were(
    assistant: Assistant, tiny: Assistant, model: Path
) -> None:
    before, after = assistant.search(QUESTION, 20), tiny.search(QUESTION, 20)
    scores = predicted(model, before[:8])
    assert len({round(score, 3) for score in scores}) > 4
    order = sorted(range(8), key=lambda place: -scores[place])
    assert order != list(range(8))
    assert ids(after) == [before[place].passage.id for place in order] + ids(before[8:])
    assert [h.score for h in after[:8]] == pytest.approx(sorted(scores, reverse=True), abs=1e-4)
    falling = [hit.score for hit in after]
    assert falling == sorted(falling, reverse=True)
    assert len(set(falling[7:])) == len(falling[7:])


def test_what_else_is_known_of_a_hit_stays(assistant: Assistant, tiny: Assistant) -> None:
    before = {hit.passage.id: hit for hit in assistant.search(QUESTION, 20)}
    for hit in tiny.search(QUESTION, 20):
        known = before[hit.passage.id]
        assert (hit.similarity, hit.words) == (known.similarity, known.words)
        assert hit.highlights == known.highlights


def test_fewer_are_shown_than_were_looked_at(tiny: Assistant) -> None:
    assert ids(tiny.search(QUESTION, 3)) == ids(tiny.search(QUESTION, 20))[:3]


def test_a_document_each_is_reranked_too(assistant: Assistant, tiny: Assistant) -> None:
    before = assistant.search(QUESTION, 5, by_document=True)
    after = tiny.search(QUESTION, 5, by_document=True)
    assert set(ids(after)) == set(ids(before))
    assert [hit.score for hit in after] == sorted((h.score for h in after), reverse=True)


@pytest.mark.parametrize("scores", [[1.0, float("nan")], [float("-inf"), 0.0], [1.0]])
def test_what_is_no_score_is_said_to_be_none(assistant: Assistant, scores: list[float]) -> None:
    class Odd:
        search_weight = 0.0

        def score(self, question: str, passages: object) -> list[float]:
            return scores

    with pytest.raises(ModelError, match="gave no number"):
        rerank("kettle", assistant.search("kettle", 2), Odd())


def test_nothing_found_is_nothing_reranked(tiny: Assistant, model: Path) -> None:
    assert rerank(QUESTION, [], CrossEncoderReranker(str(model))) == []
    assert tiny.search(QUESTION, filters=Filters(documents="nowhere.txt")) == []


# -- what the search holds to holds still ----------------------------------------------------

ABSTRACT = (
    "The copper kettle hums at {level} decibels before the water boils. Its lid rattles when "
    "steam escapes. Nine {what} were heated on an iron stove, and the noise of each was taken "
    "down by two listeners who sat behind a screen."
)


def built(folder: Path, **texts: str) -> Path:
    """An index of texts, a file each."""
    (folder / "docs").mkdir()
    for name, text in texts.items():
        (folder / "docs" / f"{name}.txt").write_text(text, encoding="utf-8")
    build_index([folder / "docs"], Settings.load(index=folder / "index"))
    return folder / "index"


@pytest.mark.parametrize("by_document", [False, True])
def test_repeats_wait_by_the_rerankers_scores_too(tmp_path: Path, by_document: bool) -> None:
    index = built(
        tmp_path,
        once=ABSTRACT.format(level=41, what="kettles"),
        again=ABSTRACT.format(level=41, what="copper kettles"),
        more=ABSTRACT.format(level=42, what="kettles"),
        lid="A lid of a kettle is made of copper too, and hums in the wind.",
        drum="A drum hums when it is beaten.",
        garden="Roses grow behind the gate of the garden.",
    )
    question, repeated = "At what level does the copper kettle hum?", {"once", "again", "more"}
    with Assistant.open(index, reranker="reader") as opened:
        hits = opened.search(question, 6, by_document=by_document)
        names = [Path(hit.passage.document_id).stem for hit in hits]
        assert names[0] in repeated
        assert set(names[1:4]) == {"lid", "drum", "garden"}
        assert set(names[4:]) == repeated - {names[0]}
        assert hits[0].score > hits[4].score > hits[5].score > hits[1].score
        plain = opened.search(question, 6, by_document=by_document, weights=Weights(repeats=2))
        assert {Path(hit.passage.document_id).stem for hit in plain[:3]} == repeated
        assert ids(plain) == ids(sorted(plain, key=lambda hit: -hit.score))


def test_references_keep_to_their_share_by_the_rerankers_scores_too(tmp_path: Path) -> None:
    asked = (
        "How loud the copper kettle hums", "The loudest hum of an iron kettle", "Kettles of copper",
        "Does a kettle hum louder on gas?", "What singers hear in a kettle",
    )  # fmt: skip
    cited = "".join(
        f"{n}. Berg {'ABCDE'[n - 1]}. {title}. Tea Sci. {1980 + n};{n}(2):1-9.\n"
        for n, title in enumerate(asked, start=1)
    )
    things = "door gate roof wall fence bench table chair shelf cellar".split()
    said = "\n\n".join(
        f"## Part {n}\n\nThe {thing} of the house was painted in the year {1900 + n}."
        for n, thing in enumerate(things)
    )
    index = built(tmp_path, a=f"The house\n\n{said}\n\nReferences\n\n{cited}")
    with Assistant.open(index, reranker="reader", rerank_passages=8) as opened:
        hits = opened.search("How loud is the hum of the copper kettle?", 12)
        is_reference = [hit.passage.kind is Kind.REFERENCE for hit in hits]
        assert sum(is_reference[:8]) == 2
        for place in range(1, 9):
            assert sum(is_reference[:place]) <= max(1, REFERENCE_SHARE * place)
        # Both would have come first by their scores.
        best = sorted(hits, key=lambda hit: -hit.score)[:2]
        assert all(hit.passage.kind is Kind.REFERENCE for hit in best)
        papers = opened.search("Title of the paper by Berg in Tea Sci on kettles", 4)
        assert all(hit.passage.kind is Kind.REFERENCE for hit in papers)


def test_threads_load_a_named_model_once(
    seed_index: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import CrossEncoder

    loads: list[object] = []
    load = CrossEncoder.__init__

    def counted(self: CrossEncoder, *arguments: Any, **options: Any) -> None:
        loads.append(self)
        load(self, *arguments, **options)

    monkeypatch.setattr(CrossEncoder, "__init__", counted)
    named = {"reader": str(model), "reranker": str(model), "rerank_passages": 2}
    with Assistant.open(seed_index, read_passages=1, **named) as opened:
        threads = [threading.Thread(target=opened.ask, args=(QUESTION,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(loads) == 2  # a reader and a reranker


# -- answers ---------------------------------------------------------------------------------


def test_answers_are_read_from_what_was_reranked(seed_index: Path, model: Path) -> None:
    settings = {"reranker": str(model), "rerank_passages": 40, "read_passages": 1}
    with Assistant.open(seed_index, threshold=0, **settings) as opened:
        answer = opened.ask(QUESTION)
        (best,) = opened.search(QUESTION, 1)
        assert {c.document_id for c in answer.citations} == {best.passage.document_id}
        assert all(best.passage.start <= c.start < best.passage.end for c in answer.citations)


def test_the_shipped_reader_is_one(assistant: Assistant, seed_index: Path) -> None:
    before = assistant.search(QUESTION, 6)
    read = ReaderNetwork().read(
        QUESTION,
        [
            ("" if p.kind is Kind.REFERENCE else p.title, p.text)
            for p in (h.passage for h in before)
        ],
    )
    scores = {
        hit.passage.id: (one.answers + (one.relevant or 0.0)) / 2 + SEARCH_WEIGHT * hit.score
        for hit, one in zip(before, read, strict=True)
    }
    with Assistant.open(seed_index, reranker="reader", rerank_passages=6) as opened:
        after = opened.search(QUESTION, 6)
    assert ids(after) == sorted(scores, key=lambda one: -scores[one])
    assert [h.score for h in after] == pytest.approx(
        [scores[h.passage.id] for h in after], abs=0.02
    )


# -- what cannot rerank ----------------------------------------------------------------------


def message(name: str) -> str:
    with pytest.raises(ModelError) as caught:
        open_reranker(name).score("a", [("", "b")])
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
    return str(caught.value)


def test_a_model_that_gives_three_numbers_ranks_nothing(tmp_path: Path) -> None:
    assert "gives 3 numbers" in message(str(save_score_model(tmp_path / "three", labels=3)))


def test_a_model_without_a_head_does_not_rank_at_random(tmp_path: Path) -> None:
    folder = save_headless_model(tmp_path / "bare", "BertModel")
    assert "is no CrossEncoder but BertModel" in message(str(folder))


@pytest.mark.parametrize("content", [None, "{}", '{"model_type": "bert"}', "junk"])
def test_a_folder_that_holds_no_model_is_said_to(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content, encoding="utf-8")
    assert str(tmp_path) in message(str(tmp_path))


@pytest.mark.parametrize(
    "hub", [{"HF_HUB_OFFLINE": "1"}, pytest.param(NO_HUB, marks=pytest.mark.slow)]
)  # the library tries for most of a minute
def test_a_hub_that_cannot_be_reached_is_said_in_one_line(
    seed_index: Path, tmp_path: Path, rag: Run, hub: dict[str, str]
) -> None:
    environment = {**os.environ, **hub, "HF_HOME": str(tmp_path)}
    options = ["--reranker", "nobody/no-such-model", "--index", seed_index]
    line = assert_one_line(rag("search", QUESTION, *options, env=environment), 1)
    assert "nobody/no-such-model" in line


# -- settings --------------------------------------------------------------------------------


def ranked(done: subprocess.CompletedProcess[str]) -> list[int]:
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line)["start"] for line in done.stdout.splitlines()]


def test_the_setting_is_read_from_file_variable_and_option(
    seed_index: Path, rag: Run, tmp_path: Path, model: Path, tiny: Assistant
) -> None:
    search = ["search", "--json", QUESTION, "--limit", "8", "--index", seed_index]
    expected = [hit.passage.start for hit in tiny.search(QUESTION, 8)]
    few = {**os.environ, "RAG_RERANK_PASSAGES": "8"}
    assert ranked(rag(*search, "--reranker", model, env=few)) == expected
    assert ranked(rag(*search, env={**few, "RAG_RERANKER": str(model)})) == expected
    plain = ranked(rag(*search))
    assert plain != expected
    (tmp_path / "rag.toml").write_text(
        f'reranker = "{model.as_posix()}"\nrerank_passages = 8\n', encoding="utf-8"
    )
    assert ranked(rag(*search)) == expected


WITHOUT = """
import sys
from rag import Assistant
with Assistant.open(sys.argv[1]) as assistant:
    assistant.search("leukemia")
    assistant.ask("Which antigens do monoclonal antibodies target?")
    print(sorted(m for m in ("torch", "transformers", "sentence_transformers") if m in sys.modules))
"""


def test_nothing_of_torch_is_loaded_without_a_reranker(seed_index: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(seed_index)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
