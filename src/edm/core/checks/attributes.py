"""Attributes: what they hold, and whether they must, may repeat or may change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from edm.core.checks import bounds, defaults, kinds, limits, tags
from edm.core.checks.classify import Classified
from edm.core.checks.inheritance import Family
from edm.core.checks.names import Named, read
from edm.core.checks.resolve import Resolved, resolve
from edm.core.checks.text import clean, clean_notes
from edm.core.model.domain import Attribute, Enumeration, EnumerationType, Scalar, Value
from edm.core.model.draft import (
    MANY,
    DraftAssociation,
    DraftAttribute,
    DraftClass,
    DraftEnd,
    Multiplicity,
    Origin,
)
from edm.core.problems import Problem

MAX_FIELDS = 1000
"""Most attributes of an entity with all its parents and children together."""

_KEYS = frozenset({"pk", "primarykey", "id", "key", "identity", "identifier"})
_OPTIONAL = frozenset({"optional", "optioneel"})


@dataclass(frozen=True, slots=True)
class Placed:
    """An attribute whose name is not yet unique, and its place for problems."""

    attribute: Attribute
    where: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one drawn attribute: a value, a relation, the server's id, or nothing."""

    placed: Placed | None = None
    association: DraftAssociation | None = None
    understood: bool = True
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What the attributes of all entities became.

    Attributes:
        attributes: Of each entity, in the order of the file, copied ones last.
        associations: Those that attributes typed by a class stand for.
        understood: How many drawn attributes have an effect.
    """

    attributes: Mapping[str, tuple[Placed, ...]]
    associations: tuple[DraftAssociation, ...]
    understood: int


def read_attributes(
    classified: Classified, family: Family, enumerations: tuple[Enumeration, ...]
) -> tuple[Contents, tuple[Problem, ...]]:
    """Return what the attributes of all entities are."""
    too_many = _too_many(classified, family)
    if too_many:
        return Contents(dict.fromkeys(classified.entities, ()), (), 0), too_many
    by_id = {one.id: one for one in enumerations}
    own = {
        one.origin.id: _read_all(one, one.attributes, classified, by_id)
        for one in classified.entities.values()
    }
    copied = {
        entity: _read_all(classified.entities[entity], attributes, classified, by_id)
        for entity, attributes in family.copied.items()
    }
    merged = {entity: (*found, *copied.get(entity, ())) for entity, found in own.items()}
    every = [outcome for outcomes in merged.values() for outcome in outcomes]
    contents = Contents(
        {entity: _placed(outcomes) for entity, outcomes in merged.items()},
        tuple(outcome.association for outcome in every if outcome.association),
        sum(outcome.understood for outcomes in own.values() for outcome in outcomes),
    )
    return contents, tuple(problem for outcome in every for problem in outcome.problems)


def _too_many(classified: Classified, family: Family) -> tuple[Problem, ...]:
    problems = []
    for one in classified.entities.values():
        if one.origin.id in family.parents:
            continue
        kin = (one.origin.id, *family.descendants(one.origin.id))
        count = sum(
            len(classified.entities[each].attributes) + len(family.copied.get(each, ()))
            for each in kin
        )
        if count > MAX_FIELDS:
            message = f"There are {count} attributes with all children; {MAX_FIELDS} are possible."
            problems.append(kinds.TOO_MANY_FIELDS.at(one.origin.where, message))
    return tuple(problems)


def _placed(outcomes: tuple[Outcome, ...]) -> tuple[Placed, ...]:
    return tuple(outcome.placed for outcome in outcomes if outcome.placed)


def _read_all(
    owner: DraftClass,
    drawn: tuple[DraftAttribute, ...],
    classified: Classified,
    enumerations: Mapping[str, Enumeration],
) -> tuple[Outcome, ...]:
    return tuple(
        _read(owner, attribute, ordinal, classified, enumerations)
        for ordinal, attribute in enumerate(drawn, start=1)
    )


def _read(
    owner: DraftClass,
    drawn: DraftAttribute,
    ordinal: int,
    classified: Classified,
    enumerations: Mapping[str, Enumeration],
) -> Outcome:
    if drawn.derived or drawn.static:
        return _left_out(drawn)
    resolved = resolve(drawn, classified)
    counted, problems = _counted(drawn, resolved)
    if resolved.entity:
        return _related(owner, counted, resolved, problems)
    named = read(drawn.origin, "attribute", ordinal)
    if _is_id(counted, named, resolved):
        message = f"'{clean(drawn.origin.name)}' is the id that every object has."
        return Outcome(problems=(kinds.ID_ABSORBED.at(drawn.origin.where, message),))
    before = (*named.problems, *resolved.problems, *problems)
    attribute, after = _attribute(counted, named, resolved, enumerations)
    return Outcome(Placed(attribute, drawn.origin.where), problems=(*before, *after))


def _left_out(drawn: DraftAttribute) -> Outcome:
    word = "derived" if drawn.derived else "static"
    message = f"'{clean(drawn.origin.name)}' is {word} and left out."
    problem = kinds.ATTRIBUTE_LEFT_OUT.at(drawn.origin.where, message)
    return Outcome(understood=False, problems=(problem,))


def _counted(
    drawn: DraftAttribute, resolved: Resolved
) -> tuple[DraftAttribute, tuple[Problem, ...]]:
    """Return the attribute with the multiplicity that everything about it amounts to."""
    counts, problems = bounds.settle(drawn.multiplicity, drawn.origin.where)
    optional = (
        resolved.optional
        or tags.stereotyped(drawn.origin, _OPTIONAL)
        or tags.flagged(drawn.origin, "optional", "optioneel", "nullable")
    )
    upper = MANY if resolved.many and counts.upper == 1 else counts.upper
    required = tags.flagged(drawn.origin, "required", "mandatory", "notnull")
    lower = 0 if optional else max(counts.lower, int(required))
    counted = Multiplicity(lower, upper)
    if counted == drawn.multiplicity:
        return drawn, problems
    return replace(drawn, multiplicity=counted), problems


def _related(
    owner: DraftClass, drawn: DraftAttribute, resolved: Resolved, problems: tuple[Problem, ...]
) -> Outcome:
    origin = drawn.origin
    other = replace(origin, id=f"{origin.id}#owner", name="", notes="", tags=(), stereotypes=())
    association = DraftAssociation(
        origin=origin,
        ends=(
            DraftEnd(other, owner.origin.id, Multiplicity(0, MANY)),
            DraftEnd(origin, resolved.entity, drawn.multiplicity),
        ),
    )
    message = f"'{clean(origin.name)}' has a class as its type and becomes a relation."
    told = kinds.CLASS_TYPED.at(origin.where, message)
    return Outcome(association=association, problems=(*problems, told))


def _is_id(drawn: DraftAttribute, named: Named, resolved: Resolved) -> bool:
    if named.name.words != ("id",) or drawn.multiplicity.upper != 1:
        return False
    # The server's id is an integer: values of another type would be lost.
    return resolved.type is Scalar.INTEGER or resolved.untyped


def _is_key(drawn: DraftAttribute) -> bool:
    return tags.stereotyped(drawn.origin, _KEYS) or tags.flagged(
        drawn.origin, "id", "isid", "pk", "primarykey"
    )


def _attribute(
    drawn: DraftAttribute,
    named: Named,
    resolved: Resolved,
    enumerations: Mapping[str, Enumeration],
) -> tuple[Attribute, tuple[Problem, ...]]:
    many = drawn.multiplicity.upper != 1
    bounded, limit_problems = limits.read(drawn.origin, resolved.type, resolved.limits)
    unique, unique_problems = _unique(drawn, resolved, many=many)
    attribute = Attribute(
        id=drawn.origin.id,
        name=named.name,
        type=resolved.type,
        required=drawn.multiplicity.lower > 0,
        many=many,
        max_items=drawn.multiplicity.upper if many else None,
        unique=unique,
        read_only=drawn.read_only or tags.flagged(drawn.origin, "readonly", "isreadonly"),
        limits=bounded,
        notes=clean_notes(drawn.origin.notes),
    )
    problems = (*limit_problems, *unique_problems)
    if drawn.default is None or defaults.means_nothing(drawn.default):
        return attribute, problems
    default, told = _default(drawn.origin, drawn.default, attribute, enumerations)
    return replace(attribute, default=default), (*problems, *told)


def _unique(
    drawn: DraftAttribute, resolved: Resolved, *, many: bool
) -> tuple[bool, tuple[Problem, ...]]:
    key = _is_key(drawn)
    if not key and not tags.flagged(drawn.origin, "unique", "uniek"):
        return False, ()
    where = drawn.origin.where
    if many or resolved.type is Scalar.JSON:
        return False, (kinds.UNIQUE_IGNORED.at(where, "Such a value cannot be unique."),)
    if not key:
        return True, ()
    message = f"'{clean(drawn.origin.name)}' stays as a unique attribute beside the id."
    return True, (kinds.KEY_KEPT.at(where, message),)


def _default(
    origin: Origin, text: str, attribute: Attribute, enumerations: Mapping[str, Enumeration]
) -> tuple[Value | None, tuple[Problem, ...]]:
    value = None if attribute.many else _value(text, attribute, enumerations)
    if value is not None:
        return value, ()
    message = f"The default {clean(text, 60)} is no value of its type, and is left out."
    return None, (kinds.BAD_DEFAULT.at(origin.where, message),)


def _value(
    text: str, attribute: Attribute, enumerations: Mapping[str, Enumeration]
) -> Value | None:
    if isinstance(attribute.type, EnumerationType):
        return defaults.read_literal(text, enumerations[attribute.type.enumeration])
    return defaults.read(text, attribute.type, attribute.limits)
