"""What a new version of a model adds to the tables there are."""

from collections.abc import Iterator

from edm.core.evolve import kinds
from edm.core.evolve.schema import Facts, StoredEntity, column
from edm.core.model.domain import Attribute, DomainModel, Entity, Reference
from edm.core.model.migration import Addition, NewEntity, NewField, NewKinds, NewLink
from edm.core.problems import Problem

_OPTIONAL = (
    "What serves goes on serving. Make it optional, or deploy the new model under another name "
    "and copy what you need."
)


def additions(model: DomainModel, before: Facts) -> Iterator[Addition]:
    """Yield what of a model is not there yet, in the order in which it can be made.

    Args:
        model: The new version.
        before: What is there.
    """
    yield from _new_kinds(model, before)
    for entity in model.entities:
        if entity.name.snake not in before:
            yield NewEntity(entity.id)
    for entity, each in _new_fields(model, before):
        yield NewField(entity.id, column(entity, each).partition(".")[2])
    for link in model.links:
        if link.name.snake not in before:
            yield NewLink(link.id)


def lacking(model: DomainModel, before: Facts) -> Iterator[Problem]:
    """Yield a problem for each field that stored objects would have to have, and have not."""
    for entity, each in _new_fields(model, before):
        if each.required:
            what = each.name if isinstance(each, Attribute) else each.role.name
            # A list that has to have items is required too: there are none in it yet.
            said = f"It is required, and the {entity.collection.text} there are have no {what.text}"
            yield kinds.SCHEMA_CHANGED.at(column(entity, each), f"{said}.", _OPTIONAL)


def _new_kinds(model: DomainModel, before: Facts) -> Iterator[NewKinds]:
    told = {fact.parent for fact in before.values() if isinstance(fact, StoredEntity)}
    parents = {entity.parent for entity in model.entities}
    for entity in model.entities:
        name = entity.name.snake
        if entity.parent is None and entity.id in parents and name in before and name not in told:
            yield NewKinds(entity.id)


def _new_fields(
    model: DomainModel, before: Facts
) -> Iterator[tuple[Entity, Attribute | Reference]]:
    """Yield the fields that are new in a table that is not."""
    for entity in model.entities:
        fields: list[Attribute | Reference] = [*entity.attributes]
        fields += (each for each in model.references if each.holder == entity.id)
        for each in fields:
            if entity.name.snake in before and column(entity, each) not in before:
                yield entity, each
