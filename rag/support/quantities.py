"""Numbers in texts, in one form: 0.05, .05 and 5 %, "five", "two thirds", ">85%" and its bound."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORDS = dict(
    zip(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen".split(),
        range(2, 20),
        strict=True,
    )
) | dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10),
             strict=True))  # fmt: skip
_LARGE = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}
_TIMES = {"twice": 2, "double": 2, "doubled": 2, "twofold": 2, "triple": 3, "tripled": 3,
          "threefold": 3, "tenfold": 10}  # fmt: skip
_UNITS = {
    name: names.split()[0]
    for names in (
        "% percent pct", "‰", "kg kilogram kilograms", "mg milligram milligrams", "g gram grams",
        "ug μg mcg microgram micrograms", "ng nanogram nanograms", "ml milliliter millilitre",
        "l liter litre liters litres", "dl", "ul μl", "mm millimeter millimetre", "cm", "m2",
        "m meter metre meters metres", "km", "nm", "um μm", "mmol", "mol", "umol μmol", "nmol",
        "iu u units", "gy", "kda", "hz", "mmhg", "kcal", "bp", "kb", "°c celsius",
        "year years yr yrs", "month months", "week weeks wk wks", "day days",
        "hour hours h hr hrs", "minute minutes min", "second seconds s sec", "fold",
    )
    for name in names.split()
}  # fmt: skip
_PLAIN = r"(?:\d{1,3}(?:[,\u2009\u202f]\d{3})+|\d+)(?:[.·]\d+)?|[.·]\d+"
_WORD_NUMBER = "|".join([*_WORDS, *_LARGE])
_UNIT = "|".join(re.escape(name) for name in sorted(_UNITS, key=len, reverse=True))
_END = r"(?![^\W_])"
_NUMBER = re.compile(
    r"(?<![^\W_])(?<![^\W\d_][-‐‑])(?<!\d[.,])(?:"  # no part of a name: "IL-6"
    rf"(?P<ratio>(?:one|1) (?:in|out of)(?: every)? (?P<of>{_WORD_NUMBER}|\d+)){_END}"
    r"|(?P<some>(?:(?:one|a|two|three|four|1|2|3)[ -])?)"
    rf"(?P<part>{'|'.join(_PARTS)})s?(?= of\b|[ -](?:the|as|in|are|were|have|had|die)\b)"
    rf"|(?P<times>{'|'.join(_TIMES)}){_END}(?![- ]blind)"
    rf"|(?P<first>{_PLAIN}|(?:{_WORD_NUMBER}){_END})"
    rf"(?:[ -](?P<large>{'|'.join([*_LARGE, *_WORDS])}){_END})?"
    rf"(?:[ \u00a0\u2009\u202f-]?(?P<unit>per cent|{_UNIT}){_END})?)",
    re.IGNORECASE,
)
_MORE = r"more|greater|higher|larger|longer|older|better"
_LESS = r"less|fewer|lower|smaller|shorter|younger"
_AT_LEAST = re.compile(
    rf"(?:[>≥≧]=?|(?<!\bno )\b(?:(?:{_MORE}) than|over|above|exceed(?:s|ed|ing)?|beyond|upwards of)"
    rf"|\bat least|\bno (?:{_LESS}) than)\s*$",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    rf"(?:[<≤≦]=?|(?<!\bno )\b(?:(?:{_LESS}) than|under|below|up to|at most|within)"
    rf"|\bno (?:{_MORE}) than)\s*$",
    re.IGNORECASE,
)
_OR_MORE = re.compile(
    r"^(?: old| of age)?\s*(?:or|and) (?:more|older|above|over|higher|greater)\b|^\+(?=\s)"
)
_OR_LESS = re.compile(r"^(?: old| of age)?\s*(?:or|and) (?:less|younger|below|under|lower|fewer)\b")
_RANGE = re.compile(r"\s*(?:[-–—,/]|to|and|or|,? (?:and|or)|±|vs\.?|versus)\s*")
_NEAR = 0.011  # how far "a third" may be from 0.33, as a share
_FAR = 24  # characters before a number in which its bound stands


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number: its value, unit ("" without one) and bound: 1 at least, -1 at most, else 0.

    A share written in words ("a third") is `rough`. `start:end` holds its unit and its bound,
    the number begins at `at`.
    """

    value: float
    unit: str
    bound: int
    start: int
    end: int
    at: int
    rough: bool = False

    def is_same(self, other: Quantity) -> bool:
        """Whether both say the same, but for their bounds; a unit may be left out."""
        ours, theirs = self._share(), other._share()
        if self.rough or other.rough:
            return "%" in (self.unit, other.unit) and abs(ours - theirs) <= _NEAR
        if self.unit == other.unit or not (self.unit and other.unit):
            if self.value == other.value:
                return "%" not in (self.unit, other.unit) or self.unit == other.unit
        elif "%" not in (self.unit, other.unit):
            return False
        shares = {self.unit, other.unit} == {"%", ""}
        return shares and abs(ours - theirs) < 1e-9

    def _share(self) -> float:
        return self.value / 100 if self.unit == "%" else self.value


