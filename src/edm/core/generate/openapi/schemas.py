"""The shapes of the API as JSON Schema: a set per entity, a schema per enumeration."""

from edm.core.generate.examples import create_example, read_example
from edm.core.generate.openapi.facts import Json, Object, described, shape
from edm.core.generate.views import (
    EntityView,
    EnumerationView,
    FieldView,
    PartView,
    ServerView,
)
from edm.core.generate.views.readme import article
from edm.core.model.domain import Scalar

ID: Object = {"type": "integer", "format": "int64", "minimum": 1}

_SCALARS: dict[Scalar, Object] = {
    Scalar.STRING: {"type": "string"},
    Scalar.INTEGER: {"type": "integer", "format": "int64"},
    Scalar.FLOAT: {"type": "number", "format": "double"},
    Scalar.DECIMAL: {"type": "string", "format": "decimal"},
    Scalar.BOOLEAN: {"type": "boolean"},
    Scalar.DATE: {"type": "string", "format": "date"},
    Scalar.TIME: {"type": "string", "format": "time-local"},
    Scalar.DATETIME: {"type": "string", "format": "date-time"},
    # Not the format called duration: that has no negative ones.
    Scalar.DURATION: {"type": "string", "format": "signed-duration"},
    Scalar.UUID: {"type": "string", "format": "uuid"},
    Scalar.URI: {"type": "string", "format": "uri"},
    Scalar.EMAIL: {"type": "string", "format": "email"},
    Scalar.JSON: {},
}


def schemas(server: ServerView) -> Object:
    """Return every schema by name."""
    found: Object = {e.class_name: _enumeration(e) for e in server.enumerations}
    for entity in server.entities:
        found.update(_entity(server, entity))
    return found


def create_name(entity: EntityView) -> str:
    """Return the name of what a POST takes."""
    return f"{entity.class_name}.Create"


def replace_name(entity: EntityView) -> str:
    """Return the name of what a PUT takes."""
    return f"{entity.class_name}.Replace"


def merge_name(entity: EntityView) -> str:
    """Return the name of what a PATCH takes."""
    return f"{entity.class_name}.Merge"


def page_name(entity: EntityView) -> str:
    """Return the name of a page of a collection."""
    return f"{entity.class_name}.Page"


def part_name(server: ServerView, part: PartView) -> str:
    """Return the name of a part inside what a POST on its whole takes."""
    return f"{server.entity(part.entity).class_name}.Part.{part.field}"


def _enumeration(enumeration: EnumerationView) -> Object:
    notes = [enumeration.notes] if enumeration.notes else []
    notes += [f"`{lit.value}`: {lit.notes}" for lit in enumeration.literals if lit.notes]
    values: list[Json] = [literal.value for literal in enumeration.literals]
    schema: Object = {"type": "string", "enum": values}
    return described(schema, enumeration.title, "\n\n".join(notes))


def _entity(server: ServerView, entity: EntityView) -> Object:
    found: Object = {
        entity.class_name: _read(server, entity),
        page_name(entity): _page(entity),
        replace_name(entity): _replace(server, entity),
        merge_name(entity): _merge(server, entity),
    }
    if entity.abstract:
        return found
    found[create_name(entity)] = _create(server, entity)
    for part in entity.parts:
        found[part_name(server, part)] = _part(server, part)
    return found


def _read(server: ServerView, entity: EntityView) -> Object:
    properties = _server_fields(server, entity)
    properties |= {field.json: _field(server, field, shown=True) for field in entity.fields}
    example = read_example(server, entity)
    return _object(properties, list(properties), entity.title, entity.notes) | _shown(example)


def _shown(example: Object) -> Object:
    return {"examples": [example]}


def _create(server: ServerView, entity: EntityView) -> Object:
    schema = _given(server, entity, entity.fields, f"{entity.title}, to create")
    return schema | _shown(create_example(server, entity))


def _part(server: ServerView, part: PartView) -> Object:
    entity = server.entity(part.entity)
    fields = tuple(field for field in entity.fields if field.reference != part.reference)
    return _given(server, entity, fields, f"{entity.title}, as a part")


