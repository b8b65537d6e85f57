"""The text inside XML elements: mark-up taken off, no space put into a word, formulas as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

# Elements that stand apart; all others lie inside words.
_APART = frozenset(
    "p title label caption list list-item def-item term def disp-formula disp-quote td th tr"
    " break sec verse-line attrib fig table-wrap statement speech supplementary-material"
    " preformat code affiliation institution addr-line country city state postal-code"
    " institution-wrap email".lower().split()
)
_PICTURES = frozenset("graphic inline-graphic media object-id private-char".split())
_TEX = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.S)


def flat(element: etree._Element | None, without: frozenset[str] = frozenset()) -> str:
    """The text of an element in one line; elements named in `without` are left out."""
    if element is None:
        return ""
    parts: list[str] = []
    _collect(element, parts, without)
    return " ".join("".join(parts).split())


def flat_all(elements: Iterator[etree._Element] | list[etree._Element]) -> tuple[str, ...]:
    """The texts of elements that have one, each once."""
    return tuple(dict.fromkeys(text for text in map(flat, elements) if text))


def runs(element: etree._Element, breaks: frozenset[str]) -> Iterator[str | etree._Element]:
    """The text of a paragraph and, where they stand in it, the elements that part it."""
    parts = [element.text or ""]
    for child in element:
        if child.tag in breaks:
            yield " ".join("".join(parts).split())
            yield child
            parts = [child.tail or ""]
        else:
            _collect_node(child, parts, frozenset())
    yield " ".join("".join(parts).split())


def _collect(element: etree._Element, parts: list[str], without: frozenset[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        _collect_node(child, parts, without)


def _collect_node(child: etree._Element, parts: list[str], without: frozenset[str]) -> None:
    name = child.tag
    if name in without or name in _PICTURES:
        parts.append(" ")
    elif name == "math":
        parts.append(_mathml(child))
    elif name == "tex-math":
        parts.append(_tex(child))
    elif name == "alternatives":
        parts.append(_best(child, without))
    else:
        _collect_child(child, parts, without)
    parts.append(child.tail or "")


def _collect_child(child: etree._Element, parts: list[str], without: frozenset[str]) -> None:
    inner: list[str] = []
    _collect(child, inner, without)
    text = "".join(inner)
    before = next((part[-1] for part in reversed(parts) if part), " ")
    if child.tag in _APART:
        parts.append(f" {text} ")
    elif before.isalnum() and text[:1].isalnum() and _stands_off(child, text):
        parts.append(f" {text}")
    elif child.tag == "sup":
        parts.append(_raised(before, text))
    else:
        parts.append(text)


def _stands_off(element: etree._Element, text: str) -> bool:
    """Whether it is no part of the word before it: a mark, or a further part of a `name`."""
    around = element.getparent()
    return _is_mark(element, text) or (around is not None and around.tag == "name")


def _raised(before: str, text: str) -> str:
    """A power keeps its sign: 10 to the 6th is "10^6" and not "106"."""
    return (
        f"^{text}" if (before.isdigit() or before == ")") and re.match(r"[-−–+]?\d", text) else text
    )


def _is_mark(element: etree._Element, text: str) -> bool:
    """Whether it is a reference mark, no part of the word: "leukemia 12", not "leukemia12"."""
    if element.tag == "xref":
        kind = element.get("ref-type", "")
        return kind.endswith("fn") or (kind == "bibr" and element.find("sup") is not None)
    if element.tag != "sup":
        return False
    in_cell = next(element.iterancestors("td", "th"), None) is not None
    marks = in_cell and len(text) == 1 and text.isalpha()
    return marks or any(
        _is_mark(xref, text) or xref.get("ref-type") == "bibr" for xref in element.iter("xref")
    )


def _best(alternatives: etree._Element, without: frozenset[str]) -> str:
    """One of several forms of the same thing."""
    for name in ("math", "tex-math"):
        found = alternatives.find(name)
        if found is not None:
            text = _mathml(found) if name == "math" else _tex(found)
            if text.strip():
                return text
    return next((text for text in (flat(child, without) for child in alternatives) if text), "")


def _tex(element: etree._Element) -> str:
    """What a TeX formula says, without the preamble of its document."""
    text = "".join(map(str, element.itertext()))
    body = _TEX.search(text)
    return " ".join((body[1] if body else text).replace("$$", " ").split())


def _mathml(element: etree._Element) -> str:
    """A formula in one line: "T_g" loses its mark-up, fractions and powers keep their sign."""
    name = element.tag
    if name in ("annotation", "annotation-xml", "mglyph"):
        return ""
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        return " ".join("".join(map(str, element.itertext())).split())
    inner = [_mathml(child) for child in element]
    if name == "mfrac" and len(inner) == 2:
        return f"{_bracketed(inner[0])}/{_bracketed(inner[1])}"
    if name in ("msup", "msubsup") and len(inner) > 1:
        base = "".join(inner[:-1])
        return base + _raised(base[-1:], inner[-1])
    if name == "mfenced":
        signs = element.get("open", "("), element.get("close", ")")
        return f"{signs[0]}{(element.get('separators') or ',')[0].join(inner)}{signs[1]}"
    if name == "msqrt":
        return f"√({''.join(inner)})"
    return ("; " if name == "mtable" else " " if name == "mtr" else "").join(inner)


def _bracketed(term: str) -> str:
    return term if re.fullmatch(r"\w*", term) else f"({term})"
