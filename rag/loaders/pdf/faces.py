"""Fonts: the characters that codes stand for, their widths, and whether they are bold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pypdf.generic import DictionaryObject
from pypdf.generic._font import Font

_BOLD = re.compile(r"bold|black|heavy|semibd|demi|(?:cm|sf)bx|medi\b|\.bi?\b", re.I)
_BOLD_WEIGHT = 600
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl",
              0xFB05: "st", 0xFB06: "st"}  # fmt: skip
_UNSEEN = dict.fromkeys((*range(9), *range(14, 32), *range(127, 160), 65279, 65534, 65535))


@dataclass(frozen=True, slots=True)
class Face:
    """A font, and what is asked of it time and again."""

    font: Font
    name: str
    bold: bool
    unit: float  # of its widths, in text space
    resource: DictionaryObject  # kept, so that its identity stays its own

    def show(self, string: bytes | str) -> tuple[str, str, float]:
        """The characters of a string, its codes, and its width at a size of one."""
        codes, characters = _decode(string, self.font)
        width = sum(_code_width(code, self.font) for code in codes) * self.unit
        text = "".join(self.font.character_map.get(char, char) for char in characters)
        text = text.translate(_LIGATURES).translate(_UNSEEN)
        # Lone surrogates come from broken character maps; they are no characters.
        return text.encode("utf-8", "replace").decode("utf-8"), codes, width


Fonts = dict[int, Face]


def read_face(resource: DictionaryObject) -> Face:
    """The font that a resource describes."""
    font = Font.from_font_resource(resource)
    weight = str(font.font_descriptor.weight)
    base = resource.get("/BaseFont")
    name = str(base.get_object() if base is not None else font.name).split("+", 1)[-1]
    bold = bool(_BOLD.search(name)) or (weight.isdigit() and int(weight) >= _BOLD_WEIGHT)
    unit = 0.001
    if font.sub_type == "Type3":  # its widths are in a space of its own
        unit = abs(float(resource["/FontMatrix"][0]))  # type: ignore[index]
    return Face(font, name, bold, unit, resource)


def _decode(string: bytes | str, font: Font) -> tuple[str, str]:
    """The codes of a string as the font's widths know them, and as its character map does."""
    if isinstance(string, str):
        return string, string
    if isinstance(font.encoding, str):
        try:
            codes = string.decode(font.encoding, "surrogatepass")
        except UnicodeDecodeError:
            codes = string.decode(font.encoding, "replace")
        return codes, codes
    encoding = font.encoding
    return string.decode("latin-1"), "".join(encoding.get(code, chr(code)) for code in string)


def _code_width(code: str, font: Font) -> float:
    if code == font.space_char:
        return float(font.character_widths.get(code) or font.space_width)
    return float(font.character_widths.get(code, font.character_widths["default"]))
