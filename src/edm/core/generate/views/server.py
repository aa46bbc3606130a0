"""From a domain model to its views."""

from collections.abc import Iterator
from functools import cached_property

from edm.core.generate.views import (
    EntityView,
    EnumerationView,
    FieldView,
    LinkView,
    LiteralView,
    PartView,
    RelatedView,
    ServerView,
)
from edm.core.generate.views.names import (
    python_classes,
    python_field,
    python_module,
    python_package,
)
from edm.core.model.domain import (
    Attribute,
    DomainModel,
    Entity,
    Enumeration,
    EnumerationType,
    Link,
    Reference,
    Role,
    Scalar,
)


def view_server(model: DomainModel) -> ServerView:
    """Return the view of a whole model."""
    return _Views(model).server()


class _Views:
    """The model with its ways from id to thing."""

    def __init__(self, model: DomainModel) -> None:
        self._model = model
        self._entities = {entity.id: entity for entity in model.entities}
        things: tuple[Enumeration | Entity, ...] = (*model.enumerations, *model.entities)
        classes = python_classes(tuple(thing.name.pascal for thing in things))
        self._classes = {thing.id: name for thing, name in zip(things, classes, strict=True)}
        self._enumerations = {each.id: self._enumeration(each) for each in model.enumerations}

    def server(self) -> ServerView:
        model = self._model
        package = python_package(model.name.snake)
        return ServerView(
            name=package.replace("_", "-"),
            package=package,
            title=model.name.original,
            notes=model.notes,
            entities=tuple(self._entity(entity) for entity in model.entities),
            enumerations=tuple(self._enumerations.values()),
            links=tuple(self._link(link) for link in model.links),
        )

    def _enumeration(self, enumeration: Enumeration) -> EnumerationView:
        literals = tuple(
            LiteralView(literal.value, literal.name.original, literal.notes)
            for literal in enumeration.literals
        )
        return EnumerationView(
            id=enumeration.id,
            class_name=self._classes[enumeration.id],
            title=enumeration.name.original,
            notes=enumeration.notes,
            literals=literals,
        )

    def _entity(self, entity: Entity) -> EntityView:
        chain = self._chain(entity)
        fields = tuple(field for each in chain for field in self._own_fields(each))
        return EntityView(
            id=entity.id,
            snake=entity.name.snake,
            module=python_module(entity.name.snake),
            class_name=self._classes[entity.id],
            singular=entity.name.text,
            plural=entity.collection.text,
            path=entity.collection.kebab,
            title=entity.name.original,
            notes=entity.notes,
            abstract=entity.abstract,
            parent=entity.parent,
            chain=tuple(each.id for each in chain),
            kinds=self._kinds(entity),
            type_field=self._type_field(chain[0]),
            fields=fields,
            own_fields=self._own_fields(entity),
            parts=tuple(part for each in chain for part in self._parts(each)),
            related=tuple(view for each in chain for view in self._related(each)),
            unique_together=self._unique_together(entity),
        )

    def _chain(self, entity: Entity) -> tuple[Entity, ...]:
        chain = [entity]
        while chain[0].parent is not None:
            chain.insert(0, self._entities[chain[0].parent])
        return tuple(chain)

    def _kinds(self, entity: Entity) -> tuple[str, ...]:
        return tuple(
            each.id
            for each in self._model.entities
            if each is not entity and entity in self._chain(each)
        )

    def _type_field(self, root: Entity) -> str | None:
        """A discriminator only where there is something to tell apart; model names go first."""
        kinds = self._kinds(root)
        if not kinds:
            return None
        family = (root, *(self._entities[kind] for kind in kinds))
        taken = {field.json for each in family for field in self._own_fields(each)}
        return "_type" if "type" in taken else "type"

    def _own_fields(self, entity: Entity) -> tuple[FieldView, ...]:
        attributes = (self._attribute(each, entity) for each in entity.attributes)
        held = (each for each in self._model.references if each.holder == entity.id)
        return (*attributes, *(self._reference(each, entity) for each in held))

    def _attribute(self, attribute: Attribute, entity: Entity) -> FieldView:
        kind = attribute.type
        return FieldView(
            json=attribute.name.snake,
            python=python_field(attribute.name.snake),
            title=attribute.name.original,
            notes=attribute.notes,
            type=self._enumerations[kind.enumeration]
            if isinstance(kind, EnumerationType)
            else kind,
            table=entity.name.snake,
            required=attribute.required,
            many=attribute.many,
            max_items=attribute.max_items if attribute.many else None,
            unique=attribute.unique and not attribute.many,
            read_only=attribute.read_only,
            default=attribute.default,
            limits=attribute.limits,
        )

    def _reference(self, reference: Reference, entity: Entity) -> FieldView:
        json = reference.role.name.snake + "_id"
        return FieldView(
            json=json,
            python=python_field(json),
            title=reference.role.name.original,
            notes=reference.role.notes or reference.notes,
            type=Scalar.INTEGER,
            table=entity.name.snake,
            target=reference.target,
            reference=reference.id,
            owned=reference.owned,
            required=reference.required,
            unique=reference.unique,
        )

    @cached_property
    def _nested(self) -> frozenset[str]:
        """Ids of the references whose parts nest in their whole.

        A schema imports those of its parts and of its parent. Parts that would make these
        imports a circle do not nest; they have their own collection.
        """
        needs = {
            entity.id: ({entity.parent} if entity.parent else set())
            for entity in self._model.entities
        }
        nested = set()
        for reference in self._model.references:
            whole, part = reference.target, reference.holder
            if not reference.owned or self._entities[part].abstract:
                continue
            if part == whole or not _reaches(needs, part, whole):
                needs[whole].add(part)
                nested.add(reference.id)
        return frozenset(nested)

    def _parts(self, entity: Entity) -> Iterator[PartView]:
        for reference in self._model.references:
            if reference.target == entity.id and reference.id in self._nested:
                json = reference.inverse.name.snake
                yield PartView(
                    json=json,
                    python=python_field(json),
                    entity=reference.holder,
                    reference=reference.id,
                    field=reference.role.name.snake + "_id",
                    many=reference.inverse.upper != 1,
                    notes=reference.inverse.notes or reference.notes,
                )

    def _related(self, entity: Entity) -> Iterator[RelatedView]:
        for reference in self._model.references:
            if reference.target == entity.id:
                yield self._inverse(reference)
        for link in self._model.links:
            if link.left == entity.id:
                yield _far_side(link, "left", link.right, link.right_role)
            if link.right == entity.id:
                yield _far_side(link, "right", link.left, link.left_role)

    def _inverse(self, reference: Reference) -> RelatedView:
        role = reference.inverse
        return RelatedView(
            segment=role.name.kebab,
            entity=reference.holder,
            reference=reference.id,
            field=reference.role.name.snake + "_id",
            link=None,
            here="",
            many=role.upper != 1,
            title=role.name.original,
            notes=role.notes or reference.notes,
        )

    def _unique_together(self, entity: Entity) -> tuple[tuple[str, ...], ...]:
        columns = {each.reference: each.json for each in self._own_fields(entity)}
        return tuple(tuple(columns[id_] for id_ in group) for group in entity.unique_together)

    def _link(self, link: Link) -> LinkView:
        left, right = (self._entities[each].name.snake for each in (link.left, link.right))
        same = left == right
        return LinkView(
            id=link.id,
            table=link.name.snake,
            left=link.left,
            right=link.right,
            left_column="left_id" if same else f"{left}_id",
            right_column="right_id" if same else f"{right}_id",
            notes=link.notes,
        )


def _far_side(link: Link, here: str, entity: str, role: Role) -> RelatedView:
    return RelatedView(
        segment=role.name.kebab,
        entity=entity,
        reference=None,
        field=None,
        link=link.id,
        here=here,
        many=True,
        title=role.name.original,
        notes=role.notes or link.notes,
    )


def _reaches(needs: dict[str, set[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        here = ahead.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            ahead.extend(needs[here])
    return False
