"""From the lines of a diagram to associations and generalisations, once all names are known."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from edm.core.importers import kinds
from edm.core.importers.assumptions import assumed, written
from edm.core.importers.journal import Journal
from edm.core.importers.plantuml.arrows import Line, LineKind, Side, pair
from edm.core.importers.plantuml.diagram import Box, Diagram, Drawn
from edm.core.importers.registry import Registry
from edm.core.importers.words import place, shown
from edm.core.model.draft import (
    Aggregation,
    DraftAssociation,
    DraftEnd,
    DraftGeneralization,
    Multiplicity,
    Origin,
)
from edm.core.spelling import Spelling

_REALIZATION = "realization"


@dataclass(slots=True)
class Relations:
    """What the lines of a diagram are.

    Attributes:
        registry: Ids given so far.
        associations: In the order of the file.
        generalizations: In the order of the file.
    """

    registry: Registry
    associations: list[DraftAssociation] = field(default_factory=list)
    generalizations: list[DraftGeneralization] = field(default_factory=list)
    _seen: dict[tuple[str, Line], int] = field(default_factory=dict)

    _pairs: defaultdict[tuple[str, ...], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, association: DraftAssociation) -> None:
        """Keep an association."""
        pair_of = tuple(sorted(end.class_id for end in association.ends))
        if not association.class_id:
            self._pairs[pair_of].append(len(self.associations))
        self.associations.append(association)

    def without_class(self, first: str, second: str) -> int | None:
        """Return the index of the last association of two classes that has no class, once."""
        indexes = self._pairs.get(tuple(sorted((first, second))))
        return indexes.pop() if indexes else None

    def again(self, key: str, drawn: Drawn) -> bool:
        """Return whether another diagram of the file has already drawn this line."""
        first = self._seen.setdefault((key, drawn.line), drawn.statement.block)
        return first != drawn.statement.block


@dataclass(frozen=True, slots=True)
class _Context:
    diagram: Diagram
    relations: Relations
    journal: Journal


def connect(diagram: Diagram, journal: Journal) -> Relations:
    """Return the relations that the diagram's lines are, declaring classes that only they name."""
    context = _Context(diagram, Relations(diagram.registry), journal)
    late = [drawn for drawn in diagram.lines if not _take(context, drawn)]
    for drawn in late:
        _link(context, drawn, final=True)
    _tell_undeclared(context)
    return context.relations


def _take(context: _Context, drawn: Drawn) -> bool:
    """Return whether a line found its place; an association may be drawn after its class."""
    if drawn.line.kind is LineKind.CLASS_LINK:
        return _link(context, drawn, final=False)
    if not _tie_note(context, drawn):
        _connect(context, drawn)
    return True


def _connect(context: _Context, drawn: Drawn) -> None:
    left = _box(context, drawn, drawn.line.left.name)
    right = _box(context, drawn, drawn.line.right.name)
    key = f"{left.id} -- {right.id}"
    if context.relations.again(key, drawn):
        return
    if drawn.line.kind is LineKind.INHERITS:
        _generalize(context, drawn, left, right)
    elif drawn.line.kind is LineKind.ASSOCIATION:
        _associate(context, drawn, left, right)
    else:
        where = place(f"{shown(left.name)} - {shown(right.name)}", drawn.statement.number)
        message = f"This {drawn.line.kind.value} is drawn, but has no effect."
        context.journal.note(kinds.DEPENDENCY, where, message)


def _box(context: _Context, drawn: Drawn, name: str) -> Box:
    found = context.diagram.find(drawn.scope, name)
    return found or context.diagram.declare(drawn.scope, name, drawn.statement.number)


def _tie_note(context: _Context, drawn: Drawn) -> bool:
    """Return whether a line ties a note to a class, having given the class its text."""
    names = (drawn.line.left.name, drawn.line.right.name)
    for note, name in (names, names[::-1]):
        if note in context.diagram.remarks:
            # A note may also point at another note, or at a line.
            box = context.diagram.find(drawn.scope, name)
            if box is not None:
                box.notes += context.diagram.remarks[note]
            return True
    return False


