"""PlantUML class diagrams, such as the importer reads back to what is stored alike.

Names are written as safe words, so nothing of a model can end a line or a quotation. What has no
place in the notation is left out: pairs that are unique together, and documentation.
"""

from collections.abc import Iterator, Mapping

from edm.core.export.words import bounds, literal_text, multiplicity, type_names, type_of
from edm.core.model.domain import (
    Attribute,
    DomainModel,
    Entity,
    Enumeration,
    EnumerationType,
    RelationKind,
    Role,
)

_LINES = {
    RelationKind.ASSOCIATION: "--",
    RelationKind.AGGREGATION: "o--",
    RelationKind.COMPOSITION: "*--",
}


def plantuml(model: DomainModel) -> str:
    """Return a model as a PlantUML class diagram."""
    names = type_names(model)
    lines = [f"@startuml {model.name.pascal}"]
    for enumeration in model.enumerations:
        lines += ["", *_enumeration(enumeration)]
    for entity in model.entities:
        lines += ["", *_entity(entity, names)]
    lines += ["", *_relations(model, names), "@enduml", ""]
    return "\n".join(lines)


def _enumeration(enumeration: Enumeration) -> Iterator[str]:
    yield f"enum {enumeration.name.pascal} {{"
    yield from (f"  {literal_text(literal)}" for literal in enumeration.literals)
    yield "}"


def _entity(entity: Entity, names: Mapping[str, str]) -> Iterator[str]:
    yield f"{'abstract class' if entity.abstract else 'class'} {names[entity.id]} {{"
    yield from (f"  {_attribute(one, names)}" for one in entity.attributes)
    yield "}"


def _attribute(attribute: Attribute, names: Mapping[str, str]) -> str:
    words = [f"{attribute.name.snake} : {type_of(attribute, names)}{_many(attribute)}"]
    if (default := _default(attribute)) != "":
        words.append(f"= {default}")
    if rules := ", ".join(_rules(attribute)):
        words.append(f"{{{rules}}}")
    return " ".join(words)


def _many(attribute: Attribute) -> str:
    lower = 1 if attribute.required else 0
    if attribute.many:
        return f"[{bounds(lower, attribute.max_items)}]"
    return "" if attribute.required else "[0..1]"


def _default(attribute: Attribute) -> str:
    value = attribute.default
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    # What could be misread is left out: it only says what new objects have.
    if not all(one.isalnum() or one in " -_.:@/+" for one in value):
        return ""
    return value if isinstance(attribute.type, EnumerationType) else f'"{value}"'


def _rules(attribute: Attribute) -> Iterator[str]:
    limits = attribute.limits
    if attribute.unique:
        yield "unique"
    if attribute.read_only:
        yield "readOnly"
    said = {
        "minLength": limits.min_length,
        "maxLength": limits.max_length,
        "min": limits.minimum,
        "max": limits.maximum,
    }
    yield from (f"{name}={value}" for name, value in said.items() if value is not None)


def _relations(model: DomainModel, names: Mapping[str, str]) -> Iterator[str]:
    for entity in model.entities:
        if entity.parent is not None:
            yield f"{names[entity.parent]} <|-- {names[entity.id]}"
    for one in model.references:
        target, holder = names[one.target], names[one.holder]
        yield f"{target} {_end(one.role)} {_LINES[one.kind]} {_end(one.inverse)} {holder}"
    for link in model.links:
        left, right = names[link.left], names[link.right]
        ends = f"{_end(link.left_role)} {_LINES[link.kind]} {_end(link.right_role)}"
        yield f"{left} {ends} {right} : {link.name.snake}"


def _end(role: Role) -> str:
    return f'"{multiplicity(role)} {role.name.snake}"'
