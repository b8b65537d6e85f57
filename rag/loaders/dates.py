"""Dates of bibliographic formats as readers expect them: "2021 Aug 1"."""

from __future__ import annotations

import re

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def write_date(year: str, month: str = "", day: str = "", season: str = "") -> str:
    """A date in the order that citations use; a month's number becomes its short name.

    >>> write_date("2021", "08", "01"), write_date("1993", season="Spring")
    ('2021 Aug 1', '1993 Spring')
    """
    if not year:
        return ""
    month = _MONTHS[int(month) - 1] if month in _NUMBERS else month
    month = month or season
    day = day.lstrip("0") if month else ""
    return " ".join(part for part in (year, month, day) if part)


_NUMBERS = frozenset({str(n) for n in range(1, 13)} | {f"{n:02}" for n in range(1, 10)})


def year_of(date: str) -> int | None:
    """The first year that a date names: 1998 of "1998 Dec-1999 Jan".

    >>> year_of("1998 Dec-1999 Jan")
    1998
    """
    match = re.search(r"\b(1[5-9]|20)\d\d\b", date)
    return int(match.group()) if match else None
