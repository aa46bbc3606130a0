"""The paths of an entity: its collection, its items and what hangs below them."""

from edm.core.generate.examples import (
    create_example,
    merge_example,
    read_example,
    replace_example,
)
from edm.core.generate.openapi.facts import MERGE, Json, Object, content, shape
from edm.core.generate.openapi.responses import headers, parameters, refused
from edm.core.generate.openapi.schemas import (
    ID,
    create_name,
    merge_name,
    page_name,
    replace_name,
)
from edm.core.generate.views import EntityView, RelatedView, ServerView
from edm.core.generate.views.readme import article


def paths(server: ServerView, entity: EntityView) -> Object:
    """Return the paths of one entity."""
    found: Object = {
        f"/{entity.path}": _collection(server, entity),
        f"/{entity.path}/{{id}}": _item(server, entity),
    }
    for related in entity.related:
        path = f"/{entity.path}/{{id}}/{related.segment}"
        found[path] = _below(server, entity, related)
        if related.link is not None:
            other = _other_id(server, related)
            found[f"{path}/{{{other}}}"] = _pair(server, entity, related)
    return found


def _operation(entity: EntityView, verb: str, summary: str, **parts: Json) -> Object:
    head: Object = {
        "operationId": f"{entity.snake}.{verb}",
        "tags": [entity.class_name],
        "summary": summary,
    }
    return head | parts


def _collection(server: ServerView, entity: EntityView) -> Object:
    operations: Object = {
        "get": _operation(
            entity,
            "list",
            f"List {entity.plural}",
            parameters=parameters("limit", "after"),
            responses={"200": _page(entity)} | refused("400"),
        )
    }
    if not entity.abstract:
        operations["post"] = _create(server, entity)
    return operations


def _create(server: ServerView, entity: EntityView) -> Object:
    example = create_example(server, entity)
    created: Object = {
        "description": "It was created.",
        "headers": headers("ETag", "Location"),
        "content": content(shape(entity.class_name), read_example(server, entity)),
        "links": {"read": {"operationId": f"{entity.snake}.read", "parameters": _ID_LINK}},
    }
    notes: Object = {}
    if entity.parts:
        named = ", ".join(f"`{part.json}`" for part in entity.parts)
        notes["description"] = f"Its parts are created with it, all or nothing: {named}."
    return (
        _operation(
            entity,
            "create",
            f"Create {article(entity.singular)}",
            requestBody={"required": True, "content": content(shape(create_name(entity)), example)},
            responses={"201": created} | refused("400", "409", "413", "415", "422"),
        )
        | notes
    )


_ID_LINK: Object = {"id": "$response.body#/id"}


def _item(server: ServerView, entity: EntityView) -> Object:
    named = article(entity.singular)
    item: Object = {"parameters": [_id("id", entity)]}
    found: Object = {
        "description": "The object.",
        "headers": headers("ETag"),
        "content": content(shape(entity.class_name), read_example(server, entity)),
    }
    item["get"] = _operation(
        entity,
        "read",
        f"Read {named}",
        parameters=parameters("IfNoneMatch"),
        responses={"200": found, "304": {"description": "It has not changed."}} | refused("404"),
    )
    item |= _writes(server, entity)
    item["delete"] = _operation(
        entity,
        "delete",
        f"Delete {named}",
        description="Its parts go with it. What others refer to stays: 409.",
        parameters=parameters("IfMatch"),
        responses={"204": {"description": "It is gone."}} | refused("404", "409", "412"),
    )
    return item


def _writes(server: ServerView, entity: EntityView) -> Object:
    kinds = [server.entity(kind) for kind in (entity.id, *entity.kinds)]
    concrete = [kind for kind in kinds if not kind.abstract]
    if not concrete:
        return {}
    changed: Object = {
        "description": "The object as it is now.",
        "headers": headers("ETag"),
        "content": content(_any([kind.class_name for kind in concrete])),
    }
    responses = {"200": changed} | refused("400", "404", "409", "412", "413", "415", "422")
    replacing = content(
        _any([replace_name(kind) for kind in concrete]), replace_example(concrete[0])
    )
    merging = content(_any([merge_name(kind) for kind in concrete]), merge_example(entity), MERGE)
    named = article(entity.singular)
    return {
        "put": _operation(
            entity,
            "replace",
            f"Replace {named}",
            description="What is left out gets its default, or none.",
            parameters=parameters("IfMatch"),
            requestBody={"required": True, "content": replacing},
            responses=responses,
        ),
        "patch": _operation(
            entity,
            "merge",
            f"Change {named}",
            description="What is left out stays; null takes a value away (RFC 7396).",
            parameters=parameters("IfMatch"),
            requestBody={"required": True, "content": merging},
            responses=responses,
        ),
    }


def _any(names: list[str]) -> Object:
    return shape(names[0]) if len(names) == 1 else {"anyOf": [shape(name) for name in names]}


def _id(name: str, entity: EntityView) -> Object:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": f"Id of the {entity.singular}.",
        "schema": ID,
    }


def _other_id(server: ServerView, related: RelatedView) -> str:
    """The parameter of a path that names the other one of a pair."""
    return f"{server.entity(related.entity).snake}_id"


def _page(shown: EntityView) -> Object:
    return {
        "description": f"A page of {shown.plural}, in a stable order.",
        "content": content(shape(page_name(shown))),
    }


def _below(server: ServerView, entity: EntityView, related: RelatedView) -> Object:
    other = server.entity(related.entity)
    item: Object = {"parameters": [_id("id", entity)]}
    words = related.segment.replace("-", " ")
    if related.many:
        responses: Object = {"200": _page(other)} | refused("400", "404")
        query = parameters("limit", "after")
    else:
        found: Object = {"description": "The object.", "content": content(shape(other.class_name))}
        responses, query = {"200": found} | refused("404"), []
    verb = f"{related.segment}.list" if related.many else f"{related.segment}.read"
    parts: Object = {"description": related.notes} if related.notes else {}
    item["get"] = _operation(
        entity,
        verb.replace("-", "_"),
        f"{'List' if related.many else 'Read'} the {words} of {article(entity.singular)}",
        parameters=query,
        responses=responses,
        **parts,
    )
    return item


def _pair(server: ServerView, entity: EntityView, related: RelatedView) -> Object:
    other = server.entity(related.entity)
    verb = related.segment.replace("-", "_")
    words = related.segment.replace("-", " ")
    item: Object = {"parameters": [_id("id", entity), _id(_other_id(server, related), other)]}
    item["put"] = _operation(
        entity,
        f"{verb}.add",
        f"Add to the {words} of {article(entity.singular)}",
        description="Adding what is there already changes nothing. Pairs have no `ETag`.",
        responses={"204": {"description": "They belong together."}} | refused("404", "412"),
    )
    item["delete"] = _operation(
        entity,
        f"{verb}.remove",
        f"Remove from the {words} of {article(entity.singular)}",
        responses={"204": {"description": "They are apart."}} | refused("404", "412"),
    )
    return item
