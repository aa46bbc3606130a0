"""The store's side of an entity: from rows to structs, from structs to columns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from edm.core.generate.views import EntityView, EnumerationView, FieldView, PartView, ServerView
from edm.core.generate.views.schemas import owners, part_class, parts_of
from edm.core.generate.views.sql import by_link, by_reference
from edm.core.model.domain import Scalar

_CALL = re.compile(r"\b([a-z]+)\(")
_TO_COLUMN = {
    Scalar.BOOLEAN: "flag",
    Scalar.DATE: "iso",
    Scalar.TIME: "iso",
    Scalar.DATETIME: "instant",
    Scalar.DURATION: "microseconds",
    Scalar.DECIMAL: "exact",
    Scalar.UUID: "text",
    Scalar.JSON: "document",
}
_FROM_COLUMN = {
    Scalar.BOOLEAN: ("row[{}] != 0", "truth(row[{}])"),
    Scalar.DURATION: ("dt.timedelta(microseconds=row[{}])", "duration(row[{}])"),
    Scalar.JSON: ("Raw(row[{}].encode())", "raw(row[{}])"),
}


@dataclass(frozen=True, slots=True)
class Write:
    """The values of one table of the chain, as Python source.

    Attributes:
        suffix: End of the statements' names, e.g. ``PERSON``.
        values: Source of each column's value.
        updated: Whether there is a statement that updates the table.
        given: Whether a value comes from the body.
        owners: References to wholes among the values; they come from beside the body.
    """

    suffix: str
    values: tuple[str, ...]
    updated: bool
    given: bool
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owner:
    """A reference to a whole, given beside the body."""

    python: str
    annotation: str


@dataclass(frozen=True, slots=True)
class Nested:
    """A way to create an object inside its whole."""

    name: str
    given: str
    python: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartStore:
    """The store of parts that come along with their whole."""

    attribute: str
    class_name: str
    module: str
    method: str
    python: str
    json: str
    many: bool
    itself: bool


@dataclass(frozen=True, slots=True)
class Lookup:
    """A list of the entity's objects by what they are related to."""

    method: str
    statement: str
    one: bool
    notes: str


@dataclass(frozen=True, slots=True)
class StoreView:
    """A module with an entity's store."""

    read: str
    writes: tuple[Write, ...]
    owners: tuple[Owner, ...]
    nested: tuple[Nested, ...]
    parts: tuple[PartStore, ...]
    lookups: tuple[Lookup, ...]
    targets: tuple[str, ...]
    conversions: tuple[str, ...]
    rules: tuple[str, ...]
    returning: bool
    pairs: tuple[str, ...]


def view_store(server: ServerView, entity: EntityView) -> StoreView:
    """Return the store of an entity."""
    writes = tuple(_writes(server, entity))
    return StoreView(
        read=_read(entity),
        writes=writes,
        owners=tuple(_owner(field) for field in owners(entity)),
        nested=tuple(_nested(server, entity, part) for part in parts_of(server, entity)),
        parts=tuple(_part(server, entity, part) for part in entity.parts),
        lookups=tuple(_lookups(server, entity)),
        targets=tuple(_source(field) for field in entity.fields if field.target is not None),
        conversions=_conversions(entity, writes),
        rules=tuple(server.entity(each).module for each in entity.chain),
        returning=len(entity.chain) == 1 and entity.type_field is None,
        pairs=tuple(
            related.segment.replace("-", "_") for related in entity.related if related.link
        ),
    )


def _read(entity: EntityView) -> str:
    """Return the source that makes a struct of a row; as it is where no column needs work."""
    first = 2 if entity.type_field else 1
    columns = [f"row[{place}]" for place in range(first)]
    columns += [_column(field, first + place) for place, field in enumerate(entity.fields)]
    if all(source == f"row[{place}]" for place, source in enumerate(columns)):
        return f"*row[:{len(columns)}]"
    return ", ".join(columns)


def _column(field: FieldView, place: int) -> str:
    if field.many:
        return f"Raw(row[{place}].encode())"
    if isinstance(field.type, EnumerationView) or field.type not in _FROM_COLUMN:
        return f"row[{place}]"
    always, maybe = _FROM_COLUMN[field.type]
    return (always if field.required else maybe).format(place)


def _writes(server: ServerView, entity: EntityView) -> Iterator[Write]:
    for place, id_ in enumerate(entity.chain):
        each = server.entity(id_)
        values = tuple(_to_column(field) for field in each.own_fields)
        owned = tuple(field.python for field in each.own_fields if field.owned)
        yield Write(
            suffix=each.snake.upper(),
            values=values,
            updated=place == 0 or bool(values),
            given=len(owned) < len(values),
            owners=owned,
        )


def _to_column(field: FieldView) -> str:
    source = _source(field)
    if field.many and field.type is not Scalar.JSON:
        return f"listed({source})"
    if isinstance(field.type, EnumerationView) or field.type not in _TO_COLUMN:
        return source
    if field.type is Scalar.DECIMAL and field.unique:
        return f"canonical({source})"
    return f"{_TO_COLUMN[field.type]}({source})"


def _source(field: FieldView) -> str:
    return field.python if field.owned else f"given.{field.python}"


def _owner(field: FieldView) -> Owner:
    return Owner(field.python, "int" if field.required else "int | None")


def _nested(server: ServerView, entity: EntityView, part: PartView) -> Nested:
    field = next(f for f in owners(entity) if f.reference == part.reference)
    return Nested(
        name=f"create_in_{part.field.removesuffix('_id')}",
        given=part_class(server, part),
        python=field.python,
        others=tuple(f.python for f in owners(entity) if f is not field),
    )


def _part(server: ServerView, entity: EntityView, part: PartView) -> PartStore:
    held = server.entity(part.entity)
    return PartStore(
        attribute=f"_{part.json}_store",
        class_name=f"{held.class_name}Store",
        module=held.module,
        method=f"create_in_{part.field.removesuffix('_id')}",
        python=part.python,
        json=part.json,
        many=part.many,
        itself=held.id == entity.id,
    )


def lookup_by_reference(field: FieldView) -> str:
    """Return the method that finds by a reference."""
    return f"find_by_{field.json}" if field.unique else f"page_by_{field.json}"


def lookup_by_link(link_table: str, here: str) -> str:
    """Return the method that finds the far side of a link."""
    return f"page_by_{link_table}_{here}"


def _lookups(server: ServerView, entity: EntityView) -> Iterator[Lookup]:
    for field in entity.own_fields:
        if field.target is not None:
            target = server.entity(field.target).singular
            yield Lookup(
                lookup_by_reference(field), by_reference(field), field.unique, f"the {target}"
            )
    for link in server.links:
        for here, shown, near in (
            ("left", link.right, link.left),
            ("right", link.left, link.right),
        ):
            if shown == entity.id:
                yield Lookup(
                    lookup_by_link(link.table, here),
                    by_link(link.table, here),
                    one=False,
                    notes=f"the {server.entity(near).singular}",
                )


def _conversions(entity: EntityView, writes: tuple[Write, ...]) -> tuple[str, ...]:
    """Return the names that the module needs of ``values``."""
    if entity.abstract:
        writes = ()
    sources = [value for write in writes for value in write.values] + [_read(entity)]
    words = {"canonical", "duration", "truth", "raw", "listed", *_TO_COLUMN.values()}
    called = {word for line in sources for word in _CALL.findall(line)}
    return tuple(sorted(words & called))
