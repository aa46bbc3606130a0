"""Short words for drafts: a class with attributes, an association between two ends."""

from edm.core.checks import check
from edm.core.model.domain import Attribute, DomainModel, Entity, Link, Reference
from edm.core.model.draft import (
    MANY,
    Aggregation,
    ClassKind,
    Draft,
    DraftAssociation,
    DraftAttribute,
    DraftClass,
    DraftEnd,
    DraftEnumeration,
    DraftGeneralization,
    Multiplicity,
    Origin,
    Tag,
)
from edm.core.model.report import Report

ONE = Multiplicity(1, 1)
OPTIONAL = Multiplicity(0, 1)
ANY = Multiplicity(0, MANY)
SOME = Multiplicity(1, MANY)


def origin(name: str, identity: str = "", *stereotypes: str, **tags: str) -> Origin:
    identity = identity or name
    pairs = tuple(Tag(key, value) for key, value in tags.items())
    return Origin(identity, name, f"Test::{identity}", stereotypes=stereotypes, tags=pairs)


def attribute(
    name: str,
    type_name: str = "String",
    *stereotypes: str,
    count: Multiplicity = ONE,
    default: str | None = None,
    type_id: str = "",
    **tags: str,
) -> DraftAttribute:
    """Make an attribute; its identity is only unique by name within a test."""
    return DraftAttribute(
        origin(name, f"attribute {name}", *stereotypes, **tags),
        type_id=type_id,
        type_name=type_name,
        multiplicity=count,
        default=default,
    )


def a_class(
    name: str,
    *attributes: DraftAttribute,
    identity: str = "",
    kind: ClassKind = ClassKind.CLASS,
    abstract: bool = False,
    package: tuple[str, ...] = (),
    stereotypes: tuple[str, ...] = (),
) -> DraftClass:
    owned = tuple(
        DraftAttribute(
            Origin(
                f"{identity or name}.{one.origin.name}",
                one.origin.name,
                f"Test::{identity or name}.{one.origin.name}",
                one.origin.notes,
                one.origin.stereotypes,
                one.origin.tags,
            ),
            one.type_id,
            one.type_name,
            one.multiplicity,
            one.default,
            one.derived,
            one.static,
            one.read_only,
        )
        for one in attributes
    )
    return DraftClass(
        origin(name, identity, *stereotypes), kind, package, abstract=abstract, attributes=owned
    )


def enumeration(name: str, *literals: str) -> DraftEnumeration:
    return DraftEnumeration(
        origin(name),
        (),
        tuple(origin(one, f"{name}.{number}") for number, one in enumerate(literals)),
    )


def end(
    class_id: str,
    count: Multiplicity = ANY,
    role: str = "",
    aggregation: Aggregation = Aggregation.NONE,
) -> DraftEnd:
    return DraftEnd(Origin(f"end {class_id} {role}", role, ""), class_id, count, aggregation)


def relation(
    first: DraftEnd, *others: DraftEnd, name: str = "", class_id: str = ""
) -> DraftAssociation:
    ends = (first, *others)
    identity = " - ".join(f"{one.class_id}.{one.origin.name}" for one in ends) + name
    return DraftAssociation(Origin(identity, name, f"Test::({identity})"), ends, class_id)


def part(class_id: str, count: Multiplicity = ANY, role: str = "") -> DraftEnd:
    return end(class_id, count, role, Aggregation.COMPOSITE)


def child_of(child: str, parent: str) -> DraftGeneralization:
    return DraftGeneralization(origin("", f"{child} -> {parent}"), child, parent)


def draft(
    *classes: DraftClass,
    enumerations: tuple[DraftEnumeration, ...] = (),
    relations: tuple[DraftAssociation, ...] = (),
    generalizations: tuple[DraftGeneralization, ...] = (),
) -> Draft:
    return Draft("test", "hand", "Test", classes, enumerations, relations, generalizations)


def model_of(report: Report) -> DomainModel:
    assert report.model is not None, report.problems
    return report.model


def understood(*classes: DraftClass, **others: tuple[object, ...]) -> DomainModel:
    return model_of(check(draft(*classes, **others)))  # type: ignore[arg-type]


def codes(report: Report) -> list[str]:
    return [problem.code for problem in report.problems]


def entity(model: DomainModel, name: str) -> Entity:
    return next(one for one in model.entities if one.name.snake == name)


def field(model: DomainModel, owner: str, name: str) -> Attribute:
    return next(one for one in entity(model, owner).attributes if one.name.snake == name)


def reference(model: DomainModel, role: str) -> Reference:
    return next(one for one in model.references if one.role.name.snake == role)


def link(model: DomainModel) -> Link:
    (only,) = model.links
    return only