def is_unit(word: str) -> bool:
    """Whether a word is the name of a unit."""
    return word.lower() in _UNITS


def find_quantities(text: str) -> list[Quantity]:
    """The numbers of a text, in order; in "10 to 20 mg" both are of the unit."""
    found = [
        _quantity(match, text)
        for match in _NUMBER.finditer(text)
        if match.group().strip() and not _is_part_of_name(match, text)
    ]
    for place in range(len(found) - 2, -1, -1):
        one, after = found[place], found[place + 1]
        if not one.unit and _RANGE.fullmatch(text[one.end : after.start]):
            found[place] = Quantity(
                one.value, after.unit, one.bound, one.start, one.end, one.at, one.rough
            )
    return found


def _is_part_of_name(match: re.Match[str], text: str) -> bool:
    """Whether letters follow at once: "5FU", "2a"; a number before a hyphen is one."""
    return text[match.end() : match.end() + 1].isalpha()


def _quantity(match: re.Match[str], text: str) -> Quantity:
    value, unit, rough = _value(match)
    before, after = text[max(0, match.start() - _FAR) : match.start()], text[match.end() :]
    start, end, bound = match.start(), match.end(), 0
    if low := _AT_LEAST.search(before):
        bound, start = 1, start - (len(before) - low.start())
    elif high := _AT_MOST.search(before):
        bound, start = -1, start - (len(before) - high.start())
    elif tail := _OR_MORE.match(after):
        bound, end = 1, end + tail.end()
    elif tail := _OR_LESS.match(after):
        bound, end = -1, end + tail.end()
    return Quantity(value, unit, bound, start, end, match.start(), rough)


def _value(match: re.Match[str]) -> tuple[float, str, bool]:
    """Value, unit, and whether it is a share in words."""
    if match["ratio"]:
        return 100 / _plain(match["of"]), "%", True
    if match["part"]:
        some = match["some"].strip(" -").lower()
        count = {"two": 2, "three": 3, "four": 4}.get(some) or (int(some) if some.isdigit() else 1)
        return 100 * count / _PARTS[match["part"].lower()], "%", True
    if match["times"]:
        return float(_TIMES[match["times"].lower()]), "fold", False
    value = _plain(match["first"])
    if match["large"]:
        large = match["large"].lower()
        value = value * _LARGE[large] if large in _LARGE else value + _WORDS[large]
    unit = (match["unit"] or "").lower().replace("µ", "μ")
    return value, "%" if unit == "per cent" else _UNITS.get(unit, ""), False


def _plain(written: str) -> float:
    small = written.lower()
    if small in _WORDS or small in _LARGE:
        return float(_WORDS.get(small) or _LARGE[small])
    return float(re.sub(r"[,\u2009\u202f]", "", small).replace("·", "."))
