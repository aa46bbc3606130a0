"""Python's side of an entity: the structs that are read and written, and their annotations."""

from collections.abc import Iterator
from dataclasses import dataclass

from edm.core.generate.views import EntityView, EnumerationView, FieldView, PartView, ServerView
from edm.core.generate.views.annotations import (
    EMPTY_LIST,
    check_of,
    default_of,
    given_type,
    list_of,
    shown_type,
)
from edm.core.model.domain import Scalar


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a struct, as Python source."""

    python: str
    json: str
    annotation: str
    default: str
    """With its equals sign; empty if there is none."""
    notes: str

    @property
    def renamed(self) -> bool:
        """Whether JSON has another name for it."""
        return self.python != self.json


@dataclass(frozen=True, slots=True)
class Input:
    """A struct that a client's body becomes."""

    name: str
    base: str
    doc: str
    members: tuple[Member, ...]
    checks: tuple[tuple[str, str], ...]
    """Names of fields, and the source of what checks them beyond their type."""


@dataclass(frozen=True, slots=True)
class Import:
    """Names from a module beside this one."""

    module: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SchemaView:
    """A module of structs."""

    shown: tuple[Member, ...]
    base: str
    inputs: tuple[Input, ...]
    imports: tuple[Import, ...]
    enumerations: tuple[str, ...]
    create: str
    replace: str


def view_schema(server: ServerView, entity: EntityView) -> SchemaView:
    """Return the structs of an entity."""
    return SchemaView(
        shown=tuple(_shown_members(entity)),
        base=server.entity(entity.parent).class_name if entity.parent else "Struct",
        inputs=tuple(_inputs(server, entity)),
        imports=tuple(_imports(server, entity)),
        enumerations=_enumerations(entity),
        create=create_class(entity),
        replace=replace_class(entity),
    )


def fields_class(entity: EntityView) -> str:
    """Return the struct of what every body of an entity has."""
    return entity.class_name + "Fields"


def owners(entity: EntityView) -> tuple[FieldView, ...]:
    """Return the references to the wholes that an entity may be a part of."""
    return tuple(field for field in entity.fields if field.owned)


def create_class(entity: EntityView) -> str:
    """Return the struct of a POST's body."""
    more = entity.parts or owners(entity)
    return entity.class_name + "Create" if more else fields_class(entity)


def replace_class(entity: EntityView) -> str:
    """Return the struct of a PUT's body."""
    return entity.class_name + "Replace" if owners(entity) else fields_class(entity)


def part_class(server: ServerView, part: PartView) -> str:
    """Return the struct of a part inside its whole's body."""
    entity = server.entity(part.entity)
    others = [field for field in owners(entity) if field.reference != part.reference]
    if not entity.parts and not others:
        return fields_class(entity)
    return f"{entity.class_name}In{_pascal(part.field)}"


def _pascal(snake: str) -> str:
    return "".join(word.capitalize() for word in snake.removesuffix("_id").split("_"))


def _shown_members(entity: EntityView) -> Iterator[Member]:
    if entity.parent is None:
        yield Member("id", "id", "int", "", "")
        if entity.type_field:
            python = "type" if entity.type_field == "type" else "type_"
            yield Member(python, entity.type_field, "str", "", "")
    for field in entity.own_fields:
        yield Member(field.python, field.json, shown_type(field), "", field.notes)


def _inputs(server: ServerView, entity: EntityView) -> Iterator[Input]:
    own = [field for field in entity.own_fields if not field.owned]
    base = fields_class(server.entity(entity.parent)) if entity.parent else "Input"
    yield _input(fields_class(entity), base, f"What is given of {a(entity)}.", own)
    if owners(entity):
        yield _input(
            replace_class(entity),
            fields_class(entity),
            f"{A(entity)} as it is to be.",
            owners(entity),
        )
    if entity.abstract:
        return
    parts = tuple(_part_member(server, part) for part in entity.parts)
    if parts or owners(entity):
        yield _input(
            create_class(entity),
            fields_class(entity),
            f"{A(entity)} to create.",
            owners(entity),
            parts,
        )
    yield from _nested_inputs(server, entity, parts)


def _nested_inputs(
    server: ServerView, entity: EntityView, parts: tuple[Member, ...]
) -> Iterator[Input]:
    for part in parts_of(server, entity):
        name = part_class(server, part)
        if name != fields_class(entity):
            others = tuple(field for field in owners(entity) if field.reference != part.reference)
            doc = f"{A(entity)} to create inside its whole."
            yield _input(name, fields_class(entity), doc, others, parts)


def parts_of(server: ServerView, entity: EntityView) -> tuple[PartView, ...]:
    """Return the ways in which an entity is created inside a whole, one for each reference."""
    found = {
        part.reference: part
        for whole in server.entities
        for part in whole.parts
        if part.entity == entity.id
    }
    return tuple(found.values())


def _input(
    name: str,
    base: str,
    doc: str,
    fields: "tuple[FieldView, ...] | list[FieldView]",
    parts: tuple[Member, ...] = (),
) -> Input:
    members = tuple(_given_member(field) for field in fields)
    checks = tuple((field.python, check_of(field)) for field in fields if _needs_check(field))
    return Input(name, base, doc, members + parts, checks)


def _needs_check(field: FieldView) -> bool:
    # Any JSON includes null, which a required field must not be.
    present = field.type == Scalar.JSON and field.required and not field.many
    return present or field.type in (Scalar.DECIMAL, Scalar.DATETIME, Scalar.DURATION)


def _given_member(field: FieldView) -> Member:
    kind = given_type(field)
    if field.many:
        kind = list_of(field, kind)
    elif not field.required:
        kind = f"{kind} | None"
    return Member(field.python, field.json, kind, default_of(field), field.notes)


def _part_member(server: ServerView, part: PartView) -> Member:
    kind = part_class(server, part)
    if part.many:
        return Member(part.python, part.json, f"list[{kind}]", EMPTY_LIST, part.notes)
    return Member(part.python, part.json, f"{kind} | None", " = None", part.notes)


def _imports(server: ServerView, entity: EntityView) -> Iterator[Import]:
    wanted: dict[str, set[str]] = {}
    if entity.parent:
        parent = server.entity(entity.parent)
        wanted[parent.module] = {parent.class_name, fields_class(parent)}
    for part in entity.parts:
        if not entity.abstract and part.entity != entity.id:
            module = server.entity(part.entity).module
            wanted.setdefault(module, set()).add(part_class(server, part))
    for module, names in wanted.items():
        yield Import(module, tuple(sorted(names)))


def _enumerations(entity: EntityView) -> tuple[str, ...]:
    names = {f.type.class_name for f in entity.fields if isinstance(f.type, EnumerationView)}
    return tuple(sorted(names))


def a(entity: EntityView) -> str:
    """Return ``an order line``."""
    return ("an " if entity.singular[0] in "aeiou" else "a ") + entity.singular


def A(entity: EntityView) -> str:  # noqa: N802 - the same word, at the beginning of a sentence
    """Return ``An order line``."""
    return a(entity).capitalize()
