"""From boxes of a diagram to classes and enumerations of a draft."""

import re
from collections.abc import Iterator

from edm.core.importers import kinds
from edm.core.importers.journal import Journal
from edm.core.importers.plantuml.diagram import Box, Diagram
from edm.core.importers.plantuml.members import Member, is_separator
from edm.core.importers.plantuml.turned import is_turned
from edm.core.importers.registry import Registry
from edm.core.importers.words import place, shown, step
from edm.core.model.draft import (
    ClassKind,
    DraftAttribute,
    DraftClass,
    DraftEnumeration,
    Multiplicity,
    Origin,
    Tag,
)

_PLAIN = frozenset({"", "class", "interface", "enum"})
_VALUE = re.compile(r"\s*(?:=\s*(.+)|\(([^()]+)\)|:\s*(.+))$")
_METHOD = re.compile(r"[+\-#~{].*\(.*|.*\(\s*\).*|[\w<>\[\]]+\s+\w+\s*\(.*")


def path_shown(box: Box) -> str:
    """Return the path of a box as a message may show it."""
    path = ""
    for part in (*box.path[:-1], box.name):
        path = step(path, part)
    return path


def read_class(box: Box, diagram: Diagram, journal: Journal) -> DraftClass:
    """Return the class of a box; its attributes are all different."""
    turned = [(line, _turned(box, line, each, diagram, journal)) for line, each in box.members]
    attributes = tuple(
        _attribute(box, line, member, diagram) for line, member in _first(box, turned, journal)
    )
    return DraftClass(
        origin=_origin(box),
        kind=_kind(box),
        package=box.path[:-1],
        abstract=box.abstract,
        attributes=attributes,
    )


def _turned(box: Box, line: int, member: Member, diagram: Diagram, journal: Journal) -> Member:
    """Return the member, with name and type exchanged where they seem to be, which is told."""
    if not is_turned(member) or diagram.find(box.path[:-1], member.type_name):
        return member
    turned = member.turned()
    name, type_name = shown(turned.name), shown(turned.type_name)
    message = f'"{name} {type_name}" is read as {name} : {type_name}.'
    journal.note(kinds.TURNED, _place(box, turned, line), message)
    return turned


def _first(
    box: Box, members: list[tuple[int, Member]], journal: Journal
) -> Iterator[tuple[int, Member]]:
    """Yield each attribute once, telling of those that come again."""
    lines: dict[str, int] = {}
    for line, member in members:
        if member.name not in lines:
            lines[member.name] = line
            yield line, member
        else:
            message = f'"{shown(member.name)}" stands in line {lines[member.name]} already.'
            journal.note(kinds.REPEATED, _place(box, member, line), message)


def _place(box: Box, member: Member, line: int) -> str:
    return place(step(path_shown(box), member.name, "."), line)


def read_enumeration(box: Box, registry: Registry) -> DraftEnumeration:
    """Return the enumeration of a box."""
    literals = tuple(
        _literal(box, line, part, registry)
        for line, text in box.literals
        if not is_separator(text) and not _METHOD.fullmatch(text)
        for part in _parts(text)
    )
    return DraftEnumeration(_origin(box), box.path[:-1], literals)


def _origin(box: Box) -> Origin:
    words = () if box.kind in _PLAIN else (box.kind,)
    return Origin(
        id=box.id,
        name=box.name,
        where=place(path_shown(box), box.line),
        notes="\n\n".join(note for note in box.notes if note),
        stereotypes=tuple(dict.fromkeys((*box.stereotypes, *words))),
        tags=tuple(box.tags),
    )


def _kind(box: Box) -> ClassKind:
    if box.is_association:
        return ClassKind.ASSOCIATION_CLASS
    if box.kind == "interface":
        return ClassKind.INTERFACE
    known = {word.lower().replace(" ", "") for word in box.stereotypes}
    return ClassKind.DATA_TYPE if known & {"datatype", "primitive"} else ClassKind.CLASS


def _attribute(box: Box, line: int, member: Member, diagram: Diagram) -> DraftAttribute:
    origin = Origin(
        id=diagram.registry.give(f"{box.id}.{member.name}"),
        name=member.name,
        where=_place(box, member, line),
        stereotypes=member.stereotypes,
        tags=member.tags,
    )
    typed = diagram.find(box.path[:-1], member.type_name) if member.type_name else None
    return DraftAttribute(
        origin=origin,
        type_id=typed.id if typed else "",
        type_name=member.type_name,
        multiplicity=member.multiplicity or Multiplicity(1, 1),
        default=member.default,
        derived=member.derived,
        static=member.static,
        read_only=member.read_only or any(tag.name.lower() == "readonly" for tag in member.tags),
    )


def _parts(text: str) -> list[str]:
    """Return the literals of a line: ``A, B`` are two, ``A(1, 2)`` is one."""
    line = text.rstrip(",; ")
    return [part.strip() for part in re.split(r",(?![^()]*\))", line) if part.strip()]


def _literal(box: Box, line: int, text: str, registry: Registry) -> Origin:
    bare = text.lstrip("+-#~ ")
    found = _VALUE.search(bare)
    name = (bare[: found.start()] if found else bare).strip().strip('"')
    value = next((part for part in found.groups() if part), "") if found else ""
    return Origin(
        id=registry.give(f"{box.id}.{name}"),
        name=name,
        where=place(step(path_shown(box), name, "."), line),
        tags=(Tag("value", value.strip().strip("\"'")),) if value else (),
    )
