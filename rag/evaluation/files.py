"""Reports as files: JSON (which `--against` reads again) and CSV, a row a question."""

from __future__ import annotations

import csv
import io
import json
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from rag.errors import UsageError
from rag.evaluation.figures import Figure
from rag.evaluation.run import Report
from rag.evaluation.scoring import Quotation, Row

FORMAT = 1
T = TypeVar("T")
_FORMULA = ("=", "+", "-", "@")


def report_to_json(report: Report) -> str:
    """The whole report as one JSON object."""
    value = {
        "format": FORMAT,
        "gold": report.gold,
        "settings": report.settings,
        "figures": {name: _finite(asdict(figure)) for name, figure in report.figures.items()},
        "rows": [asdict(row) for row in report.rows],
    }
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)


def read_report(path: Path) -> Report:
    """A report that `report_to_json` wrote. Raises UsageError for any other file."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["format"] != FORMAT:
            raise UsageError(f"{path} is of report format {value['format']}, not {FORMAT}")
        return Report(
            gold=str(value["gold"]),
            settings={str(name): str(one) for name, one in value["settings"].items()},
            figures={name: _figure(figure) for name, figure in value["figures"].items()},
            rows=tuple(_row(row) for row in value["rows"]),
        )
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{path} is not a report: write one with `rag eval GOLD --json FILE`"
        ) from error


def report_to_csv(report: Report) -> str:
    """A line a question. A cell that a spreadsheet would take for a formula gets a quote mark."""
    names = [field.name for field in fields(Row)]
    output = io.StringIO()
    writer = csv.DictWriter(output, names, lineterminator="\n")
    writer.writeheader()
    for row in report.rows:
        values = asdict(row) | {
            "quotations": len(row.quotations),
            "missing": "; ".join(row.missing),
        }
        writer.writerow({name: _cell(value) for name, value in values.items()})
    return output.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and unicodedata.normalize("NFKC", value).strip()[:1] in _FORMULA:
        return f"'{value}"
    return "" if value is None else value


def _finite(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in values.items()}


def _figure(values: Mapping[str, Any]) -> Figure:
    known: dict[str, Any] = {k: math.nan if v is None else v for k, v in values.items()}
    return Figure(**known)


def _row(values: Mapping[str, Any]) -> Row:
    quotations = tuple(_typed(Quotation, quotation) for quotation in values["quotations"])
    return _typed(Row, {**values, "quotations": quotations, "missing": tuple(values["missing"])})


def _typed(kind: type[T], values: Mapping[str, Any]) -> T:
    """A dataclass of the values. Raises TypeError where one is not of its field's type."""
    hints = get_type_hints(kind)
    for name, value in values.items():
        allowed = hints[name]
        wanted = get_args(allowed) if isinstance(allowed, UnionType) else (allowed,)
        plain = tuple(get_origin(one) or one for one in wanted)
        number = float in plain and isinstance(value, int) and not isinstance(value, bool)
        if not (number or isinstance(value, plain)) or (value != value):
            raise TypeError(f"{name} is {value!r}")
    return kind(**values)
