"""Mermaid class diagrams: what forges and wikis draw from text."""

from collections.abc import Iterator, Mapping

from edm.core.export.words import literal_text, multiplicity, type_names, type_of
from edm.core.model.domain import DomainModel, Entity, Enumeration, RelationKind

_LINES = {
    RelationKind.ASSOCIATION: "--",
    RelationKind.AGGREGATION: "o--",
    RelationKind.COMPOSITION: "*--",
}


def mermaid(model: DomainModel) -> str:
    """Return a model as a Mermaid class diagram: names, types and relations, without rules."""
    names = type_names(model)
    lines = ["classDiagram"]
    for enumeration in model.enumerations:
        lines += _enumeration(enumeration)
    for entity in model.entities:
        lines += _entity(entity, names)
    lines += _relations(model, names)
    return "\n".join((*lines, ""))


def _enumeration(enumeration: Enumeration) -> Iterator[str]:
    yield f"  class {enumeration.name.pascal} {{"
    yield "    <<enumeration>>"
    yield from (f"    {literal_text(literal)}" for literal in enumeration.literals)
    yield "  }"


def _entity(entity: Entity, names: Mapping[str, str]) -> Iterator[str]:
    yield f"  class {names[entity.id]}"
    if entity.abstract:
        yield f"  <<abstract>> {names[entity.id]}"
    for one in entity.attributes:
        many = "[]" if one.many else ""
        yield f"  {names[entity.id]} : {type_of(one, names)}{many} {one.name.snake}"


def _relations(model: DomainModel, names: Mapping[str, str]) -> Iterator[str]:
    for entity in model.entities:
        if entity.parent is not None:
            yield f"  {names[entity.parent]} <|-- {names[entity.id]}"
    for one in model.references:
        near, far = multiplicity(one.role), multiplicity(one.inverse)
        line = f'{names[one.target]} "{near}" {_LINES[one.kind]} "{far}" {names[one.holder]}'
        yield f"  {line} : {one.role.name.snake}"
    for link in model.links:
        near, far = multiplicity(link.left_role), multiplicity(link.right_role)
        line = f'{names[link.left]} "{near}" {_LINES[link.kind]} "{far}" {names[link.right]}'
        yield f"  {line} : {link.name.snake}"
