"""The text of a page as the printer set it: runs of characters, each with its place and size.

pypdf parses the file, its streams, fonts and encodings. Its own text extraction tells where a
run begins but not where it ends, and where the columns of a page are set line by line it runs
them together; so the text operators are followed here, with the widths of pypdf's fonts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, StreamObject

from rag.loaders.pdf.faces import Face, Fonts, read_face
from rag.loaders.pdf.matrices import IDENTITY, TURNS, Matrix, multiply, read_matrix

_DEEPEST = 12  # forms inside forms
_MOST_FORMS = 2_000  # painted on a page
_WORD_GAP = 0.1  # of the size: a wider gap parts words
_RUN_GAP = 0.7  # of the size: a wider gap parts runs


@dataclass(frozen=True, slots=True)
class Run:
    """Characters set in one go: from `x0` to `x1` on the baseline `y`, in points."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    font: str = ""
    bold: bool = False


@dataclass(slots=True)
class Painted:
    """What a page shows: its upright text, its sideways text, and whether it has a picture."""

    runs: list[Run] = field(default_factory=list)
    sideways: list[Run] = field(default_factory=list)
    pictured: bool = False


def paint(page: PageObject, fonts: Fonts) -> Painted:
    """The runs of a page in the order of its content stream, turned as the page is shown.

    `fonts` is kept from page to page, so that each font is parsed once.
    """
    turned = TURNS.get(int(page.rotation) % 360, IDENTITY)
    if "/Contents" not in page:
        return Painted()
    content = ContentStream(page["/Contents"].get_object(), page.pdf, "bytes")
    resources = _resources(page)
    painter = _Painter(turned, fonts)
    painter.follow(content, resources, depth=0)
    painted = painter.painted
    # A table set sideways on its page is read as the reader turns it.
    if painter.angles and _letters(painted.sideways) > 4 * _letters(painted.runs):
        painter = _Painter(multiply(turned, TURNS[painter.common_angle]), fonts)
        painter.follow(content, resources, depth=0)
        painted = painter.painted
    return painted


@dataclass(slots=True)
class _State:
    """The graphics state as far as text needs it."""

    matrix: Matrix
    face: Face | None = None
    size: float = 1.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0

    def copy(self) -> _State:
        return _State(*(getattr(self, name) for name in self.__slots__))


