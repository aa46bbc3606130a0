"""What both notations write alike: names of types, multiplicities, literals."""

import re
from collections.abc import Mapping

from edm.core.model.domain import Attribute, DomainModel, Literal, Role, Scalar

_TYPES = {
    Scalar.STRING: "String",
    Scalar.INTEGER: "Integer",
    Scalar.FLOAT: "Float",
    Scalar.DECIMAL: "Decimal",
    Scalar.BOOLEAN: "Boolean",
    Scalar.DATE: "Date",
    Scalar.TIME: "Time",
    Scalar.DATETIME: "DateTime",
    Scalar.DURATION: "Duration",
    Scalar.UUID: "UUID",
    Scalar.URI: "URI",
    Scalar.EMAIL: "Email",
    Scalar.JSON: "JSON",
}
_PLAIN = re.compile(r"[^\W_][\w-]*")


def type_names(model: DomainModel) -> Mapping[str, str]:
    """Return what entities and enumerations are called, by id."""
    entities = {one.id: one.name.pascal for one in model.entities}
    return entities | {one.id: one.name.pascal for one in model.enumerations}


def type_of(attribute: Attribute, names: Mapping[str, str]) -> str:
    """Return what an attribute's type is called."""
    kind = attribute.type
    return _TYPES[kind] if isinstance(kind, Scalar) else names[kind.enumeration]


def multiplicity(role: Role) -> str:
    """Return how many there are of a side."""
    return bounds(role.lower, role.upper)


def bounds(lower: int, upper: int | None) -> str:
    """Return two bounds as UML writes them."""
    if lower == upper:
        return str(lower)
    return f"{lower}..{'*' if upper is None else upper}"


def literal_text(literal: Literal) -> str:
    """Return a literal as the model writes it; its safe name, if a notation could misread that."""
    return literal.value if _PLAIN.fullmatch(literal.value) else literal.name.snake
