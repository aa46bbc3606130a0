"""The shapes of the API as JSON Schema: a set per entity, a schema per enumeration."""

from edm.core.generate.openapi.facts import Json, Object, described, shape
from edm.core.generate.views import (
    EntityView,
    EnumerationView,
    FieldView,
    PartView,
    ServerView,
)
from edm.core.generate.views_face_examples import create_example, read_example
from edm.core.model.domain import Scalar

ID: Object = {"type": "integer", "format": "int64", "minimum": 1}

_SCALARS: dict[Scalar, Object] = {
    Scalar.STRING: {"type": "string"},
    Scalar.INTEGER: {"type": "integer", "format": "int64"},
    Scalar.FLOAT: {"type": "number", "format": "double"},
    Scalar.DECIMAL: {"type": "string", "format": "decimal"},
    Scalar.BOOLEAN: {"type": "boolean"},
    Scalar.DATE: {"type": "string", "format": "date"},
    Scalar.TIME: {"type": "string", "format": "time"},
    Scalar.DATETIME: {"type": "string", "format": "date-time"},
    Scalar.DURATION: {"type": "string", "format": "duration"},
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


def part_name(entity: EntityView, part: PartView) -> str:
    """Return the name of a part inside what a POST on its whole takes."""
    return f"{entity.class_name}.Create.{part.json}"


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
        replace_name(entity): _replace(entity),
        merge_name(entity): _merge(entity),
    }
    if entity.abstract:
        return found
    found[create_name(entity)] = _create(server, entity)
    for part in entity.parts:
        found[part_name(entity, part)] = _part(server, part)
    return found


def _read(server: ServerView, entity: EntityView) -> Object:
    properties: Object = {"id": ID | {"readOnly": True, "description": "Given by the server."}}
    if entity.type_field is not None:
        kinds = [server.entity(kind) for kind in (entity.id, *entity.kinds)]
        values: list[Json] = [kind.snake for kind in kinds if not kind.abstract]
        properties[entity.type_field] = {
            "type": "string",
            "readOnly": True,
            "description": "What kind of object it is.",
        } | ({"enum": values} if values else {})
    properties |= {field.json: _field(field) for field in entity.fields}
    example = read_example(server, entity)
    return _object(properties, list(properties), entity.title, entity.notes) | _shown(example)


def _shown(example: Object) -> Object:
    return {"examples": [example]}


def _create(server: ServerView, entity: EntityView) -> Object:
    properties: Object = {field.json: _field(field) for field in entity.fields}
    for part in entity.parts:
        inner = shape(part_name(entity, part))
        notes = part.notes or "Parts to create with it."
        properties[part.json] = {"type": "array", "items": inner} if part.many else inner
        properties[part.json] = _with(properties[part.json], "description", notes)
    required = [field.json for field in entity.fields if not field.optional_in_create]
    schema = _object(properties, required, f"{entity.title}, to create", "")
    return _closed(schema) | _shown(create_example(server, entity))


def _with(schema: Json, key: str, value: Json) -> Json:
    return schema | {key: value} if isinstance(schema, dict) else schema


def _part(server: ServerView, part: PartView) -> Object:
    fields = [f for f in server.entity(part.entity).fields if f.reference != part.reference]
    required = [field.json for field in fields if not field.optional_in_create]
    title = f"{server.entity(part.entity).title}, as a part"
    return _closed(_object({f.json: _field(f) for f in fields}, required, title, ""))


def _replace(entity: EntityView) -> Object:
    properties: Object = {field.json: _field(field) for field in entity.fields}
    required = [f.json for f in entity.fields if not f.optional_in_create]
    return _closed(_object(properties, required, f"{entity.title}, to replace", ""))


def _merge(entity: EntityView) -> Object:
    properties: Object = {}
    for field in entity.fields:
        schema = _field(field)
        schema.pop("default", None)
        properties[field.json] = schema
    return _closed(_object(properties, [], f"{entity.title}, to merge", ""))


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


def _field(field: FieldView) -> Object:
    schema = _list(field) if field.many else _value(field)
    if not field.required and not field.many:
        schema = _nullable(schema)
    if field.default is not None:
        schema["default"] = [field.default] if field.many else field.default
    notes = [field.notes] if field.notes else []
    if field.read_only:
        notes.append("Given at creation, never changed after.")
    if field.unique:
        notes.append("No two objects share it.")
    return described(schema, field.title, "\n\n".join(notes))


def _list(field: FieldView) -> Object:
    schema: Object = {"type": "array", "items": _value(field)}
    if field.required:
        schema["minItems"] = 1
    if field.max_items is not None:
        schema["maxItems"] = field.max_items
    return schema


def _value(field: FieldView) -> Object:
    if isinstance(field.type, EnumerationView):
        return shape(field.type.class_name)
    if field.target is not None:
        return dict(ID)
    return _SCALARS[field.type] | _bounds(field)


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
    if isinstance(schema.get("type"), str):
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]} if schema else {}
