"""From statements to a diagram: one statement after another, with the blocks that are open."""

import re
from dataclasses import dataclass, field

from edm.core.importers import kinds, notation
from edm.core.importers.journal import Journal
from edm.core.importers.plantuml.arrows import LineKind, read_line
from edm.core.importers.plantuml.declarations import (
    Declaration,
    Package,
    read_declaration,
    read_package,
)
from edm.core.importers.plantuml.diagram import Box, Diagram, Drawn, Path
from edm.core.importers.plantuml.lines import Statement
from edm.core.importers.plantuml.members import is_silent, read_member
from edm.core.importers.plantuml.notes import END_NOTE, Note, read_note
from edm.core.importers.words import place, shown

DEEPEST = 100
"""How deep packages may nest."""

_MEMBER_LINE = re.compile(r'("[^"]{1,500}"|[\w$@.:]*[\w$@])\s*:(?!:)\s*(.+)')
_LITERALS = frozenset({"enum"})


@dataclass(slots=True)
class Parser:
    """The state between two statements.

    Attributes:
        diagram: What has been read.
        journal: Problems found so far.
        scopes: Names of the open packages; empty texts for mere groupings.
        box: The class whose body is open.
        note: The note whose text is open.
    """

    diagram: Diagram
    journal: Journal
    scopes: list[str] = field(default_factory=list)
    box: Box | None = None
    note: Note | None = None
    _text: list[str] = field(default_factory=list)
    _block: int = 0

    def take(self, statement: Statement) -> None:
        """Take in one statement."""
        if statement.block != self._block:
            self.end(statement)
            self._block = statement.block
        if self.note is not None:
            self._in_note(statement, self.note)
        elif self.box is not None:
            self._in_box(statement, self.box)
        else:
            self._at_top(statement)

    def end(self, statement: Statement | None) -> None:
        """Close what the end of a diagram leaves open."""
        if self.note is not None or self.box is not None or self.scopes:
            line = statement.number if statement else None
            message = "The diagram ends before all its braces and notes are closed."
            self.journal.note(kinds.UNBALANCED, place(self.journal.filename, line), message)
        if self.note is not None:
            self._close_note(self.note, "\n".join(self._text), 0)
        self.box, self.note, self.scopes = None, None, []

    @property
    def scope(self) -> Path:
        """The packages around the next statement."""
        return tuple(name for name in self.scopes if name)

    def _at_top(self, statement: Statement) -> None:
        text = statement.text
        if text == "}":
            self._close_package(statement)
        elif note := read_note(text):
            self._open_note(note, statement)
        elif (package := read_package(text)) is not None:
            self._open_package(package, statement)
        elif declaration := read_declaration(text):
            self._declare(declaration, statement)
        elif not self._draw(statement) and not self._add_line(statement):
            self._not_understood(statement)

    def _draw(self, statement: Statement) -> bool:
        line = read_line(statement.text)
        if line is None:
            return False
        if line.kind is not LineKind.HIDDEN:
            self.diagram.lines.append(Drawn(line, statement, self.scope))
        return True

    def _add_line(self, statement: Statement) -> bool:
        found = _MEMBER_LINE.fullmatch(statement.text)
        if not found:
            return False
        known = self.diagram.find(self.scope, found[1])
        box = known or self.diagram.declare(self.scope, found[1], statement.number)
        self._add_member(box, found[2], statement)
        return True

    def _declare(self, declaration: Declaration, statement: Statement) -> None:
        box = self.diagram.declare(self.scope, declaration.code, statement.number)
        box.kind = declaration.kind if not box.kind or box.kind == "class" else box.kind
        box.name = declaration.name or box.name
        box.abstract = box.abstract or declaration.abstract
        box.stereotypes += declaration.stereotypes
        box.tags += [tag for text in declaration.constraints for tag in notation.constraints(text)]
        for parent in declaration.parents:
            self._inherit(parent, declaration.code, statement)
        if declaration.rest:
            self._not_understood(statement, f'"{shown(declaration.rest)}" of this line')
        self._open_body(box, declaration, statement)

    def _inherit(self, parent: str, child: str, statement: Statement) -> None:
        line = read_line(f"{_quoted(parent)} <|-- {_quoted(child)}")
        if line is None:
            self._not_understood(statement, f'The parent "{shown(parent)}"')
        else:
            self.diagram.lines.append(Drawn(line, statement, self.scope))

    def _open_body(self, box: Box, declaration: Declaration, statement: Statement) -> None:
        if declaration.opens and not declaration.closed:
            self.box = box
        separator = "," if box.kind in _LITERALS else ";"
        for part in declaration.body.split(separator):
            if part.strip():
                self._add_member(box, part.strip(), statement)

    def _in_box(self, statement: Statement, box: Box) -> None:
        if statement.text == "}":
            self.box = None
        else:
            self._add_member(box, statement.text, statement)

    def _add_member(self, box: Box, text: str, statement: Statement) -> None:
        if box.kind in _LITERALS:
            box.literals.append((statement.number, text))
        elif is_silent(text):
            return
        elif member := read_member(text):
            box.members.append((statement.number, member))
        else:
            self._not_understood(statement)

    def _open_package(self, package: Package, statement: Statement) -> None:
        if len(self.scopes) == DEEPEST:
            message = f"Packages nest deeper than {DEEPEST}; deeper ones are joined."
            self.journal.note(kinds.LINE, place(self.journal.filename, statement.number), message)
        # Beyond the limit a level is counted for its closing brace, but adds no name.
        self.scopes.append(package.name if len(self.scopes) < DEEPEST else "")
        if package.alias:
            self.diagram.packages[package.alias] = package.name

    def _close_package(self, statement: Statement) -> None:
        if self.scopes:
            self.scopes.pop()
        else:
            where = place(self.journal.filename, statement.number)
            self.journal.note(kinds.UNBALANCED, where, 'This "}" closes nothing.')

    def _open_note(self, note: Note, statement: Statement) -> None:
        if note.text is not None:
            self._close_note(note, note.text, statement.number)
        else:
            self.note, self._text = note, []

    def _in_note(self, statement: Statement, note: Note) -> None:
        if END_NOTE.match(statement.text):
            self._close_note(note, "\n".join(self._text), statement.number)
            self.note = None
        else:
            self._text.append(statement.text)

    def _close_note(self, note: Note, text: str, line: int) -> None:
        words = text.replace("\\n", "\n").strip()
        if note.alias:
            self.diagram.remarks.setdefault(note.alias, []).append(words)
        elif note.on_line:
            return
        elif note.target:
            known = self.diagram.find(self.scope, note.target)
            (known or self.diagram.declare(self.scope, note.target, line)).notes.append(words)
        elif self.diagram.last is not None:
            self.diagram.last.notes.append(words)

    def _not_understood(self, statement: Statement, what: str = "") -> None:
        where = place(self.journal.filename, statement.number)
        subject = what or f'"{shown(statement.text)}"'
        self.journal.note(kinds.LINE, where, f"{subject} was not understood.")


def _quoted(name: str) -> str:
    return name if name.startswith('"') or re.fullmatch(r"[\w.:$@]+", name) else f'"{name}"'
