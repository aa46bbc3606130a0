"""What the tests of a generated server show: one view per entity, every case decided here."""

from collections.abc import Iterator
from dataclasses import dataclass

from edm.core.generate.examples import example
from edm.core.generate.testing.recipes import Kitchen, Recipe
from edm.core.generate.testing.refusals import Refusal, refusals
from edm.core.generate.views import EntityView, FieldView, RelatedView


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object that a test makes to refer to: the field and the recipe of its target."""

    json: str
    recipe: str


@dataclass(frozen=True, slots=True)
class UniqueView:
    """Fields that no two objects share, with the targets a test makes for those that refer."""

    name: str
    fields: tuple[str, ...]
    targets: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class BelowView:
    """A list, or a single object, below an item.

    Attributes:
        name: The end of a test's name.
        segment: The last part of the path.
        recipe: The recipe of what is there.
        field: The field in which that refers to the item; empty for links.
        many: A page, or the one object.
        goes: Whether it is deleted with the item: its path, or empty.
        held: Whether it keeps the item from being deleted.
    """

    name: str
    segment: str
    recipe: str
    field: str
    many: bool
    goes: str
    held: bool


@dataclass(frozen=True, slots=True)
class PartsView:
    """Parts in the body of their whole."""

    json: str
    recipe: str
    field: str
    segment: str
    many: bool


@dataclass(frozen=True, slots=True)
class TestView:
    """The tests of one entity.

    Attributes:
        entity: The entity.
        recipe: How its objects, or those of its first kind, are made; None if there can be none.
        own: Whether the recipe makes objects of the entity itself.
        several: How many objects a list shows: 3, or 1 where there is no room.
        replaceable: Whether there is room for the values of a second object.
        change: A body that changes it, in Python.
        kept: Fields that stay as creation gave them.
        refusals: Values that are refused.
        needed: Fields that must be sent.
        notnull: Fields that cannot be taken away.
        dangling: Fields that refer.
        uniques: What no two objects share.
        below: Lists and objects below an item.
        links: Many-to-many relations.
        parts: Parts in the body of a POST.
    """

    entity: EntityView
    recipe: Recipe | None
    own: bool
    several: int
    replaceable: bool
    change: str
    kept: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    needed: tuple[str, ...]
    notnull: tuple[str, ...]
    dangling: tuple[str, ...]
    uniques: tuple[UniqueView, ...]
    below: tuple[BelowView, ...]
    links: tuple[BelowView, ...]
    parts: tuple[PartsView, ...]


def view_tests(kitchen: Kitchen) -> tuple[TestView, ...]:
    """Return the tests of every entity of a server."""
    return tuple(_Tester(kitchen, entity).view() for entity in kitchen.server.entities)


class _Tester:
    """Decides the tests of one entity."""

    def __init__(self, kitchen: Kitchen, entity: EntityView) -> None:
        self._kitchen = kitchen
        self._entity = entity
        self._recipe = kitchen.recipe(entity.id)

    def view(self) -> TestView:
        entity, recipe = self._entity, self._recipe
        own = recipe is not None and recipe.entity.id == entity.id
        free = [f for f in entity.fields if not f.read_only]
        return TestView(
            entity=entity,
            recipe=recipe if self._kitchen.room([(recipe, ())]) else None,
            own=own,
            several=3 if self._room(*[()] * 3) else 1,
            replaceable=self._room((), ()),
            change=_change(entity) if own else "{}",
            kept=tuple(f.json for f in entity.fields if f.read_only),
            refusals=tuple(refusals(entity)),
            needed=tuple(f.json for f in entity.fields if not f.optional_in_create),
            notnull=tuple(f.json for f in free if f.required),
            dangling=tuple(f.json for f in entity.fields if f.target is not None),
            uniques=tuple(self._uniques()) if own else (),
            below=tuple(self._below()),
            links=tuple(self._links()),
            parts=tuple(self._parts()) if own else (),
        )

    def _room(self, *given: tuple[str, ...]) -> bool:
        return self._kitchen.room((self._recipe, each) for each in given)

    def _uniques(self) -> Iterator[UniqueView]:
        groups: list[tuple[str, ...]] = []
        groups += [(field.json,) for field in self._entity.fields if field.unique]
        server = self._kitchen.server
        groups += [g for each in self._entity.chain for g in server.entity(each).unique_together]
        for group in groups:
            targets = [f for f in self._entity.fields if f.json in group and f.target is not None]
            if self._makable(targets, group):
                wanted = (Wanted(f.json, self._target(f)) for f in targets)
                yield UniqueView("_and_".join(group), group, tuple(wanted))

    def _target(self, field: FieldView) -> str:
        recipe = self._kitchen.recipe(field.target or "")
        return recipe.name if recipe else ""

    def _makable(self, targets: list[FieldView], given: tuple[str, ...]) -> bool:
        made = [(self._kitchen.recipe(field.target or ""), ()) for field in targets]
        return self._kitchen.room([*made, (self._recipe, given), (self._recipe, given)])

    def _below(self) -> Iterator[BelowView]:
        for related in self._entity.related:
            recipe = self._kitchen.recipe(related.entity)
            if related.field is None or recipe is None:
                continue
            if self._kitchen.room([(self._recipe, ()), (recipe, (related.field,))]):
                yield self._below_view(related, recipe)

    def _below_view(self, related: RelatedView, recipe: Recipe) -> BelowView:
        field = next(f for f in recipe.entity.fields if f.reference == related.reference)
        return BelowView(
            name=related.segment.replace("-", "_"),
            segment=related.segment,
            recipe=recipe.name,
            field=field.json,
            many=related.many,
            goes=recipe.entity.path if field.owned else "",
            held=not field.owned,
        )

    def _links(self) -> Iterator[BelowView]:
        for related in self._entity.related:
            recipe = self._kitchen.recipe(related.entity)
            if related.link is None or recipe is None:
                continue
            if self._kitchen.room([(self._recipe, ()), (recipe, ())]):
                name = related.segment.replace("-", "_")
                yield BelowView(name, related.segment, recipe.name, "", True, "", False)  # noqa: FBT003

    def _parts(self) -> Iterator[PartsView]:
        segments = {related.reference: related.segment for related in self._entity.related}
        for part in self._entity.parts:
            recipe = self._kitchen.recipe(part.entity)
            if recipe is None or recipe.entity.id != part.entity:
                continue
            if self._kitchen.room([(self._recipe, ()), (recipe, (part.field,))]):
                segment = segments[part.reference]
                yield PartsView(part.json, recipe.name, part.field, segment, part.many)


def _change(entity: EntityView) -> str:
    """A unique value could be taken by an object that a test made on the way."""
    for field in entity.fields:
        if field.target is None and not field.unique and not field.read_only:
            value = example(field, 2)
            if value is not None:
                return repr({field.json: value})
    return "{}"
