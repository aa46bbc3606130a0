"""As much of JSON Schema as descriptions use: what is wrong with a value, in words."""

from collections.abc import Iterator
from typing import Any

Json = Any
"""Whatever JSON can say."""

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def resolve(api: Json, node: Json) -> Json:
    """Follow references; a reference to nothing is a KeyError."""
    while "$ref" in node:
        found = api
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def faults(api: Json, schema: Json, value: Json, place: str = "$") -> Iterator[str]:
    """Return each rule that a value breaks."""
    schema = resolve(api, schema)
    branches = schema.get("anyOf")
    if branches and all(list(faults(api, each, value)) for each in branches):
        yield f"{place}: none of the alternatives"
    if "type" in schema and not any(_is(value, name) for name in _names(schema["type"])):
        yield f"{place}: {value!r} is not {schema['type']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is none of {schema['enum']}"
    yield from (f"{place}: {text}" for text in _bounds(schema, value))
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from faults(api, schema["items"], item, f"{place}[{index}]")
    if isinstance(value, dict) and "properties" in schema:
        yield from _object(api, schema, value, place)


def _names(kind: Json) -> list[str]:
    return kind if isinstance(kind, list) else [kind]


def _is(value: Json, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


def _object(api: Json, schema: Json, value: dict[str, Any], place: str) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{place}.{name}: missing"
    for name, each in value.items():
        if name in schema["properties"]:
            yield from faults(api, schema["properties"][name], each, f"{place}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{place}.{name}: unknown"


def _bounds(schema: Json, value: Json) -> Iterator[str]:
    if isinstance(value, str) and not (
        schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
    ):
        yield "length"
    if isinstance(value, list) and not (
        schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
    ):
        yield "number of items"
    if isinstance(value, int | float) and not (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
    ):
        yield "range"
