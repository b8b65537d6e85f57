"""Answers out of the JSON that `rag.export.forms` makes of them.

It may have been anywhere since, so it is read field by field: whatever is of another type or
kind raises TypeError, ValueError or KeyError.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from rag.types import Answer, Citation, Kind, Reference, Statement, Support


def answer_from_dict(values: Mapping[str, Any]) -> Answer:
    """The answer that `answer_to_dict` gave this for, without its timings.

    Raises TypeError, ValueError, OverflowError or KeyError for what is none.
    """
    citations = tuple(map(_citation, values["citations"]))
    return Answer(
        question=text_from(values["question"]),
        text=text_from(values["answer"]),
        abstained=bool(values["abstained"]),
        confidence=min(1.0, max(0.0, float(values["confidence"]))),
        citations=citations,
        nearest=tuple(map(_citation, values["nearest"])),
        **_of_the_model(values, {one.number for one in citations}),
    )


def text_from(value: object) -> str:
    """The value, if it is text. Raises TypeError or, for half a character, ValueError."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    value.encode()
    return value


def _of_the_model(values: Mapping[str, Any], numbers: set[int]) -> dict[str, Any]:
    """What there is where a model was asked; `numbers` are those that it may cite."""
    if "generated" not in values:
        return {}
    statements = tuple(map(_statement, values["statements"]))
    cited = (number for one in statements for number in (*one.citations, *one.against))
    if not numbers.issuperset(cited):
        raise ValueError("a statement cites what is not among the citations")
    return {
        "generated": bool(values["generated"]),
        "statements": statements,
        "notice": text_from(values["notice"]),
        "removed": int(values["removed"]),
        "usage": {text_from(name): _finite(n) for name, n in dict(values["usage"]).items()},
    }


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is no number")
    return number


def _statement(values: Mapping[str, Any]) -> Statement:
    return Statement(
        text_from(values["text"]),
        tuple(map(int, values["citations"])),
        Support(values["support"]),
        tuple(map(text_from, values["missing"])),
        tuple(map(int, values["against"])),
    )


def _citation(values: Mapping[str, Any]) -> Citation:
    start, end = int(values["start"]), int(values["end"])
    known = {one.name: values[one.name] for one in fields(Citation) if one.name in values}
    texts = ("quote", "document_id", "source", "section", "title")
    reference = values.get("reference")
    return Citation(
        **known
        | {name: text_from(known[name]) for name in texts}
        | {name: _optional(known.get(name)) for name in ("journal", "doi", "pmid", "url")}
        | {
            "number": int(known["number"]),
            "start": start,
            "end": end,
            "score": _finite(known["score"]),
            "page": _number(known.get("page")),
            "year": _number(known.get("year")),
            "kind": Kind(known["kind"]),
            "authors": tuple(map(text_from, known["authors"])),
            "sources": tuple(map(text_from, known["sources"])),
            "highlights": tuple((int(a), int(b)) for a, b in known["highlights"]),
            "reference": reference and _reference(start, end, reference),
        }
    )


def _reference(start: int, end: int, values: Mapping[str, Any]) -> Reference:
    return Reference(
        start,
        end,
        authors=tuple(map(text_from, values["authors"])),
        title=text_from(values["title"]),
        year=_number(values["year"]),
        journal=_optional(values["journal"]),
        doi=_optional(values["doi"]),
        pmid=_optional(values["pmid"]),
    )


def _optional(value: object) -> str | None:
    return None if value is None else text_from(value)


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
