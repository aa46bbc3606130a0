"""How tests make objects: a recipe per entity, and how many objects a model has room for.

A model may allow few objects of an entity: two where a boolean is unique, one where an enumeration
of one literal is. Tests that need more than there can be are not written.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from edm.core.generate.testing.values import Maker, maker
from edm.core.generate.views import EntityView, FieldView, ServerView


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A field of a recipe: its value is a Python expression, in which ``n`` is a number."""

    json: str
    expression: str


@dataclass(frozen=True, slots=True)
class Need:
    """A reference that a recipe must fill.

    Attributes:
        json: The field.
        recipe: The recipe of what it refers to.
        fresh: Whether each object needs a target of its own.
    """

    json: str
    recipe: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make objects of an entity.

    Attributes:
        name: The module of the recipe.
        entity: The entity.
        family: Snake case of the root of its hierarchy, among whose kinds values are unique.
        numbered: Whether a value depends on the number.
        ingredients: Its attributes.
        needs: The references it cannot be without.
    """

    name: str
    entity: EntityView
    family: str
    numbered: bool
    ingredients: tuple[Ingredient, ...]
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class Kitchen:
    """All recipes of a server, and what can be made with them."""

    server: ServerView

    @cached_property
    def recipes(self) -> tuple[Recipe, ...]:
        """A recipe for each entity of which objects can be made."""
        made = (e for e in self.server.entities if not e.abstract and self._possible[e.id])
        return tuple(self._recipe(entity) for entity in made)

    def recipe(self, entity: str) -> Recipe | None:
        """Return how to make an object of an entity or of a kind of it; None if none can be."""
        view = self._entities[entity]
        return next((self._by_id[k] for k in (entity, *view.kinds) if k in self._by_id), None)

    def room(self, wanted: Iterable[tuple[Recipe | None, tuple[str, ...]]]) -> bool:
        """Return whether there is room for objects, each with the fields a test gives itself."""
        spent: Counter[str] = Counter()
        shared: set[str] = set()
        for recipe, given in wanted:
            if recipe is None:
                return False
            self._spend(recipe, given, spent, shared)
        return all(count <= self._capacity[family] for family, count in spent.items())

    def _spend(
        self, recipe: Recipe, given: tuple[str, ...], spent: Counter[str], shared: set[str]
    ) -> None:
        spent[recipe.family] += 1
        if sum(spent.values()) > _MOST_OBJECTS:
            return
        for need in recipe.needs:
            if need.json in given or (not need.fresh and need.recipe in shared):
                continue
            shared.update(() if need.fresh else (need.recipe,))
            self._spend(self._by_name[need.recipe], (), spent, shared)

    @cached_property
    def _entities(self) -> dict[str, EntityView]:
        return {entity.id: entity for entity in self.server.entities}

    @cached_property
    def _by_id(self) -> dict[str, Recipe]:
        return {recipe.entity.id: recipe for recipe in self.recipes}

    @cached_property
    def _by_name(self) -> dict[str, Recipe]:
        return {recipe.name: recipe for recipe in self.recipes}

    @cached_property
    def _capacity(self) -> Counter[str]:
        capacity: Counter[str] = Counter()
        for entity in self.server.entities:
            rooms = (_maker(f).room for f in entity.fields if f.unique and f.target is None)
            family = self._family(entity)
            capacity[family] = min(capacity[family] or _MOST_OBJECTS, _MOST_OBJECTS, *rooms)
        return capacity

    def _family(self, entity: EntityView) -> str:
        return self._entities[entity.chain[0]].snake

    @cached_property
    def _possible(self) -> dict[str, bool]:
        """Grows from what needs nothing: what needs itself, by whatever way, never gets in."""
        possible = dict.fromkeys(self._entities, False)
        growing = True
        while growing:
            growing = False
            for entity in self.server.entities:
                if not possible[entity.id] and self._can_be_made(entity, possible):
                    possible[entity.id] = growing = True
        return possible

    def _can_be_made(self, entity: EntityView, possible: dict[str, bool]) -> bool:
        fields = [field for field in entity.fields if field.required]
        if entity.abstract:
            return any(possible[kind] for kind in entity.kinds)
        return all(
            possible[field.target] if field.target else _maker(field).room > 0 for field in fields
        )

    def _recipe(self, entity: EntityView) -> Recipe:
        attributes = [f for f in entity.fields if f.target is None and _maker(f).room > 0]
        makers = [(field.json, _maker(field)) for field in attributes]
        return Recipe(
            name=entity.module,
            entity=entity,
            family=self._family(entity),
            numbered=any(made.numbered for _, made in makers),
            ingredients=tuple(Ingredient(json, made.expression) for json, made in makers),
            needs=tuple(self._needs(entity)),
        )

    def _needs(self, entity: EntityView) -> Iterable[Need]:
        together = {name for group in self._groups(entity) for name in group}
        for field in entity.fields:
            if field.target is not None and field.required:
                target = self._first_kind(field.target)
                yield Need(field.json, target.module, field.unique or field.json in together)

    def _groups(self, entity: EntityView) -> Iterable[tuple[str, ...]]:
        for each in entity.chain:
            yield from self._entities[each].unique_together

    def _first_kind(self, entity: str) -> EntityView:
        kinds = (self._entities[kind] for kind in (entity, *self._entities[entity].kinds))
        return next(kind for kind in kinds if not kind.abstract and self._possible[kind.id])


_MOST_OBJECTS = 24


def _maker(field: FieldView) -> Maker:
    return maker(field, distinct=field.unique)
