"""From PlantUML text to a draft."""

from edm.core.importers import kinds
from edm.core.importers.journal import Journal
from edm.core.importers.plantuml.boxes import read_class, read_enumeration
from edm.core.importers.plantuml.diagram import Diagram
from edm.core.importers.plantuml.lines import Script, Statement, script
from edm.core.importers.plantuml.others import class_lines
from edm.core.importers.plantuml.parser import Parser
from edm.core.importers.plantuml.relations import Relations, connect
from edm.core.model.draft import Draft

LARGEST = 1024 * 1024
"""The longest text that is read, in characters."""
MOST = 20_000
"""The greatest number of lines with content that is read."""


def read(text: str, journal: Journal) -> Draft | None:
    """Return the draft of a text with ``@startuml``, None (and a problem) if it cannot be read."""
    if len(text) > LARGEST:
        message = f"The text has {len(text):,} characters; at most {LARGEST:,} are read."
        journal.note(kinds.TOO_LARGE, "", message)
        return None
    source = script(text, journal)
    if len(source.statements) > MOST:
        message = f"The text has {len(source.statements):,} lines; at most {MOST:,} are read."
        journal.note(kinds.TOO_LARGE, "", message)
        return None
    statements = class_lines(source.statements, journal)
    return None if statements is None else _read(source, statements, journal)


def _read(source: Script, statements: tuple[Statement, ...], journal: Journal) -> Draft:
    diagram = Diagram(source.split)
    parser = Parser(diagram, journal)
    for statement in statements:
        parser.take(statement)
    parser.end(None)
    return _draft(source.name, diagram, connect(diagram, journal), journal)


def _draft(name: str, diagram: Diagram, relations: Relations, journal: Journal) -> Draft:
    registry = diagram.registry
    boxes = list(diagram.boxes.values())
    return Draft(
        format="plantuml",
        tool="PlantUML",
        name=name,
        classes=tuple(read_class(box, diagram, journal) for box in boxes if box.kind != "enum"),
        enumerations=tuple(read_enumeration(box, registry) for box in boxes if box.kind == "enum"),
        associations=tuple(relations.associations),
        generalizations=tuple(relations.generalizations),
    )
