"""Diagrams of other kinds, which PlantUML begins with ``@startuml`` just the same."""

import re
from collections.abc import Iterator
from itertools import groupby

from edm.core.importers import kinds
from edm.core.importers.journal import Journal
from edm.core.importers.plantuml.arrows import Line, LineKind, read_line
from edm.core.importers.plantuml.declarations import read_declaration
from edm.core.importers.plantuml.lines import Statement
from edm.core.importers.plantuml.notes import END_NOTE, read_note
from edm.core.importers.words import place
from edm.core.model.draft import Aggregation

# What a line of each kind begins with; the first kind that fits any line decides.
_SIGNS = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("a sequence diagram", r"(?:participant|activate|deactivate|autoactivate)\b"),
        ("a state diagram", r"\[\*\]|state\s+\S|\S+ ?-+> ?\[\*\]"),
        ("an activity diagram", r"(?:start|stop)$|:[^:]*;$|\(\*\)|if\s*\(.*\bthen\b|\|[^|]+\|$"),
        (
            "a use case diagram",
            r"usecase\b|(?:\w+ ?[-.]+> ?)?\([^(),]+\)(?:\s|$)|:\w[^:;]*:(?:\s|$)",
        ),
        ("a component diagram", r"component\b|artifact\b|\[[^\[\]<>-]+\]"),
        ("an object diagram", r"object\s+\S"),
        ("a sequence diagram", r"(?:alt|opt|loop|par)\s+\S|==.+==$|boundary\s|control\s"),
        ("a use case or sequence diagram", r"actor\s+\S"),
    )
)
# In component and sequence diagrams these words declare something else.
_SHARED = frozenset({"entity", "interface", "circle", "diamond"})
_NAME = r'(?:"[^"]{1,200}"|[\w.@$]{1,200})'
_MESSAGE = re.compile(rf"{_NAME}\s*(?:->>?|<<?-)\s*{_NAME}\s*")


def class_lines(
    statements: tuple[Statement, ...], journal: Journal
) -> tuple[Statement, ...] | None:
    """Return the lines of class diagrams, None if the text has only diagrams of other kinds."""
    blocks = [tuple(lines) for _, lines in groupby(statements, lambda each: each.block)]
    named = [(lines, _other_kind(tuple(_without_notes(lines)))) for lines in blocks]
    others = [(place(journal.filename, lines[0].number), kind) for lines, kind in named if kind]
    refused = len(others) == len(blocks)
    for where, kind in others:
        _tell(where, kind, journal, refused=refused)
    kept = tuple(line for lines, kind in named if not kind for line in lines)
    return None if others and refused else kept


def _without_notes(lines: tuple[Statement, ...]) -> Iterator[Statement]:
    """Yield the lines that are no text of a note."""
    inside = False
    for line in lines:
        if inside:
            inside = not END_NOTE.match(line.text)
            continue
        note = read_note(line.text)
        inside = note is not None and note.text is None
        if note is None:
            yield line


def _tell(where: str, kind: str, journal: Journal, *, refused: bool) -> None:
    if refused:
        message = f"This is {kind}, not a class diagram."
        journal.note(kinds.OTHER_DIAGRAM, where, message)
    else:
        hint = "Nothing to do, unless it was meant to be a class diagram: then declare its classes."
        journal.note(kinds.LINE, where, f"This is {kind} and is left out.", hint)


def _other_kind(lines: tuple[Statement, ...]) -> str:
    """Return which other kind of diagram the lines are, empty if they may be a class diagram."""
    if any(_declares(line.text) for line in lines):
        return ""
    for name, sign in _SIGNS:
        if any(sign.match(line.text) for line in lines):
            return name
    return "a sequence diagram" if _only_messages(lines) else ""


def _declares(text: str) -> bool:
    found = read_declaration(text)
    return found is not None and (found.opens or found.kind not in _SHARED)


def _only_messages(lines: tuple[Statement, ...]) -> bool:
    if any(_is_message(line.text) for line in lines):
        return not any(_relates(each) for each in _drawn(lines))
    return False


def _is_message(text: str) -> bool:
    head, colon, _ = text.partition(":")
    return bool(colon) and bool(_MESSAGE.fullmatch(head))


def _drawn(lines: tuple[Statement, ...]) -> Iterator[Line]:
    return (found for line in lines if (found := read_line(line.text)))


def _relates(line: Line) -> bool:
    """Return whether only classes are related like this."""
    sides = (line.left, line.right)
    counted = any(side.multiplicity or side.diamond is not Aggregation.NONE for side in sides)
    return counted or line.kind in {LineKind.INHERITS, LineKind.CLASS_LINK}
