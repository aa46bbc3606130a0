"""What every part of the description is made of."""

import unicodedata

Json = object
"""Anything ``json`` can write."""
Object = dict[str, Json]

PROBLEM = "application/problem+json"
JSON = "application/json"
MERGE = "application/merge-patch+json"


def pointer(section: str, name: str) -> Object:
    """Return a reference to a component."""
    return {"$ref": f"#/components/{section}/{name}"}


def shape(name: str) -> Object:
    """Return a reference to a schema."""
    return pointer("schemas", name)


def visible(text: str) -> str:
    """Return a text without characters that are not seen or turn the line around."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")


def described(schema: Object, title: str, notes: str) -> Object:
    """Return a schema with the model's own words where they say more than the name."""
    words: Object = {}
    if title:
        words["title"] = visible(title)
    if notes:
        words["description"] = visible(notes)
    return schema | words


def content(schema: Object, example: Json = None, media: str = JSON) -> Object:
    """Return the content of a body of one media type."""
    body: Object = {"schema": schema}
    if example is not None:
        body["example"] = example
    return {media: body}
