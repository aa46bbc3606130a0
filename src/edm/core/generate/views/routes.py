"""The routes' side of an entity: what hangs below its items, and which stores answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from edm.core.generate.views import EntityView, RelatedView, ServerView
from edm.core.generate.views.stores import lookup_by_link, lookup_by_reference


@dataclass(frozen=True, slots=True)
class RelatedRoute:
    """A path below an item.

    Attributes:
        segment: The last part of the path.
        method: The handler.
        noun: What is answered, in prose.
        singular: One of them, in prose.
        store: The attribute with the store that answers.
        lookup: The store's method.
        many: A page, or the one.
        pair: End of the handlers' names that make and undo pairs; empty for references.
    """

    segment: str
    method: str
    noun: str
    singular: str
    store: str
    lookup: str
    many: bool
    pair: str


@dataclass(frozen=True, slots=True)
class OtherStore:
    """The store of another entity that a path below an item asks."""

    module: str
    class_name: str
    attribute: str


@dataclass(frozen=True, slots=True)
class RoutesView:
    """A module of routes."""

    related: tuple[RelatedRoute, ...]
    stores: tuple[OtherStore, ...]
    fixed: tuple[str, ...]
    kinds: tuple[EntityView, ...]


def view_routes(server: ServerView, entity: EntityView) -> RoutesView:
    """Return the routes of an entity."""
    others = {related.entity for related in entity.related} - {entity.id}
    return RoutesView(
        related=tuple(_related(server, entity)),
        stores=tuple(_other(server.entity(e.id)) for e in server.entities if e.id in others),
        fixed=tuple(field.json for field in entity.fields if field.read_only),
        kinds=tuple(kind for kind in map(server.entity, entity.kinds) if not kind.abstract),
    )


def _other(entity: EntityView) -> OtherStore:
    return OtherStore(entity.module, entity.class_name, f"{entity.snake}_store")


def _related(server: ServerView, entity: EntityView) -> Iterator[RelatedRoute]:
    for related in entity.related:
        shown = server.entity(related.entity)
        snake = related.segment.replace("-", "_")
        yield RelatedRoute(
            segment=related.segment,
            method=("list_" if related.many else "read_") + snake,
            noun=related.segment.replace("-", " "),
            singular=shown.singular,
            store="_store" if shown is entity else f"_{shown.snake}_store",
            lookup=_lookup(server, shown, related),
            many=related.many,
            pair=snake if related.link else "",
        )


def _lookup(server: ServerView, shown: EntityView, related: RelatedView) -> str:
    if related.link is not None:
        return lookup_by_link(server.link(related.link).table, related.here)
    field = next(f for f in shown.own_fields if f.reference == related.reference)
    return lookup_by_reference(field)
