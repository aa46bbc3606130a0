"""What of a model reaches the database, as facts by place.

Limits, defaults and what is read-only are not here: the server checks them, its tables do not.
"""

from dataclasses import dataclass

from edm.core.model.domain import (
    Attribute,
    DomainModel,
    Entity,
    EnumerationType,
    Link,
    Reference,
    Scalar,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The type of a value that is one of an enumeration's; stored are those it ever allowed."""

    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class StoredEntity:
    """A table: of what it is a kind, and which groups of its references are unique together."""

    abstract: bool
    parent: str | None
    together: frozenset[frozenset[str]]


@dataclass(frozen=True, slots=True)
class StoredValue:
    """A column of an attribute. A list is a value like others, empty if it has no items."""

    type: Scalar | Choice
    required: bool
    unique: bool
    many: bool


@dataclass(frozen=True, slots=True)
class StoredReference:
    """A column that refers to another table's row, and may go with it."""

    target: str
    required: bool
    unique: bool
    owned: bool


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A table of pairs: of which entities, by which roles."""

    left: str
    left_role: str
    right: str
    right_role: str


Fact = StoredEntity | StoredValue | StoredReference | StoredLink
Facts = dict[str, Fact]


def facts(model: DomainModel) -> Facts:
    """Return what a database of the model has, each fact by the place it belongs to."""
    names = {entity.id: entity.name.snake for entity in model.entities}
    roles = {each.id: each.role.name.snake for each in model.references}
    choices = {
        each.id: Choice(frozenset(literal.value for literal in each.literals))
        for each in model.enumerations
    }
    found: Facts = {}
    for entity in model.entities:
        found[entity.name.snake] = _entity(entity, names, roles)
        for attribute in entity.attributes:
            found[column(entity, attribute)] = _value(attribute, choices)
    holders = {entity.id: entity for entity in model.entities}
    for reference in model.references:
        found[column(holders[reference.holder], reference)] = _reference(reference, names)
    return found | {link.name.snake: _link(link, names) for link in model.links}


def column(entity: Entity, field: Attribute | Reference) -> str:
    """Return the place of a field in its entity's table."""
    if isinstance(field, Attribute):
        return f"{entity.name.snake}.{field.name.snake}"
    return f"{entity.name.snake}.{field.role.name.snake}_id"


def _entity(entity: Entity, names: dict[str, str], roles: dict[str, str]) -> StoredEntity:
    return StoredEntity(
        abstract=entity.abstract,
        parent=None if entity.parent is None else names[entity.parent],
        together=frozenset(
            frozenset(roles[reference] for reference in group) for group in entity.unique_together
        ),
    )


def _value(attribute: Attribute, choices: dict[str, Choice]) -> StoredValue:
    kind = attribute.type
    return StoredValue(
        type=choices[kind.enumeration] if isinstance(kind, EnumerationType) else kind,
        # A list always is there; that it has items is the server's to check.
        required=attribute.required or attribute.many,
        unique=attribute.unique,
        many=attribute.many,
    )


def _reference(reference: Reference, names: dict[str, str]) -> StoredReference:
    return StoredReference(
        target=names[reference.target],
        required=reference.required,
        unique=reference.unique,
        owned=reference.owned,
    )


def _link(link: Link, names: dict[str, str]) -> StoredLink:
    return StoredLink(
        left=names[link.left],
        left_role=link.left_role.name.snake,
        right=names[link.right],
        right_role=link.right_role.name.snake,
    )