class _Painter:
    """Follows the operators of content streams."""

    def __init__(self, turned: Matrix, fonts: Fonts) -> None:
        self.painted = Painted()
        self.angles: list[int] = []
        self._state = _State(turned)
        self._stack: list[_State] = []
        self._line = self._pen = IDENTITY
        self._forms = 0
        self._fonts = fonts
        self._does: dict[bytes, Callable[[Sequence[Any]], None]] = {
            b"BT": self._begin,
            b"Tm": self._place,
            b"Td": self._move,
            b"TD": self._move_and_lead,
            b"T*": lambda _: self._next_line(),
            b"Tj": lambda operands: self._show(operands[0]),
            b"TJ": self._show_spaced,
            b"'": self._show_on_next_line,
            b'"': self._show_with_spacing,
            b"cm": self._transform,
            b"q": lambda _: self._stack.append(self._state.copy()),
            b"Q": lambda _: self._restore(),
        }

    @property
    def common_angle(self) -> int:
        """The quarter turn that sets most of the sideways text upright."""
        return max(set(self.angles), key=self.angles.count)

    def follow(self, content: ContentStream, resources: DictionaryObject, *, depth: int) -> None:
        """Paint a content stream; an operator whose operands make no sense is passed over."""
        depth_of_stack = len(self._stack)
        for operands, operator in content.operations:
            try:
                if operator in self._does:
                    self._does[operator](operands)
                elif operator == b"Do":
                    self._paint_object(operands[0], resources, depth)
                elif operator == b"Tf":
                    self._set_font(operands, resources)
                elif operator == b"INLINE IMAGE":
                    self.painted.pictured = True
                else:
                    self._set(operator, operands)
            except (ValueError, TypeError, KeyError, IndexError, AttributeError):
                continue
        del self._stack[depth_of_stack:]

    # -- state ---------------------------------------------------------------------------

    def _set(self, operator: bytes, operands: Sequence[Any]) -> None:
        state = self._state
        if operator == b"Tc":
            state.spacing = float(operands[0])
        elif operator == b"Tw":
            state.word_spacing = float(operands[0])
        elif operator == b"Tz":
            state.scale = float(operands[0]) / 100
        elif operator == b"TL":
            state.leading = float(operands[0])
        elif operator == b"Ts":
            state.rise = float(operands[0])

    def _set_font(self, operands: Sequence[Any], resources: DictionaryObject) -> None:
        self._state.size = float(operands[1])
        resource = resources["/Font"][operands[0]].get_object()  # type: ignore[index]
        if id(resource) not in self._fonts:
            self._fonts[id(resource)] = read_face(resource)
        self._state.face = self._fonts[id(resource)]

    def _restore(self) -> None:
        if self._stack:
            self._state = self._stack.pop()

    def _transform(self, operands: Sequence[Any]) -> None:
        self._state.matrix = multiply(read_matrix(operands), self._state.matrix)

    def _paint_object(self, name: str, resources: DictionaryObject, depth: int) -> None:
        painted = resources["/XObject"][name].get_object()  # type: ignore[index]
        if painted["/Subtype"] == "/Image":
            self.painted.pictured = True
        self._forms += 1
        if painted["/Subtype"] != "/Form" or depth >= _DEEPEST or self._forms > _MOST_FORMS:
            return
        self._stack.append(self._state.copy())
        if "/Matrix" in painted:
            self._transform(painted["/Matrix"])
        own = painted.get("/Resources")
        inner = own.get_object() if own is not None else resources
        assert isinstance(painted, StreamObject)
        self.follow(ContentStream(painted, None, "bytes"), inner, depth=depth + 1)
        self._restore()

    # -- places --------------------------------------------------------------------------

    def _begin(self, operands: Sequence[Any]) -> None:
        self._line = self._pen = IDENTITY

    def _place(self, operands: Sequence[Any]) -> None:
        self._line = self._pen = read_matrix(operands)

    def _move(self, operands: Sequence[Any]) -> None:
        step = (1.0, 0.0, 0.0, 1.0, float(operands[0]), float(operands[1]))
        self._line = self._pen = multiply(step, self._line)

    def _move_and_lead(self, operands: Sequence[Any]) -> None:
        self._state.leading = -float(operands[1])
        self._move(operands)

    def _next_line(self) -> None:
        self._move((0.0, -self._state.leading))

    # -- text ----------------------------------------------------------------------------

    def _show_on_next_line(self, operands: Sequence[Any]) -> None:
        self._next_line()
        self._show(operands[0])

    def _show_with_spacing(self, operands: Sequence[Any]) -> None:
        self._state.word_spacing, self._state.spacing = float(operands[0]), float(operands[1])
        self._show_on_next_line(operands[2:])

    def _show_spaced(self, operands: Sequence[Any]) -> None:
        """Strings with steps between them; small steps are kerning, larger ones part words."""
        state = self._state
        text, start = "", self._pen
        for item in operands[0] if isinstance(operands[0], ArrayObject) else ():
            if isinstance(item, bytes | str):
                shown, width = self._measure(item)
                text += shown
                self._advance(width)
                continue
            gap = -float(item) / 1000
            if gap > _RUN_GAP:
                self._put(text, start)
                text = ""
            elif gap > _WORD_GAP and text and not text.endswith(" "):
                text += " "
            self._advance(gap * state.size * state.scale)
            start = start if text else self._pen
        self._put(text, start)

    def _show(self, string: bytes | str) -> None:
        start = self._pen
        text, width = self._measure(string)
        self._advance(width)
        self._put(text, start)

    def _measure(self, string: bytes | str) -> tuple[str, float]:
        """The characters of a string and its width in text space."""
        state, face = self._state, self._state.face
        if face is None:
            return "", 0.0
        text, codes, width = face.show(string)
        width = width * state.size + state.spacing * len(codes)
        return text, (width + state.word_spacing * codes.count(" ")) * state.scale

    def _advance(self, width: float) -> None:
        self._pen = multiply((1.0, 0.0, 0.0, 1.0, width, 0.0), self._pen)

    def _put(self, text: str, start: Matrix) -> None:
        if not text.strip():
            return
        state = self._state
        begin = multiply((1.0, 0.0, 0.0, 1.0, 0.0, state.rise), multiply(start, state.matrix))
        end = multiply(self._pen, state.matrix)
        size = abs(state.size) * math.hypot(begin[2], begin[3])
        angle = round(math.degrees(math.atan2(begin[1], begin[0])) / 90) % 4 * 90
        name, bold = (state.face.name, state.face.bold) if state.face else ("", False)
        run = Run(text, begin[4], max(end[4], begin[4]), begin[5], size, name, bold)
        if angle == 0 and abs(begin[1]) < 0.05 * abs(begin[0]):
            self.painted.runs.append(run)
        else:
            self.painted.sideways.append(run)
            self.angles.append(angle)


def _resources(page: PageObject) -> DictionaryObject:
    found = page.get_inherited("/Resources", DictionaryObject())
    found = found.get_object() if found is not None else found
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _letters(runs: Sequence[Run]) -> int:
    return sum(len(run.text) for run in runs)
