"""Every promise of the domain model's docstrings, checked one by one."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from edm.core.model.domain import (
    Attribute,
    DomainModel,
    Entity,
    EnumerationType,
    Link,
    Reference,
    Role,
    Scalar,
)
from edm.core.model.names import Name

MAX_LENGTH = 50
_FIRST = re.compile("[a-z][a-z0-9]*")
_WORD = re.compile("[a-z0-9]+")


def assert_sound(model: DomainModel) -> None:
    """Fail where a model breaks a promise its readers rely on."""
    _Soundness(model).check()


class _Soundness:
    def __init__(self, model: DomainModel) -> None:
        self.model = model
        self.entities = {entity.id: entity for entity in model.entities}
        self.enumerations = {one.id: one for one in model.enumerations}
        self.references = {one.id: one for one in model.references}

    def check(self) -> None:
        self.check_identities()
        self.check_parents()
        self.check_names()
        self.check_attributes()
        self.check_enumerations()
        self.check_relations()
        self.check_fields()
        self.check_required()

    def check_identities(self) -> None:
        assert self.model.entities
        _unique(chain(self.entities_and_enumerations(), self.relation_ids()))
        _unique(one.id for entity in self.model.entities for one in entity.attributes)
        for one in self.model.references:
            assert {one.holder, one.target} <= self.entities.keys()
        for link in self.model.links:
            assert {link.left, link.right} <= self.entities.keys()

    def entities_and_enumerations(self) -> Iterator[str]:
        yield from (one.id for one in self.model.entities)
        yield from (one.id for one in self.model.enumerations)

    def relation_ids(self) -> Iterator[str]:
        yield from (one.id for one in self.model.references)
        yield from (one.id for one in self.model.links)

    def check_parents(self) -> None:
        for entity in self.model.entities:
            line = [one.id for one in self.line(entity)]
            _unique(line)
            for group in entity.unique_together:
                assert len(group) > 1
                assert all(self.references[one].holder == entity.id for one in group)

    def line(self, entity: Entity) -> Iterator[Entity]:
        """Give the entity and its ancestors; more than there are entities means a circle."""
        yield entity
        for _ in self.model.entities:
            if entity.parent is None:
                return
            entity = self.entities[entity.parent]
            yield entity
        raise AssertionError("The parents form a circle.")

    def check_names(self) -> None:
        for name in self.names():
            assert _FIRST.fullmatch(name.words[0]), name
            assert all(_WORD.fullmatch(word) for word in name.words), name
            assert len(name.snake) <= MAX_LENGTH, name
            assert name.original.isprintable(), name
        classes = [one.name for one in self.model.entities]
        classes += [one.name for one in self.model.enumerations]
        links = [one.name for one in self.model.links]
        _unique(name.snake for name in (*classes, *links))
        _unique(name.pascal for name in (*classes, *links))
        _unique(one.collection.kebab for one in self.model.entities)
        paths = {one.collection.kebab for one in self.model.entities}
        assert paths.isdisjoint({"docs", "health", "openapi.json", "-"})

    def names(self) -> Iterator[Name]:
        yield self.model.name
        for entity in self.model.entities:
            yield from (entity.name, entity.collection)
            yield from (one.name for one in entity.attributes)
        for enumeration in self.model.enumerations:
            yield enumeration.name
            yield from (one.name for one in enumeration.literals)
        for link in self.model.links:
            yield from (link.name, link.left_role.name, link.right_role.name)
        for one in self.model.references:
            yield from (one.role.name, one.inverse.name)

    def check_attributes(self) -> None:
        for entity in self.model.entities:
            for attribute in entity.attributes:
                self.check_attribute(attribute)

    def check_attribute(self, one: Attribute) -> None:
        if isinstance(one.type, EnumerationType):
            assert one.type.enumeration in self.enumerations
        assert one.many or one.max_items is None
        assert one.max_items is None or one.max_items > 1
        assert not (one.many and (one.unique or one.default is not None))
        limits = one.limits
        assert _ordered(limits.min_length, limits.max_length)
        assert _ordered(limits.minimum, limits.maximum)
        assert limits.min_length is None or limits.min_length > 0
        if one.default is not None:
            self.check_default(one)

    def check_default(self, one: Attribute) -> None:
        value = one.default
        if isinstance(one.type, EnumerationType):
            literals = self.enumerations[one.type.enumeration].literals
            assert value in {literal.value for literal in literals}
        elif one.type is Scalar.INTEGER:
            assert isinstance(value, int)
            assert -(2**63) <= value < 2**63
            assert _ordered(one.limits.minimum, value)
            assert _ordered(value, one.limits.maximum)
        elif one.type is Scalar.FLOAT:
            assert isinstance(value, float)
        elif one.type is Scalar.BOOLEAN:
            assert isinstance(value, bool)
        else:
            assert isinstance(value, str)
            assert one.type is not Scalar.JSON

    def check_enumerations(self) -> None:
        for one in self.model.enumerations:
            assert one.literals
            _unique(literal.value for literal in one.literals)
            _unique(literal.name.snake for literal in one.literals)
            _unique(literal.name.pascal for literal in one.literals)

    def check_relations(self) -> None:
        for one in self.model.references:
            assert one.role.upper == 1
            assert one.role.lower in {0, 1}
            _check_bounds(one.inverse)
        for link in self.model.links:
            for role in (link.left_role, link.right_role):
                _check_bounds(role)
                assert role.upper != 1

    def check_fields(self) -> None:
        for entity in self.model.entities:
            line = tuple(self.line(entity))
            related = len(line) > 1 or any(one.parent == entity.id for one in self.model.entities)
            reserved = ["id", "type"] if related else ["id"]
            _unique((*reserved, *chain.from_iterable(self.own_fields(one) for one in line)))

    def own_fields(self, entity: Entity) -> Iterator[str]:
        yield from (one.name.snake for one in entity.attributes)
        for one in self.model.references:
            if one.holder == entity.id:
                yield from (one.role.name.snake, f"{one.role.name.snake}_id")
            if one.target == entity.id:
                yield one.inverse.name.snake
        for link in self.model.links:
            yield from _link_fields(link, entity)

    def check_required(self) -> None:
        """Show an order in which one object of each concrete entity can be created."""
        possible: set[str] = set()
        concrete = {one.id for one in self.model.entities if not one.abstract}
        while possible != concrete:
            ready = {one for one in concrete - possible if self.creatable(one, possible)}
            assert ready, f"Nothing else can be created: {concrete - possible}"
            possible |= ready

    def creatable(self, entity: str, possible: set[str]) -> bool:
        line = {one.id for one in self.line(self.entities[entity])}
        needed = [one for one in self.model.references if one.required and one.holder in line]
        return all(self.satisfied(one, possible) for one in needed)

    def satisfied(self, one: Reference, possible: set[str]) -> bool:
        target = self.entities[one.target]
        if not target.abstract:
            return target.id in possible
        return any(
            target.id in {parent.id for parent in self.line(self.entities[child])}
            for child in possible
        )


def _link_fields(link: Link, entity: Entity) -> Iterator[str]:
    if link.right == entity.id:
        yield link.left_role.name.snake
    if link.left == entity.id:
        yield link.right_role.name.snake


def _check_bounds(role: Role) -> None:
    assert role.lower >= 0
    assert role.upper is None or role.upper >= max(role.lower, 1)


def _ordered(low: float | None, high: float | None) -> bool:
    return low is None or high is None or low <= high


def _unique(values: Iterable[str]) -> None:
    found = list(values)
    assert len(found) == len(set(found)), found
