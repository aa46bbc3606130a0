"""The description of a generated server: OpenAPI 3.1, written once and never at run time."""

import msgspec

from edm.core.generate.openapi.facts import Object, visible
from edm.core.generate.openapi.operations import paths
from edm.core.generate.openapi.responses import (
    ERROR_SCHEMA,
    HEADERS,
    PARAMETERS,
    PROBLEM_SCHEMA,
    refusals,
)
from edm.core.generate.openapi.schemas import schemas
from edm.core.generate.views import EntityView, ServerView

_GENERAL = """\
Objects are JSON. Fields whose value is not known are null.

Lists come in pages: `limit` says how many objects a page has, `next` is given as `after` to read \
the page that follows, and is null on the last one.

Every object has a version, its `ETag`. Send it as `If-Match` with a change, and the change is \
refused with 412 if somebody was faster; send it as `If-None-Match` with a GET, and an object that \
has not changed is answered with 304.

Refusals are problem documents (RFC 9457) of type `application/problem+json`; `errors` names every \
field that is wrong.

Where a server asks for a key, send it as `Authorization: Bearer KEY`."""


def describe(server: ServerView) -> bytes:
    """Return ``openapi.json``: the same bytes for the same model."""
    # The C encoder: json.dumps takes most of the time of generating.
    return msgspec.json.format(msgspec.json.encode(_document(server)), indent=1) + b"\n"


def _document(server: ServerView) -> Object:
    return {
        "openapi": "3.1.0",
        "info": _info(server),
        # Relative to this document, so that it is right behind any prefix.
        "servers": [{"url": "."}],
        "security": [{}, {"key": []}],
        "tags": [_tag(server, entity) for entity in server.entities],
        "paths": _paths(server),
        "components": {
            "schemas": schemas(server) | {"Problem": PROBLEM_SCHEMA, "Problem.Error": ERROR_SCHEMA},
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": refusals(),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _info(server: ServerView) -> Object:
    notes = f"{visible(server.notes)}\n\n{_GENERAL}" if server.notes else _GENERAL
    return {"title": visible(server.title) or server.name, "version": "1", "description": notes}


def _tag(server: ServerView, entity: EntityView) -> Object:
    sentences = [visible(entity.notes)] if entity.notes else []
    if entity.parent is not None:
        sentences.append(f"Is a kind of {server.entity(entity.parent).class_name}.")
    if entity.abstract:
        sentences.append("Has no objects of its own, only those of its kinds.")
    return {"name": entity.class_name, "description": "\n\n".join(sentences)}


def _paths(server: ServerView) -> Object:
    found: Object = {}
    for entity in server.entities:
        found.update(paths(server, entity))
    return found