def _given(
    server: ServerView, entity: EntityView, fields: tuple[FieldView, ...], title: str
) -> Object:
    properties: Object = {field.json: _field(server, field) for field in fields}
    for part in entity.parts:
        inner = shape(part_name(server, part))
        notes = part.notes or "Parts to create with it."
        several: Object = {"type": "array", "items": inner}
        one: Object = {"anyOf": [inner, {"type": "null"}]}
        properties[part.json] = (several if part.many else one) | {"description": notes}
    required = [field.json for field in fields if not field.optional_in_create]
    return _closed(_object(properties, required, title, ""))


def _replace(server: ServerView, entity: EntityView) -> Object:
    properties = _server_fields(server, entity)
    properties |= {field.json: _field(server, field) for field in entity.fields}
    required = [f.json for f in entity.fields if not f.optional_in_create and not f.read_only]
    return _closed(_object(properties, required, f"{entity.title}, to replace", ""))


def _merge(server: ServerView, entity: EntityView) -> Object:
    properties = _server_fields(server, entity)
    for field in entity.fields:
        schema = _field(server, field)
        schema.pop("default", None)
        properties[field.json] = schema
    return _closed(_object(properties, [], f"{entity.title}, to merge", ""))


def _server_fields(server: ServerView, entity: EntityView) -> Object:
    """What the server gives: a client may send it back as it is."""
    properties: Object = {"id": ID | {"readOnly": True, "description": "Given by the server."}}
    if entity.type_field is not None:
        kinds = [server.entity(kind) for kind in (entity.id, *entity.kinds)]
        values: list[Json] = [kind.snake for kind in kinds if not kind.abstract]
        properties[entity.type_field] = {
            "type": "string",
            "readOnly": True,
            "description": "What kind of object it is.",
        } | ({"enum": values} if values else {})
    return properties


def _page(entity: EntityView) -> Object:
    items: Object = {"type": "array", "items": shape(entity.class_name)}
    following: Object = {
        "type": ["string", "null"],
        "description": "Give it as `after` to read the next page; null on the last one.",
    }
    return _object({"items": items, "next": following}, ["items", "next"], "", "")


def _object(properties: Object, required: list[str], title: str, notes: str) -> Object:
    schema: Object = {"type": "object", "properties": properties}
    if required:
        schema["required"] = list[Json](required)
    return described(schema, title, notes)


def _closed(schema: Object) -> Object:
    return schema | {"additionalProperties": False}


def _field(server: ServerView, field: FieldView, *, shown: bool = False) -> Object:
    value = _value(field, shown=shown)
    schema = _list(field, value) if field.many else value
    if not field.required and not field.many:
        schema = _nullable(schema)
    if field.default is not None:
        schema["default"] = [field.default] if field.many else field.default
    notes = [field.notes] if field.notes else []
    if field.target is not None:
        notes.append(f"Id of {article(server.entity(field.target).singular)}.")
    if field.read_only:
        notes.append("Given at creation, never changed after.")
    if field.unique:
        notes.append("No two objects share it.")
    return described(schema, field.title, "\n\n".join(notes))


def _list(field: FieldView, item: Object) -> Object:
    schema: Object = {"type": "array", "items": item}
    if field.required:
        schema["minItems"] = 1
    if field.max_items is not None:
        schema["maxItems"] = field.max_items
    return schema


def _value(field: FieldView, *, shown: bool) -> Object:
    if isinstance(field.type, EnumerationView):
        return shape(field.type.class_name)
    if field.target is not None:
        return dict(ID)
    scalar = _SCALARS[field.type]
    if field.type is Scalar.DECIMAL and not shown:
        scalar = scalar | {"type": ["string", "number"]}
    return scalar | _bounds(field)


def _bounds(field: FieldView) -> Object:
    limits = field.limits
    found: dict[str, Json] = {
        "minLength": limits.min_length,
        "maxLength": limits.max_length,
        "minimum": limits.minimum,
        "maximum": limits.maximum,
    }
    return {key: bound for key, bound in found.items() if bound is not None}


def _nullable(schema: Object) -> Object:
    match schema.get("type"):
        case str() as kind:
            return schema | {"type": [kind, "null"]}
        case list() as kinds:
            return schema | {"type": [*kinds, "null"]}
    return {"anyOf": [schema, {"type": "null"}]} if schema else {}
