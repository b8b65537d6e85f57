"""XML read safely and record by record: no entity is fetched or expanded, memory stays flat."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Literal

from lxml import etree

from rag.cleaning import LostRecord
from rag.errors import LoadError

_CHUNK = 1 << 16
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_CUT = re.compile(rb"&[A-Za-z0-9]{0,32}$")
_PREDEFINED = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_LONGEST_ENTITY = 200  # characters of a declared entity that is put in: names, not chapters
LOST = "\N{REPLACEMENT CHARACTER}"


def read_records(
    stream: BinaryIO, *, kind: str, roots: frozenset[str], records: frozenset[str]
) -> Iterator[etree._Element | LostRecord]:
    """Each record element of a file, without namespaces; it is emptied when the next is asked for.

    A damaged file gives the records before the damage and then a LostRecord. Raises LoadError
    for a file whose outermost element is another, or that is damaged before its first record.
    `kind` names the format in messages.
    """
    parser = _safe_parser("end", sorted(records))
    found = 0
    damage: etree.XMLSyntaxError | None = None
    for chunk in _checked(_chunks(stream), kind, roots):
        damage = _feed(parser, chunk)
        for element in _outermost(parser, records):
            found += 1
            yield _plain(element)
            _release(element)
        if damage:
            break
    damage = damage or _close(parser)
    if damage and not found:
        raise LoadError(f"broken XML ({_reason(damage)}): fetch the file again") from damage
    if damage:
        yield LostRecord(f"after record {found}", f"the XML breaks off: {_reason(damage)}")


def notes(element: etree._Element) -> tuple[str, ...]:
    """What of a record could not be read: entities that nobody says the meaning of."""
    lost = element.get("lost-entities")
    return (f"characters of unknown names left out: {lost}",) if lost else ()


def _safe_parser(event: Literal["start", "end"], names: list[str]) -> etree.XMLPullParser:
    """A parser that opens no other file, expands no entity and has bounds for all it reads."""
    return etree.XMLPullParser(
        events=(event,),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream with named characters as numbers; no entity is cut in two."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        chunk = rest + chunk
        cut = _CUT.search(chunk)
        rest = chunk[cut.start() :] if cut else b""
        yield _NAMED.sub(_numbered, chunk[: len(chunk) - len(rest)])
    if rest:
        yield rest


def _numbered(match: re.Match[bytes]) -> bytes:
    """ "&alpha;" as "&#945;": the DTD that says so is not at hand, but the name is a standard."""
    text = html.entities.html5.get(f"{match[1].decode()};")
    if match[1] in _PREDEFINED or text is None:
        return match.group()
    return b"".join(b"&#%d;" % ord(char) for char in text)


def _checked(chunks: Iterator[bytes], kind: str, roots: frozenset[str]) -> Iterator[bytes]:
    """The chunks; a file of another kind is refused before it is read whole."""
    probe = _safe_parser("start", ["*"])
    root = ""
    for chunk in chunks:
        if not root:
            damage = _feed(probe, chunk)
            _, first = next(iter(probe.read_events()), ("", None))
            root = etree.QName(first).localname if isinstance(first, etree._Element) else ""
            if root and root not in roots:
                raise LoadError(f"XML, but not {kind} (it holds <{root[:60]}>)")
            if damage and not root:
                raise LoadError(f"broken XML ({_reason(damage)}): fetch the file again")
        yield chunk


def _feed(parser: etree.XMLPullParser, chunk: bytes) -> etree.XMLSyntaxError | None:
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        return error
    return None


def _close(parser: etree.XMLPullParser) -> etree.XMLSyntaxError | None:
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        return error
    return None


def _reason(error: etree.XMLSyntaxError) -> str:
    """The parser's reason in one line."""
    return " ".join((error.msg or "no element found").split())[:160]


def _outermost(parser: etree.XMLPullParser, records: frozenset[str]) -> Iterator[etree._Element]:
    """The records that ended; one inside another goes with the outer one."""
    for _, element in parser.read_events():
        if not isinstance(element, etree._Element):
            continue
        above = (etree.QName(parent).localname for parent in element.iterancestors())
        if records.isdisjoint(above):
            yield element


def _release(element: etree._Element) -> None:
    """Let go of an element, of all that stands before it and of the same beside its parents."""
    element.clear()
    for level in (element, *element.iterancestors()):
        parent = level.getparent()
        while parent is not None and level.getprevious() is not None:
            del parent[0]


def _plain(record: etree._Element) -> etree._Element:
    """The record with bare names, its entities as text."""
    declared = _declared(record) if any(True for _ in record.iter(etree.Entity)) else {}
    lost = []
    for entity in list(record.iter(etree.Entity)):
        name = (entity.text or "").strip("&;")
        text = declared.get(name, LOST)
        if text == LOST:
            lost.append(f"&{name};")
        _put_before(entity, text + (entity.tail or ""))
    for element in record.iter(etree.Element):
        if isinstance(element.tag, str) and element.tag.startswith("{"):
            element.tag = etree.QName(element).localname
    if lost:
        record.set("lost-entities", ", ".join(sorted(set(lost))[:20]))
    return record


def _put_before(entity: etree._Element, text: str) -> None:
    """Text in an entity's place."""
    parent, before = entity.getparent(), entity.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    entity.tail = None
    parent.remove(entity)


def _declared(record: etree._Element) -> dict[str, str]:
    """The short, plain entities that the file itself declares."""
    dtd: Any = record.getroottree().docinfo.internalDTD
    if dtd is None:
        return {}
    return {
        entity.name: entity.content
        for entity in dtd.entities()
        if entity.name
        and entity.content
        and len(entity.content) <= _LONGEST_ENTITY
        and not re.search("[&<]", entity.content)
    }
