"""Domain models by hand: the shortest way from words to values."""

from edm.core.model.domain import (
    Attribute,
    AttributeType,
    Entity,
    Enumeration,
    EnumerationType,
    Limits,
    Link,
    Literal,
    Reference,
    RelationKind,
    Role,
    Scalar,
    Value,
)
from edm.core.model.names import Name


def name(text: str) -> Name:
    return Name(text, tuple(text.lower().split()))


def attribute(
    text: str,
    type_: AttributeType = Scalar.STRING,
    *,
    required: bool = False,
    many: bool = False,
    max_items: int | None = None,
    unique: bool = False,
    read_only: bool = False,
    default: Value | None = None,
    limits: Limits | None = None,
    notes: str = "",
) -> Attribute:
    return Attribute(
        id=f"a {text}",
        name=name(text),
        type=type_,
        required=required,
        many=many,
        max_items=max_items,
        unique=unique,
        read_only=read_only,
        default=default,
        limits=limits or Limits(),
        notes=notes,
    )


def entity(
    text: str,
    plural: str,
    *attributes: Attribute,
    parent: str | None = None,
    abstract: bool = False,
    together: tuple[tuple[str, ...], ...] = (),
    notes: str = "",
) -> Entity:
    return Entity(
        id=text,
        name=name(text),
        collection=name(plural),
        abstract=abstract,
        parent=parent,
        attributes=attributes,
        unique_together=together,
        notes=notes,
    )


def enumeration(text: str, *values: str) -> Enumeration:
    literals = tuple(
        Literal(value, name(f"literal {place}"), value) for place, value in enumerate(values)
    )
    return Enumeration(text, name(text), literals)


def kind(text: str) -> EnumerationType:
    return EnumerationType(text)


def refer(
    holder: str,
    target: str,
    role: str,
    inverse: str,
    *,
    required: bool = False,
    one: bool = False,
    owned: bool = False,
) -> Reference:
    return Reference(
        id=f"{holder} {role}",
        kind=RelationKind.COMPOSITION if owned else RelationKind.ASSOCIATION,
        holder=holder,
        target=target,
        role=Role(name(role), lower=int(required), upper=1),
        inverse=Role(name(inverse), upper=1 if one else None),
    )


def link(text: str, left: str, right: str, left_role: str, right_role: str) -> Link:
    return Link(
        id=text,
        kind=RelationKind.ASSOCIATION,
        left=left,
        right=right,
        left_role=Role(name(left_role)),
        right_role=Role(name(right_role)),
        name=name(text),
    )