def _generalize(context: _Context, drawn: Drawn, parent: Box, child: Box) -> None:
    given = context.relations.registry.give(f"{child.id} -> {parent.id}")
    where = place(f"{shown(child.name)} -> {shown(parent.name)}", drawn.statement.number)
    dashed = (_REALIZATION,) if drawn.line.dashed or parent.kind == "interface" else ()
    origin = Origin(given, drawn.line.label, where, stereotypes=dashed)
    general = DraftGeneralization(origin, child.id, parent.id)
    context.relations.generalizations.append(general)


def _associate(context: _Context, drawn: Drawn, left: Box, right: Box) -> None:
    line = drawn.line
    label = f" : {line.label}" if line.label else ""
    given = context.relations.registry.give(f"{left.id} -- {right.id}{label}")
    title = f"{shown(left.name)} - {shown(right.name)}"
    where = place(f"{shown(line.label)} ({title})" if line.label else title, drawn.statement.number)
    origin = Origin(given, line.label, where, "", line.stereotypes, line.tags)
    ends = (
        _end(context, origin, left, line.left, line.right),
        _end(context, origin, right, line.right, line.left),
    )
    context.relations.add(DraftAssociation(origin, ends))


def _end(context: _Context, whole: Origin, box: Box, own: Side, opposite: Side) -> DraftEnd:
    given = context.relations.registry.give(f"{whole.id}/{own.role or box.name}")
    where = f"{shown(box.name)} in {whole.where}"
    navigable = own.arrow or not opposite.arrow
    aggregation = opposite.diamond
    drawn = own.multiplicity or assumed(
        aggregation,
        own.diamond,
        navigable=navigable,
        opposite_navigable=opposite.arrow or not own.arrow,
    )
    _tell_count(context, where, own, drawn)
    return DraftEnd(
        Origin(given, own.role, where, tags=own.tags), box.id, drawn, aggregation, navigable
    )


def _tell_count(context: _Context, where: str, own: Side, taken: Multiplicity) -> None:
    """Tell how the multiplicity of an end was found, unless it is written as it should be."""
    note = context.journal.note
    if own.broken:
        message = f'"{shown(own.broken)}" is no multiplicity; {written(taken)} is taken.'
        note(kinds.MULTIPLICITY, where, message)
    elif own.worded:
        message = f'"{shown(own.worded)}" is read as the multiplicity {written(taken)}.'
        note(kinds.IN_WORDS, where, message)
    elif own.multiplicity is None:
        message = f"This end has no multiplicity; {written(taken)} is taken."
        note(kinds.ASSUMED_MULTIPLICITY, where, message)


def _link(context: _Context, drawn: Drawn, *, final: bool) -> bool:
    """Make a class the association class of two others; return whether that was possible."""
    left, right = drawn.line.left.name, drawn.line.right.name
    names = pair(left) or pair(right) or (left, right)
    first, second = (_box(context, drawn, name) for name in names)
    index = context.relations.without_class(first.id, second.id)
    if index is None and not final:
        return False
    box = _box(context, drawn, right if pair(left) else left)
    if context.relations.again(f"{first.id} {second.id} {box.id}", drawn):
        return True
    box.is_association = True
    if index is None:
        _associate_class(context, drawn, (first, second), box)
    else:
        have = context.relations.associations[index]
        context.relations.associations[index] = replace(have, class_id=box.id)
    return True


def _associate_class(context: _Context, drawn: Drawn, sides: tuple[Box, Box], box: Box) -> None:
    first, second = sides
    given = context.relations.registry.give(f"{box.id}/association")
    where = place(
        f"{shown(box.name)} ({shown(first.name)} - {shown(second.name)})", drawn.statement.number
    )
    ends = tuple(
        DraftEnd(
            Origin(context.relations.registry.give(f"{given}/{side.name}"), "", where),
            side.id,
            Multiplicity(0, None),
            Aggregation.NONE,
        )
        for side in (first, second)
    )
    association = DraftAssociation(Origin(given, "", where), ends, box.id)
    context.relations.add(association)


def _tell_undeclared(context: _Context) -> None:
    boxes = tuple(context.diagram.boxes.values())
    known = Spelling(box.path[-1] for box in boxes if box.kind or box.members)
    for box in boxes:
        if not box.kind and not box.members:
            where = place(shown(box.name), box.line)
            message = f'"{shown(box.name)}" is used but not declared.'
            meant = known.nearest(box.path[-1])
            hint = (
                f'Declare it, or correct the name; did you mean "{shown(meant)}"?' if meant else ""
            )
            context.journal.note(kinds.UNDECLARED, where, message, hint)
