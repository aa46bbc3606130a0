"""Associations become what a server has: references to one object, and links between many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from edm.core.checks import kinds
from edm.core.checks.associations import Binary
from edm.core.checks.names import Words, made, split
from edm.core.checks.roles import Calling, call, derive
from edm.core.checks.text import clean_notes
from edm.core.model.domain import Link, Reference, RelationKind, Role
from edm.core.model.draft import Aggregation, DraftEnd, Multiplicity
from edm.core.model.names import Name
from edm.core.problems import Problem

_ONE = 1


@dataclass(frozen=True, slots=True)
class Shaped:
    """A relation whose names are not yet unique.

    Attributes:
        relation: The relation.
        where: Its place for problems.
        callings: Of a reference: role and inverse; of a link: left role and right role.
    """

    relation: Reference | Link
    where: str
    callings: tuple[Calling, Calling]


@dataclass(frozen=True, slots=True)
class Middle:
    """An association class: the entity, and its references to the two ends."""

    entity: str
    references: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Sides:
    """The ends of an association by what they mean.

    ``near`` is the part, or the end that keeps the reference; ``far`` the whole or the target.
    """

    kind: RelationKind
    near: DraftEnd
    far: DraftEnd


def shape(
    admitted: Iterable[Binary], classes: Mapping[str, Name]
) -> tuple[tuple[Shaped, ...], tuple[Middle, ...], tuple[Problem, ...]]:
    """Return the relations, the association classes among them, and what had to be decided."""
    relations: list[Shaped] = []
    middles = []
    problems: list[Problem] = []
    for one in admitted:
        found, told = _shape(one, classes)
        relations.extend(found)
        problems.extend((*told, *_called(found)))
        if one.middle:
            middles.append(Middle(one.middle, (found[0].relation.id, found[-1].relation.id)))
    return tuple(relations), tuple(middles), tuple(problems)


def _shape(
    one: Binary, classes: Mapping[str, Name]
) -> tuple[tuple[Shaped, ...], tuple[Problem, ...]]:
    if one.middle:
        return _association_class(one, classes)
    single, problems = _plain(one, classes)
    return (single,), problems


def _called(found: Iterable[Shaped]) -> tuple[Problem, ...]:
    callings = (calling for one in found for calling in one.callings)
    return tuple(problem for calling in callings for problem in calling.problems)


def _plain(one: Binary, classes: Mapping[str, Name]) -> tuple[Shaped, tuple[Problem, ...]]:
    sides, problems = _sides(one)
    if _ONE not in {sides.near.multiplicity.upper, sides.far.multiplicity.upper}:
        shaped = _link(one, sides, classes)
    else:
        shaped = _reference(one, _turned(sides), classes)
    return shaped, (*problems, *_unenforced(shaped))


def _sides(one: Binary) -> tuple[_Sides, tuple[Problem, ...]]:
    first, second = one.first, one.second
    drawn = {first.aggregation, second.aggregation}
    if drawn == {Aggregation.NONE}:
        return _Sides(RelationKind.ASSOCIATION, second, first), ()
    if Aggregation.NONE not in drawn:
        problem = kinds.BOTH_WHOLES.at(one.drawn.origin.where, "Both of its ends are wholes.")
        return _Sides(RelationKind.ASSOCIATION, second, first), (problem,)
    near, far = (second, first) if first.aggregation is Aggregation.NONE else (first, second)
    if near.aggregation is Aggregation.SHARED:
        return _Sides(RelationKind.AGGREGATION, near, far), ()
    return _composition(one, near, far)


def _composition(
    one: Binary, part: DraftEnd, whole: DraftEnd
) -> tuple[_Sides, tuple[Problem, ...]]:
    if whole.multiplicity.upper != _ONE:
        # The multiplicities are believed, the diamond is not: nothing is deleted by mistake.
        problem = kinds.MANY_WHOLES.at(
            one.drawn.origin.where, "Its parts have several wholes, so none owns them."
        )
        return _Sides(RelationKind.AGGREGATION, part, whole), (problem,)
    return _Sides(RelationKind.COMPOSITION, part, whole), ()


def _turned(sides: _Sides) -> _Sides:
    """Return the sides with the one that keeps the reference as ``near``."""
    if sides.kind is RelationKind.COMPOSITION:
        return sides
    near, far = sides.near.multiplicity, sides.far.multiplicity
    swapped = _Sides(sides.kind, sides.far, sides.near)
    if far.upper != _ONE:
        return swapped
    if near.upper != _ONE or sides.kind is RelationKind.AGGREGATION:
        return sides
    # One to one: who needs the other keeps the reference, else the end drawn second.
    return swapped if near.lower > far.lower else sides


def _reference(one: Binary, sides: _Sides, classes: Mapping[str, Name]) -> Shaped:
    role = call(sides.far, classes, _label(one, sides.near))
    inverse = call(sides.near, classes, _label(one, sides.far))
    origin = one.drawn.origin
    relation = Reference(
        id=origin.id,
        kind=sides.kind,
        holder=sides.near.class_id,
        target=sides.far.class_id,
        role=role.role,
        inverse=inverse.role,
        notes=clean_notes(origin.notes),
    )
    return Shaped(relation, origin.where, (role, inverse))


def _label(one: Binary, opposite: DraftEnd) -> Words:
    return split(one.drawn.origin.name) or split(opposite.origin.name)


def _link(one: Binary, sides: _Sides, classes: Mapping[str, Name]) -> Shaped:
    left, right = sides.far, sides.near
    left_role = call(left, classes, _label(one, right))
    right_role = call(right, classes, _label(one, left))
    origin = one.drawn.origin
    relation = Link(
        id=origin.id,
        kind=sides.kind,
        left=left.class_id,
        right=right.class_id,
        left_role=left_role.role,
        right_role=right_role.role,
        name=made((*classes[left.class_id].words, *right_role.role.name.words)),
        notes=clean_notes(origin.notes),
    )
    return Shaped(relation, origin.where, (left_role, right_role))


def _unenforced(shaped: Shaped) -> tuple[Problem, ...]:
    relation = shaped.relation
    roles = (
        (relation.inverse,)
        if isinstance(relation, Reference)
        else (relation.left_role, relation.right_role)
    )
    return tuple(
        kinds.LOWER_IGNORED.at(
            shaped.where, f"At least {role.lower} of '{role.name.text}' is not enforced."
        )
        for role in roles
        if role.lower > 0
    )


def _association_class(
    one: Binary, classes: Mapping[str, Name]
) -> tuple[tuple[Shaped, Shaped], tuple[Problem, ...]]:
    first = _toward(one, 1, one.first, one.second, classes)
    second = _toward(one, 2, one.second, one.first, classes)
    problems = (*_unenforced(first), *_unenforced(second))
    if {one.first.aggregation, one.second.aggregation} != {Aggregation.NONE}:
        where = one.drawn.origin.where
        ignored = kinds.AGGREGATION_IGNORED.at(where, "Its diamond has no effect.")
        problems = (ignored, *problems)
    return (first, second), problems


def _toward(
    one: Binary, ordinal: int, end: DraftEnd, opposite: DraftEnd, classes: Mapping[str, Name]
) -> Shaped:
    """Return the reference of an association class to one of its ends."""
    role = _middle_role(end, opposite, classes)
    counts = opposite.multiplicity
    name = derive(classes[one.middle].words, many=counts.upper != _ONE)
    # Between two of one class, the other's role tells the two lists apart.
    label = split(end.origin.name) or split(one.drawn.origin.name)
    inverse = Calling(Role(name, counts.lower, counts.upper), given=False, label=label)
    origin = one.drawn.origin
    relation = Reference(
        id=f"{origin.id}#{ordinal}",
        kind=RelationKind.ASSOCIATION,
        holder=one.middle,
        target=end.class_id,
        role=role.role,
        inverse=inverse.role,
        notes=clean_notes(origin.notes),
    )
    return Shaped(relation, origin.where, (role, inverse))


def _middle_role(end: DraftEnd, opposite: DraftEnd, classes: Mapping[str, Name]) -> Calling:
    # The object in the middle has one of each, so a role in the plural would mislead;
    # the class's name is clear, unless both ends are of one class.
    single = replace(end, multiplicity=Multiplicity(1, 1))
    if end.class_id != opposite.class_id:
        single = replace(single, origin=replace(end.origin, name=""))
    return call(single, classes, split(end.origin.name))
