"""The pairs on which readers are measured: of articles and texts that do not train."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from training import splits, written
from training.reader.examples import Example, cut
from training.reader.sources import articles, written_questions

SQUAD2, COVID_QA = "squad2 paragraphs", "covid_qa windows"


def public_sets(data: Path, part: str) -> dict[str, list[Example]]:
    """SQuAD 2.0's paragraphs and COVID-QA's windows, of a part of `training/splits.py`."""
    return {
        SQUAD2: list(articles("squad2", splits.squad2(data, part))),
        COVID_QA: list(_windows(data, part)),
    }


def written_sets(data: Path) -> dict[str, list[Example]]:
    """Our own questions that do not train, over abstracts and over made-up pages."""
    return {
        f"our {name}": list(written_questions(data, name, part="fit")) for name in written.FITTED
    }


def span_set(file: Path) -> Iterator[Example]:
    """The answerable pairs of a file of JSON lines. Raises ValueError that names a bad line."""
    with file.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                example = _pair(json.loads(line), file.stem) if line.strip() else None
            except (KeyError, TypeError, ValueError) as error:
                reason = f"no {error}" if isinstance(error, KeyError) else error
                raise ValueError(f"{file}, line {number}: {reason}") from None
            if example:
                yield example


def _windows(data: Path, part: str) -> Iterator[Example]:
    rng = random.Random(0)
    for example in articles("covid_qa", splits.covid_qa(data, part)):
        pieces = cut(replace(example, title=""))
        right = [one for one in pieces if one.answerable]
        wrong = [one for one in pieces if not one.answerable]
        if right and wrong:
            yield right[0]
            yield rng.choice(wrong)


def _pair(row: dict[str, Any], name: str) -> Example | None:
    question, passage = row["question"], row["passage"]
    for one in row["answers"]:
        if passage[one["start"] : one["start"] + len(one["text"])] != one["text"]:
            raise ValueError(f"{one['text']!r} does not stand at {one['start']} of the passage")
    spans = tuple((one["start"], one["start"] + len(one["text"])) for one in row["answers"])
    title = row.get("title") or ""
    return Example(name, question, passage, title, True, spans, spans) if spans else None
