"""What of a model reaches the database, as plain facts by place."""

from dataclasses import fields

from edm.core.model.domain import (
    Attribute,
    DomainModel,
    Entity,
    EnumerationType,
    Limits,
    Link,
    Reference,
)

Facts = dict[str, str]


def facts(model: DomainModel) -> Facts:
    """Return what a database of the model has, each fact by the place it belongs to."""
    names = {entity.id: entity.name.snake for entity in model.entities}
    found: Facts = {}
    for entity in model.entities:
        found |= _entity(entity, names, _literals(model))
    for reference in model.references:
        found |= _reference(reference, names)
    for link in model.links:
        found |= _link(link, names)
    return found


def _literals(model: DomainModel) -> dict[str, str]:
    return {
        one.id: " | ".join(sorted(literal.value for literal in one.literals))
        for one in model.enumerations
    }


def _entity(entity: Entity, names: dict[str, str], literals: dict[str, str]) -> Facts:
    place = entity.name.snake
    kind = "an abstract entity" if entity.abstract else "an entity"
    parent = f" that is a {names[entity.parent]}" if entity.parent else ""
    found = {place: kind + parent + _together(entity)}
    for attribute in entity.attributes:
        found[f"{place}.{attribute.name.snake}"] = _attribute(attribute, literals)
    return found


def _together(entity: Entity) -> str:
    groups = sorted("+".join(sorted(group)) for group in entity.unique_together)
    return f" with {' and '.join(groups)} unique together" if groups else ""


def _attribute(attribute: Attribute, literals: dict[str, str]) -> str:
    words = ["a required" if attribute.required else "an optional"]
    words += ["unique"] if attribute.unique else []
    words += ["list of"] if attribute.many else []
    if isinstance(attribute.type, EnumerationType):
        words.append(f"one of {literals[attribute.type.enumeration]}")
    else:
        words.append(attribute.type.value)
    return " ".join(words) + _limits(attribute.limits)


def _limits(limits: Limits) -> str:
    bounds = [(field.name, getattr(limits, field.name)) for field in fields(limits)]
    said = [f"{name} {bound}" for name, bound in bounds if bound is not None]
    return f" with {', '.join(said)}" if said else ""


def _reference(reference: Reference, names: dict[str, str]) -> Facts:
    place = f"{names[reference.holder]}.{reference.role.name.snake}_id"
    words = ["a required" if reference.required else "an optional"]
    words += ["unique"] if reference.unique else []
    words.append(f"reference to {names[reference.target]}")
    words += ["that it is part of"] if reference.owned else []
    return {place: " ".join(words)}


def _link(link: Link, names: dict[str, str]) -> Facts:
    ends = f"{names[link.left]} ({link.left_role.name.snake})"
    others = f"{names[link.right]} ({link.right_role.name.snake})"
    return {link.name.snake: f"links between {ends} and {others}"}
