"""An index that is built anew, or put back, under a program that has it open."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from rag import Assistant, Settings, build_index
from tests.store.small import write


def _in_a_thread(call: Callable[[], list[str]]) -> list[str]:
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.extend(call()))
    thread.start()
    thread.join()
    return found


def test_every_thread_sees_the_index_that_took_the_others_place(tmp_path: Path) -> None:
    settings = Settings.load(index=tmp_path / "index")
    docs = write(tmp_path / "docs", one="Kettles hum.", two="Drums roll.", three="Roses grow.")
    build_index([docs], settings)
    with Assistant.open(settings.index) as assistant:

        def first(question: str) -> list[str]:
            hits = assistant.search(question, 1)
            return [hit.passage.text for hit in hits if hit.words > 0]

        assert first("kettles") == ["Kettles hum."]
        for name in ("one", "two", "three"):
            (docs / f"{name}.txt").unlink()
        write(docs, four="Gates creak.", five="Kettles whistle.", six="Trams ring.")
        build_index([docs], settings, rebuild=True)
        assert _in_a_thread(lambda: first("kettles")) == ["Kettles whistle."]
        assert first("kettles") == ["Kettles whistle."]
        assert first("trams") == ["Trams ring."]
        assert first("roses") == []
